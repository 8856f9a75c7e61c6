"""Recorrer un archivo de imagen, o una carpeta OCI, y apuntar lo que trae: documentos, capas y enlaces.

Las capas pueden llegar antes que el manifiesto que las nombra: cada miembro se lee al pasar por lo que
parece (un tar, un documento) y al final el manifiesto dice qué es cada uno.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from muelle.errors import BadArchive, MissingTool
from muelle.model.entries import LayerFiles

from . import gojson, tar
from .budget import Budget
from .compression import Expansion, expand, is_compressed
from .documents import ALGORITHMS, Reading, named_digest, short_name
from .layer import read_layer
from .limits import MAX_DOCUMENT, MAX_DOCUMENTS, MAX_MEMBERS, MAX_PADDING, PIECE, TRAILING_PIECES, ExcessError
from .stream import Stream
from .tar import BLOCK, Member, clean, is_tar, members

WHAT = "el archivo"
_INDEXES = ("index.json", "manifest.json")
_KEYS = ("manifests", "rootfs", "layers")
"""Las claves por las que se conoce un índice, una configuración o un manifiesto."""


@dataclass(frozen=True)
class How:
    """Cómo se leen las capas.

    Args:
        inside: si se leen; si no, se saltan.
        verify: si se calculan sus DiffID.
        digests: si se calcula la huella de cada archivo que traen.
    """

    inside: bool = True
    verify: bool = True
    digests: bool = False


@dataclass(frozen=True)
class Found:
    """Una capa que se leyó.

    Args:
        files: lo que trae, sin DiffID.
        content: los digests del tar sin comprimir que se calcularon, por algoritmo.
        sent: los del blob tal como viaja.
        compressed: si viaja comprimido.
    """

    files: LayerFiles
    content: dict[str, str]
    sent: dict[str, str]
    compressed: bool


@dataclass
class Scanned:
    """Lo que se vio pasar. Una capa ilegible solo importa si un manifiesto la nombra.

    Args:
        whole: si se vio el final; si no, lo que falta puede ser que se cortara.
    """

    documents: dict[str, bytes] = field(default_factory=dict)
    layers: dict[str, Found | BadArchive | MissingTool] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    whole: bool = True


class Scanner:
    """Lee miembros uno a uno.

    Args:
        how: cómo se leen las capas.
    """

    def __init__(self, how: How) -> None:
        self.scanned = Scanned()
        self.expansion = Expansion()
        self._how = how
        self._budget = Budget()
        self._kept = 0

    def file(self, name: str, size: int, stream: Stream) -> None:
        """Un archivo: una capa, un documento u otra cosa, que se deja de lado.

        Args:
            stream: colocado al comienzo de sus `size` bytes; puede quedar alguno sin leer.
        """
        head = stream.peek(min(size, BLOCK))
        # Primero, si es un tar: el de una capa puede empezar por «{» (`RUN mkdir /{a,b}` sin bash).
        if not head or is_tar(head) or is_compressed(head):
            if self._how.inside:
                self.scanned.layers[name] = self._layer(stream.take(size), head, name, size)
        elif head.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] in (b"{", b"[") and size <= MAX_DOCUMENT:
            self._document(name, stream.block(size))
        else:
            self.scanned.layers[name] = BadArchive(
                f"La capa {short_name(name)} no es un tar, ni suelto ni comprimido (gzip, bzip2, xz o zstd)."
            )

    def _document(self, name: str, data: bytes) -> None:
        """Guarda un documento si es de los que describen imágenes: una atestación puede ser enorme."""
        if name not in _INDEXES and not _describes(data):
            self.scanned.layers[name] = BadArchive(
                f"La capa {short_name(name)} no es un tar: es un documento."
            )
            return
        self._kept += len(data)
        if self._kept > MAX_DOCUMENTS:
            raise ExcessError(
                f"Los documentos del archivo pasan de {MAX_DOCUMENTS // 2**20} MiB: "
                "son más de lo que el curso guarda en memoria."
            )
        self.scanned.documents[name] = data

    def _layer(
        self, pieces: Iterator[memoryview], head: bytes, name: str, size: int
    ) -> Found | BadArchive | MissingTool:
        """La capa o, si no se entiende, por qué: puede que ninguna imagen la nombre."""
        what = f"la capa {short_name(name)}"
        compressed = is_compressed(head)
        algorithm = named_digest(name).partition(":")[0]
        algorithms = dict.fromkeys(("sha256", *(each for each in ALGORITHMS if each == algorithm)))
        verify = self._how.verify
        sent = [hashlib.new(each) for each in algorithms] if verify and compressed else []
        content = [hashlib.new(each) for each in algorithms] if verify else []
        plain: Iterator[Any] = _hashing(pieces, sent)
        if compressed:
            plain = expand(plain, head, self.expansion, what)
        plain = _hashing(plain, content)
        try:
            files = read_layer(plain, what, self._budget, self._how.digests)
            if verify:
                _padding(plain, what)
        except ExcessError:
            raise
        except (BadArchive, MissingTool) as error:
            return error
        done = [
            dict(zip(algorithms, (f"{each.name}:{each.hexdigest()}" for each in hashes), strict=False))
            for hashes in (content, sent)
        ]
        return Found(replace(files, blob_size=size), done[0], done[1] if compressed else done[0], compressed)


def scan(stream: Stream, how: How) -> Scanned:
    """Recorre un archivo hasta el final del tar y lo que lo rellena, que no es de nadie: no más de lo justo.

    Args:
        stream: el archivo, que puede estar comprimido entero.

    Raises:
        BadArchive: si no es un archivo de imagen, está truncado, dañado o es desmedido.
    """
    scanner = Scanner(how)
    head = stream.peek(BLOCK)
    if not head:
        raise BadArchive("El archivo está vacío; vuelve a guardar la imagen.")
    compressed = is_compressed(head)
    if compressed:
        stream = Stream(expand(stream.rest(), head, scanner.expansion, WHAT))
        head = stream.peek(BLOCK)
    if not is_tar(head):
        raise BadArchive(
            "El archivo no es un tar, ni suelto ni comprimido: usa uno hecho con docker save o podman save."
        )
    for count, member in enumerate(members(stream, WHAT)):
        if count >= MAX_MEMBERS:
            raise ExcessError(f"El archivo tiene más de {MAX_MEMBERS} miembros: son más de los que se leen.")
        name = clean(member.name, WHAT)
        _forget(scanner.scanned, name)
        if member.type in (tar.SYMLINK, tar.HARDLINK):
            scanner.scanned.links[name] = _target(name, member)
        elif member.type == tar.FILE:
            scanner.file(name, member.stored, stream)
    scanner.scanned.whole = stream.ended
    # Lo comprimido, hasta el final: ahí está su suma de comprobación.
    for _ in stream.rest() if compressed else islice(stream.rest(), TRAILING_PIECES):
        pass
    return scanner.scanned


def scan_folder(folder: Path, how: How) -> Scanned:
    """Recorre una carpeta OCI (image-layout.md), o un `docker save` ya extraído.

    Raises:
        BadArchive: si algo está dañado o es desmedido.
        OSError: si no se puede leer.
    """
    scanner = Scanner(how)
    for at, folders, names in os.walk(folder):
        folders.sort()
        for each in sorted(names):
            path = Path(at, each)
            if path.is_symlink():
                target = os.path.realpath(path)
                inside = os.path.relpath(target, os.path.realpath(folder))
                scanner.scanned.links[_relative(path, folder)] = Path(inside).as_posix()
            elif path.is_file():
                with path.open("rb") as file:
                    pieces = iter(lambda file=file: file.read(PIECE), b"")  # type: ignore[misc]
                    scanner.file(_relative(path, folder), path.stat().st_size, Stream(pieces))
    return scanner.scanned


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _describes(data: bytes) -> bool:
    """Si un documento es un índice, una configuración o un manifiesto."""
    try:
        document = gojson.load(data, "")
    except BadArchive:
        return True  # si un manifiesto lo nombra, se dirá que no se entiende
    return isinstance(document, dict) and any(gojson.field(document, key) is not None for key in _KEYS)


def _forget(scanned: Scanned, name: str) -> None:
    """Un miembro repetido sustituye al anterior, como al extraer."""
    scanned.documents.pop(name, None)
    scanned.layers.pop(name, None)
    scanned.links.pop(name, None)


def _target(name: str, member: Member) -> str:
    """El miembro al que lleva un enlace: Docker 20.10 y Podman no repiten capas."""
    if member.type == tar.HARDLINK:
        return clean(member.link, WHAT)
    return clean(posixpath.join(posixpath.dirname(name), member.link), WHAT)


def _padding(pieces: Iterable[Any], what: str) -> None:
    """Lo que hay detrás del final de una capa, que también cuenta para su DiffID.

    Raises:
        BadArchive: si es desmedido.
    """
    left = MAX_PADDING
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise BadArchive(
                f"En {what}, detrás de sus archivos hay más de {MAX_PADDING // 2**30} GiB que no son de "
                "ninguno: comprobarla costaría más de lo que el curso gasta en un archivo."
            )


def _hashing(pieces: Iterable[Any], hashes: list[Any]) -> Iterator[Any]:
    for piece in pieces:
        for each in hashes:
            each.update(piece)
        yield piece
