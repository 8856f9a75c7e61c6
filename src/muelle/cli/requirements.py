"""Lo que se exige de una imagen en integración continua: `--exigir 'desperdicio<5%'`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muelle.draw import units
from muelle.errors import MuelleError
from muelle.model import Contents, called, wasted

EXAMPLE = "desperdicio<5%"

_SHAPE = re.compile(r"\s*(\w+)\s*(<=|>=|==|<|>|=)\s*(\d+(?:[.,]\d+)?)\s*(%|\w*)\s*")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


class NotMet(MuelleError):
    """Una imagen no cumple lo que se le exige."""

    exit_code = 9


class NotUnderstood(MuelleError):
    """Una condición que no se entiende."""

    exit_code = 2


@dataclass(frozen=True)
class Measure:
    """Algo que se mide de una imagen.

    Args:
        of: lo que mide; None si no se sabe.
        counted: si cuenta cosas; si no, bytes.
        whole: con qué se compara en tantos por ciento, o None si no va en tantos por ciento.
    """

    of: Callable[[Contents], int | None]
    counted: bool = False
    whole: Callable[[Contents], int | None] | None = None


@dataclass(frozen=True)
class Requirement:
    """Una condición: `desperdicio < 5 %`.

    Args:
        measure: la palabra con que se pide, de `MEASURES`.
        sign: cómo se compara.
        value: con cuánto: bytes, cosas o tantos por ciento.
        percent: si son tantos por ciento.
    """

    measure: str
    sign: str
    value: float
    percent: bool

    def __str__(self) -> str:
        return f"{self.measure} {self.sign} {self._written(self.value)}"

    def met(self, image: Contents) -> bool | None:
        """Si una imagen la cumple; None si no se puede saber."""
        found = self._measured(image)
        return None if found is None else _OPERATORS[self.sign](found, self.value)

    def told(self, image: Contents) -> str:
        """Cuánto mide en una imagen, para una persona."""
        found = self._measured(image)
        return f"{self.measure} desconocido" if found is None else f"{self.measure} {self._written(found)}"

    def _measured(self, image: Contents) -> float | None:
        measure = MEASURES[self.measure]
        found = measure.of(image)
        if found is None or not self.percent or measure.whole is None:
            return found
        whole = measure.whole(image)
        return None if whole is None else 100 * found / whole if whole else 0.0

    def _written(self, value: float) -> str:
        if self.percent:
            return f"{value:.4g} %".replace(".", ",")
        if MEASURES[self.measure].counted:
            return f"{value:g}".replace(".", ",")
        return units.size(round(value))


def _content(image: Contents) -> int | None:
    return None if _absent(image) else sum(layer.size for layer in image.layers)


def _wasted(image: Contents) -> int | None:
    return None if _absent(image) else sum(each.size for each in wasted(image.layers))


def _sent(image: Contents) -> int | None:
    sizes = [layer.blob_size for layer in image.image.layers]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _files(image: Contents) -> int | None:
    return None if _absent(image) else sum(len(layer.entries) for layer in image.layers)


def _absent(image: Contents) -> bool:
    return any(layer.absent for layer in image.image.layers)


MEASURES = {
    "desperdicio": Measure(_wasted, whole=_content),
    "tamaño": Measure(_content),
    "comprimido": Measure(_sent),
    "capas": Measure(lambda image: len(image.image.layers), counted=True),
    "archivos": Measure(_files, counted=True),
}
"""Lo que se puede exigir. El desperdicio, también en tantos por ciento de lo que hay en las capas."""

_SPELLINGS = {"tamano": "tamaño", "size": "tamaño"}


def parse(text: str) -> Requirement:
    """Lee una condición.

    Args:
        text: `MEDIDA SIGNO CANTIDAD UNIDAD`: `desperdicio<5%`, `tamaño<=80MB`, `capas<20`.

    Raises:
        NotUnderstood: con qué no se entiende y un ejemplo.
    """
    read = _SHAPE.fullmatch(text)
    if read is None:
        raise NotUnderstood(f"«{text}» no es una condición: escribe, por ejemplo, '{EXAMPLE}'.")
    name, sign, number, unit = read.groups()
    name = _SPELLINGS.get(name.lower(), name.lower())
    if name not in MEASURES:
        known = ", ".join(MEASURES)
        raise NotUnderstood(f"No se mide «{read[1]}», sino {known}: escribe, por ejemplo, '{EXAMPLE}'.")
    measure, percent = MEASURES[name], unit == "%"
    if percent and measure.whole is None:
        example = "capas<20" if measure.counted else f"{name}<80MB"
        raise NotUnderstood(f"«{name}» no va en tantos por ciento: escribe, por ejemplo, '{example}'.")
    scale = 1 if percent else _UNITS.get(unit.lower())
    if scale is None or (measure.counted and unit):
        example = f"{name}<20" if measure.counted else f"{name}<80MB"
        raise NotUnderstood(f"«{unit}» no es una unidad de «{name}»: escribe, por ejemplo, '{example}'.")
    value = float(number.replace(",", ".")) * scale
    return Requirement(name, "=" if sign == "==" else sign, value, percent)


def demand(requirements: Sequence[Requirement], images: Sequence[Contents]) -> list[str]:
    """Comprueba que todas las imágenes cumplen todas las condiciones.

    Returns:
        Cuánto mide cada imagen, una línea por condición.

    Raises:
        NotMet: si alguna no cumple, con todas las que no.
    """
    told: list[str] = []
    failed: list[str] = []
    for name, image in zip(called([each.image for each in images]), images, strict=True):
        for requirement in requirements:
            line = f"{name}: {requirement.told(image)} (se exige {requirement})"
            (told if requirement.met(image) else failed).append(line)
    if failed:
        raise NotMet("No cumple lo que se exige: " + "; ".join(failed) + ".")
    return told
