"""Mismas capas que la base y tantas filas más como tocaron. El motor añade una fila al poner las LABEL."""

from muelle.draw.units import count
from muelle.exercises import diagnosis


def draw(rng):
    return {"filas": rng.randint(3, 5)}


def check(answer, bench, client, filas):
    image = bench.build(answer)
    added = len(bench.layers(image)) - len(bench.layers(bench.base))
    assert bench.layers(image) == bench.layers(bench.base), diagnosis(
        f"tu imagen añade {count(added, 'capa', 'capas')} a las de la base.",
        "las mismas capas, con los mismos DiffID.",
        "una instrucción que toca archivos, aunque sea uno vacío, guarda una capa.",
    )
    folders = [line.split()[1:] for line in answer.splitlines() if line.upper().split()[:1] == ["WORKDIR"]]
    assert all(each == ["/"] for each in folders), diagnosis(
        "hay un WORKDIR, y este constructor no le hace capa porque la carpeta ya está.",
        "las mismas capas, la construya quien la construya.",
        "BuildKit, el de `docker build`, hace una capa por cada WORKDIR que no sea «/», aun sin cambios.",
    )
    plain = bench.build(f"FROM {bench.base}")
    rows = len(client.api.history(image)) - len(client.api.history(plain))
    assert rows == filas, diagnosis(
        f"tu Dockerfile añade {count(rows, 'fila', 'filas')} al historial.",
        "tantas como te tocaron en `valores`.",
        "el historial apunta también lo que no cambia ningún archivo.",
    )
