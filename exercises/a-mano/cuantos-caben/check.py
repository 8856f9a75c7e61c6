"""Lo ejecuta y cuenta lo que escribe."""

from muelle.exercises import diagnosis

MANY = 12
SCRIPT = f"for n in $(seq {MANY}); do sleep 30 > /dev/null 2>&1 & echo $n; done"


def draw(rng):
    return {"tope": rng.randint(4, 9)}


def count(bench, limit):
    """Los que caben; en un motor que no puede limitar, los que cabrían: el tope cuenta también al `sh`."""
    said = bench.output(bench.base, ["sh", "-c", SCRIPT], pids_limit=limit)
    seen = sum(line.isdigit() for line in said.split())
    return seen if seen < MANY else limit - 1


def check(answer, bench, tope):
    real = bench.once(f"cuántos caben con tope {tope}", lambda: count(bench, tope))
    seen = "no puede con todos" if answer == MANY else "se queda en otro sitio"
    assert answer == real, diagnosis(
        f"{answer}, y el guion {seen}.",
        "cuántas veces consigue lanzar un proceso quien ya está dentro del grupo.",
        "el tope es del grupo entero, y en él está todo lo que se ejecuta en el contenedor.",
    )
