"""Un núcleo de Python para el cuaderno de un estudiante: aparte, con límites y con plazo.

En un cuarto, es de otro usuario, sin privilegios y sin nombre, distinto en cada puesto: no puede señalar al
corrector. Sin cuarto, es del mismo que corrige.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from muelle.errors import MuelleError
from muelle.processes import ended, signal_group

from .clock import Clock
from .orphans import MARK, Orphans
from .values import decoded, unquoted
from .wall import Room

MOST_OUTPUT = 1_000_000
"""Caracteres de salida que se admiten en una celda."""
MOST_MESSAGE = 64_000_000
"""Bytes de un mensaje del núcleo; quien manda uno mayor pierde la conexión."""
MOST_WAITING = 4
"""Mensajes que esperan a que se lean."""

MEMORY = 2 * 1024**3
FILE = 64 * 1024**2


@dataclass(frozen=True)
class Ran:
    """Cómo acabó una celda.

    Args:
        problem: "" si acabó bien; si no, una frase.
        alive: si el núcleo sigue vivo.
        stopped: si hubo que pararla (plazo o demasiada salida).
    """

    problem: str = ""
    alive: bool = True
    stopped: bool = False


class Kernel:
    """Un núcleo en marcha mientras dura el `with`.

    Args:
        folder: su carpeta de trabajo y su HOME.
        environment: sus variables; no hereda otras.
        token: marca que llevan en su entorno él y lo que lance sin cuarto, para encontrarlos después.
        room: su cuarto, si lo tiene; entonces el usuario lo pone él.
    """

    def __init__(
        self,
        folder: Path,
        environment: dict[str, str],
        token: str,
        room: Room | None = None,
    ) -> None:
        self._token, self._room = token, room
        place = (room.doors if room else folder) / "nucleo.json"
        connection, _ = write_connection_file(str(place), ip="127.0.0.1")
        if room:
            os.chown(connection, 0, room.numbers.kernel)
            place.chmod(0o640)
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", connection]
        if room:
            self._launched = room.launch(command, environment, _limits(True))
        else:
            self._orphans = Orphans()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={**environment, MARK: self._token},
                start_new_session=True,
                preexec_fn=_limit,
            )
        context = zmq.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MOST_MESSAGE)
        context.setsockopt(zmq.RCVHWM, MOST_WAITING)
        context.setsockopt(zmq.LINGER, 0)
        self._client = BlockingKernelClient(context=context)
        self._client.load_connection_file(connection)

    def _ended(self) -> bool:
        return self._launched.poll() is not None if self._room else ended(self._process)

    def _end(self) -> None:
        if self._room:
            self._launched.end()
        else:
            self._orphans.end(self._process, self._token)

    def __enter__(self) -> Kernel:
        self._client.start_channels(hb=False)
        try:
            self._wait_until_ready(60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait_until_ready(self, seconds: float) -> None:
        """Pregunta hasta que el núcleo responde por los dos canales.

        Raises:
            MuelleError: si no llega a responder.
        """
        clock = Clock()
        while clock.now() < seconds and not self._ended():
            identifier = self._client.kernel_info()
            for _ in range(10):
                message = self._next(identifier)
                if message and message["content"].get("execution_state") == "idle":
                    return
        raise MuelleError("El núcleo de Python no llegó a arrancar.")

    def __exit__(self, *_error: object) -> None:
        self._end()
        with contextlib.suppress(Exception):
            self._client.stop_channels()

    def run(self, source: str, seconds: float, clock: Clock | None = None) -> Ran:
        """Ejecuta una celda; si se pasa de plazo o de salida, la interrumpe, y si no atiende, acaba con todo.

        Args:
            seconds: plazo, del reloj.
            clock: el que mide su trabajo.
        """
        clock = clock or Clock()
        identifier = self._client.execute(source, store_history=False, allow_stdin=False)
        error, written = "", 0
        end_time = clock.now() + seconds
        while True:
            if written > MOST_OUTPUT:
                return self._interrupt(
                    identifier, "La celda escribe demasiado: más de un millón de caracteres."
                )
            if clock.now() > end_time:
                return self._interrupt(identifier, f"La celda no acabó en {seconds:.0f} segundos.")
            message = self._next(identifier)
            if message is None:
                if self._ended():
                    return Ran("El núcleo de Python se cerró mientras se ejecutaba la celda.", alive=False)
                continue
            content = message["content"]
            if content.get("execution_state") == "idle":
                return Ran(error)
            if message["msg_type"] == "error":
                error = f"La celda falló: {content.get('ename')}: {content.get('evalue')}"[:300]
            written += len(str(content.get("text") or content.get("data") or ""))

    def value(self, expression: str, seconds: float) -> Any:
        """El valor de una expresión del cuaderno, pasado por JSON.

        Returns:
            El valor; `...` donde los había; un `Foreign` donde hubiera otra cosa.

        Raises:
            ValueError: si no se puede saber, con una frase.
        """
        code = (
            "__import__('json').dumps((lambda a: a() if callable(a) else a)((" + expression + ")), "
            "default=lambda o: {'__puntos__': 1} if o is ... else {'__tipo__': type(o).__name__[:60]})"
        )
        identifier = self._client.execute(
            "", silent=True, store_history=False, user_expressions={"v": code}, allow_stdin=False
        )
        try:
            found = self._reply(identifier, seconds)["user_expressions"]["v"]
            if found["status"] != "ok":
                raise ValueError(f"La respuesta falló: {found['ename']}: {found['evalue']}"[:300])
            text = str(found["data"]["text/plain"])
        except (KeyError, TypeError) as error:
            raise ValueError("La respuesta no se puede leer.") from error
        return decoded(unquoted(text))

    def _reply(self, identifier: str, seconds: float) -> dict[str, Any]:
        """El contenido de la respuesta a una petición.

        Raises:
            ValueError: si no llega a tiempo.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                message = self._client.get_shell_msg(timeout=0.5)
                if message["parent_header"]["msg_id"] == identifier:
                    return dict(message["content"])
            except queue.Empty:
                continue
            except Exception as error:  # lo que llega lo escribe el estudiante: puede ser cualquier cosa
                raise ValueError("La respuesta no se puede leer.") from error
        raise ValueError("La respuesta no se dejó leer a tiempo.")

    def _next(self, identifier: str) -> dict[str, Any] | None:
        """El siguiente mensaje; uno vacío si es de otra petición o no se entiende; None si no hay."""
        blank: dict[str, Any] = {"msg_type": "", "content": {}}
        try:
            message: dict[str, Any] = self._client.get_iopub_msg(timeout=0.2)
            same = message["parent_header"]["msg_id"] == identifier and isinstance(message["content"], dict)
            return (
                {**blank, "msg_type": message["msg_type"], "content": message["content"]} if same else blank
            )
        except queue.Empty:
            return None
        except Exception:  # lo que llega lo escribe el estudiante: puede ser cualquier cosa
            return blank

    def _interrupt(self, identifier: str, problem: str) -> Ran:
        if self._room:
            self._launched.interrupt()
        else:
            signal_group(self._process, signal.SIGINT)
        clock = Clock()
        while clock.now() < 3 and not self._ended():
            message = self._next(identifier)
            if message and message["content"].get("execution_state") == "idle":
                return Ran(problem, stopped=True)
        self._end()
        return Ran(problem, alive=False, stopped=True)


def _limits(own_user: bool) -> list[tuple[int, int]]:
    """Los límites del núcleo y de lo que lance."""
    import resource  # no existe en Windows, donde `grade` se niega antes de llegar aquí

    limits = [(resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CORE, 0)]
    return [*limits, (resource.RLIMIT_NPROC, 256)] if own_user else limits


def _limit() -> None:
    """Pone los límites. Se ejecuta en el hijo, antes de cambiar de programa."""
    import resource

    for kind, value in _limits(False):
        _, hard = resource.getrlimit(kind)
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (top, top))
