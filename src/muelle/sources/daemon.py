"""Preguntar a un demonio por imágenes, contenedores y lo que hay dentro de las capas."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import docker
import requests

from muelle.errors import BadArchive, EngineUnavailable, MuelleError, NotFound
from muelle.model.container import Container
from muelle.model.history import Row
from muelle.model.identity import familiar_names, is_base
from muelle.model.image import Contents, Image
from muelle.model.tree import LayerFiles

from . import answers, archive, local
from .documents import Config
from .limits import PIECE


def image(client: docker.DockerClient, name: str) -> Image:
    """Una imagen del demonio.

    Cuesta dos peticiones (inspect e history); más solo si las dos reglas baratas que unen el historial
    con las capas callan, si el motor no sabe contar el historial (se lee el de la configuración) o, la
    primera vez, para buscar la imagen de FROM (véase `_with_base`).

    Args:
        name: nombre, etiqueta o identificador.

    Raises:
        NotFound: si no existe.
        EngineUnavailable: si el demonio no responde.
    """
    with _asking(f"la imagen {name}"):
        attrs = client.api.inspect_image(name)
        history = _history(client, name)
        if history is None:
            return answers.image_by_config(attrs, _config(client, attrs))
        found = answers.image(
            attrs, history, lambda: _parents(client, history), lambda: _flags(client, attrs)
        )
        return _with_base(client, answers.with_base(found, history), history)


def images(client: docker.DockerClient) -> tuple[Image, ...]:
    """Todas las imágenes con etiqueta, por nombre.

    Raises:
        EngineUnavailable: si el demonio no responde.
    """
    with _asking("la lista de imágenes"):
        listed = _listed(client)
    found = {}
    for item in listed:
        if familiar_names(item.get("RepoTags")) and item["Id"] not in found:
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
    with _asking(f"el contenedor {name}"):
        attrs = client.api.inspect_container(name)
        diff = client.api.diff(attrs["Id"])
        sizes = client.api.containers(all=True, size=True, filters={"id": attrs["Id"]})
    try:
        of: Image | None = image(client, attrs["Image"])
    except NotFound:
        of = None
    size = next((item.get("SizeRw") or 0 for item in sizes if item["Id"] == attrs["Id"]), None)
    return answers.container(attrs, diff, of, size)


def contents(client: docker.DockerClient, name: str) -> Contents:
    """Una imagen y lo que hay dentro de cada capa.

    Si las capas están a mano en este disco (`muelle.sources.local`) se recorren sus carpetas; si no,
    se lee el archivo de `docker save` mientras llega. El resultado es el mismo.

    Args:
        name: nombre, etiqueta o identificador.

    Raises:
        NotFound: si no existe.
        EngineUnavailable: si el demonio no responde.
    """
    found = image(client, name)
    if not found.layers:
        return Contents(found, ())  # Docker clásico no sabe guardar una imagen sin capas
    with _asking(f"la imagen {name}"):
        attrs = client.api.inspect_image(name)
    files = local.layers(client, attrs)
    if files is None:
        return saved(client, found, name)
    return Contents(_with_sizes(found, files), files)


def saved(client: docker.DockerClient, of: Image, name: str) -> Contents:
    """Lo que hay dentro de las capas de `of`, leído del archivo de `docker save`.

    Args:
        of: la imagen, como la da `image`.
        name: con qué nombre se pide al demonio.

    Raises:
        BadArchive: si lo que el demonio envía no cuadra con la imagen.
        NotFound, EngineUnavailable: como `contents`.
    """
    wanted = tuple(layer.diff_id for layer in of.layers)
    with _asking(f"la imagen {name}"):
        read = archive.read(client.api.get_image(name, chunk_size=PIECE), verify=False)
    for candidate in read:
        if tuple(layer.diff_id for layer in candidate.layers) == wanted:
            return Contents(_with_sizes(of, candidate.layers), candidate.layers)
    raise BadArchive(f"El demonio envió otra imagen en lugar de {name}; vuelve a intentarlo.")


def _with_sizes(of: Image, files: tuple[LayerFiles, ...]) -> Image:
    """La imagen con lo que solo se sabe al leer las capas: el digest y, si faltaba, el tamaño."""
    layers = tuple(
        replace(layer, digest=content.digest, size=content.size if layer.size is None else layer.size)
        for layer, content in zip(of.layers, files, strict=True)
    )
    return replace(of, layers=layers)


def _listed(client: docker.DockerClient) -> list[dict[str, Any]]:
    """La lista de imágenes; otra vez si alguien borró una mientras tanto.

    Con el almacén de containerd (Docker 28), esa imagen hace fallar la lista entera con un 404.
    """
    try:
        return list(client.api.images())
    except docker.errors.NotFound:
        return list(client.api.images())


_NOT_A_NAME = re.compile("invalid reference|parsing reference|repository name must")
"""Lo que dicen Docker (400) y Podman (500) de un nombre de imagen que no puede serlo."""


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Traduce los errores del SDK a los del curso."""
    try:
        yield
    except MuelleError:
        raise
    except docker.errors.NotFound as error:
        raise NotFound(f"No existe {what}: mira el nombre con docker images o docker ps -a.") from error
    except docker.errors.NullResource as error:
        raise NotFound("Falta decir un nombre de imagen o de contenedor.") from error
    except docker.errors.APIError as error:
        said = str(error.explanation or error)
        if _NOT_A_NAME.search(said):
            raise NotFound(
                f"No puede existir {what}: un nombre de imagen (`repositorio:etiqueta`) va en minúsculas, "
                "sin espacios ni acentos."
            ) from error
        raise EngineUnavailable(f"El demonio no pudo dar {what}: {said}.") from error
    except KeyError as error:
        # docker-py 7 falla así si la respuesta de error no lleva «message», como en Podman.
        if error.args != ("message",):
            raise
        raise NotFound(f"El demonio no dio {what} ni dijo por qué: mira si existe.") from error
    except (requests.exceptions.RequestException, OSError) as error:
        raise EngineUnavailable(f"El demonio dejó de responder al pedir {what}: ¿sigue en marcha?") from error


