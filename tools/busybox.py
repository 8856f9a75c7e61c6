"""Trae de Debian los BusyBox estáticos que viajan con el repositorio: `python tools/busybox.py`.

Solo hace falta para renovarlos: el curso usa los que ya están en `src/muelle/base/datos/`. Necesita `apt-get`
y `dpkg-deb` (un Debian o un Ubuntu con red); no pide ser root ni cambia el apt de la máquina, porque trabaja
con listas y caché propias en una carpeta temporal.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from muelle.base.binary import DATA
from muelle.errors import MissingTool, MuelleError

DEBIAN_NAMES = {"386": "i386", "amd64": "amd64", "arm64": "arm64"}
"""Arquitectura con el nombre de Docker -> el nombre de Debian."""
PACKAGE = "busybox-static"


def applets(binary: bytes) -> list[str]:
    """Los nombres de las órdenes que BusyBox lleva dentro, sin ejecutarlo.

    BusyBox los guarda seguidos, ordenados y separados por un byte nulo, y la lista empieza por `[` y `[[`
    (fuente: `include/applet_tables.h`, que genera su compilación). Así sirve también un binario de otra
    arquitectura.

    Raises:
        MuelleError: si la lista no está donde se espera.
    """
    start = binary.find(b"\0[\0[[\0")
    if start < 0:
        raise MuelleError(
            "No encuentro la lista de órdenes dentro de BusyBox; revisa `applets` en tools/busybox.py."
        )
    end = binary.index(b"\0\0", start)
    return [name.decode() for name in binary[start + 1 : end].split(b"\0")]


def _apt(work: Path, *arguments: str, check: bool = True) -> None:
    """Ejecuta apt-get con estado propio en `work` y todas las arquitecturas a la vez."""
    options = {
        "Dir::State::lists": work / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": work / "cache",
        "Acquire::Languages": "none",
        # Las carpetas temporales no son legibles para el usuario `_apt` al que apt se cambia siendo root.
        "APT::Sandbox::User": "root",
    }
    command = ["apt-get", "-qq"]
    for key, value in options.items():
        command += ["-o", f"{key}={value}"]
    for name in DEBIAN_NAMES.values():
        command += ["-o", f"APT::Architectures::={name}"]
    subprocess.run(
        [*command, *arguments],
        cwd=work / "debs",
        check=check,
        stdout=subprocess.DEVNULL,
        stderr=None if check else subprocess.DEVNULL,
    )


def _field(package: Path, name: str) -> str:
    result = subprocess.run(["dpkg-deb", "-f", package, name], check=True, capture_output=True, text=True)
    return result.stdout.strip()


def _source(package: Path) -> str:
    """`paquete=versión` del código fuente, tal como lo entiende `apt-get source`."""
    name, _, version = _field(package, "Source").partition(" ")
    return f"{name or PACKAGE}={version.strip('()') or _field(package, 'Version')}"


def _licence(root: Path, entry: dict[str, object]) -> str:
    copyright_text = (root / "usr/share/doc" / PACKAGE / "copyright").read_text(encoding="utf-8")
    gpl = Path("/usr/share/common-licenses/GPL-2").read_text(encoding="utf-8")
    return (
        "Los archivos busybox-*.xz son el programa BusyBox, sin cambios, tal como lo distribuye Debian\n"
        f"en el paquete {PACKAGE} {entry['version']}, comprimidos con xz.\n"
        "Su licencia es la GPL, versión 2.\n\n"
        "El código fuente exacto es el paquete fuente de Debian que nombra manifiesto.json; para traerlo,\n"
        f"en un Debian con líneas «deb-src»: apt-get source {entry['source']}\n"
        f"Va enlazado con: {entry['built_using']} (licencia LGPL 2.1).\n\n"
        f"---- Del paquete de Debian (copyright) ----\n\n{copyright_text.strip()}\n\n"
        f"---- GPL, versión 2 ----\n\n{gpl.strip()}\n"
    )


def main() -> None:
    """Baja los paquetes, extrae los binarios y escribe `datos/` entera.

    Raises:
        MissingTool: si falta `apt-get` o `dpkg-deb`.
        MuelleError: si apt no puede bajar los paquetes.
    """
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise MissingTool(f"Falta «{tool}»: ejecuta esto en un Debian o un Ubuntu.")
    manifest: dict[str, object] = {"package": PACKAGE, "binaries": {}}
    with tempfile.TemporaryDirectory(prefix="muelle-base-") as folder:
        work = Path(folder)
        for name in ("lists/partial", "cache/archives/partial", "debs"):
            (work / name).mkdir(parents=True)
        # Una lista ajena que falle (otro repositorio de la máquina) no impide bajar BusyBox.
        _apt(work, "update", check=False)
        try:
            _apt(work, "download", *(f"{PACKAGE}:{name}" for name in DEBIAN_NAMES.values()))
        except subprocess.CalledProcessError as error:
            raise MuelleError(
                "apt no pudo bajar los paquetes; mira su mensaje y comprueba la red."
            ) from error
        for architecture, debian in DEBIAN_NAMES.items():
            (package,) = (work / "debs").glob(f"*_{debian}.deb")
            root = work / debian
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
            binary = (root / "bin/busybox").read_bytes()
            entry: dict[str, object] = {
                "sha256": hashlib.sha256(binary).hexdigest(),
                "size": len(binary),
                "version": _field(package, "Version"),
                "source": _source(package),
                "built_using": _field(package, "Built-Using"),
            }
            manifest["binaries"][architecture] = entry  # type: ignore[index]
            manifest["applets"] = applets(binary)
            (DATA / f"busybox-{architecture}.xz").write_bytes(
                lzma.compress(binary, preset=9 | lzma.PRESET_EXTREME)
            )
            (DATA / "LICENCIA-busybox").write_text(_licence(root, entry), encoding="utf-8")
            print(f"{architecture}: {entry['version']}, {entry['size']} bytes")
    text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
    (DATA / "manifiesto.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except MuelleError as error:
        print(f"✗ {error}", file=sys.stderr)
        sys.exit(error.exit_code)
