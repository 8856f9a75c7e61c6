"""Hace el experimento en la imagen y en el contraste: debe salir de dos maneras."""

from muelle.exercises import diagnosis

SHORTEST = 3
"""Palabras que tiene, como poco, una frase que afirma algo."""


def _says_yes(bench, dockerfile, test):
    image = bench.build(dockerfile)
    return bench.exit_code(bench.run(image, ["sh", "-c", test])) == 0


def check(answer, bench):
    assert len(answer["frase"].split()) >= SHORTEST, diagnosis(
        f"la frase es «{answer['frase'][:60]}».",
        "una frase entera, que se pueda creer o no.",
        "lo que no afirma nada no se puede poner a prueba.",
    )
    here, there = (_says_yes(bench, answer[each], answer["prueba"]) for each in ("dockerfile", "contraste"))
    assert here != there, diagnosis(
        f"la prueba dice «{'sí' if here else 'no'}» en las dos imágenes.",
        "un experimento que pueda salir de dos maneras, y que en estas dos salga distinto.",
        "si sale igual pase lo que pase, no sabes si juzga la frase o es que siempre dice eso.",
    )
    assert here == answer["verdad"], diagnosis(
        f"en tu respuesta, la frase es {'verdad' if answer['verdad'] else 'mentira'}; "
        f"en tu imagen la prueba dice «{'sí' if here else 'no'}».",
        "que el veredicto sea el que da el motor.",
        "para eso se pregunta: la respuesta no siempre es la que se esperaba.",
    )
