"""Sigue en marcha, su PID 1 es httpd y sirve la página."""

from muelle.exercises import diagnosis


def check(answer, bench):
    container = bench.run(bench.build(answer))
    bench.pause(0.6)
    assert bench.status(container) == "running", diagnosis(
        f"un momento después de arrancar, el contenedor está «{container.status}», "
        f"con código {container.attrs['State']['ExitCode']}.",
        "que siga en marcha.",
        "el código 0 dice que el PID 1 terminó bien: hizo su trabajo, que era dejar a otro en segundo plano.",
    )
    _, name = container.exec_run(["cat", "/proc/1/comm"])
    first = name.decode().strip()
    assert first == "httpd", diagnosis(
        f"el PID 1 es «{first}», y no el servidor.",
        "que el servidor sea el primer proceso.",
        "si el PID 1 es otro, el contenedor sigue «en marcha» aunque el servidor haya muerto.",
    )
    code, page = container.exec_run(["wget", "-qO-", "http://127.0.0.1/"])
    assert code == 0 and b"<h1>" in page, diagnosis(
        "el servidor no da la página de /www en el puerto 80.",
        "la página que viene en muelle/base.",
        "que un proceso exista no quiere decir que haga su trabajo.",
    )
