"""Capas al azar con lo que el formato permite y los motores rara vez escriben, y el árbol que dan."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from archives import Item
from muelle.model import Entry, FileSystem, FileType

NAMES = ["a", "b", "ñ", "caf\udce9", "caf\\xe9", "con espacio", "n" * 120]
FOLDERS = ["c1", "c2", "c3"]
LINKS = {"e1": "c1", "e2": "c1/sub"}
BOTTOM = [
    *(Item(each, "dir", mode=0o755) for each in FOLDERS),
    Item("c1/sub", "dir", mode=0o755),
    Item("c1/sub/viejo", data=b"viejo"),
    Item("c2/viejo", data=b"viejo tambien"),
    Item("e1", "symlink", link="c1"),
    Item("e2", "symlink", link="c1/sub"),
]
"""Lo que hay siempre debajo: carpetas, y enlaces a dos de ellas por los que pasar."""


@st.composite
def layers(draw: st.DrawFn) -> list[list[Item]]:
    """Entre dos y cuatro capas, la primera con `BOTTOM` dentro."""
    found = [list(BOTTOM)]
    files = ["c1/sub/viejo", "c2/viejo"]
    for _ in range(draw(st.integers(1, 3))):
        found.append(_layer(draw, files))
    return found


def _layer(draw: st.DrawFn, files: list[str]) -> list[Item]:
    """Una capa; `files` son los archivos de las de debajo, y se le añaden los suyos.

    Dos de sus rutas pueden acabar en el mismo sitio, a través de un enlace de debajo: gana la última.
    """
    items: dict[str, Item] = {}
    gone: set[str] = set()
    for _ in range(draw(st.integers(1, 6))):
        folder = draw(st.sampled_from([*FOLDERS, *LINKS, "c1/sub"]))
        name = draw(st.sampled_from(NAMES))
        path = f"{folder}/{name}"
        if path in items:
            continue
        kind = draw(st.sampled_from(["file", "file", "dir", "symlink", "fifo", "hardlink", "gone", "opaque"]))
        if kind == "file":
            items[path] = Item(path, data=draw(st.binary(max_size=20)), mode=0o640)
            files.append(path)
        elif kind == "symlink":
            items[path] = Item(path, kind, link=draw(st.sampled_from(["nada", "c1", "viejo"])))
        elif kind == "hardlink":
            target = draw(st.sampled_from(sorted(set(files))))
            if target not in gone and target != path:
                items[path] = Item(path, kind, link=target, mode=0o640)
        elif kind == "gone":
            gone.add(path)
            items[path] = Item(f"{folder}/.wh.{name}")
        elif kind == "opaque" and folder == "c3":
            items[f"{folder}/.wh..wh..opq"] = Item(f"{folder}/.wh..wh..opq")
        elif kind in ("dir", "fifo"):
            items[path] = Item(path, kind, mode=0o755)
    listed = list(items.values())
    return sorted(listed, key=lambda each: (".wh." not in each.name, each.kind == "hardlink"))


@st.composite
def rewritten(draw: st.DrawFn) -> list[Item]:
    """Una capa que pone varias veces las mismas rutas, con enlaces duros a lo que había en cada momento."""
    items: list[Item] = []
    live: dict[str, str] = {}
    for _ in range(draw(st.integers(2, 9))):
        names = ["a", "b", "c", "d", *(["d/a", "d/b"] if live.get("d", "dir") == "dir" else [])]
        path = draw(st.sampled_from(names))
        kind = draw(st.sampled_from(["file", "file", "hardlink", "hardlink", "symlink", "dir"]))
        targets = sorted(each for each in live if live[each] == "file" and each != path)
        if kind != "dir":
            targets = [each for each in targets if not each.startswith(f"{path}/")]
        if kind == "hardlink" and targets:
            items.append(Item(path, kind, link=draw(st.sampled_from(targets))))
        elif kind in ("file", "hardlink"):
            items.append(Item(path, data=draw(st.binary(min_size=1, max_size=9))))
        else:
            items.append(Item(path, kind, link="a" if kind == "symlink" else "", mode=0o755))
        if kind != "dir" or live.get(path) != "dir":
            live = {each: live[each] for each in live if not each.startswith(f"{path}/")}
        live[path] = "file" if kind == "hardlink" else kind
        if path.startswith("d/"):
            live["d"] = "dir"
    return items


def on_disk(root: Path) -> dict[str, tuple[Any, ...]]:
    """Lo que hay en una carpeta: tipo, tamaño y huella de cada archivo, o destino de cada enlace."""
    found: dict[str, tuple[Any, ...]] = {}
    for at, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(at, name)
            try:
                status = path.lstat()
            except FileNotFoundError:  # overlay nombra una marca que no tapa nada, pero no la deja ver
                continue
            shown = str(path.relative_to(root))
            if stat.S_ISREG(status.st_mode):
                data = path.read_bytes()
                found[shown] = ("archivo", len(data), hashlib.sha256(data).digest()[:16])
            elif stat.S_ISLNK(status.st_mode):
                found[shown] = ("enlace simbólico", str(path.readlink()))
            else:
                found[shown] = ("carpeta" if stat.S_ISDIR(status.st_mode) else "tubería",)
    return found


def in_stack(system: FileSystem) -> dict[str, tuple[Any, ...]]:
    """Lo que dice nuestra pila, en la forma de `on_disk`."""
    return {entry.path: _fact(system.content(entry.path) or entry) for entry in system}


def _fact(entry: Entry) -> tuple[Any, ...]:
    if entry.type is FileType.FILE:
        return (entry.type.value, entry.size, entry.digest)
    return (entry.type.value, entry.link) if entry.type is FileType.SYMLINK else (entry.type.value,)


def bytes_of(tree: dict[str, tuple[Any, ...]], names: Sequence[str] = ()) -> int:
    """Los bytes de los archivos de un árbol, sin contar esos nombres."""
    return sum(fact[1] for path, fact in tree.items() if fact[0] == "archivo" and path not in names)
