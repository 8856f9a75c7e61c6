"""Los dos nombres llevan al identificador de la imagen base."""

from muelle.exercises import diagnosis


def draw(rng):
    number = rng.randrange(16**6)
    return {"uno": f"muelle/equipo-{number:06x}:v1", "otro": f"muelle/equipo-{number:06x}:estable"}


def check(bench, uno, otro):
    base = bench.image_id(bench.base)
    for name in (uno, otro):
        found = bench.image_id(name)
        assert found, diagnosis(
            f"no hay ninguna imagen que se llame «{name}».",
            "los dos nombres, puestos en tu motor.",
            "una etiqueta es solo un nombre: se pone sin construir ni descargar nada.",
        )
        assert found == base, diagnosis(
            f"«{name}» lleva a otra imagen ({found.removeprefix('sha256:')[:12]}).",
            "que lleve a la misma que `muelle/base`.",
            "una imagen vuelta a hacer es otra: tiene otra configuración y, por tanto, otro identificador.",
        )
