"""Leer un archivo de `docker save`, `podman save` u OCI mientras llega, sin extraer nada.

Las capas llegan antes que el manifiesto que las nombra: cada miembro se lee al pasar por lo que parece
(un tar, un documento) y al final el manifiesto dice qué es cada uno. La memoria que se usa depende de
cuántos archivos tiene la imagen, no de cuánto ocupan.
"""

from __future__ import annotations

import hashlib
import posixpath
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from muelle.errors import BadArchive, MissingTool, NotFound, system_reason
from muelle.model.image import Contents
from muelle.model.tree import LayerFiles

from . import documents
from .compression import Expansion, expand, is_compressed
from .documents import Reading, short_name
from .layer import Budget, read_layer
from .limits import MAX_DOCUMENT, MAX_DOCUMENTS, MAX_MEMBERS, PIECE, ExcessError
from .stream import Stream
from .tar import BLOCK, clean, is_tar, members

BLOBS = "blobs/sha256/"
_WHAT = "el archivo"
_ReadOne = Callable[[Iterator[memoryview], bytes, str, Expansion, Budget], LayerFiles]


def read(chunks: Iterable[bytes], verify: bool = True) -> tuple[Contents, ...]:
    """Las imágenes de un archivo que llega en trozos.

    Args:
        chunks: los bytes del archivo, que puede estar comprimido entero; no se guardan.
        verify: si se comprueba que cada capa tiene el DiffID que dice la configuración. Cuesta pasar
            SHA-256 por todo; sobra cuando el archivo viene del mismo demonio que dio los DiffID.

    Returns:
        Una por imagen, en el orden del manifiesto, con el `LayerFiles` de cada capa.

    Raises:
        BadArchive: si está truncado, dañado, miente o es desmedido.
        MissingTool: si una capa es zstd y no está el módulo `zstandard`.
    """
    scanned = _scan(chunks, _verified if verify else _trusted)
    found = []
    for manifest in _manifests(scanned):
        read_config = _config(scanned, manifest.config)
        files = _layers(scanned, manifest, read_config)
        found.append(Contents(documents.image(read_config, manifest.tags, files), files))
    return tuple(found)


def read_file(path: Path) -> tuple[Contents, ...]:
    """Las imágenes del archivo `path`; como `read`.

    Raises:
        NotFound: si no existe o no se puede leer.
    """
    try:
        with path.open("rb") as file:
            return read(iter(lambda: file.read(PIECE), b""))
    except OSError as error:
        raise NotFound(f"No se puede leer el archivo {path} ({system_reason(error)}).") from error


def configs(chunks: Iterable[bytes]) -> tuple[documents.Config, ...]:
    """Las configuraciones de un archivo, sin leer lo que hay dentro de las capas.

    Raises:
        BadArchive: como `read`.
    """
    scanned = _scan(chunks, None)
    return tuple(_config(scanned, manifest.config) for manifest in _manifests(scanned))


@dataclass
class _Scanned:
    """Lo que se vio pasar. Una capa ilegible solo importa si un manifiesto la nombra."""

    documents: dict[str, bytes] = field(default_factory=dict)
    layers: dict[str, LayerFiles | BadArchive | MissingTool] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)


def _scan(chunks: Iterable[bytes], read_one: _ReadOne | None) -> _Scanned:
    """Recorre el archivo hasta el final, también lo que siga al último miembro.

    Args:
        read_one: cómo se lee una capa, o None para saltarlas.
    """
    scanned = _Scanned()
    expansion, budget = Expansion(), Budget()
    stream = Stream(chunks)
    head = stream.peek(BLOCK)
    if not head:
        raise BadArchive("El archivo está vacío; vuelve a guardar la imagen.")
    if is_compressed(head):
        stream = Stream(expand(_all(stream), head, expansion))
        head = stream.peek(BLOCK)
    if not is_tar(head):
        raise BadArchive("El archivo no es un tar: usa uno hecho con docker save o podman save.")
    kept = 0
    for count, info in enumerate(members(stream, _WHAT)):
        if count >= MAX_MEMBERS:
            raise BadArchive(f"El archivo tiene más de {MAX_MEMBERS} miembros: no es de una imagen normal.")
        name = clean(info.name, _WHAT)
        _forget(scanned, name)
        if info.type in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            scanned.links[name] = _target(name, info)
        elif info.isreg():
            head = stream.peek(min(info.size, BLOCK))
            # Primero, si es un tar: el de una capa puede empezar por «{» (`RUN mkdir /{a,b}` sin bash).
            if not head or is_tar(head) or is_compressed(head):
                if read_one is not None:
                    pieces = stream.take(info.size)
                    scanned.layers[name] = _layer(read_one, pieces, head, name, expansion, budget)
            elif head.lstrip()[:1] in (b"{", b"[") and info.size <= MAX_DOCUMENT:
                kept += info.size
                if kept > MAX_DOCUMENTS:
                    raise BadArchive("Los documentos del archivo son enormes: no es de una imagen normal.")
                scanned.documents[name] = b"".join(stream.take(info.size))
            else:
                scanned.layers[name] = BadArchive(
                    f"La capa {short_name(name)} no es un tar, ni suelto ni comprimido con gzip o zstd: "
                    "vuelve a guardar la imagen con docker save."
                )
    for _ in _all(stream):
        pass
    return scanned


