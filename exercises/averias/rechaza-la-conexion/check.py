"""El cliente recibe la página, y la recibiría también de un servidor nuevo."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "servidor": f"muelle-precios-{key}",
        "cliente": f"muelle-caja-{key}",
        "red": f"muelle-tienda-{key}",
        "puerto": rng.randint(3000, 7998),
    }


def _alive(bench, name):
    found = bench.container(name)
    return found if found and bench.status(found) == "running" else None


def check(bench, servidor, cliente, red, puerto):
    server, asker = _alive(bench, servidor), _alive(bench, cliente)
    missing = [name for name, found in ((servidor, server), (cliente, asker)) if not found]
    assert not missing, diagnosis(
        f"no está en marcha {' ni '.join(missing)}.",
        "los dos contenedores, con sus nombres.",
        "se buscan el uno al otro por el nombre.",
    )
    outside = [each.name for each in (server, asker) if red not in each.attrs["NetworkSettings"]["Networks"]]
    answers = not outside and bench.reaches(asker, f"{servidor}:{puerto}")
    assert answers and bench.reaches(asker, f"{bench.twin(server, network=red).name}:{puerto}"), diagnosis(
        f"«{outside[0]}» no está en la red «{red}»."
        if outside
        else "el servidor contesta, pero otro creado igual que él, no."
        if answers
        else f"«{cliente}» sigue sin recibir la página de http://{servidor}:{puerto}/.",
        "que la reciba por su red, también de un servidor recién creado.",
        "quién contesta lo decide lo que escucha al arrancar; lo que se pone en marcha a mano dentro "
        "de un contenedor se va con él.",
    )
