"""Monta las tres redes y lo prueba; lo que se oye no cambia mientras el motor sea el mismo."""

from muelle.exercises import diagnosis


def draw(rng):
    names = rng.sample(["ana", "beto", "caro", "dani", "eva", "fran"], 5)
    one, both, other, *plain = names
    return {"redes": {"patio": [one, both], "huerto": [other, both], "bridge": plain}}


def reached(bench):
    """Quién llega a quién en este motor."""
    first, second = bench.network(), bench.network()
    asker = bench.run(bench.base, ["sleep", "600"], network=first)
    both = bench.run(bench.base, ["servir"], network=first)
    bench.plug(second, both)
    far = bench.run(bench.base, ["servir"], network=second)
    one, other = (bench.run(bench.base, ["servir"]) for _ in range(2))
    return {
        "vecina": bench.reaches(asker, both.name),
        "a_traves": bench.reaches(asker, far.name, seconds=2),
        "por_el_nombre": bench.reaches(one, other.name, seconds=2),
        "por_la_direccion": bench.reaches(one, bench.address(other)),
    }


def says(value):
    return "llega" if value else "no llega"


def check(answer, bench):
    real = bench.once("redes: quién llega a quién", lambda: reached(bench))
    assert answer["vecina"] == real["vecina"], diagnosis(
        f"que la página de la vecina {says(answer['vecina'])}.",
        "lo que pasa entre dos contenedores de una misma red.",
        "publicar es para quien está fuera; dentro de una red se llega a todo puerto en el que se escuche.",
    )
    assert answer["a_traves"] == real["a_traves"], diagnosis(
        f"que, de una red a la otra, {says(answer['a_traves'])}.",
        "que haya una red en la que estén quien pide y quien responde.",
        "estar en dos redes es tener dos cables, no llevar de uno a otro lo que llega.",
    )
    assert answer["por_el_nombre"] == real["por_el_nombre"], diagnosis(
        f"que, en la de fábrica, por el nombre {says(answer['por_el_nombre'])}.",
        "que alguien sepa a qué dirección lleva ese nombre.",
        "la de fábrica es la única red en la que el motor no pone un servidor de nombres.",
    )
    assert answer["por_la_direccion"] == real["por_la_direccion"], diagnosis(
        f"que, en la de fábrica, por la dirección {says(answer['por_la_direccion'])}.",
        "lo que pasa entre dos enchufes de un mismo puente.",
        "los dos están en el mismo puente, y un puente reparte entre todos sus enchufes.",
    )
