"""Compara con `uname -r` dentro de un contenedor y con el núcleo que dice el demonio."""

from muelle.exercises import diagnosis


def check(answer, bench, client):
    seen = bench.output(bench.base, ["uname", "-r"]).strip()
    assert answer["nucleo"] == seen, diagnosis(
        f"dices que el núcleo es «{answer['nucleo'][:60]}».",
        "lo que ve un proceso que corre dentro de un contenedor.",
        "la imagen trae archivos y órdenes, con su nombre de «sistema»; el núcleo no viene en ella.",
    )
    own = seen != client.info()["KernelVersion"]
    assert answer["propio"] == own, diagnosis(
        "dices que el contenedor tiene un núcleo propio; el del demonio y el suyo llevan la misma versión.",
        "de quién es el núcleo que ejecuta las llamadas del proceso.",
        "una máquina virtual arranca su propio núcleo; un contenedor es un proceso aislado, nada más.",
    )
