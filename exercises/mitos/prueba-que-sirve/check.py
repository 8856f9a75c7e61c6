"""Hace las tres pruebas en las dos imágenes: sirve la que da sí en una y no en la otra."""

from muelle.exercises import diagnosis

CLAIMS = (
    ("ENV llega al proceso", "ENV COLOR=azul", 'test "$COLOR" = azul', ("env", "echo $COLOR")),
    ("WORKDIR dice dónde se empieza", "WORKDIR /www", 'test "$(pwd)" = /www', ("pwd", "cd /www")),
    (
        "USER cambia quién ejecuta la orden",
        "USER 1000",
        'test "$(id -u)" = 1000',
        ("id -u", "test -n $(id -u)"),
    ),
    ("COPY trae el archivo", "COPY carta.txt /carta.txt", "test -f /carta.txt", ("ls /", "echo /carta.txt")),
)


def draw(rng):
    claim, instruction, good, useless = rng.choice(CLAIMS)
    tests = [good, *useless]
    rng.shuffle(tests)
    return {
        "frase": claim,
        "dockerfile": f"FROM muelle/base\n{instruction}",
        "contraste": "FROM muelle/base",
        "pruebas": tests,
    }


def _says_yes(bench, image, test):
    return bench.exit_code(bench.run(image, ["sh", "-c", test])) == 0


def check(answer, bench, dockerfile, contraste, pruebas):
    images = [bench.build(each, {"carta.txt": "hola\n"}) for each in (dockerfile, contraste)]
    outcomes = [tuple(_says_yes(bench, image, test) for image in images) for test in pruebas]
    if 1 <= answer <= len(pruebas):
        here, there = ("sí" if yes else "no" for yes in outcomes[answer - 1])
        found = f"la {answer}, `{pruebas[answer - 1]}`: «{here}» en la imagen y «{there}» en el contraste."
    else:
        found = f"la {answer}, que no está: se numeran del 1 al {len(pruebas)}."
    assert answer == outcomes.index((True, False)) + 1, diagnosis(
        found,
        "la que dice una cosa en la imagen y otra en el contraste.",
        "lo que sale igual pase lo que pase no pone a prueba nada.",
    )
