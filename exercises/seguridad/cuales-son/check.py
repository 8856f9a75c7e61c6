"""Descifra la máscara y compara."""

from muelle.exercises import diagnosis
from muelle.model.rings import CAPABILITIES, capabilities


def draw(rng):
    bits = {0, *rng.sample(range(1, len(CAPABILITIES)), 9)}
    return {"mascara": f"{sum(1 << bit for bit in bits):016x}", "nombres": list(CAPABILITIES)}


def check(answer, mascara):
    real = capabilities(mascara)
    extra = [str(name)[:40] for name in answer if name not in real]
    assert not extra, diagnosis(
        f"en tu respuesta tiene {', '.join(extra[:4])}{'…' if len(extra) > 4 else ''}.",
        "solo aquellas cuyo bit es un 1.",
        "la máscara está en hexadecimal, y el bit 0 es el último por la derecha: la primera de la lista.",
    )
    missing = [name for name in real if name not in answer]
    assert not missing, diagnosis(
        f"faltan {len(missing)}; por ejemplo, la que va en el sitio {CAPABILITIES.index(missing[0])}.",
        "todas aquellas cuyo bit es un 1.",
        "con una sola capacidad de más se puede salir: a medias, la lista no dice nada.",
    )
