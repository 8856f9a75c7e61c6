"""Los dos contenedores existen, con la misma imagen; uno en marcha y otro sin arrancar."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {"nombre_a": f"muelle-a-{key}", "nombre_b": f"muelle-b-{key}"}


def check(bench, nombre_a, nombre_b):
    first, second = bench.container(nombre_a), bench.container(nombre_b)
    names = ", ".join(name for name, found in ((nombre_a, first), (nombre_b, second)) if not found)
    assert first and second, diagnosis(
        f"no existe: {names}.",
        "dos contenedores, los dos hechos con la misma imagen.",
        "tener la imagen no es tener un contenedor: hay que crear cada uno.",
    )
    assert first.attrs["Image"] == second.attrs["Image"], diagnosis(
        "cada contenedor está hecho con una imagen distinta.",
        "la misma imagen para los dos.",
        "una imagen no se gasta: de ella sale un contenedor tras otro, y sigue igual.",
    )
    assert bench.status(first) == "running", diagnosis(
        f"«{nombre_a}» está «{first.status}».",
        "que su proceso esté vivo.",
        "crear deja preparada la capa de escritura y la configuración; el proceso empieza al arrancar.",
    )
    started = not second.attrs["State"]["StartedAt"].startswith("0001")
    assert not started, diagnosis(
        f"«{nombre_b}» ya arrancó alguna vez (está «{second.status}»).",
        "un contenedor creado que no se haya arrancado.",
        "un contenedor existe desde que se crea, con su nombre y su capa, aunque no tenga proceso.",
    )
