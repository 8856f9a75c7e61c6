"""La imagen: instrucciones, capas y la relación entre unas y otras."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from .entries import LayerFiles
from .identity import with_short_digest


class Rule(Enum):
    """Qué regla decidió qué filas del historial crean una capa."""

    SIZES = "tamaños"
    SIZES_AND_ZERO = "tamaños y filas de cero bytes"
    PARENTS = "imágenes intermedias"
    CONFIG = "configuración de la imagen"
    UNKNOWN = "sin decidir"

    @property
    def certain(self) -> bool:
        """Si lo que decide es seguro; si no, es lo más probable con lo que el motor cuenta."""
        return self in (Rule.SIZES, Rule.PARENTS, Rule.CONFIG)


@dataclass(frozen=True)
class Layer:
    """Una capa de solo lectura.

    Args:
        position: 0 es la de más abajo.
        diff_id: `sha256:…` del tar sin comprimir.
        chain_id: `sha256:…` de esta capa y todas las de debajo (OCI, config.md).
        digest: `sha256:…` del blob tal como viaja, si se conoce.
        size: bytes según el motor o el archivo; None si no se conoce.
        blob_size: bytes del blob tal como viaja (comprimido o no), si se conoce.
        absent: por qué no está en el archivo lo que hay en ella, en una frase; "" si está.
    """

    position: int
    diff_id: str
    chain_id: str
    digest: str | None = None
    size: int | None = None
    blob_size: int | None = None
    absent: str = ""


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
        variant: variante de la arquitectura (`v7`), o "".
        os_version: versión del sistema (la llevan las de Windows), o "".
        created: fecha ISO 8601, o None.
        env: las variables de entorno, `NOMBRE=valor`.
        labels: las etiquetas de metadatos (`LABEL`), por nombre.
        asked: el nombre con que se pidió, si se pidió por su nombre.
        missing_platforms: las que nombra su índice y no están (`linux/arm64`).
        notes: lo que conviene saber para leer bien esta imagen, una frase cada cosa.
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
    variant: str = ""
    os_version: str = ""
    created: str | None = None
    env: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    asked: str = field(default="", compare=False)
    missing_platforms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Si es seguro qué fila del historial hizo qué capa."""
        return self.rule.certain

    @property
    def name(self) -> str:
        """El nombre para leerlo: el de `full_name`, con el digest acortado si lo lleva."""
        return with_short_digest(self.full_name)

    @property
    def full_name(self) -> str:
        """El nombre con que se pidió; si no, la primera etiqueta o, si no tiene, el identificador corto."""
        return self.asked or (self.tags[0] if self.tags else short_id(self.id))

    @property
    def platform(self) -> str:
        """La plataforma como la escribe Docker: `linux/arm/v7`, `windows/amd64` y su versión."""
        return platform(self.os, self.architecture, self.variant, self.os_version)


def platform(os: str, architecture: str, variant: str = "", os_version: str = "") -> str:
    """Una plataforma como la escribe Docker: `linux/amd64`, `linux/arm/v7`, `windows(10.0.17763)/amd64`.

    Fuente: containerd/platforms, `FormatAll`.
    """
    system = f"{os}({os_version})" if os_version else os
    return "/".join(filter(None, (system, architecture, variant)))


_SAME = {"arm64/v8": "arm64", "amd64/v1": "amd64", "arm": "arm/v7", "aarch64": "arm64", "x86_64": "amd64"}
"""Cómo se compara una arquitectura escrita de otra manera. Fuente: containerd/platforms, `normalizeArch`."""


def is_platform(asked: str, found: str) -> bool:
    """Si una plataforma es la que se pide: `linux/arm64` es `linux/arm64/v8`, y sin versión vale cualquiera.

    Args:
        asked: como la escribe una persona.
        found: como la da `platform`.
    """
    (asked_system, asked_machine), (system, machine) = (
        (each[0], _SAME.get(each[2], each[2])) for each in (asked.partition("/"), found.partition("/"))
    )
    return asked_machine == machine and asked_system in (system, system.partition("(")[0])


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
