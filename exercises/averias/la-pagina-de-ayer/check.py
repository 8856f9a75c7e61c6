"""La página nueva, traída por la imagen y a la vista."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-portada-{key}",
        "imagen": f"muelle/portada:{key}",
        "volumen": f"muelle-portadas-{key}",
        "pagina": f"{rng.choice(['otoño', 'invierno', 'verano'])}-{key[:3]}",
    }


def check(bench, nombre, imagen, pagina):
    web = bench.container(nombre)
    assert web and bench.status(web) == "running", diagnosis(
        f"no hay ningún contenedor «{nombre}» en marcha.",
        "el de la web, con ese nombre.",
        "es el que ve la gente: si la avería se arregla apagando la web, no se ha arreglado.",
    )
    assert (bench.read(web, "/www/index.html") or "").strip() == pagina, diagnosis(
        "/www/index.html no es la página nueva.",
        "la palabra que te tocó: la imagen ya la trae.",
        "puede haber algo en medio, o puede que el contenedor no sea de esa imagen.",
    )
    covering = [each["Destination"] for each in web.attrs["Mounts"] if each["Destination"].startswith("/www")]
    assert not covering, diagnosis(
        f"se ve la página nueva, pero hay algo montado en {covering[0]}." if covering else "",
        "que la página llegue de la imagen.",
        "un volumen se llena una vez: cuando la imagen vuelva a cambiar, se verá la de hoy.",
    )
    current = bench.image_id(imagen)
    assert current and bench.image_id(web.attrs["Image"]) == current, diagnosis(
        f"«{nombre}» no está hecho con la imagen que ahora se llama «{imagen}».",
        "un contenedor de la imagen reconstruida.",
        "un contenedor nace de una imagen y no la cambia; lo que se toca a mano en él se pierde con él.",
    )
