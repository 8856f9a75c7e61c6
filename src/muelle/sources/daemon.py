"""Preguntar a un demonio por imágenes, contenedores y lo que hay dentro de las capas."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import docker

from muelle.errors import BadArchive, NotFound
from muelle.faults import plain_errors
from muelle.faults.listing import listed_images
from muelle.model.container import Container
from muelle.model.entries import LayerFiles
from muelle.model.extraction import extracted
from muelle.model.history import Row
from muelle.model.identity import familiar, familiar_tags, names, tagged
from muelle.model.image import Contents, Image

from . import answers, archive, bases, configured, documents, local
from .documents import Config
from .limits import PIECE


def image(client: docker.DockerClient, name: str) -> Image:
    """Una imagen del demonio.

    Cuesta dos peticiones (inspect e history); más solo si las dos reglas baratas que unen el historial
    con las capas callan, si el motor no sabe contar el historial (se lee el de la configuración) o, la
    primera vez, para buscar la imagen de FROM (`muelle.sources.bases`).

    Args:
        name: nombre, etiqueta o identificador.

    Raises:
        NotFound: si no existe.
        EngineUnavailable: si el demonio no responde.
    """
    with plain_errors(f"la imagen {name}"):
        attrs = client.api.inspect_image(name)
        history = _history(client, name)
        if history is None:
            found = answers.image_by_config(attrs, configured.config(client, attrs))
        else:
            found = answers.image(
                attrs,
                history,
                lambda: _parents(client, history),
                lambda: configured.flags(client, attrs),
                lambda: configured.flags_at_hand(client, attrs),
            )
            found = bases.with_base(client, answers.with_base(found, history), history)
    return replace(found, asked=_asked(name, found.tags))


def _asked(name: str, tags: Sequence[str]) -> str:
    """El nombre con que se pidió una imagen, completo; "" si se pidió por su identificador."""
    full = tagged(name)
    return familiar(full) if "@" in full or any(names(tag, full) for tag in tags) else ""


def images(client: docker.DockerClient) -> tuple[Image, ...]:
    """Todas las imágenes con etiqueta, por nombre.

    Raises:
        EngineUnavailable: si el demonio no responde.
    """
    with plain_errors("la lista de imágenes"):
        listed = listed_images(client.api)
    found = {}
    for item in listed:
        if familiar_tags(item.get("RepoTags")) and item["Id"] not in found:
            with suppress(NotFound):  # la borraron mientras tanto
                found[item["Id"]] = image(client, item["Id"])
    return tuple(sorted(found.values(), key=lambda each: each.name))


def container(client: docker.DockerClient, name: str) -> Container:
    """Un contenedor del demonio, con su imagen y los cambios de su capa de escritura.

    Los cambios son los que dice el motor: Podman añade `/etc` aunque el proceso no la haya tocado,
    porque pone en ella los archivos que monta (`hosts`, `resolv.conf`).

    Args:
        name: nombre o identificador.

    Raises:
        NotFound: si no existe.
        EngineUnavailable: si el demonio no responde.
    """
    with plain_errors(f"el contenedor {name}"):
        attrs = client.api.inspect_container(name)
        diff = client.api.diff(attrs["Id"])
        sizes = client.api.containers(all=True, size=True, filters={"id": attrs["Id"]})
    try:
        of: Image | None = image(client, attrs["Image"])
    except NotFound:
        of = None
    size = next((item.get("SizeRw") or 0 for item in sizes if item["Id"] == attrs["Id"]), None)
    return answers.container(attrs, diff, of, size)


def contents(client: docker.DockerClient, name: str, digests: bool = False) -> Contents:
    """Una imagen y lo que hay dentro de cada capa, tal como las extrajo este motor.

    Si las capas están a mano en este disco (`muelle.sources.local`) se recorren sus carpetas; si no,
    se lee el archivo de `docker save` mientras llega. El resultado es el mismo.

    Args:
        name: nombre, etiqueta o identificador.
        digests: si se calcula la huella de cada archivo (`Entry.digest`), para comparar contenidos.

    Raises:
        NotFound: si no existe.
        EngineUnavailable: si el demonio no responde.
    """
    found = image(client, name)
    if not found.layers:
        return Contents(found, ())  # Docker clásico no sabe guardar una imagen sin capas
    with plain_errors(f"la imagen {name}"):
        attrs = client.api.inspect_image(name)
        files = local.layers(client, attrs, digests)
        if files is None:
            return saved(client, found, name, digests)
        read = configured.at_hand(client, attrs)
    return _read(found, read, files)


def saved(client: docker.DockerClient, of: Image, name: str, digests: bool = False) -> Contents:
    """Lo que hay dentro de las capas de `of`, leído del archivo de `docker save`.

    Args:
        of: la imagen, como la da `image`.
        name: con qué nombre se pide al demonio.

    Raises:
        BadArchive: si lo que el demonio envía no cuadra con la imagen.
        NotFound, EngineUnavailable: como `contents`.
    """
    wanted = tuple(layer.diff_id for layer in of.layers)
    with plain_errors(f"la imagen {name}"):
        store = configured.store(client)
        read = archive.written(client.api.get_image(name, chunk_size=PIECE), verify=False, digests=digests)
    for candidate in read:
        if tuple(layer.diff_id for layer in candidate.layers) == wanted:
            return _told(of, candidate.image, extracted(candidate.layers, store))
    raise BadArchive(f"El demonio envió otra imagen en lugar de {name}; vuelve a intentarlo.")


def _read(of: Image, read: Config | None, files: tuple[LayerFiles, ...]) -> Contents:
    """La imagen con lo que se leyó de sus carpetas y de su configuración, si se pudo."""
    if read is None:
        layers = zip(of.layers, files, strict=True)
        return Contents(replace(of, layers=tuple(replace(a, size=b.size) for a, b in layers)), files)
    return _told(of, documents.image(read, documents.Manifest("", (), ()), files), files)


def _told(of: Image, read: Image, files: tuple[LayerFiles, ...]) -> Contents:
    """La imagen leída, con lo que solo sabe el motor: cómo la llama, cuánto le ocupa y cuál es su base.

    Un motor que no guarda los blobs empaqueta las capas a su manera: eso no es lo que viaja.
    """
    layers = tuple(each if each.digest else replace(each, blob_size=None) for each in read.layers)
    return Contents(
        replace(
            read,
            layers=layers,
            id=of.id,
            tags=of.tags,
            size=of.size,
            base_layers=of.base_layers,
            asked=of.asked,
            missing_platforms=(),
        ),
        files,
    )


def _parents(client: docker.DockerClient, history: Sequence[Row]) -> tuple[int, ...] | None:
    """Las capas de la imagen intermedia de cada fila; None si falta alguna."""
    counts = []
    for row in history:
        if not row.id:
            return None
        try:
            counts.append(len(bases.diff_ids(client, row.id)))
        except (docker.errors.NotFound, KeyError):
            return None
    return tuple(counts)


def _history(client: docker.DockerClient, name: str) -> tuple[Row, ...] | None:
    """El historial, o None si el motor no sabe contarlo.

    Podman falla si una fila no tiene fecha; Podman y el almacén de containerd, si hay más filas que capas.
    """
    try:
        return answers.rows(client.api.history(name))
    except docker.errors.NotFound:
        raise
    except (docker.errors.APIError, KeyError):
        return None
