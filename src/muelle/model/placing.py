"""Lo que queda al extraer las entradas de una capa, una a una y en el orden en que están escritas."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace

from .entries import Entries
from .tree import Entry, FileType


def _free(_cost: int) -> None:
    """Quien lee lo que ya se leyó no cuenta lo que gasta."""


class Placing:
    """Reúne entradas: gana la última de cada ruta, y lo que no es carpeta se lleva lo que hubiera dentro.

    Args:
        imply: se llama con las letras de cada carpeta que se da por hecha.
        walk: se llama con cuántas rutas hay que mirar para quitar lo que hay en una carpeta.

    Attributes:
        folders: las carpetas que se traen y las que se dan por hechas; la raíz es "".
    """

    def __init__(self, imply: Callable[[int], None] = _free, walk: Callable[[int], None] = _free) -> None:
        self.folders: set[str] = {""}
        self._imply = imply
        self._walk = walk
        self._entries = Entries()
        self._at: dict[str, int] = {}  # ruta -> posición en `_entries` de lo que vale en ella
        self._gone: dict[
            str, list[int]
        ] = {}  # ruta -> las que valieron antes, por si queda un enlace a ellas
        self._linked = False

    def add(self, entry: Entry) -> list[str]:
        """Pone una entrada.

        Returns:
            Las rutas que se quitan con ella, además de la suya: casi siempre ninguna.
        """
        path, kind = entry.path, entry.type
        dropped: list[str] = []
        parent = path.rpartition("/")[0]
        if parent not in self.folders:
            self._make(parent, dropped)
        if kind is FileType.DIRECTORY:
            self.folders.add(path)
        elif path in self.folders:
            self._drop_inside(path, dropped)
        if path in self._at:
            self._forget(path)
        self._linked |= kind is FileType.HARDLINK
        self._at[path] = len(self._entries)
        self._entries.append(entry)
        return dropped

    def finish(self) -> Entries:
        """Lo que queda, por ruta y con los enlaces duros en forma canónica.

        Raises:
            ValueError: si hay enlaces duros en círculo.
        """
        if self._linked:
            self._join_links()
        self._entries.keep(self._at.values())
        self._at.clear()
        return self._entries

    def _make(self, path: str, dropped: list[str]) -> None:
        """Da por hecha una carpeta y las de encima; si una era otra cosa, deja de serlo."""
        while path not in self.folders:
            self.folders.add(path)
            self._imply(len(path))
            if path in self._at:
                self._forget(path)
                dropped.append(path)
            path = path.rpartition("/")[0]

    def _drop_inside(self, path: str, dropped: list[str]) -> None:
        """Quita lo que cuelga de una ruta que era carpeta."""
        self._walk(len(self.folders) + len(self._at))
        inside = f"{path}/"
        self.folders = {each for each in self.folders if each != path and not each.startswith(inside)}
        found = [each for each in self._at if each.startswith(inside)]
        for each in found:
            self._forget(each)
        dropped.extend(found)

    def _forget(self, path: str) -> None:
        self._gone.setdefault(path, []).append(self._at.pop(path))

    def _join_links(self) -> None:
        """Da el contenido de cada grupo de enlaces duros al primero por nombre, y a los demás un enlace a él.

        Cuál de los nombres lleva el contenido depende de quién escribió el tar y no significa nada.
        Un enlace a una ruta que la capa no trae (es de una de debajo) se deja, apuntando a ella.
        """
        entries = self._entries
        contents: dict[int, int | None] = {}
        groups: dict[int, list[int]] = {}
        for at in sorted(self._at.values()):
            if entries.type_at(at) is FileType.HARDLINK:
                content = self._content(at, contents)
                if content is not None:
                    groups.setdefault(content, []).append(at)
        for at, names in groups.items():
            content_entry = entries[at]
            if content_entry.type is FileType.DIRECTORY:
                for each in names:
                    entries.put(each, replace(entries[each], link=content_entry.path))
                continue
            last = entries[
                max(at, names[-1])
            ]  # al extraer, cada enlace vuelve a poner los atributos de todos
            if content_entry.type is FileType.FILE:
                content_entry = replace(
                    content_entry, mode=last.mode, uid=last.uid, gid=last.gid, mtime=last.mtime
                )
            if self._at.get(content_entry.path) == at:
                names.append(at)
            first, *others = sorted(names, key=lambda each: entries.paths[each])
            path = entries.paths[first]
            entries.put(first, replace(content_entry, path=path))
            link = replace(content_entry, type=FileType.HARDLINK, size=0, link=path, digest=b"", device=())
            for each in others:
                entries.put(each, replace(link, path=entries.paths[each]))

    def _content(self, at: int, contents: dict[int, int | None]) -> int | None:
        """La posición de lo que lleva el contenido de un enlace duro; None si no es de esta capa.

        Apunta en `contents` lo averiguado, para que una cadena larga no se recorra muchas veces.
        """
        passed: dict[int, None] = {}
        found: int | None = at
        while found is not None and found not in contents:
            if self._entries.type_at(found) is not FileType.HARDLINK:
                break
            if found in passed:
                raise ValueError(self._entries.paths[found])
            passed[found] = None
            found = self._target(found)
        if found in contents:
            found = contents[found]
        contents.update(dict.fromkeys(passed, found))
        return found

    def _target(self, at: int) -> int | None:
        """La posición de lo que había en el destino de un enlace al ponerlo o, si nada, de lo que llegó."""
        path = self._entries.link_at(at)
        live = self._at.get(path)
        if live is not None and live < at:
            return live
        before = self._gone.get(path, ())
        index = bisect_left(before, at)
        return before[index - 1] if index else live
