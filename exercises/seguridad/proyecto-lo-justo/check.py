"""Lo que es y lo que puede se lee en su proceso; lo que escribe, se intenta."""

from muelle.exercises import diagnosis


def draw(rng):
    return {"nombre": f"muelle-justo-{rng.randrange(16**6):06x}", "puerto": rng.randint(3000, 7999)}


def fields(bench, box):
    """Las líneas de `/proc/1/status`, por su nombre."""
    text = bench.execute(box, ["cat", "/proc/1/status"])[1]
    return {name: rest.split() for name, _, rest in (line.partition(":") for line in text.splitlines())}


def check(bench, nombre, puerto):
    box = bench.container(nombre)
    assert box and bench.status(box) == "running", diagnosis(
        f"no hay ningún contenedor en marcha llamado «{nombre}».",
        "que exista y siga en marcha.",
        "un servicio que se para no hace falta protegerlo.",
    )
    assert bench.reaches(box, f"127.0.0.1:{puerto}"), diagnosis(
        f"la página no llega por el puerto {puerto}.",
        "que el servicio haga su trabajo.",
        "se quita lo que sobra, no lo que hace falta.",
    )
    found = fields(bench, box)
    assert found["Uid"][1] != "0", diagnosis(
        "su proceso se ejecuta como el usuario 0.",
        "cualquier otro.",
        "quien se cuele por el servicio será quien sea el servicio.",
    )
    assert int(found["CapBnd"][0], 16) == 0, diagnosis(
        f"las capacidades que podría llegar a tener son {found['CapBnd'][0]}, en hexadecimal.",
        "ninguna, ni ahora ni después.",
        "cambiar de usuario quita las de ahora; el tope de las que puede ganar es otro.",
    )
    assert found["NoNewPrivs"] == ["1"], diagnosis(
        "todavía puede ganar privilegios con un programa setuid.",
        "que no pueda (NoNewPrivs: 1).",
        "con ese permiso, ejecutar un archivo de root es volver a ser root.",
    )
    assert box.attrs["HostConfig"]["ReadonlyRootfs"], diagnosis(
        "se puede escribir en su disco.",
        "que sea de solo lectura.",
        "quien se cuele podría dejar su programa, o cambiar el tuyo.",
    )
    assert bench.execute(box, ["sh", "-c", "echo hola > /trabajo/nota"])[0] == 0, diagnosis(
        "no puede escribir en /trabajo.",
        "un sitio en memoria para lo que el servicio necesite guardar un rato.",
        "casi todos los programas necesitan alguno; con el disco cerrado, hay que dárselo.",
    )
