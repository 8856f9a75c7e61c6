"""En marcha, con el servidor de PID 1, y sirve."""

from muelle.exercises import diagnosis

FIRST = "^([^ ]*(init|tini|catatonit)[^ ]* (-- )?)?([^ ]*/)?httpd "
SERVER = f"tr '\\0' ' ' < /proc/1/cmdline | grep -Eq '{FIRST}'"


def draw(rng):
    return {"nombre": f"muelle-quiosco-{rng.randrange(16**6):06x}"}


def check(bench, nombre):
    web = bench.container(nombre)
    assert web and bench.status(web) == "running", diagnosis(
        f"«{nombre}» ha terminado otra vez." if web else f"no existe «{nombre}».",
        "un contenedor que siga en marcha.",
        "dura lo que su primer proceso, haga lo que haga el resto.",
    )
    first = bench.wait(lambda: bench.execute(web, ["sh", "-c", SERVER])[0] == 0, seconds=1)
    assert first and bench.reaches(web, "127.0.0.1"), diagnosis(
        "el servidor no da su página en el puerto 80."
        if first
        else "el contenedor sigue en marcha, y su primer proceso no es el servidor.",
        "que el servidor sea quien lo mantiene en pie, y que dé su página.",
        "si lo que dura es otro proceso, el contenedor dirá que todo va bien con el servicio caído.",
    )
