"""Lo que `bytecode.mjs` ejecuta dentro de Pyodide: compilar lo que se carga al empezar.

Un módulo compilado va en lugar de su código fuente y con su nombre (`x.pyc` por `x.py`), que es donde Python
lo busca si no hay otra cosa. Los demás se quedan como están: compilados pesan más, y casi nadie los usa.
"""

import importlib
import py_compile
import shutil
import sys
import zipfile
from pathlib import Path

STDLIB, LIBRARY = Path("/python_stdlib.zip"), Path("/biblioteca.zip")
WHERE = {"estandar": "/lib/python314.zip", "curso": "/curso"}
"""Cada carpeta de trabajo y dónde estarán sus módulos en la pestaña: es lo que dice una traza."""

USED = ("muelle_tab.setup", "docker", "graphviz", "ipywidgets")
"""Lo que importan la pestaña y las celdas; además, todo lo que se pide a `muelle`."""

OURS = "muelle"
"""Lo nuestro va compilado entero: hay módulos que no se cargan hasta que se usan."""


def used() -> set[str]:
    """Los archivos de los módulos que se cargan, cada uno con su ruta dentro de su archivo."""
    sys.path.insert(0, str(Path("curso").resolve()))
    for name in USED:
        importlib.import_module(name)
    course = importlib.import_module("muelle")
    for name in course.__all__:
        getattr(course, name)
    return {str(getattr(module, "__file__", "")) for module in list(sys.modules.values())}


def compile_used(folder: str, origin: str, files: set[str]) -> None:
    """Cambia por su compilado cada módulo de una carpeta que está entre los usados o es nuestro.

    Args:
        folder: la carpeta de trabajo.
        origin: de dónde lo cargó este Python, como prefijo de `files`.
        files: los de `used`.
    """
    for path in sorted(Path(folder).rglob("*.py")):
        inside = path.relative_to(folder)
        if f"{origin}/{inside}" in files or inside.parts[0] == OURS:
            py_compile.compile(
                str(path),
                cfile=str(path.with_suffix(".pyc")),
                dfile=f"{WHERE[folder]}/{inside}",
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            path.unlink()


def pack(folder: str, target: Path) -> None:
    """Un zip sin comprimir, que ya se comprime entero después; siempre el mismo orden y la misma fecha."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                packed.writestr(zipfile.ZipInfo(str(path.relative_to(folder))), path.read_bytes())


def main() -> None:
    """Deja los dos archivos con lo usado compilado."""
    shutil.unpack_archive(STDLIB, "estandar")
    shutil.unpack_archive(LIBRARY, "curso")
    files = used()
    compile_used("estandar", WHERE["estandar"], files)
    compile_used("curso", str(Path("curso").resolve()), files)
    pack("estandar", STDLIB)
    pack("curso", LIBRARY)


if __name__ == "__main__":
    main()
