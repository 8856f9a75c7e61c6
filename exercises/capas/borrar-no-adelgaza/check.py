"""El resumen está, y las capas nuevas pesan poco."""

import re

from muelle.draw.units import size
from muelle.exercises import diagnosis

LIMIT = 1_000_000


def _size(client, image):
    return sum(row["Size"] for row in client.api.history(image))


def check(answer, bench, client):
    image = bench.build(answer)
    summary = bench.read(bench.create(image), "/resumen.txt") or ""
    assert re.fullmatch(r"[0-9a-f]{64}  /tmp/grande\n", summary), diagnosis(
        "/resumen.txt " + ("no existe o está vacío." if not summary else "no es lo que escribe `sha256sum`."),
        "la huella del archivo grande, hecha al construir.",
        "adelgazar quitando el trabajo no es adelgazar: la imagen tiene que seguir sirviendo.",
    )
    added = _size(client, image) - _size(client, bench.base)
    assert added < LIMIT, diagnosis(
        f"las capas que añade tu imagen pesan {size(added)}.",
        "menos de 1 MB.",
        "borrar en una capa de arriba tapa el archivo; los bytes siguen abajo y viajan con la imagen.",
    )
