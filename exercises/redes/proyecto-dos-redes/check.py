"""Quién está en cada red, quién llega a quién y qué puertas hay abiertas."""

from muelle.exercises import diagnosis


def draw(rng):
    number = f"{rng.randrange(16**6):06x}"
    names = ("tienda", "datos", "visita", "fuera", "dentro")
    return {name: f"muelle-{name}-{number}" for name in names}


def plugged(container):
    return set(container.attrs["NetworkSettings"]["Networks"])


def check(bench, tienda, datos, visita):
    found = {name: bench.container(name) for name in (tienda, datos, visita)}
    missing = [name for name, container in found.items() if not container]
    assert not missing, diagnosis(
        f"falta {' y '.join(missing)}.",
        "los tres contenedores, con los nombres que te tocaron.",
        "la comprobación los busca por su nombre, y ellos entre sí también.",
    )
    shop, data, visitor = found.values()
    assert bench.reaches(visitor, tienda), diagnosis(
        f"la visita no llega a la tienda cuando pide http://{tienda}/.",
        "que compartan una red, y que la tienda sirva.",
        "quien viene de fuera entra por la tienda, y por ningún otro sitio.",
    )
    assert bench.reaches(shop, "almacen"), diagnosis(
        "la tienda no recibe la página cuando pide http://almacen/.",
        "que los datos tengan ese alias en una red que compartan.",
        "con un alias, quien lo usa no ha de saber cómo se llama hoy el contenedor.",
    )
    shared = plugged(visitor) & plugged(data)
    assert not shared, diagnosis(
        f"la visita comparte con los datos {', '.join(sorted(shared))}.",
        "que no compartan ninguna red.",
        "a quien comparte red se le llega a todos los puertos, publicados o no.",
    )
    doors = bench.published(data)
    assert not doors, diagnosis(
        f"los datos publican {', '.join(doors)}.",
        "que no publiquen nada.",
        "una puerta en el anfitrión se salta la pared que acabas de hacer.",
    )
    addresses = bench.published(shop).get("80/tcp", [])
    assert addresses == ["127.0.0.1"], diagnosis(
        f"la tienda publica su puerto 80 en {', '.join(addresses) or 'ninguna parte'}.",
        "que lo publique en 127.0.0.1, y solo ahí.",
        "en 0.0.0.0 lo alcanza cualquiera que llegue a una dirección de tu máquina.",
    )
