"""Una orden `docker` y, a su lado, lo que le dijo al demonio."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from muelle.engine.endpoint import Endpoint
from muelle.errors import MuelleError
from muelle.model.conversation import Conversation
from muelle.wire import html
from muelle.wire.needs import Order, Prepare, Runner
from muelle.wire.talk import open_talk
from muelle.wire.tidy import tidy

COLUMNS = 100
"""El ancho del terminal que ve la orden, en letras."""

_ASSIGNMENT = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", re.DOTALL)
_SHELL = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1"}
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


_given: list[Prepare] = []


def run_with(prepare: Prepare | None) -> None:
    """Da otra manera de ejecutar las órdenes, para donde no hay procesos; None, la de esta máquina."""
    _given[:] = [] if prepare is None else [prepare]


def _prepare(order: Order) -> Runner:
    if _given:
        return _given[0](order)
    from muelle.wire import process  # aquí dentro: en una página web no hay procesos

    return process.prepare(order)


@dataclass(frozen=True)
class Session:
    """Una orden, lo que mostró y lo que le dijo al demonio.

    Args:
        command: tal como se escribió.
        conversation: las peticiones, con la salida y el código de salida.
        note: una frase si algo la detuvo, o "".
    """

    command: str
    conversation: Conversation
    note: str = ""

    @property
    def output(self) -> str:
        """Lo que mostró el terminal: salida y errores, en el orden en que llegaron."""
        return self.conversation.output

    @property
    def exit_code(self) -> int | None:
        """El código de salida de la orden."""
        return self.conversation.exit_code

    def __str__(self) -> str:
        return html.plain(self.command, self.conversation, self.note)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return html.terminal_block(
            self.command, self.output, self.exit_code, self.note
        ) + html.exchanges_table(self.conversation)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def _parse(command: str) -> tuple[dict[str, str], list[str]]:
    """Las variables (`NOMBRE=valor`) que van delante y la orden.

    Raises:
        MuelleError: si no es una sola orden `docker`.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise MuelleError("A la orden le falta cerrar unas comillas.") from error
    variables = {}
    while words and (match := _ASSIGNMENT.match(words[0])):
        variables[match[1]] = match[2]
        words.pop(0)
    if not words or words[0] != "docker":
        raise MuelleError("Aquí solo se ejecuta la orden `docker`: escribe, por ejemplo, «docker ps».")
    if found := next((word for word in words if word in _SHELL), None):
        raise MuelleError(f"Aquí no hay un shell que entienda «{found}»: escribe una sola orden `docker`.")
    return variables, words


def terminal(
    command: str, endpoint: Endpoint | str, *, seconds: float = 60.0, folder: Path | str | None = None
) -> Session:
    """Ejecuta una orden `docker` y graba su conversación con el demonio.

    No hay shell ni entrada por teclado. No cambia la configuración de tu `docker`: solo le dice,
    con DOCKER_HOST, que hable a través de la grabación.

    Args:
        command: la orden, con variables delante si hacen falta (`DOCKER_BUILDKIT=0 docker build .`).
        endpoint: el motor, o su dirección.
        seconds: plazo; después se detiene la orden y se muestra lo que hubo (útil con `docker events`).
        folder: carpeta en la que se ejecuta (para `docker build .`); por defecto, la actual.

    Raises:
        MissingTool: si la orden `docker` no está en esta máquina.
        MuelleError: si no es una sola orden `docker`, o no existe la carpeta.
        EngineUnavailable: si el motor no acepta conexiones.
    """
    variables, words = _parse(command)
    if folder is not None and not Path(folder).is_dir():
        raise MuelleError(f"No hay ninguna carpeta «{folder}» en la que ejecutar la orden: créala antes.")
    variables = {"COLUMNS": str(COLUMNS), "DOCKER_CLI_HINTS": "false", "NO_COLOR": "1", **variables}
    run = _prepare(Order(tuple(words), variables, seconds, None if folder is None else Path(folder)))
    talk = open_talk(endpoint, command)
    try:
        ended = run(talk.ear)
        heard = talk.conversation
    finally:
        talk.close()
    text = _COLOUR.sub("", ended.output.replace("\r\n", "\n"))
    shown = replace(heard, output=tidy(text, talk.url), exit_code=ended.exit_code)
    return Session(command, shown, ended.note)
