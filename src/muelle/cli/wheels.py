"""Traer los paquetes que se llevan a una sala sin red: con su huella, y sin repetir lo que ya está."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

from bootstrap import packages, pipconfig
from bootstrap.program import run_logged
from bootstrap.said import ProgramFailed
from muelle.errors import MuelleError

from .targets import Wheel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_AT_ONCE = 8
_PARTIAL = ("extra-index-url", "find-links")
_SECONDS = 30.0  # lo que se espera a que un servidor siga hablando
_PIECE = 1 << 20

NO_NETWORK = "No se pudo saber qué paquetes hay: comprueba la red y repite la orden"


def listing(locks: Iterable[Path]) -> dict[str, Any]:
    """Las listas de paquetes con todos los archivos que hay de cada uno (PEP 751): se lo pregunta a uv.

    Args:
        locks: las listas, con sus versiones.

    Raises:
        MuelleError: uv no está, o no hay red.
    """
    # Un índice añadido suele tener solo lo de esta máquina, y aquí hace falta lo de todas.
    config = {name: value for name, value in pipconfig.read().items() if name not in _PARTIAL}
    try:
        with packages.fetched_uv() as uv, tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "pylock.toml"
            command = [uv, "pip", "compile", "-q", "--universal", "--python-version", "3.10", "--no-deps"]
            command += ["--no-config", "--format", "pylock.toml", *pipconfig.for_uv(config)]
            command += [*map(str, locks), "-o", str(target)]
            run_logged(command, environment=pipconfig.variables(config))
            lock: dict[str, Any] = tomllib.loads(target.read_text(encoding="utf-8"))
            return lock
    except ProgramFailed as failure:
        raise MuelleError(f"{NO_NETWORK} ({str(failure)[:120]}).") from failure


def bring(wheels: Iterable[Wheel], folder: Path, known: str, tell: Callable[[int, int], object]) -> None:
    """Deja en `folder` esos archivos y ninguno más; los que ya están bien no se traen otra vez.

    Args:
        folder: se crea si no existe.
        known: el texto de las listas, con las huellas que valen.
        tell: recibe los bytes que ya están y los que son en total.

    Raises:
        MuelleError: no se pudo traer alguno, o lo que llegó no es lo que dice la lista.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {wheel.name: wheel for wheel in wheels}
    for path in folder.glob("*.whl*"):
        if path.name not in wanted:
            path.unlink()
    total, there = sum(wheel.size for wheel in wanted.values()), 0
    config = pipconfig.read()
    with requests.Session() as session, ThreadPoolExecutor(_AT_ONCE) as pool:
        _configure(session, config)
        results = pool.map(lambda wheel: _bring_one(session, wheel, folder, known), wanted.values())
        try:
            for size in results:
                there += size
                tell(there, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _configure(session: requests.Session, config: Mapping[str, str]) -> None:
    """Que se llegue a los archivos como llega el pip de esta persona."""
    if config.get("cert"):
        session.verify = config["cert"]
    if config.get("proxy"):
        session.proxies = {"http": config["proxy"], "https": config["proxy"]}


def _bring_one(session: requests.Session, wheel: Wheel, folder: Path, known: str) -> int:
    if wheel.sha256 not in known:
        raise MuelleError(f"La huella de {wheel.name} no está en la lista de paquetes del curso: no se trae.")
    target = folder / wheel.name
    if target.is_file() and target.stat().st_size == wheel.size and digest(target) == wheel.sha256:
        return wheel.size
    partial = folder / f"{wheel.name}.parcial"
    found = hashlib.sha256()
    try:
        with session.get(wheel.url, stream=True, timeout=_SECONDS) as answer, partial.open("wb") as file:
            answer.raise_for_status()
            for piece in answer.iter_content(_PIECE):
                found.update(piece)
                file.write(piece)
    except requests.RequestException as error:
        raise MuelleError(
            f"No se pudo traer {wheel.name}: comprueba la red y repite la orden; lo que ya está no se repite."
        ) from error
    if found.hexdigest() != wheel.sha256:
        partial.unlink()
        raise MuelleError(f"{wheel.name} llegó cambiado, y no se guarda: repite la orden.")
    partial.replace(target)
    return wheel.size


def digest(path: Path) -> str:
    """La huella SHA-256 de un archivo."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
