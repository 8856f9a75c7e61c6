"""Un núcleo de Python para el cuaderno de un estudiante: aparte, con límites y con plazo.

Si quien corrige es root, el núcleo es de otro usuario, sin privilegios y sin nombre, distinto en cada puesto:
no puede señalar al corrector ni leer lo que no sea de todos.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import queue
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from muelle.errors import MuelleError

MOST_OUTPUT = 1_000_000
"""Caracteres de salida que se admiten en una celda."""
MOST_ANSWER = 200_000
"""Caracteres que puede ocupar una respuesta."""

MEMORY = 2 * 1024**3
FILE = 64 * 1024**2
FIRST_UID = 61000
MARK = "MUELLE_ENTREGA"


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
        token: marca que llevan en su entorno él y lo que lance, para encontrarlos después.
        uid: con qué usuario corre, o None si es el mismo.
    """

    def __init__(self, folder: Path, environment: dict[str, str], token: str, uid: int | None) -> None:
        self._token = token
        connection, _ = write_connection_file(str(folder / "nucleo.json"), ip="127.0.0.1")
        if uid is not None:
            os.chown(connection, uid, uid)
        owner = {} if uid is None else _unprivileged(uid)
        self._uid = uid
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ipykernel_launcher", "-f", connection],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**environment, MARK: self._token},
            start_new_session=True,
            preexec_fn=lambda: _limit(uid is not None),
            **owner,
        )
        self._client = BlockingKernelClient()
        self._client.load_connection_file(connection)

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
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._process.poll() is None:
            identifier = self._client.kernel_info()
            for _ in range(10):
                message = self._next(identifier)
                if message and message["content"].get("execution_state") == "idle":
                    return
        raise MuelleError("El núcleo de Python no llegó a arrancar.")

    def __exit__(self, *_error: object) -> None:
        end(self._process, self._token, self._uid)
        with contextlib.suppress(Exception):
            self._client.stop_channels()

    def run(self, source: str, seconds: float) -> Ran:
        """Ejecuta una celda; si se pasa de plazo o de salida, la interrumpe, y si no atiende, acaba con todo.

        Args:
            seconds: plazo.
        """
        identifier = self._client.execute(source, store_history=False, allow_stdin=False)
        error, written = "", 0
        end_time = time.monotonic() + seconds
        while True:
            if written > MOST_OUTPUT:
                return self._interrupt(
                    identifier, "La celda escribe demasiado: más de un millón de caracteres."
                )
            if time.monotonic() > end_time:
                return self._interrupt(identifier, f"La celda no acabó en {seconds:.0f} segundos.")
            message = self._next(identifier)
            if message is None:
                if self._process.poll() is not None:
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
            "__import__('json').dumps({'v': (lambda a: a() if callable(a) else a)((" + expression + "))}, "
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
        if len(text) > MOST_ANSWER:
            raise ValueError("La respuesta es demasiado larga.")
        try:
            return json.loads(ast.literal_eval(text), object_hook=_special)["v"]
        except (ValueError, SyntaxError, KeyError, TypeError, RecursionError) as error:
            raise ValueError("La respuesta no se puede leer.") from error

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
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, 2)
        until = time.monotonic() + 3
        while time.monotonic() < until and self._process.poll() is None:
            message = self._next(identifier)
            if message and message["content"].get("execution_state") == "idle":
                return Ran(problem, stopped=True)
        end(self._process, self._token, self._uid)
        return Ran(problem, alive=False, stopped=True)


@dataclass(frozen=True)
class Foreign:
    """Un valor que no es de JSON.

    Args:
        kind: el nombre de su tipo.
    """

    kind: str


def _special(data: dict[str, Any]) -> Any:
    if data == {"__puntos__": 1}:
        return ...
    if set(data) == {"__tipo__"}:
        return Foreign(str(data["__tipo__"]))
    return data


def _limit(own_user: bool) -> None:
    """Los límites del núcleo y de lo que lance. Corre en el hijo, antes de cambiar de programa."""
    import resource  # no existe en Windows, donde `grade` se niega antes de llegar aquí

    limits = [(resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CORE, 0)]
    if own_user:
        limits.append((resource.RLIMIT_NPROC, 256))
    for kind, value in limits:
        _, hard = resource.getrlimit(kind)
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (top, top))


def end(process: subprocess.Popen[bytes], token: str, uid: int | None) -> None:
    """Acaba con el núcleo y con todo lo que lanzó, lleve o no la marca."""
    launched: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        launched = psutil.Process(process.pid).children(recursive=True)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, 9)
    for child in launched:
        with contextlib.suppress(psutil.Error):
            child.kill()
    sweep(token, uid)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)


def sweep(token: str, uid: int | None) -> None:
    """Acaba con los procesos que lleven la marca o sean de ese usuario, hasta que no quede ninguno."""
    for _ in range(20):
        left = [process for process in psutil.process_iter() if _belongs(process, token, uid)]
        if not left:
            return
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.02)


def _belongs(process: psutil.Process, token: str, uid: int | None) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if uid is not None:
            return bool(process.uids().real == uid)
        return bool(process.environ().get(MARK) == token)
    return False


def usable_uid(slot: int, python: str = sys.executable) -> int | None:
    """Un usuario sin privilegios para el puesto `slot`, o None si no se puede usar.

    Hace falta ser root y que ese usuario pueda ejecutar este Python.

    Args:
        python: el ejecutable; el de este proceso.
    """
    if os.geteuid() != 0:
        return None
    uid = FIRST_UID + slot
    try:
        probe = subprocess.run(
            [python, "-c", "import ipykernel, muelle.exercises"],
            **_unprivileged(uid),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "HOME": "/"},
            cwd="/",
        )
    except OSError:  # este Python vive en una carpeta que solo lee root
        return None
    return uid if probe.returncode == 0 else None


def _unprivileged(uid: int) -> dict[str, Any]:
    """Las opciones de `subprocess` para correr como ese usuario, sin ningún grupo más."""
    return {"user": uid, "group": uid, "extra_groups": []}


def same_user_reason() -> str:
    """Por qué no hay otro usuario con el que correr, cuando `usable_uid` da None."""
    if os.geteuid() != 0:
        return "no eres root"
    return "otro usuario no puede leer el Python o el curso, que están en una carpeta privada de root"
