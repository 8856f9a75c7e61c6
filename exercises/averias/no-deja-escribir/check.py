"""Escribe sin ser root, con los datos de siempre y sin que escriba cualquiera."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-pedidos-{key}",
        "volumen": f"muelle-datos-{key}",
        "usuario": rng.randint(1200, 1900),
        "pedido": f"{rng.choice(['cuerda', 'lona', 'boya'])}-{key[:3]}",
    }


def check(bench, nombre, pedido):
    app = bench.container(nombre)
    assert app and bench.execute(app, ["sh", "-c", '[ "$(id -u)" != 0 ]'])[0] == 0, diagnosis(
        f"«{nombre}» no está en marcha, o se ejecuta como root." if app else f"no existe «{nombre}».",
        "la aplicación en marcha, con un usuario que no sea el 0.",
        "con root se puede escribir en todo, y eso es justo lo que se quería evitar.",
    )
    assert bench.execute(app, ["sh", "-c", "[ -w /datos ]"])[0] == 0, diagnosis(
        "el usuario de la aplicación sigue sin poder escribir en /datos.",
        "que pueda crear archivos ahí.",
        "el núcleo compara números: el del proceso con el del dueño de la carpeta.",
    )
    assert (bench.read(app, "/datos/pedidos.txt") or "").strip() == pedido, diagnosis(
        "en /datos no están los pedidos de siempre.",
        "los que había antes de la avería.",
        "una carpeta vacía se deja escribir, pero los datos no se pueden reconstruir.",
    )
    assert bench.execute(app, ["sh", "-c", "stat -c %a /datos | grep -q '[0145]$'"])[0] == 0, diagnosis(
        "en /datos puede escribir cualquiera.",
        "que escriba la aplicación, y no todo el que monte el volumen.",
        "un permiso abierto quita el síntoma y deja la pregunta de quién es el dueño sin contestar.",
    )
