"""Compara con lo que se ve dentro; si el núcleo es uno solo lo dice `boot_id`, distinto en cada encendido."""

from muelle.exercises import diagnosis


def check(answer, bench, client):
    seen = bench.output(bench.base, ["uname", "-r"]).strip()
    assert answer["nucleo"] == seen, diagnosis(
        f"en tu respuesta, el núcleo es «{answer['nucleo'][:60]}».",
        "lo que ve un proceso que se ejecuta dentro de un contenedor.",
        "la imagen trae archivos y órdenes, con su nombre de «sistema»; el núcleo no viene en ella.",
    )
    boots = {bench.output(bench.base, ["cat", "/proc/sys/kernel/random/boot_id"]) for _ in range(2)}
    own = len(boots) > 1 or seen != client.info()["KernelVersion"]
    assert answer["propio"] == own, diagnosis(
        "en tu respuesta, el contenedor tiene un núcleo propio; dos contenedores dan el mismo `boot_id`, "
        "un número que cada núcleo se inventa al encenderse.",
        "de quién es el núcleo que ejecuta las llamadas del proceso.",
        "una máquina virtual arranca su propio núcleo; un contenedor es un proceso aislado, nada más.",
    )
