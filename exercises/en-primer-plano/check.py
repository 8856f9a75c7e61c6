"""Sigue en marcha, su PID 1 es httpd, sirve la página y apuntó su arranque."""

from muelle.exercises import diagnosis


def check(answer, bench):
    container = bench.run(bench.build(answer))
    bench.pause(0.6)
    status, code = bench.status(container), container.attrs["State"]["ExitCode"]
    first = bench.execute(container, ["cat", "/proc/1/comm"])[1].strip()
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
    assert (record or "").strip() == "arrancando", diagnosis(
        "/registro " + ("no existe en el contenedor." if record is None else "no dice lo que decía."),
        "que el arranque se siga apuntando antes de servir.",
        "un guion de arranque puede preparar lo que haga falta y ceder después el sitio al servicio.",
    )
