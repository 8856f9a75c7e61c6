"""Ejecutar la orden `docker` de verdad y ver, a su lado, lo que le dijo al demonio."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from muelle.errors import MissingTool, MuelleError
from muelle.model.conversation import Conversation

from . import html
from .talk import open_talk
from .tidy import tidy
from .upstream import Endpoint

#: Cuánta salida se guarda, en bytes; el resto se lee y se tira, para no detener al programa.
MAX_OUTPUT = 256 * 1024
COLUMNS = 100
#: Lo que se espera a que un programa termine cuando ya debería, en segundos.
ENDING_SECONDS = 2.0
#: La señal que nadie puede desoír; Windows solo tiene una.
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)

_ASSIGNMENT = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", re.DOTALL)
_SHELL = {"|", "||", "&", "&&", ";", ">", ">>", "<", "2>&1"}
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


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


class _Output:
    """Lee la salida en un hilo, para poder esperar al programa con un plazo."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while data := os.read(self._stream.fileno(), 65536):
            self._kept += data[: MAX_OUTPUT - len(self._kept)]

    def wait(self, seconds: float) -> bool:
        """Espera a que la salida se acabe; False si no se acabó a tiempo.

        Se entera al momento, mientras que `Popen.wait` con plazo mira cada tantos milisegundos.
        A pedazos, porque en Windows una espera larga no atiende a Ctrl-C.
        """
        deadline = time.monotonic() + seconds
        while self._thread.is_alive() and (left := deadline - time.monotonic()) > 0:
            self._thread.join(min(left, 0.25))
        return not self._thread.is_alive()

    def text(self) -> str:
        """Lo leído hasta ahora, sin colores."""
        decoded = bytes(self._kept).decode("utf-8", "replace").replace("\r\n", "\n")
        return _COLOUR.sub("", decoded)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """Avisa a la orden y a lo que ella arrancó: `docker` no siempre para a sus complementos (buildx)."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)


def _stop(process: subprocess.Popen[bytes], output: _Output) -> None:
    """Pide a la orden que acabe y, si no lo hace a tiempo, la mata."""
    _signal(process, signal.SIGTERM)
    output.wait(ENDING_SECONDS)
    with suppress(subprocess.TimeoutExpired):
        process.wait(0.1)
    _signal(process, KILL)
    process.wait()


def terminal(
    command: str, endpoint: Endpoint | str, *, seconds: float = 60.0, folder: Path | str | None = None
) -> Session:
    """Ejecuta una orden `docker` y graba su conversación con el demonio.

    No hay shell ni entrada por teclado. No cambia la configuración de tu `docker`: solo le dice,
    con DOCKER_HOST, que hable a través del proxy.

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
    program = shutil.which(words[0])
    if program is None:
        raise MissingTool(
            "La orden `docker` no está en esta máquina, pero el demonio también escucha al SDK: "
            "prueba lo mismo con `with muelle.listen() as talk:` y `talk.client`."
        )
    if folder is not None and not Path(folder).is_dir():
        raise MuelleError(f"No hay ninguna carpeta «{folder}» en la que ejecutar la orden: créala antes.")
    talk = open_talk(endpoint, command)
    try:
        environment = talk.environment(os.environ)
        environment |= {"COLUMNS": str(COLUMNS), "DOCKER_CLI_HINTS": "false", "NO_COLOR": "1", **variables}
        process = subprocess.Popen(
            [program, *words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            start_new_session=True,  # así se puede parar también lo que la orden arranque
        )
        assert process.stdout is not None
        output = _Output(process.stdout)
        note = ""
        try:
            if output.wait(seconds):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(ENDING_SECONDS)
            else:
                note = f"La orden seguía en marcha a los {seconds:g} s y se detuvo."
        finally:  # también con Ctrl-C: la orden no sobrevive a la celda
            if process.poll() is None or not output.wait(0):
                _stop(process, output)
        if output.wait(ENDING_SECONDS):  # cerrarla con alguien leyendo le daría los bytes de otro
            process.stdout.close()
        text = output.text()
        heard = talk.conversation
    finally:
        talk.close()
    shown = replace(heard, output=tidy(text, talk.url), exit_code=process.returncode)
    return Session(command, shown, note)
