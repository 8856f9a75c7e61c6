"""La imagen, de la plataforma del motor, con su servicio y su página, y el contenedor, con ella."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-cartel-{key}",
        "imagen": f"muelle/cartel:{key}",
        "pagina": f"{rng.choice(['teatro', 'circo', 'concierto'])}-{key[:3]}",
    }


def check(bench, client, nombre, imagen, pagina):
    current = bench.image_id(imagen)
    here = client.api.inspect_image(bench.base)["Architecture"]
    told = client.api.inspect_image(current)["Architecture"] if current else ""
    assert told == here, diagnosis(
        f"«{imagen}» dice que es para {told}." if current else f"no hay ninguna imagen «{imagen}».",
        f"una imagen para {here}, como tu motor.",
        "a quien la pida para esta plataforma, el motor le dirá que no la tiene.",
    )
    fresh = bench.run(imagen)
    serves = bench.reaches(fresh, "127.0.0.1")
    assert serves and (bench.read(fresh, "/www/index.html") or "").strip() == pagina, diagnosis(
        "un contenedor recién hecho con la imagen arranca, y no trae la página."
        if serves
        else "un contenedor recién hecho con la imagen, sin decirle nada más, no sirve su página.",
        "que la imagen sirva la página de siempre en cuanto arranca.",
        "lo que se arregla en un contenedor, o al crearlo, hay que volver a arreglarlo en el siguiente.",
    )
    web = bench.container(nombre)
    same = web and bench.image_id(web.attrs["Image"]) == current
    assert same and bench.reaches(web, "127.0.0.1"), diagnosis(
        f"la imagen está bien, y «{nombre}» no está en marcha con ella.",
        "el contenedor de siempre, creado otra vez.",
        "un contenedor recuerda la imagen con la que nació, y no su etiqueta.",
    )
