"""Lo que deja en el motor el cuaderno de un estudiante, y cómo se quita sin tocar nada de nadie más."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

import docker
import requests
from docker.errors import APIError, DockerException, NotFound

from muelle.engine import neutral
from muelle.faults import IN_USE, said
from muelle.faults.listing import image_names, listed_images

from .guard import LABEL


def clean(client: docker.DockerClient, student: str) -> list[str]:
    """Quita del motor todo lo que lleva la etiqueta de un estudiante.

    Returns:
        Qué no se dejó quitar, y por qué, en trozos de frase.
    """
    mine = {"label": f"{LABEL}={student}"}
    problems = {what: _removed(remove) for what, remove in _things(client, mine)}
    left = [
        what for what, _ in _things(client, mine)
    ]  # Docker quita un nombre y deja la imagen, si está en uso
    return [_sentence(what, problems.get(what, "")) for what in left]


def clean_at(url: str, student: str) -> list[str]:
    """Lo mismo que `clean`, en el motor de esa dirección; que no responda también se dice."""
    try:
        return clean(neutral.Client(base_url=url, version="auto"), student)
    except (DockerException, requests.RequestException, OSError) as error:
        return [f"lo que creó este cuaderno ({said(error)})"]


def _things(client: docker.DockerClient, mine: dict[str, str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """Cada cosa con esa etiqueta, y cómo se quita; lo que usa a otro, antes."""
    api = client.api
    for row in api.containers(all=True, filters=mine):
        remove = partial(api.remove_container, row["Id"], force=True, v=True)
        yield f"el contenedor {row['Id'][:12]}", remove
    for row in listed_images(client.api, mine):
        for name in image_names(row) or [row["Id"]]:
            # Sin forzar: a la fuerza, Docker la quita de debajo de un contenedor parado, y Podman se lleva
            # también el contenedor, que puede ser ajeno.
            yield f"la imagen {name}", partial(api.remove_image, name)
    for row in api.networks(filters=mine):
        yield f"la red {row['Name']}", partial(api.remove_network, row["Id"])
    for row in api.volumes(filters=mine).get("Volumes") or []:
        yield f"el volumen {row['Name']}", partial(api.remove_volume, row["Name"], force=True)


def _sentence(what: str, why: str) -> str:
    return f"{what} ({why or 'algo en marcha lo usa'})"


def _removed(remove: Callable[[], object]) -> str:
    """Quita algo.

    Returns:
        "" si se dejó, o ya no estaba; si no, por qué.
    """
    try:
        remove()
    except NotFound:
        pass
    except APIError as error:
        return said(error)
    return ""


def clean_names(client: docker.DockerClient, names: Collection[str]) -> list[str]:
    """Quita los nombres que puso sobre una imagen que no lleva su etiqueta (`Things.names`).

    Returns:
        Qué no se dejó quitar, y por qué, en trozos de frase.
    """
    problems = {name: _removed(partial(client.api.remove_image, name)) for name in names}
    return [_sentence(f"la imagen {name}", why) for name, why in problems.items() if why]


def images(client: docker.DockerClient) -> frozenset[str]:
    """El Id de cada imagen del motor, con nombre o sin él."""
    return frozenset(row["Id"] for row in listed_images(client.api, every=True))


def clean_steps(client: docker.DockerClient, built: Sequence[str], before: Collection[str]) -> list[str]:
    """Quita los pasos que dejaron las construcciones de un estudiante, salvo el que ya use otra imagen.

    Args:
        built: los de `Guard.steps`. Salen de un texto en el que también escribe el estudiante.
        before: las imágenes que había antes de empezar (`images`): esas no se tocan.

    Returns:
        Qué no se dejó quitar, y por qué, en trozos de frase.
    """
    problems = {step: _removed(partial(_drop, client, step, before)) for step in reversed(built)}
    return [_sentence(f"la imagen {step}", why) for step, why in problems.items() if why]


def _drop(client: docker.DockerClient, step: str, before: Collection[str]) -> None:
    found = client.api.inspect_image(step)
    if found.get("RepoTags") or found["Id"] in before:
        return
    try:
        client.api.remove_image(found["Id"])
    except APIError as error:
        if error.status_code != IN_USE:
            raise
