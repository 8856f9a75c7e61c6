"""Paquetes de Python hechos aquí, para probar la preparación sin red."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path


class Shelf:
    """Una carpeta con paquetes (`--find-links`), y el entorno para que nadie busque en otro sitio.

    Args:
        folder: dónde; se crea.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.uv_pin = f"uv=={importlib.metadata.version('uv')}"

    @property
    def environment(self) -> dict[str, str]:
        """Las variables que hacen que pip (y con él uv) solo mire aquí."""
        nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "", "PIP_EXTRA_INDEX_URL": ""}
        return {**nowhere, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.folder)}

    def add(self, name: str, version: str, script: str = "") -> None:
        """Pone un paquete con un módulo vacío.

        Args:
            name, version: los suyos.
            script: el texto de un programa que se llama como él.
        """
        files = {f"{name}/__init__.py": b""}
        if script:
            files[f"{name}-{version}.data/scripts/{name}"] = script.encode()
        self._write(name, version, files)

    def add_uv(self) -> None:
        """Pone el uv de verdad, el que está instalado con las pruebas."""
        distribution = importlib.metadata.distribution("uv")
        files = {}
        for each in distribution.files or ():
            path = Path(str(each.locate()))
            if path.parent.name == "uv" and path.suffix == ".py":
                files[f"uv/{path.name}"] = path.read_bytes()
            elif path.stem == "uv" and path.suffix in ("", ".exe"):
                files[f"uv-{distribution.version}.data/scripts/{path.name}"] = path.read_bytes()
        self._write("uv", distribution.version, files)

    def lock(self, target: Path, pin: str) -> None:
        """Escribe una lista con ese paquete y su huella.

        Args:
            target: el archivo.
            pin: como `nombre==versión`.
        """
        wheel = self.folder / f"{pin.replace('==', '-')}-py3-none-any.whl"
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        target.write_text(f"{pin} \\\n    --hash=sha256:{digest}\n", encoding="utf-8")

    def _write(self, name: str, version: str, files: Mapping[str, bytes]) -> None:
        about = f"{name}-{version}.dist-info"
        everything = {
            **files,
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
            f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in everything.items()]
        everything[f"{about}/RECORD"] = "\n".join([*rows, f"{about}/RECORD,,", ""]).encode()
        with zipfile.ZipFile(self.folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
            for path, data in everything.items():
                entry = zipfile.ZipInfo(path)
                entry.external_attr = 0o100755 << 16
                wheel.writestr(entry, data)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
