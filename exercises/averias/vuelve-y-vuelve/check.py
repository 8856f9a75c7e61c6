"""Sirve, y su política de reinicio sigue puesta."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-faro-{key}",
        "clave": f"{rng.choice(['CARPETA', 'SITIO', 'ORIGEN'])}_{key[:3]}",
    }


def check(bench, nombre):
    web = bench.container(nombre)
    assert web and bench.reaches(web, "127.0.0.1"), diagnosis(
        f"«{nombre}» no sirve su página." if web else f"no existe «{nombre}».",
        "que el servidor llegue a arrancar y siga en pie.",
        "reiniciar repite lo mismo, y quitar el reinicio solo lo calla.",
    )
    policy = web.attrs["HostConfig"]["RestartPolicy"]["Name"]
    assert policy in ("always", "unless-stopped"), diagnosis(
        "funciona, pero se ha quedado sin su política de reinicio.",
        "que el motor lo levante si se cae o si se reinicia la máquina.",
        "la política no era la avería: era quien la enseñaba.",
    )
