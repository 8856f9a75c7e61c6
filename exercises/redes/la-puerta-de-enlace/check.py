"""Compara con la ruta de salida de un contenedor."""

from muelle.exercises import UnsupportedError, diagnosis


def seen(answer):
    """Qué es lo que han dado, en una frase."""
    if "/" in answer:
        return f"en tu respuesta está «{answer[:60]}», que es un grupo de direcciones."
    if answer.startswith("127."):
        return f"en tu respuesta está «{answer[:60]}», que es como cada cual se llama a sí mismo."
    return f"en tu respuesta está «{answer[:60]}», y en esa red no es la que tiene el anfitrión."


def check(answer, bench):
    routes = bench.output(bench.base, ["ip", "route"])
    ways = [line.split()[2] for line in routes.splitlines() if line.startswith("default via ")]
    if not ways:
        raise UnsupportedError("En este motor los contenedores no salen por ninguna puerta.")
    assert answer.strip() == ways[0], diagnosis(
        seen(answer),
        "la dirección por la que un contenedor de esa red sale de ella.",
        "el anfitrión está enchufado al puente como los demás, y por él se sale.",
    )
