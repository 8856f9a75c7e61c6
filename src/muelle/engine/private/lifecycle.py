"""El motor privado del curso: arrancarlo una vez, compartirlo y pararlo sin dejar nada."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

import psutil
from filelock import FileLock, Timeout

from muelle.engine.endpoint import Endpoint
from muelle.engine.private import launchers, remains
from muelle.engine.private.folders import Folder, folder, prepare
from muelle.engine.private.launcher import Kind
from muelle.engine.private.logs import last_useful_line
from muelle.engine.probe import probe
from muelle.errors import EngineUnavailable, MuelleError, system_reason
from muelle.pace import stretched

START_SECONDS = 90.0
"""Plazo para que el demonio responda, en segundos (0,5–3 s es lo normal)."""

RECOVERY_SECONDS = 15.0
"""Lo que se espera la respuesta de un demonio que vive, antes de darlo por perdido y arrancar otro."""

LOCK_SECONDS = 180.0
"""Lo que se espera a que otra orden acabe de arrancar o parar el motor, en segundos."""

ORIGIN = "el motor privado del curso"

Progress = Callable[[str], None]
_started: list[subprocess.Popen[bytes]] = []  # para recoger al hijo si muere mientras vive este proceso


@dataclass(frozen=True)
class Status:
    """Cómo está el motor privado.

    Args:
        kind: `dockerd (root)`, `dockerd (rootless)`, `podman`, o None si no hay ninguno.
        running: si su proceso vive; `answering`, si además responde.
        url: su dirección; `pid`, su proceso.
        log: el archivo con lo que escribe; `root`, su carpeta.
    """

    kind: str | None
    running: bool
    answering: bool
    url: str
    pid: int | None
    root: str
    log: str


@dataclass(frozen=True)
class _State:
    """Lo anotado al arrancar."""

    kind: str
    pid: int
    created: float


def running() -> Endpoint | None:
    """El motor privado, si está en marcha y responde. No lo arranca."""
    if sys.platform == "win32":
        return None
    paths = folder()
    return _endpoint(paths) if _has_socket(paths) and _answers(paths) else None


def start(progress: Progress | None = None) -> Endpoint:
    """El motor privado en marcha: el que ya haya o uno nuevo.

    Varias órdenes a la vez acaban con un solo motor: un cerrojo ordena los arranques.

    Args:
        progress: recibe frases mientras arranca.

    Raises:
        EngineUnavailable: esta máquina no puede, o el demonio no arrancó; la frase cita su registro.
        MissingTool: falta algo que instalar.
    """
    if sys.platform != "linux":
        raise EngineUnavailable(
            "El motor privado solo existe en Linux: instala Docker Desktop, ábrelo y repite la orden."
        )
    tell = progress or _silent
    paths = prepare()
    if _has_socket(paths) and _answers(paths):
        return _endpoint(paths)
    with _locked(paths, tell):
        if _recover(paths, tell):
            return _endpoint(paths)
        kind = launchers.choose(paths, tell)
        tell(f"Arrancando un motor privado: {kind.name}…")
        _launch(kind, paths)
        tell(f"Motor privado en marcha: {kind.name}.")
    return _endpoint(paths)


def stop(keep_data: bool = True, progress: Progress | None = None) -> bool:
    """Para el motor privado con sus contenedores y quita procesos, montajes, puentes y sockets.

    Args:
        keep_data: si se guardan imágenes, contenedores y volúmenes para la próxima vez.
        progress: recibe frases mientras para.

    Returns:
        Si había algo que parar o borrar.

    Raises:
        MuelleError: si algo no se dejó quitar; la frase dice qué.
    """
    paths = folder()
    try:
        nothing = sys.platform == "win32" or not paths.root.exists()
    except OSError as exc:
        raise MuelleError(
            f"La carpeta del motor, «{paths.root}», no es de tu usuario: "
            "usa el que arrancó el motor, o elige otra con MUELLE_HOME."
        ) from exc
    if nothing:
        return False
    tell = progress or _silent
    with _locked(paths, tell):
        state = _read_state(paths)
        found = bool(state) or bool(remains.processes(paths))
        tell("Parando el motor privado…")
        if _has_socket(paths) and _answers(paths):
            remains.stop_containers(paths)
        remains.clear(paths)
        if not keep_data and paths.data.exists():
            found = True
            launchers.erase(paths, state.kind if state else None)
            remains.clear(paths)  # borrar sin privilegios también deja algo
        for file in (paths.state, paths.config):
            file.unlink(missing_ok=True)
        if paths.run != paths.root and paths.run.exists():
            paths.run.rmdir()
        if not keep_data:
            paths.log.unlink(missing_ok=True)
        # El cerrojo se queda: si se borrara, quien lo espera tendría uno y quien llegue después, otro.
    return found


def status() -> Status:
    """Cómo está el motor privado, sin cambiar nada."""
    paths = folder()
    process = None if sys.platform == "win32" else _daemon(paths)
    state = _read_state(paths)
    return Status(
        kind=state.kind if state else None,
        running=process is not None,
        answering=process is not None and _answers(paths),
        url=paths.url,
        pid=process.pid if process else None,
        root=str(paths.root),
        log=str(paths.log),
    )


def _silent(text: str) -> None:
    """Quien no pasa `progress` no oye nada."""


def _endpoint(paths: Folder) -> Endpoint:
    state = _read_state(paths)
    origin = f"{ORIGIN}, {state.kind}" if state else ORIGIN
    return Endpoint(url=paths.url, origin=origin, private=True)


def _has_socket(paths: Folder) -> bool:
    """Si está el socket y se deja ver: la carpeta puede ser de otro usuario, tras un `sudo`."""
    try:
        return paths.socket.exists()
    except OSError:
        return False


def _answers(paths: Folder, seconds: float = 3.0) -> bool:
    try:
        probe(_endpoint(paths), stretched(seconds))
    except EngineUnavailable:
        return False
    return True


@dataclass
class _Wait:
    """Un cerrojo que, si no llega a tiempo, lo dice en una frase."""

    paths: Folder
    tell: Progress

    def __enter__(self) -> None:
        self.lock = FileLock(self.paths.lock, timeout=0, mode=0o600)
        try:
            self.lock.acquire()
        except Timeout:
            self.tell("Otra orden está arrancando o parando el motor: esperando…")
            try:
                self.lock.acquire(timeout=LOCK_SECONDS)
            except Timeout:
                raise EngineUnavailable(
                    f"Otra orden lleva más de {LOCK_SECONDS:g} segundos con el motor: "
                    "espera a que acabe y repite."
                ) from None
        except OSError as exc:
            raise MuelleError(
                f"No se puede escribir en «{self.paths.lock}» ({system_reason(exc)}): "
                "usa el usuario que arrancó el motor, o elige otra carpeta con MUELLE_HOME."
            ) from exc

    def __exit__(self, *exc: object) -> None:
        self.lock.release()


def _locked(paths: Folder, tell: Progress) -> _Wait:
    return _Wait(paths, tell)


def _recover(paths: Folder, tell: Progress) -> bool:
    """Con el cerrojo: True si ya hay motor; si no, quita lo que dejó uno que murió."""
    process = _daemon(paths)
    if process is not None:
        if _answers(paths, seconds=RECOVERY_SECONDS):
            return True
        tell("El motor privado no responde: se arranca de nuevo.")
    elif paths.state.exists():
        tell("El motor privado se paró solo: se arranca de nuevo.")
    remains.clear(paths)
    return False


def _launch(kind: Kind, paths: Folder) -> None:
    with paths.log.open("wb") as log:
        try:
            process = subprocess.Popen(
                kind.command,
                env=kind.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
            )
        except OSError as exc:
            why = system_reason(exc)
            raise EngineUnavailable(f"No se pudo ejecutar «{kind.command[0]}»: {why}.") from exc
    _started.append(process)
    state = _State(kind.name, process.pid, psutil.Process(process.pid).create_time())
    paths.state.write_text(json.dumps(asdict(state)), encoding="utf-8")
    patience = stretched(START_SECONDS)
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        if _has_socket(paths) and _answers(paths, seconds=2.0):
            paths.socket.chmod(0o600)
            return
        time.sleep(0.05)
    ended = process.poll() is not None
    reason = last_useful_line(paths.log)
    remains.clear(paths)
    paths.state.unlink(missing_ok=True)
    what = "se cerró al arrancar" if ended else f"no respondió en {patience:.0f} segundos"
    raise EngineUnavailable(
        f"El motor privado ({kind.name}) {what}: «{reason}»; el registro entero está en {paths.log}."
    )


def _daemon(paths: Folder) -> psutil.Process | None:
    """El proceso del motor privado, si vive y de verdad es el nuestro."""
    state = _read_state(paths)
    if state is not None:
        with suppress(psutil.Error):
            process = psutil.Process(state.pid)
            same = abs(process.create_time() - state.created) < 1.0
            if same and process.status() != psutil.STATUS_ZOMBIE:
                return process
    found = [process for process in remains.processes(paths) if remains.is_daemon(process)]
    return found[0] if found else None


def _read_state(paths: Folder) -> _State | None:
    try:
        data = json.loads(paths.state.read_text(encoding="utf-8"))
        return _State(kind=str(data["kind"]), pid=int(data["pid"]), created=float(data["created"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
