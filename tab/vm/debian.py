"""Los paquetes de Debian de la máquina: cuáles son (versión y suma) y traerlos del espejo."""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from muelle.errors import MuelleError

EDITIONS = Path(__file__).parent / "editions"
"""Un archivo por edición: la misma máquina con los paquetes de otra publicación de Debian."""

ENGINE = (
    "docker.io",
    "docker-cli",
    "containerd",
    "crun",
    "iptables",
    "libip4tc2",
    "libip6tc2",
    "libxtables12",
    "libc6",
    "libsystemd0",
    "libseccomp2",
    "libcap2",
    "busybox-static",
)
"""Los paquetes que toda edición lleva; los demás los nombra cada una en `EXTRA`."""

EXTRA = {
    "sid": ("tini-static", "libjson-c5", "libblake3-0"),
    "trixie": ("tini", "libyajl2", "liblzma5", "libzstd1", "liblz4-1", "libgcrypt20", "libgpg-error0"),
}
KERNEL = "linux-source-6.12"
FIRMWARE = "seabios"
STABLE = "trixie"
"""De dónde salen el núcleo y el firmware, que no cambian con la edición."""

_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_OLD_SOURCES = Path("/etc/apt/sources.list")
_SECONDS = 60.0


@dataclass(frozen=True)
class Package:
    """Un paquete, sin lugar a dudas.

    Args:
        name, version: los de Debian.
        suite: la publicación de la que se tomó.
        path: su sitio en el espejo, desde la raíz.
        sha256: la suma del archivo `.deb`.
        source: `paquete=versión` del código fuente del que salió.
        homepage: la página del programa.
    """

    name: str
    version: str
    suite: str
    path: str
    sha256: str
    source: str
    homepage: str


def pinned(edition: str) -> list[Package]:
    """Los paquetes de una edición.

    Raises:
        MuelleError: no hay ninguna edición con ese nombre.
    """
    path = EDITIONS / f"{edition}.json"
    if not path.is_file():
        names = ", ".join(sorted(each.stem for each in EDITIONS.glob("*.json")))
        raise MuelleError(f"No hay ninguna edición «{edition}» de la máquina; las que hay: {names}.")
    return [Package(**entry) for entry in json.loads(path.read_text("utf-8"))]


def mirror() -> str:
    """La dirección del espejo de Debian que usa esta máquina.

    Raises:
        MuelleError: esta máquina no es un Debian, o su apt no nombra ningún espejo.
    """
    for path, pattern in (
        (_SOURCES, r"^URIs:\s*(\S+)"),
        (_OLD_SOURCES, r"^deb\s+(?:\[.*?\]\s+)?(\S+)"),
    ):
        found = re.search(pattern, path.read_text("utf-8"), re.MULTILINE) if path.exists() else None
        if found and "ubuntu" not in found[1]:
            return found[1].rstrip("/")
    raise MuelleError(
        "Los paquetes de la máquina son de Debian y este sistema no lo es: "
        "da la dirección de un espejo de Debian con --espejo."
    )


def fetch(packages: list[Package], folder: Path, address: str, progress: Callable[[str], None]) -> list[Path]:
    """Trae los paquetes que falten en `folder` y devuelve sus archivos, comprobados.

    Args:
        packages: cuáles.
        folder: dónde se guardan, por su suma.
        address: el espejo.
        progress: recibe una frase por paquete que se trae.

    Raises:
        MuelleError: el espejo ya no tiene alguno, no responde, o lo que da no es lo esperado.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_fetch(package, folder, address, progress) for package in packages]


def _fetch(package: Package, folder: Path, address: str, progress: Callable[[str], None]) -> Path:
    target = folder / f"{package.sha256[:16]}-{package.name}.deb"
    if target.is_file():
        return target
    progress(f"{package.name} {package.version}")
    content = _get(f"{address}/{package.path}", f"el paquete {package.name} {package.version}")
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise MuelleError(
            f"El espejo dio un {package.name} {package.version} cuya suma no es la anotada: "
            "no se usa. Prueba con otro espejo (--espejo)."
        )
    unfinished = target.with_suffix(".a-medias")
    unfinished.write_bytes(content)
    unfinished.rename(target)
    return target


def _get(url: str, what: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise MuelleError(
                f"El espejo de Debian respondió {error.code} al pedir {what}: repite luego."
            ) from None
        raise MuelleError(
            f"El espejo de Debian ya no tiene {what}. Da con --espejo el archivo histórico de Debian, "
            "elige otra edición con --edicion, o anota los paquetes de hoy con --renovar."
        ) from None
    except OSError as error:
        raise MuelleError(
            f"No se pudo traer {what} del espejo de Debian: comprueba la red y repite."
        ) from error


def renew(edition: str, address: str) -> list[Package]:
    """Anota en su archivo las versiones que hoy tiene el espejo para una edición.

    Raises:
        MuelleError: la edición no existe, o en el espejo falta algún paquete.
    """
    if edition not in EXTRA:
        raise MuelleError(
            f"No hay ninguna edición «{edition}» de la máquina; las que hay: {', '.join(EXTRA)}."
        )
    found = _choose(address, edition, {*ENGINE, *EXTRA[edition]})
    found += _choose(address, STABLE, {KERNEL, FIRMWARE})
    text = json.dumps([asdict(package) for package in found], indent=1, ensure_ascii=False)
    (EDITIONS / f"{edition}.json").write_text(text + "\n", encoding="utf-8")
    return found


def _choose(address: str, suite: str, names: set[str]) -> list[Package]:
    chosen = {p.name: p for p in _index(address, suite) if p.name in names}
    if missing := names - set(chosen):
        raise MuelleError(f"En la publicación {suite} de Debian no hay {', '.join(sorted(missing))}.")
    return [chosen[name] for name in sorted(chosen)]


def _index(address: str, suite: str) -> Iterator[Package]:
    """Los paquetes i386 de una publicación, tal como los lista su índice."""
    url = f"{address}/dists/{suite}/main/binary-i386/Packages.xz"
    text = lzma.decompress(_get(url, f"la lista de paquetes de {suite}")).decode("utf-8")
    for block in text.split("\n\n"):
        fields = dict(re.findall(r"^(\S+): (.*)$", block, re.MULTILINE))
        if fields:
            yield Package(
                name=fields["Package"],
                version=fields["Version"],
                suite=suite,
                path=fields["Filename"],
                sha256=fields["SHA256"],
                source=_source(fields),
                homepage=fields.get("Homepage", ""),
            )


def _source(fields: dict[str, str]) -> str:
    """`paquete=versión` del código fuente: si no lo dice, el propio paquete y su versión."""
    name, _, version = fields.get("Source", fields["Package"]).partition(" ")
    return f"{name}={version.strip('()') or fields['Version']}"
