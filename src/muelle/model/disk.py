"""El disco de un motor: cuánto ocupa cada cosa, y por qué las partes suman lo que él dice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """A quién se le apuntan unos bytes."""

    IMAGE = "imagen"
    SHARED = "compartido"
    CONTAINER = "contenedor"
    VOLUME = "volumen"
    BUILD = "construcción"
    REST = "resto"


@dataclass(frozen=True)
class Held:
    """Algo que ocupa sitio.

    Args:
        name: cómo se llama.
        size: bytes; None si el motor no lo dice.
        ours: si lo creó el curso; lo demás se suma sin nombrarlo.
        note: lo que conviene saber de ello, o "".
    """

    name: str
    size: int | None
    ours: bool = True
    note: str = ""


@dataclass(frozen=True)
class HeldImage:
    """Una imagen con sus capas.

    Args:
        layers: (ChainID, bytes) de cada una; None si no se pudieron leer.
    """

    name: str
    layers: tuple[tuple[str, int], ...] | None
    ours: bool = True


@dataclass(frozen=True)
class Part:
    """Un sumando.

    Args:
        bytes: cuánto.
    """

    kind: Kind
    name: str
    bytes: int
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Un total y sus sumandos, que suman exactamente eso.

    Args:
        name: `Imágenes`, `Contenedores`…
        total: bytes según el motor; None si no lo dice, y entonces los sumandos son lo que se sabe.
        note: lo que no cabe en una suma, o "".
    """

    name: str
    total: int | None
    parts: tuple[Part, ...]
    note: str = ""


@dataclass(frozen=True)
class Disk:
    """Lo que un motor guarda, por clases.

    Args:
        groups: imágenes, contenedores, volúmenes y construcción, en ese orden.
        together: si el total de las imágenes lleva dentro los contenedores y la construcción.
    """

    groups: tuple[Group, ...]
    together: bool = False

    @property
    def total(self) -> int | None:
        """La suma de todo sin contar nada dos veces; None si de algo no se sabe."""
        counted = [group.total for group in self.groups if not (self.together and group.name in INSIDE)]
        return None if None in counted else sum(size for size in counted if size is not None)


IMAGES, CONTAINERS, VOLUMES, BUILD = "Imágenes", "Contenedores", "Volúmenes", "Construcción"
INSIDE = (CONTAINERS, BUILD)
"""Lo que el almacén de containerd guarda con las capas, y cuenta en su mismo total."""


def disk(
    layers_size: int | None,
    images: Sequence[HeldImage],
    containers: Sequence[Held],
    volumes: Sequence[Held],
    steps: Sequence[int],
    *,
    together: bool,
) -> Disk:
    """Reparte lo que dice el motor en sumandos.

    Args:
        layers_size: el `LayersSize` de `GET /system/df`; None si el motor no lo calcula.
        containers: con los bytes de su capa de escritura.
        steps: los bytes de cada paso de la caché de construcción que no son también capas de una imagen.
        together: si `layers_size` cuenta también los trozos comprimidos, las capas de escritura y la caché,
            como el almacén de containerd (medido en Docker 28).
    """
    inside = sum(each.size or 0 for each in containers) if together else 0
    return Disk(
        (
            _images(layers_size, images, inside, together=together),
            _group(CONTAINERS, Kind.CONTAINER, containers, ("contenedor", "contenedores")),
            _group(VOLUMES, Kind.VOLUME, volumes, ("volumen", "volúmenes")),
            _cache(steps),
        ),
        together,
    )


def _images(total: int | None, images: Sequence[HeldImage], inside: int, *, together: bool) -> Group:
    """Lo que es solo de cada imagen, lo común una vez, y lo que el motor cuenta de más."""
    read = [(image, dict(image.layers)) for image in images if image.layers is not None]
    users = Counter(chain for _, layers in read for chain in layers)
    sizes = {chain: size for _, layers in read for chain, size in layers.items()}
    parts, others = [], []
    for image, layers in read:
        own = sum(size for chain, size in layers.items() if users[chain] == 1)
        if image.ours:
            parts.append(Part(Kind.IMAGE, image.name, own, "solo suyo"))
        else:
            others.append(own)
    if others:
        parts.append(Part(Kind.IMAGE, others_called(len(others), "imagen", "imágenes"), sum(others)))
    shared = sum(size for chain, size in sizes.items() if users[chain] > 1)
    if shared:
        parts.append(Part(Kind.SHARED, "capas compartidas", shared, "una sola vez"))
    if inside:
        parts.append(Part(Kind.CONTAINER, "capas de escritura", inside, "de los contenedores"))
    unread = len(images) - len(read)
    note = f"Sin repartir: {unread} {'imagen' if unread == 1 else 'imágenes'}." if unread else ""
    known = sum(part.bytes for part in parts)
    if total is None or total < known:
        return Group(IMAGES, None, tuple(parts), "Este motor no da un total que cuadre con sus capas.")
    if total > known:
        name = "trozos comprimidos y construcción" if together else "capas de imágenes sin nombre"
        parts.append(Part(Kind.REST, name, total - known, "lo demás que cuenta el motor"))
    return Group(IMAGES, total, tuple(parts), note)


def others_called(count: int, one: str, many: str) -> str:
    """Cómo se llama lo que no es del curso: se cuenta, no se nombra."""
    return f"{count} {one if count == 1 else many} más de este motor"


def _cache(steps: Sequence[int]) -> Group:
    """La caché de construcción: se cuenta, porque sus pasos no tienen nombre."""
    name = f"{len(steps)} {'paso guardado' if len(steps) == 1 else 'pasos guardados'}"
    return Group(BUILD, sum(steps), (Part(Kind.BUILD, name, sum(steps)),) if steps else ())


def _group(name: str, kind: Kind, things: Sequence[Held], called: tuple[str, str]) -> Group:
    """Lo que se sabe de unas cosas: las del curso, por su nombre; las demás, juntas."""
    sized = [(each, each.size) for each in things if each.size is not None]
    parts = [Part(kind, each.name, size, each.note) for each, size in sized if each.ours]
    others = [size for each, size in sized if not each.ours]
    if others:
        parts.append(Part(kind, others_called(len(others), *called), sum(others)))
    unknown = len(things) - len(sized)
    note = f"Sin medir: {unknown} {called[unknown != 1]}." if unknown else ""
    return Group(name, sum(part.bytes for part in parts), tuple(parts), note)
