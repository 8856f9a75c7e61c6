"""El producto sale de un mensaje al azar, y las capas nuevas no llevan herramienta ni fuente."""

import secrets

from muelle.exercises import diagnosis

TRACES = ("compilador", "fuente.txt", "mensaje.txt")


def check(answer, bench):
    message = f"carga {secrets.token_hex(4)}\n"
    image = bench.build(answer, {"mensaje.txt": message})
    output = bench.output(image)
    assert output == message.upper(), diagnosis(
        f"al arrancar, la imagen escribe «{output.strip()[:60]}».",
        "el mensaje del contexto, en mayúsculas.",
        "separar etapas no debe cambiar lo que hace la imagen.",
    )
    base = len(bench.layers(bench.base))
    found = [item for files in bench.layer_files(image)[base:] for item in files.items()]
    source = message.encode()
    rest = sorted(
        {name for name, data in found if name.rpartition("/")[2] in TRACES or data.strip() == source.strip()}
    )
    assert not rest, diagnosis(
        f"en las capas de la imagen está todavía: {', '.join(rest)}.",
        "capas que lleven el producto y nada de lo que sirvió para hacerlo.",
        "lo que está en una capa viaja con la imagen, aunque otra capa lo tape.",
    )
