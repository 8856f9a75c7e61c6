"""El cliente pide la página por el nombre, y el servidor no publica nada."""

from muelle.exercises import diagnosis


def draw(rng):
    number = f"{rng.randrange(16**6):06x}"
    return {
        "servidor": f"muelle-servidor-{number}",
        "cliente": f"muelle-cliente-{number}",
        "red": f"muelle-red-{number}",
    }


def check(bench, servidor, cliente):
    server, asker = bench.container(servidor), bench.container(cliente)
    missing = [name for name, found in ((servidor, server), (cliente, asker)) if not found]
    assert not missing, diagnosis(
        f"falta {' y '.join(missing)}.",
        "los dos contenedores, con los nombres que te tocaron.",
        "la comprobación los busca por su nombre, y el cliente también.",
    )
    published = bench.published(server)
    assert not published, diagnosis(
        f"el servidor publica {', '.join(published)}.",
        "que no publique ninguno.",
        "publicar abre una puerta en el anfitrión, y el cliente no entra por ella.",
    )
    assert bench.reaches(asker, servidor), diagnosis(
        f"«{cliente}» no recibe la página cuando pide http://{servidor}/.",
        "que los dos compartan una red en la que los nombres se resuelvan.",
        "en la red de fábrica hay direcciones, pero no nombres.",
    )
