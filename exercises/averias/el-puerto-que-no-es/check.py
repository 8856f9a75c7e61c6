"""En el puerto publicado contesta alguien, y solo se publica aquí."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {"nombre": f"muelle-escaparate-{key}", "puerto": rng.randint(3000, 7999)}


def check(bench, nombre):
    web = bench.container(nombre)
    doors = bench.published(web) if web and bench.status(web) == "running" else {}
    assert doors, diagnosis(
        f"«{nombre}» no publica ningún puerto." if web else f"no existe «{nombre}».",
        "en marcha, y con un puerto del anfitrión que lleve a uno suyo.",
        "apuntar un puerto con EXPOSE no abre ninguna puerta.",
    )
    open_to_all = [port for port, places in doors.items() if set(places) != {"127.0.0.1"}]
    assert not open_to_all, diagnosis(
        f"el puerto {''.join(open_to_all[:1])} se publica para toda la red.",
        "que solo se llegue desde la propia máquina.",
        "lo que se abre de más por las prisas se queda abierto.",
    )
    address = bench.address(web)
    answers = [port for port in doors if bench.reaches(web, f"{address}:{port.partition('/')[0]}")]
    assert answers, diagnosis(
        f"está publicado el puerto {next(iter(doors), '')} del contenedor, y en ese no escucha nadie.",
        "que el de dentro sea el del servidor.",
        "la puerta se abre igual haya alguien detrás o no: por eso nada se queja.",
    )
