"""El contenedor se paró alguna vez, está en marcha y guarda el archivo."""

from muelle.exercises import diagnosis


def draw(rng):
    return {
        "nombre": f"muelle-apuntes-{rng.randrange(16**6):06x}",
        "palabra": rng.choice(["marea", "niebla", "oleaje", "calma"]),
    }


def check(bench, nombre, palabra):
    container = bench.container(nombre)
    assert container, diagnosis(
        f"no hay ningún contenedor llamado «{nombre}».",
        "que exista, con ese nombre.",
        "si lo borraste, con él se fue su capa de escritura.",
    )
    state = container.attrs["State"]
    assert not state["FinishedAt"].startswith("0001"), diagnosis(
        f"«{nombre}» no se ha parado nunca: es un contenedor nuevo o uno que sigue en su primera vida.",
        "el mismo contenedor, parado una vez y puesto en marcha otra vez.",
        "borrar y volver a crear con el mismo nombre da otro contenedor, sin lo que escribiste.",
    )
    assert bench.status(container) == "running", diagnosis(
        f"«{nombre}» está «{container.status}».",
        "que esté en marcha otra vez.",
        "un contenedor parado se puede poner en marcha las veces que haga falta.",
    )
    notes = bench.read(container, "/apuntes.txt")
    assert (notes or "").strip() == palabra, diagnosis(
        "/apuntes.txt " + ("no existe en ese contenedor." if notes is None else "tiene otro contenido."),
        "la palabra que te tocó.",
        "la capa de escritura es del contenedor: lo que escribiste en otro no aparece en este.",
    )
