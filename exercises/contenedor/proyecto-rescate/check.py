"""La copia tiene el archivo y no lo escribió; viene de la imagen pedida, y el origen ya no está."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "origen": f"muelle-origen-{key}",
        "copia": f"muelle-copia-{key}",
        "imagen": f"muelle/rescate:{key}",
        "palabra": rng.choice(["brújula", "sextante", "cuaderno", "farol"]),
    }


def check(bench, origen, copia, imagen, palabra):
    container = bench.container(copia)
    assert container, diagnosis(
        f"no hay ningún contenedor llamado «{copia}».",
        "uno hecho desde la imagen del rescate.",
        "hacer la imagen no hace ningún contenedor.",
    )
    content = bench.read(container, "/rescate.txt")
    assert (content or "").strip() == palabra, diagnosis(
        "en la copia, /rescate.txt " + ("no existe." if content is None else "tiene otro contenido."),
        "la palabra que escribió el origen.",
        "solo pasa a la imagen lo que estaba en la capa de escritura en el momento de hacerla.",
    )
    written = {row["Path"] for row in container.diff() or []}
    assert "/rescate.txt" not in written, diagnosis(
        "/rescate.txt está en la capa de escritura de la copia: lo escribió ella misma.",
        "que le venga de una capa de su imagen.",
        "así se distingue lo que trae la imagen de lo que hizo el contenedor.",
    )
    rescued = bench.image_id(imagen)
    used = container.attrs["Config"]["Image"]
    assert rescued and bench.image_id(used) == rescued, diagnosis(
        f"«{copia}» está hecho con «{used}»" + ("." if rescued else f", y no hay ninguna imagen «{imagen}»."),
        "la imagen del rescate, con el nombre que te tocó.",
        "sin nombre, una imagen no se encuentra; y con otro, quien la busque encontrará otra cosa.",
    )
    assert bench.container(origen) is None, diagnosis(
        f"el contenedor «{origen}» sigue ahí.",
        "que la copia no lo necesite para nada.",
        "una imagen no depende de los contenedores de los que salió, ni los contenedores entre sí.",
    )