def _layer(
    read_one: _ReadOne,
    pieces: Iterator[memoryview],
    head: bytes,
    name: str,
    expansion: Expansion,
    budget: Budget,
) -> LayerFiles | BadArchive | MissingTool:
    """La capa o, si no se entiende, por qué: puede que ninguna imagen la nombre."""
    try:
        return read_one(pieces, head, name, expansion, budget)
    except ExcessError:
        raise
    except (BadArchive, MissingTool) as error:
        return error


def _all(stream: Stream) -> Iterator[memoryview]:
    """Lo que queda de un flujo."""
    while True:
        empty = True
        for piece in stream.take(PIECE):
            empty = False
            yield piece
        if empty:
            return


def _forget(scanned: _Scanned, name: str) -> None:
    """Un miembro repetido sustituye al anterior, como al extraer."""
    scanned.documents.pop(name, None)
    scanned.layers.pop(name, None)
    scanned.links.pop(name, None)


def _target(name: str, info: tarfile.TarInfo) -> str:
    """El miembro al que lleva un enlace: Docker 20.10 y Podman no repiten capas."""
    if info.type == tarfile.LNKTYPE:
        return clean(info.linkname, _WHAT)
    return clean(posixpath.join(posixpath.dirname(name), info.linkname), _WHAT)


def _verified(
    pieces: Iterator[memoryview], head: bytes, name: str, expansion: Expansion, budget: Budget
) -> LayerFiles:
    """Lee una capa y calcula su DiffID y, si viaja comprimida, su digest."""
    sent, content = hashlib.sha256(), hashlib.sha256()
    compressed = is_compressed(head)
    plain: Iterator[Any] = pieces
    if compressed:
        plain = expand(_hashing(pieces, sent), head, expansion)
    plain = _hashing(plain, content)
    files = read_layer(plain, f"la capa {short_name(name)}", budget)
    for _ in plain:  # el DiffID abarca también el relleno del final
        pass
    digest = f"sha256:{sent.hexdigest()}" if compressed else None
    return replace(files, diff_id=f"sha256:{content.hexdigest()}", digest=digest)


def _trusted(
    pieces: Iterator[memoryview], head: bytes, name: str, expansion: Expansion, budget: Budget
) -> LayerFiles:
    """Lee una capa; su digest, si viaja comprimida, es el nombre de su miembro."""
    compressed = is_compressed(head)
    plain: Iterator[Any] = expand(pieces, head, expansion) if compressed else pieces
    files = read_layer(plain, f"la capa {short_name(name)}", budget)
    named = compressed and name.startswith(BLOBS)
    return replace(files, digest=f"sha256:{name.removeprefix(BLOBS)}" if named else None)


def _hashing(pieces: Iterable[Any], into: Any) -> Iterator[Any]:
    for piece in pieces:
        into.update(piece)
        yield piece


def _manifests(scanned: _Scanned) -> tuple[documents.Manifest, ...]:
    """Las imágenes del archivo, según `manifest.json` o, si falta, `index.json`."""
    if "manifest.json" in scanned.documents:
        found = documents.docker_manifests(scanned.documents["manifest.json"])
    else:
        found = documents.oci_manifests(scanned.documents, scanned.reading)
    if not found:
        raise BadArchive("El archivo no contiene ninguna imagen: hazlo con docker save.")
    return found


def _resolve(scanned: _Scanned, name: str) -> str:
    """El miembro al que lleva un nombre del manifiesto, siguiendo enlaces."""
    name = clean(name, _WHAT)
    seen = {name}
    while name in scanned.links:
        name = scanned.links[name]
        if name in seen:
            raise BadArchive("El archivo tiene enlaces en círculo: está dañado; vuelve a guardarlo.")
        seen.add(name)
    return name


def _config(scanned: _Scanned, name: str) -> documents.Config:
    name = _resolve(scanned, name)
    data = scanned.documents.get(name)
    if data is None:
        raise BadArchive("Falta en el archivo la configuración de una imagen; vuelve a guardarla.")
    scanned.reading.spend(data)
    found = documents.config(data, short_name(name))
    _check_blob(name, found.id)
    return found


def _layers(
    scanned: _Scanned, manifest: documents.Manifest, read_config: documents.Config
) -> tuple[LayerFiles, ...]:
    """Las capas que nombra un manifiesto, comprobadas con los DiffID de su configuración."""
    if len(manifest.layers) != len(read_config.diff_ids):
        raise BadArchive(
            f"El manifiesto nombra {len(manifest.layers)} capas y la configuración, "
            f"{len(read_config.diff_ids)}: el archivo miente; vuelve a guardar la imagen."
        )
    files = []
    for position, (path, diff_id) in enumerate(zip(manifest.layers, read_config.diff_ids, strict=True)):
        name = _resolve(scanned, path)
        found = scanned.layers.get(name)
        if found is None:
            raise BadArchive(f"Falta en el archivo la capa {position}; vuelve a guardar la imagen.")
        if not isinstance(found, LayerFiles):
            raise found
        if not found.diff_id:
            files.append(replace(found, diff_id=diff_id))
            continue
        if found.diff_id != diff_id:
            raise BadArchive(
                f"El contenido de la capa {position} no es el que dice la configuración (DiffID): "
                "el archivo está dañado o manipulado; vuelve a guardar la imagen."
            )
        _check_blob(name, found.digest or found.diff_id)
        files.append(found)
    return tuple(files)


def _check_blob(name: str, digest: str) -> None:
    """Un miembro `blobs/sha256/…` se llama como su contenido."""
    if name.startswith(BLOBS) and name != documents.blob(digest):
        raise BadArchive(
            f"El contenido de {short_name(name)} no es el que dice su nombre: "
            "el archivo está dañado o manipulado; vuelve a guardar la imagen."
        )
