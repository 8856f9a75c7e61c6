"""Mira desde dentro de un contenedor lanzado y soltado, y compara la configuración."""

from muelle.exercises import diagnosis


def check(answer, bench):
    detached = bench.run(bench.base, ["sleep", "300"])
    _, output = bench.execute(detached, ["pidof", "sleep"])
    assert str(answer["pid"]) in output.split(), diagnosis(
        f"el {answer['pid']}; dentro del contenedor, `pidof sleep` dice otro.",
        "el número que ve el propio contenedor.",
        "el contenedor tiene sus propios números de proceso, y el suyo es el primero: si muere, muere todo.",
    )
    assert answer["terminal"] == detached.attrs["Config"]["Tty"], diagnosis(
        f"{answer['terminal']} para «terminal».",
        "lo que dice la configuración del contenedor.",
        "quedarse en primer plano no necesita consola: basta con que el PID 1 no termine.",
    )
    plain = bench.create(bench.base, ["sleep", "300"], stdin_open=False)
    assert answer["igual"] == (plain.attrs["Config"]["Cmd"] == detached.attrs["Config"]["Cmd"]), diagnosis(
        f"{answer['igual']} para «igual».",
        "comparar lo que el motor guarda de uno y de otro.",
        "si `-d` cambiara la orden, el mismo servicio se portaría distinto según quién lo lance.",
    )
