"""La imagen: instrucciones, capas y la relación entre unas y otras."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .tree import LayerFiles


class Rule(Enum):
    """Qué regla decidió qué filas del historial crean una capa."""

    SIZES = "tamaños"
    SIZES_AND_ZERO = "tamaños y filas de cero bytes"
    PARENTS = "imágenes intermedias"
    CONFIG = "configuración de la imagen"
    UNKNOWN = "sin decidir"


@dataclass(frozen=True)
class Layer:
    """Una capa de solo lectura.

    Args:
        position: 0 es la de más abajo.
        diff_id: `sha256:…` del tar sin comprimir.
        chain_id: `sha256:…` de esta capa y todas las de debajo (OCI, config.md).
        digest: `sha256:…` del blob tal como viaja, si se conoce.
        size: bytes según el motor o el archivo; None si no se conoce.
    """

    position: int
    diff_id: str
    chain_id: str
    digest: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Instruction:
    """Una fila del historial, del Dockerfile hacia la imagen.

    Args:
        text: como se escribe en un Dockerfile (`RUN apk add curl`).
        keyword: `FROM`, `RUN`, `COPY`, `CMD`…, en mayúsculas; `?` si no se reconoce.
        layer: posición de la capa que creó, o None si solo cambió metadatos
            (o si no se sabe: véase `Image.rule`).
        size: bytes según el historial.
        created_by: el texto tal como lo da el motor.
        created: fecha ISO 8601, o None.
    """

    text: str
    keyword: str
    layer: int | None
    size: int
    created_by: str
    created: str | None = None
    comment: str = ""


@dataclass(frozen=True)
class Image:
    """Una imagen: capas de abajo arriba e instrucciones de la más antigua a la más nueva.

    Args:
        id: el identificador que da el motor.
        tags: `repositorio:etiqueta`, puede estar vacío.
        base_layers: cuántas capas de abajo vienen de la imagen de FROM, si se conoce.
        rule: qué regla unió `history` con `layers`.
    """

    id: str
    tags: tuple[str, ...]
    os: str
    architecture: str
    layers: tuple[Layer, ...]
    history: tuple[Instruction, ...]
    rule: Rule
    size: int | None = None
    base_layers: int | None = None

    @property
    def name(self) -> str:
        """La primera etiqueta o, si no tiene, el identificador corto."""
        return self.tags[0] if self.tags else short_id(self.id)


def short_id(identifier: str) -> str:
    """Los doce primeros caracteres hexadecimales de un identificador, como los escribe Docker."""
    return identifier.removeprefix("sha256:")[:12]


@dataclass(frozen=True)
class Contents:
    """Una imagen y lo que hay dentro de cada una de sus capas.

    Args:
        image: la imagen.
        layers: tantas como `image.layers` y en el mismo orden, de abajo arriba.
    """

    image: Image
    layers: tuple[LayerFiles, ...]
