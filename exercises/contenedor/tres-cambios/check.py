"""Busca las tres rutas en el `diff` del contenedor."""

from muelle.exercises import diagnosis

WORDS = {0: "cambiado", 1: "añadido", 2: "borrado", None: "igual que en la imagen"}


def draw(rng):
    return {
        "nombre": f"muelle-cambios-{rng.randrange(16**6):06x}",
        "nuevo": f"/{rng.choice(['diario', 'rumbo', 'carga'])}-{rng.randint(10, 99)}.txt",
    }


def check(bench, nombre, nuevo):
    container = bench.container(nombre)
    assert container, diagnosis(
        f"no hay ningún contenedor llamado «{nombre}».",
        "que exista, en marcha o parado.",
        "la capa de escritura dura lo que dura el contenedor.",
    )
    changes = {row["Path"]: row["Kind"] for row in container.diff() or []}
    for path, kind in ((nuevo, 1), ("/etc/motd", 0), ("/www/index.html", 2)):
        found = changes.get(path)
        gone = [parent for parent, change in changes.items() if change == 2 and path.startswith(f"{parent}/")]
        assert found == kind, diagnosis(
            f"lo que consta borrado es {gone[0]}, entero." if gone else f"{path} está «{WORDS[found]}».",
            f"que esté «{WORDS[kind]}».",
            "el motor compara la capa de escritura con la pila de la imagen: solo cuenta lo que difiere.",
        )
