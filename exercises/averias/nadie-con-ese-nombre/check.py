"""Comparten una red con nombres, y por ella llega la página."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "servidor": f"muelle-catalogo-{key}",
        "cliente": f"muelle-buscador-{key}",
        "red": f"muelle-oficina-{key}",
    }


def _plugs(bench, name):
    found = bench.container(name)
    alive = found and bench.status(found) == "running"
    return set(found.attrs["NetworkSettings"]["Networks"]) if alive else set()


def check(bench, servidor, cliente):
    plugs = {name: _plugs(bench, name) for name in (servidor, cliente)}
    missing = [name for name, found in plugs.items() if not found]
    shared = plugs[servidor] & plugs[cliente] - {"bridge", "podman", "host", "none"}
    assert shared, diagnosis(
        f"«{missing[0]}» no está en marcha." if missing else "no comparten ninguna red creada por ti.",
        "los dos en marcha, con una red en común en la que haya nombres.",
        "una dirección cambia al volver a crear el contenedor; el nombre, no.",
    )
    assert bench.reaches(bench.container(cliente), servidor), diagnosis(
        f"comparten una red, y «{cliente}» sigue sin recibir http://{servidor}/.",
        "que llegue la página, por el nombre y por el puerto de siempre.",
        "estar en la misma red es la mitad: al otro lado tiene que escuchar alguien.",
    )
