"""El archivo está en un contenedor que no ha arrancado; la frase sale al arrancar."""

from muelle.exercises import diagnosis


def draw(rng):
    return {
        "palabra": rng.choice(["ancla", "boya", "cabo", "faro"]),
        "frase": f"he arrancado {rng.randint(100, 999)}",
    }


def check(answer, bench, palabra, frase):
    image = bench.build(answer)
    content = bench.read(bench.create(image), "/palabra.txt")
    assert (content or "").strip() == palabra, diagnosis(
        "en un contenedor recién creado, sin arrancar, /palabra.txt "
        + ("no existe." if content is None else "contiene otra cosa."),
        "que el archivo venga ya en la imagen.",
        "lo que se hace al arrancar se repite en cada contenedor; lo que se hace al construir, una vez.",
    )
    output = bench.output(image).strip()
    assert output == frase, diagnosis(
        f"al arrancar, el contenedor escribe «{output[:60]}».",
        "la frase que te tocó, escrita por el contenedor y no durante la construcción.",
        "lo que se escribe al construir lo ve quien construye; el contenedor no lo repite.",
    )
