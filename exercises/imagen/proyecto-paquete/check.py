"""Una capa, el archivo del contexto, la LABEL y la orden por defecto."""

from muelle.draw.units import count
from muelle.exercises import diagnosis

LETTER = "Querida imagen: cabes en una sola capa.\n"


def draw(rng):
    return {
        "ruta": f"/{rng.choice(['correo', 'sobre', 'buzon'])}/carta-{rng.randint(10, 99)}.txt",
        "autor": rng.choice(["ada", "grace", "radia", "margarita"]),
    }


def check(answer, bench, client, ruta, autor):
    image = bench.build(answer, {"carta.txt": LETTER})
    content = bench.read(bench.create(image), ruta)
    assert content == LETTER, diagnosis(
        f"en {ruta} " + ("no hay ningún archivo." if content is None else "hay otro contenido."),
        "el archivo del contexto, tal cual.",
        "la imagen lleva dentro todo lo que su servicio necesita; nada se busca fuera al arrancar.",
    )
    added = len(bench.layers(image)) - len(bench.layers(bench.base))
    assert added == 1, diagnosis(
        f"tu imagen añade {count(added, 'capa', 'capas')}.",
        "una sola.",
        "cada instrucción que toca archivos guarda una capa, aunque repita un archivo que ya estaba.",
    )
    labels = client.api.inspect_image(image)["Config"]["Labels"] or {}
    assert labels.get("autor") == autor, diagnosis(
        f"la LABEL `autor` vale «{labels.get('autor')}».",
        "el autor que te tocó, escrito en la configuración de la imagen.",
        "los metadatos viajan con la imagen y se leen sin arrancarla.",
    )
    output = bench.output(image)
    assert output == LETTER, diagnosis(
        f"al arrancar, el contenedor escribe «{output.strip()[:60]}».",
        "el contenido del archivo.",
        "sin una orden por defecto propia, la imagen hereda la de su base.",
    )
