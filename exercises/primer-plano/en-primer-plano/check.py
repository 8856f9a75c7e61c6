"""Sigue en marcha, su PID 1 es httpd, sirve la página y apuntó su arranque."""

from muelle.exercises import diagnosis


def _program(bench, container):
    """El programa que es PID 1; si es BusyBox, con cuál de sus nombres."""
    words = bench.execute(container, ["cat", "/proc/1/cmdline"])[1].split("\0")
    names = [word.rpartition("/")[2] for word in words]
    return names[1] if names[0] == "busybox" else names[0]


def check(answer, bench):
    container = bench.run(bench.build(answer))
    bench.pause(0.6)
    bench.wait(lambda: _program(bench, container) in ("httpd", ""), seconds=1.5)
    status, code = bench.status(container), container.attrs["State"]["ExitCode"]
    first = _program(bench, container)
    assert first == "httpd", diagnosis(
        f"el PID 1 es «{first}», y no el servidor."
        if first
        else f"un momento después de arrancar, el contenedor está «{status}», con código {code}.",
        "un contenedor en marcha cuyo primer proceso sea el servidor.",
        "el contenedor dura lo que su PID 1: si es otro, o si deja al servidor en segundo plano y termina, "
        "el contenedor y el servidor no viven lo mismo.",
    )
    _, page = bench.execute(container, ["wget", "-qO-", "http://127.0.0.1/"])
    assert "<h1>" in page, diagnosis(
        "el servidor no da la página de /www en el puerto 80.",
        "la página que viene en muelle/base.",
        "que un proceso exista no quiere decir que haga su trabajo.",
    )
    record = bench.read(container, "/registro")
    written = {row["Path"] for row in container.diff() or []}
    if record is None:
        found = "/registro no existe en el contenedor."
    elif "/registro" not in written:
        found = "/registro viene ya en la imagen: apunta que se construyó, y no que arranca."
    else:
        found = "/registro no dice lo que decía."
    assert "/registro" in written and (record or "").strip() == "arrancando", diagnosis(
        found,
        "que el arranque se siga apuntando antes de servir.",
        "un guion de arranque puede preparar lo que haga falta y ceder después el sitio al servicio.",
    )
