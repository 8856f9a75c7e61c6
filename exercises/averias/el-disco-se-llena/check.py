"""La web sigue, y de sus versiones queda una."""

from muelle.exercises import diagnosis
from muelle.faults.listing import listed_images


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {"nombre": f"muelle-fotos-{key}", "imagen": f"muelle/fotos:{key}"}


def check(bench, client, nombre, imagen):
    web, current = bench.container(nombre), bench.image_id(imagen)
    same = web and current and bench.image_id(web.attrs["Image"]) == current
    assert same and bench.status(web) == "running", diagnosis(
        f"«{nombre}» no está en marcha con la imagen «{imagen}».",
        "la web de siempre, con su versión de ahora.",
        "se trataba de hacer sitio sin que se note; lo que está en uso no sobra.",
    )
    its = {"label": f"muelle.web={nombre}"}  # una sola: de dos a la vez, Podman no encuentra ninguna
    old = [row["Id"] for row in listed_images(client.api, its) if row["Id"] != current]
    held = set(old) & {row["ImageID"] for row in client.api.containers(all=True)}
    assert not old, diagnosis(
        "siguen ahí versiones viejas, y hay contenedores parados que las sujetan."
        if held
        else "siguen ahí versiones viejas, sin nombre y sin nadie que las use.",
        "que de sus versiones quede la de ahora.",
        "quitarle el nombre a una imagen no la quita, y mientras exista un contenedor suyo no se va.",
    )
