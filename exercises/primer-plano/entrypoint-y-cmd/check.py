"""Arranca la imagen sin argumentos y con uno. El argumento es también el nombre de una orden: `true`."""

from muelle.exercises import diagnosis


def draw(rng):
    return {
        "saludo": rng.choice(["hola", "buenas", "salud", "aloha"]),
        "quien": rng.choice(["puerto", "capitana", "marinero", "grumete"]),
    }


def check(answer, bench, saludo, quien):
    image = bench.build(answer)
    alone = bench.output(image).strip()
    assert alone == f"{saludo} {quien}", diagnosis(
        f"sin argumentos, el contenedor escribe «{alone[:60]}».",
        "el saludo y, detrás, a quién se saluda si nadie dice otra cosa.",
        "los argumentos por defecto son los que se usan cuando `docker run` no trae ninguno.",
    )
    other = bench.output(image, ["true"]).strip()
    assert other == f"{saludo} true", diagnosis(
        f"con el argumento «true», el contenedor escribe «{other[:60]}».",
        "el mismo saludo y, detrás, el argumento.",
        "si no escribe nada, el argumento se tomó por la orden entera; si no cambia, nadie lo esperaba.",
    )