def _parents(client: docker.DockerClient, history: Sequence[Row]) -> tuple[int, ...] | None:
    """Las capas de la imagen intermedia de cada fila; None si falta alguna."""
    counts = []
    for row in history:
        if not row.id:
            return None
        try:
            counts.append(len(_diff_ids(client, row.id)))
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


def _flags(client: docker.DockerClient, attrs: dict[str, Any]) -> tuple[bool, ...] | None:
    """Los `empty_layer` de la configuración, o None si no se puede leer."""
    config = _config(client, attrs)
    return config.empty_layer if config is not None else None


def _config(client: docker.DockerClient, attrs: dict[str, Any]) -> Config | None:
    """La configuración, que solo se ve en el archivo de `docker save`; None si el motor no sabe hacerlo."""
    wanted = answers.diff_ids(attrs)
    try:
        found = archive.configs(client.api.get_image(attrs["Id"], chunk_size=PIECE))
    except (docker.errors.APIError, BadArchive, KeyError):
        return None
    return next((config for config in found if config.diff_ids == wanted), None)


def _with_base(client: docker.DockerClient, of: Image, history: Sequence[Row]) -> Image:
    """La imagen con sus `base_layers`, si se sabe cuál es la de FROM.

    Si el historial no lo dice y le faltan filas (BuildKit, imágenes cargadas), se busca entre las imágenes
    con etiqueta la mayor cuyas capas e historial sean el comienzo de los de esta (`muelle.model.is_base`).
    Queda None si es FROM scratch o la base ya no está.
    """
    if of.base_layers is not None or all(row.id for row in history):
        return of
    found = _bases.get(of.id)
    if found is None or (found.layers is None and time.monotonic() > found.asked + _ASK_AGAIN):
        found = _bases[of.id] = _Base(_search_base(client, of), time.monotonic())
    return replace(of, base_layers=found.layers)


@dataclass(frozen=True)
class _Base:
    """Cuántas capas son de la imagen de FROM, o None si no se encontró, y cuándo se preguntó."""

    layers: int | None
    asked: float


_ASK_AGAIN = 30.0
"""Segundos hasta volver a buscar una base que no estaba: pudo llegar después."""

_bases: dict[str, _Base] = {}
"""La base de cada imagen ya buscada: listar las imágenes cuesta más que todo lo demás (medio segundo con
veinte imágenes en el almacén de containerd). De qué imagen se hizo otra no puede cambiar."""

_known: dict[str, tuple[str, ...]] = {}
"""DiffID de cada identificador visto. El identificador es un digest: lo que nombra no puede cambiar."""


def _diff_ids(client: docker.DockerClient, identifier: str) -> tuple[str, ...]:
    if identifier not in _known:
        _known[identifier] = answers.diff_ids(client.api.inspect_image(identifier))
    return _known[identifier]


def _search_base(client: docker.DockerClient, of: Image) -> int | None:
    """La base más alta entre las imágenes locales con etiqueta."""
    wanted = tuple(layer.diff_id for layer in of.layers)
    written = tuple(row.created_by for row in of.history)
    found = 0
    listed = _listed(client)
    # El tamaño de la lista y el de inspect no cuentan lo mismo en el almacén de containerd.
    size = next((item["Size"] for item in listed if item["Id"] == of.id), None)
    for item in listed:
        bigger = size is not None and item["Size"] > size
        if item["Id"] == of.id or bigger or not familiar_names(item.get("RepoTags")):
            continue
        try:
            base = _diff_ids(client, item["Id"])
            if found < len(base) <= len(wanted) and wanted[: len(base)] == base:
                rows = answers.rows(client.api.history(item["Id"]))
                if is_base(base, tuple(row.created_by for row in rows), wanted, written):
                    found = len(base)
        except (docker.errors.APIError, KeyError):
            continue  # la borraron mientras tanto, o el motor no sabe contarla: no es la que se pide
    return found or None
