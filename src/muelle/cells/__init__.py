"""Lo que llama una celda: cada función pregunta al motor compartido y devuelve algo que se muestra solo.

Aquí no hay lógica: se junta quien pregunta (`sources`, `owned`, `wire`) con quien dibuja (`draw`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker

from muelle import base, builder, draw, owned, wire
from muelle.base.limit import Limit
from muelle.base.limit import find_limit as search_limit
from muelle.base.tower import tower as raise_tower
from muelle.cells.heard import Listening, Terminal
from muelle.cells.trips import registry as registry
from muelle.draw import Diagram, units
from muelle.engine import connect, connection, describe
from muelle.errors import NotFound
from muelle.model import changes, stack
from muelle.sources import ancestry as kin
from muelle.sources import daemon, saved
from muelle.sources import disk as held
from muelle.sources import mounts as places
from muelle.sources import networks as daemon_networks
from muelle.sources import rings as around
from muelle.sources.saved import Package

if TYPE_CHECKING:
    import socket


def architecture() -> Diagram:
    """El diagrama de la arquitectura con los nombres y versiones de tu motor y tu cliente."""
    endpoint, client = connection()
    return draw.architecture(describe(client, endpoint))


def layers(*names: str) -> Diagram:
    """Las capas de una imagen; con varias, también lo que comparten.

    Args:
        names: etiquetas o identificadores de imágenes del motor.

    Raises:
        NotFound: alguna no existe, o no se nombró ninguna.
    """
    client = connect()
    if not names:
        raise NotFound('Falta decir qué imagen: por ejemplo, muelle.layers("muelle/base").')
    images = [daemon.image(client, name) for name in names]
    return draw.image(images[0]) if len(images) == 1 else draw.images(images)


def container(*names: str) -> Diagram:
    """Uno o varios contenedores: las capas de su imagen, la de escritura encima y su proceso.

    Raises:
        NotFound: alguno no existe, o no se nombró ninguno.
    """
    client = connect()
    if not names:
        raise NotFound("Falta decir qué contenedor: pon su nombre o su identificador entre comillas.")
    return draw.containers([daemon.container(client, name) for name in names])


def ancestry(name: str) -> Diagram:
    """De quién viene el proceso de un contenedor: del demonio a su ayudante, con sus números en el anfitrión.

    Args:
        name: el contenedor.

    Raises:
        NotFound: no existe.
        MuelleError: no está en marcha.
    """
    return draw.ancestry(kin.ancestry(connect(), name, base.NAME, owned.LABELS))


def mounts(name: str) -> Diagram:
    """Dónde acaba lo que escribe un contenedor: su capa, un volumen, una carpeta del anfitrión o la memoria.

    Args:
        name: el contenedor.

    Raises:
        NotFound: no existe.
    """
    return draw.mounts(places.mounts(connect(), name))


def disk() -> Diagram:
    """Lo que ocupa cada cosa en tu motor, con sumandos que dan el total que dice él.

    Lo que no es del curso se suma sin nombrarlo.

    Raises:
        EngineUnavailable: el motor no acaba la cuenta a tiempo.
    """
    endpoint, client = connection()
    together = str(describe(client, endpoint).store).startswith("containerd")
    mine = owned.mine(client)
    ours = {each.id for each in (*mine.containers, *mine.volumes, *mine.images)}
    ours.add(str(client.api.inspect_image(base.TAG)["Id"]))
    return draw.disk(held.usage(client, {each.removeprefix("sha256:") for each in ours}, together=together))


def contents(name: str, layer: int = -1) -> Diagram:
    """Lo que una capa añade, cambia y borra respecto a las de debajo.

    Args:
        name: la imagen.
        layer: posición de la capa; 0 es la de abajo y -1 la de arriba.

    Raises:
        NotFound: la imagen o la capa no existen.
    """
    read = daemon.contents(connect(), name)
    count = len(read.layers)
    if not -count <= layer < count:
        layers = units.count(count, "capa", "capas")
        raise NotFound(f"La imagen {name} tiene {layers} y no hay ninguna en la posición {layer}.")
    position = layer % count
    below = stack(read.layers[:position])
    row = next((row for row in read.image.history if row.layer == position), None)
    instruction = f": {row.text}" if row else ""
    title = f"Capa {position + 1} de {read.image.name}{instruction}"
    return draw.contents(changes(below, read.layers[position]), title=title)


def build(
    dockerfile: str, files: Mapping[str, bytes | str | None] | None = None, *, tag: str
) -> builder.Build:
    """Construye una imagen con la LABEL del curso y devuelve sus pasos.

    Args:
        dockerfile: el texto del Dockerfile.
        files: ruta → contenido de lo demás que va en el contexto.
        tag: nombre de la imagen.

    Raises:
        BuildFailed: una instrucción falló; la frase dice cuál y por qué.
    """
    return builder.build(connect(), dockerfile, files, tag=tag)


def each_builder(
    dockerfile: str, files: Mapping[str, bytes | str | None] | None = None, *, tag: str
) -> builder.Attempts:
    """Construye lo mismo con cada constructor que tenga el motor; véase `muelle.builder.each`.

    Args:
        dockerfile, files: como en `build`.
        tag: nombre de la imagen; la de BuildKit acaba además en `-buildkit`.
    """
    return builder.each_builder(connect(), dockerfile, files, tag=tag)


def steps(build: builder.Build) -> Diagram:
    """Los pasos de una construcción: cuáles salieron de la caché y qué capa dejó cada uno.

    Args:
        build: lo que devolvió `build`.

    Raises:
        NotFound: la imagen que salió de ella ya no existe.
    """
    image = daemon.image(connect(), build.image_id)
    return draw.build(build.steps, image, title=f"La construcción de {build.tag}")


def package(name: str) -> Package:
    """Lo que da `docker save` de una imagen pequeña, abierto en memoria.

    Args:
        name: la imagen.
    """
    return saved.package(connect().api.get_image(name))


def find_limit(seconds: float = 20) -> Limit:
    """Busca cuántas capas aguanta tu motor; véase `muelle.base.limit`.

    Args:
        seconds: cuánto tiempo se le dedica.
    """
    return search_limit(tower, seconds)


def tower(count: int) -> str:
    """Carga una imagen de `count` capas y arranca un contenedor con ella; véase `muelle.base.tower`.

    Returns:
        "" si arrancó; si no, el motivo que dio el motor.
    """
    return raise_tower(connect(), count, owned.LABELS)


def free_name(name: str) -> str:
    """Deja libre un nombre de contenedor que use el curso y lo devuelve.

    Raises:
        NameTaken: lo tiene un contenedor que no creó el curso; no se toca.
    """
    return owned.free_name(connect(), name)


def new_client() -> docker.DockerClient:
    """Un cliente aparte, hacia el mismo motor: se puede cerrar sin estorbar al compartido."""
    return connection()[0].client()


@contextmanager
def open_socket() -> Iterator[socket.socket]:
    """Una conexión desnuda con el demonio, para escribirle HTTP a mano; se cierra al salir del `with`.

    Raises:
        MuelleError: al motor se llega por TLS o por SSH.
    """
    channel = connection()[0].connect()
    try:
        yield channel
    finally:
        channel.close()


@contextmanager
def listen(title: str = "lo que pasa dentro del with") -> Iterator[Listening]:
    """Escucha lo que se le dice al demonio dentro del `with`; véase `muelle.wire.listen`.

    Args:
        title: el de la conversación.

    Raises:
        MuelleError: la conversación con este motor no se puede grabar.
    """
    with wire.listen(connection()[0], title) as talk:
        yield Listening(talk)


def terminal(command: str, *, seconds: float = 60.0, folder: Path | str | None = None) -> Terminal:
    """Ejecuta una orden `docker` y muestra lo que escribió y lo que le dijo al demonio.

    Args:
        command: la orden, por ejemplo `docker ps`.
        seconds: plazo; después se detiene la orden y se muestra lo que hubo.
        folder: carpeta en la que se ejecuta; por omisión, la actual.

    Raises:
        MissingTool: la orden `docker` no está en esta máquina.
        MuelleError: no es una sola orden `docker`, o no existe la carpeta.
    """
    return Terminal(wire.terminal(command, connection()[0], seconds=seconds, folder=folder))


def lifecycle(events: Iterable[Mapping[str, Any]]) -> Diagram:
    """El camino que recorrió un contenedor por sus estados.

    Args:
        events: los eventos de `client.events(decode=True, …)` de un solo contenedor.
    """
    return draw.lifecycle([(str(event["Action"]), event["timeNano"] / 1e9) for event in events])


def networks(*names: str) -> Diagram:
    """Quién está en cada red, con qué dirección y qué puertos publica, y quién no comparte red con quién.

    Args:
        names: redes, con todos sus contenedores, o contenedores, con todas sus redes.

    Raises:
        NotFound: alguno no existe, o no se nombró ninguno.
    """
    if not names:
        raise NotFound('Falta decir qué red o qué contenedor: por ejemplo, muelle.networks("bridge").')
    return draw.networks(daemon_networks.layout(connect(), names))


def rings(*names: str) -> Diagram:
    """Lo que encierra al proceso de uno o varios contenedores: usuario, capacidades, filtro y disco.

    Args:
        names: contenedores en marcha.

    Raises:
        NotFound: alguno no existe, o no se nombró ninguno.
        MuelleError: alguno no está en marcha.
    """
    client = connect()
    if not names:
        raise NotFound("Falta decir qué contenedor: pon su nombre o su identificador entre comillas.")
    return draw.rings([around.rings(client, name, base.NAME, owned.LABELS) for name in names])


def legend() -> Diagram:
    """Qué significa cada caja, cada borde y cada signo de los diagramas."""
    return draw.legend()
