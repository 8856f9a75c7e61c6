"""Quitar lo que creó el curso, y solo eso."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import docker
from docker.errors import APIError, NotFound

from muelle.errors import NameTaken
from muelle.faults import plain_errors, said
from muelle.faults.listing import listed_images
from muelle.model import names, tagged
from muelle.pace import stretched

from .images import remove_image, remove_replaced
from .marks import Thing, is_marked, mine

REMOVAL_SECONDS = 20.0
"""Lo que se espera a que otra orden acabe de quitar un contenedor, en segundos."""


@dataclass(frozen=True)
class Cleaned:
    """Cuánto se quitó.

    Args:
        containers, images, networks, volumes: cuántos.
        kept: una frase por cada cosa que no se pudo quitar, con la razón del motor.
    """

    containers: int = 0
    images: int = 0
    networks: int = 0
    volumes: int = 0
    kept: tuple[str, ...] = ()

    def __str__(self) -> str:
        counts = (
            (self.containers, "contenedor", "contenedores"),
            (self.images, "imagen", "imágenes"),
            (self.networks, "red", "redes"),
            (self.volumes, "volumen", "volúmenes"),
        )
        parts = [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]
        first = "Quitado: " + ", ".join(parts) + "." if parts else "No había nada del curso que quitar."
        return "\n".join([first, *(f"No se pudo quitar {each}" for each in self.kept)])

    __repr__ = __str__


def _each(things: Iterable[Thing], remove: Callable[[Thing], object]) -> tuple[int, dict[str, str]]:
    """Aplica `remove` a todo; devuelve cuántos se fueron y, de los que no, por qué."""
    gone, kept = 0, {}
    for thing in things:
        try:
            remove(thing)
        except NotFound:
            pass  # otro lo quitó antes: ya no está, que es lo que se quería
        except APIError as error:
            kept[thing.shown] = said(error)
            continue
        gone += 1
    return gone, kept


def _remove_images(client: docker.DockerClient) -> tuple[int, dict[str, str]]:
    """Por nombres y sin forzar: una imagen que usa un contenedor ajeno se queda.

    Se repite mientras cambie algo: una imagen de la que depende otra solo puede irse después, y en el
    almacén de containerd se queda sin nombre hasta entonces.
    """

    def remove(image: Thing) -> None:
        for name in image.names or (image.id,):
            remove_image(client, name)

    seen: set[str] = set()
    before: tuple[Thing, ...] = ()
    kept: dict[str, str] = {}
    while (images := mine(client).images) != before:
        before = images
        seen.update(each.id for each in images)
        _, kept = _each(images, remove)
    return len(seen) - len(images), kept


def _networks_in_use(client: docker.DockerClient) -> dict[str, str]:
    """Nombre de cada red -> el de un contenedor conectado a ella, aunque esté parado."""
    used = {}
    for each in client.api.containers(all=True):
        for network in (each.get("NetworkSettings") or {}).get("Networks") or {}:
            used[network] = (each.get("Names") or [each["Id"]])[0].lstrip("/")
    return used


def _remove_networks(client: docker.DockerClient, networks: Iterable[Thing]) -> tuple[int, dict[str, str]]:
    """Una red con un contenedor ajeno se queda: Podman la quitaría, y Docker también si está parado."""
    used = _networks_in_use(client)
    busy = {
        each.shown: f"la usa el contenedor «{used[each.shown]}»" for each in networks if each.shown in used
    }
    free = [each for each in networks if each.shown not in used]
    gone, kept = _each(free, lambda each: client.api.remove_network(each.id))
    return gone, {**busy, **kept}


def clean(client: docker.DockerClient) -> Cleaned:
    """Quita del motor lo que lleva la LABEL `muelle=1`; la imagen base se queda.

    Los contenedores van primero y se detienen a la fuerza, con sus volúmenes anónimos.

    Raises:
        EngineUnavailable: si el motor deja de responder.
    """
    api = client.api
    found = mine(client)
    with plain_errors():
        containers, kept_containers = _each(
            found.containers, lambda each: api.remove_container(each.id, force=True, v=True)
        )
        images, kept_images = _remove_images(client)
        networks, kept_networks = _remove_networks(client, found.networks)
        volumes, kept_volumes = _each(found.volumes, lambda each: api.remove_volume(each.id))
    kept = tuple(
        f"{kind} «{name}»: {why}"
        for kind, failures in (
            ("el contenedor", kept_containers),
            ("la imagen", kept_images),
            ("la red", kept_networks),
            ("el volumen", kept_volumes),
        )
        for name, why in failures.items()
    )
    return Cleaned(containers, images, networks, volumes, kept)


def _foreign(kind: str, name: str) -> NameTaken:
    return NameTaken(
        f"El nombre «{name}» ya lo tiene {kind} que no es del curso: "
        "no se toca; elige otro nombre o quítalo tú si ya no te sirve."
    )


def _remove_container(client: docker.DockerClient, identifier: str) -> None:
    """Quita un contenedor; si otro lo está quitando ya, espera a que acabe.

    Raises:
        APIError: el motor no lo quita, o sigue ahí pasados `REMOVAL_SECONDS`.
    """
    deadline = time.monotonic() + stretched(REMOVAL_SECONDS)
    while True:
        try:
            client.api.remove_container(identifier, force=True, v=True)
        except NotFound:
            return
        except APIError as error:
            if "already in progress" not in said(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _remove_network(client: docker.DockerClient, identifier: str) -> None:
    """Quita una red; los contenedores del curso que estén en ella se desenchufan antes.

    Raises:
        NameTaken: en ella hay un contenedor que no es del curso; no se toca nada.
    """
    api = client.api
    network = api.inspect_network(identifier)
    inside = network.get("Containers") or {}
    for each in inside:
        if not is_marked(api.inspect_container(each)["Config"].get("Labels")):
            name = inside[each].get("Name") or each[:12]
            raise NameTaken(
                f"En la red «{network['Name']}» está «{name}», que no es del curso: "
                "no se toca; sácalo tú de ella, o elige otro nombre de red."
            )
    for each in inside:
        with suppress(NotFound):  # se fue mientras tanto
            api.disconnect_container_from_network(each, identifier, force=True)
    api.remove_network(identifier)


def _remove_volume(client: docker.DockerClient, name: str) -> None:
    """Quita un volumen, y antes los contenedores del curso que lo montan: no se puede desmontar sin ellos.

    Raises:
        NameTaken: lo monta un contenedor que no es del curso; no se toca nada.
    """
    mounted = client.api.containers(all=True, filters={"volume": name})
    users = [each for each in mounted if name in {part.get("Name") for part in each.get("Mounts") or ()}]
    for each in users:
        if not is_marked(each.get("Labels")):
            other = (each.get("Names") or [each["Id"][:12]])[0].lstrip("/")
            raise NameTaken(
                f"El volumen «{name}» lo monta «{other}», que no es del curso: "
                "no se toca; quita tú ese contenedor, o elige otro nombre de volumen."
            )
    for each in users:
        _remove_container(client, each["Id"])
    client.api.remove_volume(name)


def _find(client: docker.DockerClient, name: str) -> list[tuple[str, str, bool, Callable[[], object]]]:
    """Lo que se llama así: (clase, identificador, si es del curso, cómo quitarlo)."""
    api = client.api
    found: list[tuple[str, str, bool, Callable[[], object]]] = []

    for each in api.containers(all=True):
        if f"/{name}" in (each.get("Names") or ()) or name in (each.get("Names") or ()):
            identifier = each["Id"]
            found.append(
                (
                    "un contenedor",
                    identifier,
                    is_marked(each.get("Labels")),
                    lambda i=identifier: _remove_container(client, i),  # type: ignore[misc]
                )
            )
    tag = tagged(name)
    for each in listed_images(client.api):
        if any(names(each_tag, tag) for each_tag in each.get("RepoTags") or ()):
            found.append(
                ("una imagen", each["Id"], is_marked(each.get("Labels")), lambda: remove_image(client, tag))
            )
    for each in api.networks(names=[name]):
        if each["Name"] == name:
            identifier = each["Id"]
            found.append(
                (
                    "una red",
                    identifier,
                    is_marked(each.get("Labels")),
                    lambda i=identifier: _remove_network(client, i),  # type: ignore[misc]
                )
            )
    for each in api.volumes(filters={"name": name}).get("Volumes") or []:
        if each["Name"] == name:
            ours = is_marked(each.get("Labels"))
            found.append(("un volumen", name, ours, lambda: _remove_volume(client, name)))
    return found


def free_name(client: docker.DockerClient, name: str) -> str:
    """Deja libre un nombre: quita el contenedor, la imagen, la red y el volumen del curso que lo tengan.

    Con la imagen se van también las del curso que se quedaron sin nombre al reconstruir, y con el volumen,
    los contenedores del curso que lo montan.
    Así una celda puede ejecutarse dos veces: `client.containers.run(…, name=free_name(client, "web"))`.

    Args:
        name: sin `/` inicial; el de una imagen puede llevar etiqueta (`web:2`).

    Returns:
        El mismo nombre.

    Raises:
        NameTaken: si lo tiene algo que no es del curso; entonces no se quita nada.
        MuelleError: si el motor no deja quitarlo (por ejemplo, una imagen en uso).
    """
    with plain_errors(f"lo que se llama «{name}»"):
        found = _find(client, name)
        for kind, _, ours, _ in found:
            if not ours:
                raise _foreign(kind, name)
        for _, _, _, remove in found:
            with suppress(NotFound):  # otro lo quitó antes
                remove()
        if any(kind == "una imagen" for kind, *_ in found):
            remove_replaced(client)
    return name
