"""Cantidades escritas para personas: bytes, duraciones y plurales, en español."""

from __future__ import annotations

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
UNKNOWN = "tamaño desconocido"


def size(count: int | None) -> str:
    """Escribe una cantidad de bytes como Docker, en base 1000 y con coma decimal.

    Args:
        count: bytes, o None si no se conocen.

    Returns:
        `0 B`, `999 B`, `1,2 kB`, `12,3 MB`, `123 MB`… o «tamaño desconocido».
    """
    if count is None:
        return UNKNOWN
    if count < 0:
        return f"−{size(-count)}"
    value = float(count)
    for unit in _UNITS:
        # 999,95 kB se escribiría «1000 kB»: se pasa antes a la unidad siguiente.
        if value < 999.5 or unit == _UNITS[-1]:
            return f"{_significant(value, unit)} {unit}"
        value /= 1000
    raise AssertionError("la última unidad acepta cualquier valor")


def exact(count: int) -> str:
    """Escribe una cantidad de bytes entera, por millares: `1 985 007 B`. Sirve para sumar."""
    return f"{count:,}".replace(",", "\u00a0") + "\u00a0B"


def _significant(value: float, unit: str) -> str:
    if unit == "B" or value >= 99.95:
        return f"{value:.0f}"
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace(".", ",")


def seconds(value: float) -> str:
    """Escribe una duración en segundos: `0,4 ms`, `12 ms`, `1,2 s`, `2 min 5 s`."""
    if value < 0.00995:
        return f"{value * 1000:.1f} ms".replace(".", ",")
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    if value < 59.95:
        return f"{value:.1f}".removesuffix(".0").replace(".", ",") + " s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def count(number: int, singular: str, plural: str) -> str:
    """Escribe un número con su nombre: `1 capa`, `3 capas`."""
    return f"{number} {singular if number == 1 else plural}"
