"""Las imágenes de un archivo de `docker save`, `podman save` u OCI, sin extraer nada.

La memoria que se usa depende de cuántos archivos tiene la imagen, no de cuánto ocupan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from muelle.errors import BadArchive, NotFound, system_reason
from muelle.model.entries import LayerFiles
from muelle.model.extraction import Store, disagreements, extracted
from muelle.model.image import Contents, platform

from . import documents, gojson
from .documents import Config, Manifest, named_digest, short_name
from .index import Index, read_index
from .scan import WHAT, How, Scanned, scan, scan_folder
from .stream import Stream
from .tar import clean


def read(chunks: Iterable[bytes], verify: bool = True, digests: bool = False) -> tuple[Contents, ...]:
    """Las imágenes de un archivo que llega en trozos.

    Args:
        chunks: los bytes del archivo, que puede estar comprimido entero; no se guardan.
        verify: si se comprueba que cada capa tiene el DiffID que dice la configuración. Cuesta pasar
            SHA-256 por todo; sobra cuando el archivo viene del mismo demonio que dio los DiffID.
        digests: si se calcula la huella de cada archivo (`Entry.digest`), para comparar contenidos.

    Returns:
        Una por imagen, en el orden del manifiesto, con el `LayerFiles` de cada capa tal como la extraen
        Docker y containerd sobre overlay; si otro almacén lo haría de otro modo, lo dice `Image.notes`.

    Raises:
        BadArchive: si está truncado, dañado, miente o es desmedido.
        MissingTool: si para leer una capa falta un módulo de Python.
    """
    return tuple(map(_as_overlay, written(chunks, verify, digests)))


def written(chunks: Iterable[bytes], verify: bool = True, digests: bool = False) -> tuple[Contents, ...]:
    """Como `read`, con las capas tal como están escritas, sin extraer en ningún almacén."""
    return _images(scan(Stream(chunks), How(verify=verify, digests=digests)))


def read_file(path: Path, digests: bool = False) -> tuple[Contents, ...]:
    """Las imágenes del archivo `path`, o de la carpeta OCI; como `read`.

    Raises:
        NotFound: si no existe o no se puede leer.
    """
    try:
        if path.is_dir():
            return tuple(map(_as_overlay, _images(_layout(path, digests))))
        with path.open("rb") as file:
            return tuple(map(_as_overlay, _images(scan(Stream.of(file), How(digests=digests)))))
    except OSError as error:
        raise NotFound(f"No se puede leer {path} ({system_reason(error)}).") from error


def _layout(path: Path, digests: bool) -> Scanned:
    """Lo que hay en una carpeta OCI."""
    if not any((path / name).is_file() for name in ("index.json", "manifest.json")):
        raise BadArchive(
            f"La carpeta {path} no es de una imagen: falta index.json. "
            "Se hace, por ejemplo, con «skopeo copy docker-daemon:imagen:1 oci:carpeta»."
        )
    return scan_folder(path, How(digests=digests))


def configs(chunks: Iterable[bytes]) -> tuple[Config, ...]:
    """Las configuraciones de un archivo, sin leer lo que hay dentro de las capas.

    Raises:
        BadArchive: como `read`.
    """
    scanned = scan(Stream(chunks), How(inside=False))
    found, _ = _manifests(scanned)
    read_configs = (_config(scanned, manifest) for manifest in found)
    return tuple(each for each in read_configs if each is not None)


def _as_overlay(each: Contents) -> Contents:
    """Una imagen con sus capas como las extraen Docker y containerd, y en qué no están todos de acuerdo."""
    notes = disagreements(each.layers)
    image = replace(each.image, notes=(*each.image.notes, *notes)) if notes else each.image
    return Contents(image, extracted(each.layers, Store.OVERLAY))


def _manifests(scanned: Scanned) -> tuple[list[Manifest], Index]:
    """Las imágenes que nombran `manifest.json` y `index.json`: cada una una vez, con todos sus nombres."""
    _as_layout(scanned)
    docker: tuple[Manifest, ...] = ()
    if "manifest.json" in scanned.documents:
        docker = documents.docker_manifests(scanned.documents["manifest.json"])
    index = read_index(scanned.documents, scanned.reading)
    found: dict[tuple[str, ...], Manifest] = {}
    for manifest in (*docker, *index.manifests):
        key = tuple(
            _resolve(scanned, name) for name in (manifest.config, *(p.member for p in manifest.layers))
        )
        if key in found:
            tags = dict.fromkeys((*found[key].tags, *manifest.tags))
            sources = found[key].sources or manifest.sources
            found[key] = replace(manifest, tags=tuple(tags), sources=sources)
        else:
            found[key] = manifest
    return list(found.values()), index


def _as_layout(scanned: Scanned) -> None:
    """Pone con los nombres de OCI lo de una carpeta `dir:` de skopeo o Podman, si lo es.

    En ella, `manifest.json` es el propio manifiesto, o el índice, y cada blob se llama como su digest.
    """
    data = scanned.documents.get("manifest.json")
    if data is None or "index.json" in scanned.documents:
        return
    root = gojson.load(data, "manifest.json")
    if not isinstance(root, dict):
        return
    if gojson.field(root, "fsLayers"):
        raise BadArchive(
            "El manifiesto es del primer formato (schemaVersion 1), que los motores dejaron de leer: "
            "vuelve a copiar la imagen en otro, por ejemplo con «skopeo copy --format oci»."
        )
    if not isinstance(gojson.field(root, "config"), dict) and not gojson.field(root, "manifests"):
        return
    scanned.documents["index.json"] = scanned.documents.pop("manifest.json")
    named: tuple[dict[str, Any], ...] = (scanned.documents, scanned.layers)
    for members in named:
        for name in list(members):
            digest = name.removesuffix(".manifest.json")
            if len(digest) == _SHA256 and not set(digest) - set("0123456789abcdef"):
                members[documents.blob(f"sha256:{digest}")] = members.pop(name)


def _images(scanned: Scanned) -> tuple[Contents, ...]:
    manifests, index = _manifests(scanned)
    if not manifests and not any(index.missing.values()):
        raise BadArchive("El archivo no contiene ninguna imagen: hazlo con docker save.")
    missing = {name: list(names) for name, names in index.missing.items()}
    found: list[tuple[Manifest, Contents]] = []
    partial: list[tuple[Manifest, Contents]] = []
    for manifest in manifests:
        read_config = _config(scanned, manifest)
        if read_config is None:
            missing.setdefault(manifest.index, []).append(manifest.platform or "otra")
            continue
        contents = _contents(scanned, manifest, read_config)
        layers = contents.image.layers
        empty = layers and all(layer.absent for layer in layers)
        (partial if empty else found).append((manifest, contents))
    lost = any(layer.absent == _LOST for _, contents in found for layer in contents.image.layers)
    gone = missing or partial or lost or not index.whole
    if gone and not scanned.whole:
        raise BadArchive("Al archivo le falta el final, y con él, capas o documentos: vuelve a guardarlo.")
    if found:
        for manifest, contents in partial:  # de esta plataforma no viaja nada: se nombra y basta
            of = contents.image
            name = platform(of.os, of.architecture, of.variant, of.os_version)
            missing.setdefault(manifest.index, []).append(name)
    else:
        found = partial
    if not found:
        names = ", ".join(dict.fromkeys(each for names in missing.values() for each in names))
        raise BadArchive(
            f"El archivo nombra imágenes ({names}) que no trae: tráelas al motor y vuelve a guardarlo."
        )
    return tuple(_with_missing(contents, missing.get(each.index, ())) for each, contents in found)


def _with_missing(contents: Contents, platforms: Iterable[str]) -> Contents:
    """Una imagen con las plataformas que nombra su índice y no están."""
    return replace(contents, image=replace(contents.image, missing_platforms=tuple(dict.fromkeys(platforms))))


def _contents(scanned: Scanned, manifest: Manifest, read_config: Config) -> Contents:
    """La imagen de un manifiesto y lo que hay en las capas que están, comprobadas con sus DiffID."""
    if len(manifest.layers) != len(read_config.diff_ids):
        raise BadArchive(
            "El manifiesto y la configuración no nombran las mismas capas "
            f"({len(manifest.layers)} y {len(read_config.diff_ids)}): el archivo miente; "
            "vuelve a guardar la imagen."
        )
    files: list[LayerFiles] = []
    absent: list[str] = []
    for position, diff_id in enumerate(read_config.diff_ids):
        part = manifest.layers[position]
        name = _resolve(scanned, part.member)
        found = scanned.layers.get(name)
        if name in scanned.documents:
            raise BadArchive(f"La capa {short_name(name)} no es un tar: es un documento.")
        if found is None or part.encrypted:
            digest = named_digest(name) or None
            files.append(LayerFiles(diff_id, digest=digest, blob_size=part.size))
            absent.append(_reason(part.encrypted, part.urls or manifest.sources.get(diff_id, ())))
            continue
        if isinstance(found, Exception):
            raise found
        if found.content:
            _check(found.content, diff_id, f"la capa {position}", "la configuración (DiffID)")
        _check_named(name, found.sent)
        sent = named_digest(name) or found.sent.get("sha256")
        files.append(replace(found.files, diff_id=diff_id, digest=sent if found.compressed else None))
        absent.append("")
    return Contents(documents.image(read_config, manifest, files, absent), tuple(files))


_SHA256 = 64  # cifras de un digest
_LOST = "no está en el archivo"


def _reason(encrypted: bool, urls: tuple[str, ...]) -> str:
    """Por qué no se tiene lo que hay en una capa."""
    if encrypted:
        return "viaja cifrada"
    if urls:
        return f"no viaja con la imagen: se trae de {urls[0]}"
    return _LOST


def _resolve(scanned: Scanned, name: str) -> str:
    """El miembro al que lleva un nombre del manifiesto, siguiendo enlaces."""
    name = clean(name, WHAT)
    seen = {name}
    while name in scanned.links:
        name = scanned.links[name]
        if name in seen:
            raise BadArchive("El archivo tiene enlaces en círculo: está dañado; vuelve a guardarlo.")
        seen.add(name)
    return name


def _config(scanned: Scanned, manifest: Manifest) -> Config | None:
    """La configuración de una imagen; None si no está y el índice dice de qué plataforma es."""
    name = _resolve(scanned, manifest.config)
    data = scanned.documents.get(name, manifest.data)
    if data is None:
        if manifest.index:
            return None
        raise BadArchive("Falta en el archivo la configuración de una imagen; vuelve a guardarla.")
    scanned.reading.spend(data)
    found = documents.config(data, short_name(name))
    _check_named(name, documents.digests(data))
    return replace(found, id=named_digest(name) or found.id)


def _check(computed: dict[str, str], told: str, what: str, where: str) -> None:
    """Lo que se calculó ha de ser lo dicho, si se calculó con el mismo algoritmo."""
    algorithm = told.partition(":")[0]
    if computed.get(algorithm, told) != told:
        raise BadArchive(
            f"El contenido de {what} no es el que dice {where}: "
            "el archivo está dañado o manipulado; vuelve a guardar la imagen."
        )


def _check_named(name: str, computed: dict[str, str]) -> None:
    """Un miembro `blobs/sha256/…` se llama como su contenido."""
    told = named_digest(name)
    if told:
        _check(computed, told, short_name(name), "su nombre")
