"""La página nueva viene de la imagen y la foto, del volumen."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-album-{key}",
        "volumen": f"muelle-subidas-{key}",
        "imagen": f"muelle/album:{key}",
        "pagina": rng.choice(["otoño", "invierno", "verano"]),
        "subida": rng.choice(["faro", "muelle", "ancla"]) + f"-{key[:3]}",
    }


def _mount(container, path):
    return next((each for each in container.attrs["Mounts"] if each["Destination"] == path), {})


def check(bench, nombre, volumen, imagen, pagina, subida):
    container = bench.container(nombre)
    assert container and bench.status(container) == "running", diagnosis(
        f"no hay ningún contenedor «{nombre}» en marcha.",
        "el de la página nueva, en marcha.",
        "es lo que vería quien entrara en la web.",
    )
    _, page = bench.execute(container, ["cat", "/www/index.html"])
    assert page.strip() == pagina, diagnosis(
        "/www/index.html no es la página nueva.",
        "la palabra que te tocó.",
        "si algo montado la tapa, da igual cuántas veces se reconstruya.",
    )
    current = bench.image_id(imagen)
    assert current and bench.image_id(container.attrs["Image"]) == current, diagnosis(
        f"«{nombre}» no está hecho con la imagen que ahora se llama «{imagen}».",
        "un contenedor nuevo, de la imagen reconstruida.",
        "lo que se cambia a mano dentro de un contenedor se pierde con él.",
    )
    changed = {row["Path"] for row in container.diff() or []}
    assert "/www/index.html" not in changed, diagnosis(
        "la página la escribió el contenedor: está en su capa.",
        "que venga en la imagen.",
        "el siguiente contenedor no la tendría.",
    )
    _, photo = bench.execute(container, ["cat", "/www/subidas/foto.txt"])
    assert photo.strip() == subida, diagnosis(
        "/www/subidas/foto.txt no está o es otra.",
        "la que se subió a la web vieja.",
        "los datos son lo único que no se puede reconstruir.",
    )
    assert _mount(container, "/www/subidas").get("Name") == volumen, diagnosis(
        "/www/subidas no está montada en el volumen que te tocó.",
        f"el volumen «{volumen}».",
        "si la foto está en una capa, se irá con el contenedor o viajará con la imagen.",
    )
    assert (bench.volume_labels(volumen) or {}).get("muelle") == "1", diagnosis(
        f"«{volumen}» no lleva la LABEL `muelle=1`.",
        "que la lleve desde que se crea.",
        "un volumen que se crea solo, al montarlo, no dice de quién es.",
    )
