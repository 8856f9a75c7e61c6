"""El contenedor existe, está en marcha y es como se pidió: se mira el estado, no cómo se llegó."""

from muelle.exercises import diagnosis


def draw(rng):
    return {
        "nombre": f"muelle-http-{rng.randrange(16**6):06x}",
        "palabra": rng.choice(["ancla", "boya", "cabo", "faro", "grúa", "proa"]),
    }


def check(bench, nombre, palabra):
    container = bench.container(nombre)
    assert container, diagnosis(
        f"no hay ningún contenedor llamado «{nombre}».",
        "uno con ese nombre, esté como esté.",
        "el nombre viaja en la URL de la petición de crear; si falta, el demonio inventa uno.",
    )
    assert bench.status(container) == "running", diagnosis(
        f"«{nombre}» existe, y su estado es «{container.status}».",
        "un contenedor en marcha.",
        "crear y arrancar son dos peticiones distintas.",
    )
    config = container.attrs["Config"]
    assert f"PALABRA={palabra}" in (config["Env"] or []), diagnosis(
        "la variable `PALABRA` no está, o no vale lo que te tocó.",
        "la configuración que pediste, guardada en el contenedor.",
        "la configuración se fija al crear: después de arrancar, una variable de entorno ya no se cambia.",
    )
    made = bench.image_id(config["Image"]) == bench.image_id(bench.base)
    assert made and config["Cmd"] == ["sleep", "600"], diagnosis(
        f"«{nombre}» sale de la imagen «{config['Image']}», con la orden {config['Cmd']}.",
        "la imagen y la orden que se piden.",
        "el cuerpo de la petición de crear es el contenedor entero: lo que no va en él, no se adivina.",
    )
