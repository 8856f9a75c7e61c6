"""Arranca uno con esa opción y lo intenta todo en él."""

from muelle.exercises import diagnosis

OPTIONS = {
    "--user 1000": {"user": "1000"},
    "--cap-drop ALL": {"cap_drop": ["ALL"]},
    "--read-only": {"read_only": True},
}
DEEDS = {
    "es_cero": 'test "$(id -u)" = 0',
    "crear": "echo hola > /nota",
    "dueno": "chown 1000 /etc/motd",
    "maquina": "hostname otro",
}


def draw(rng):
    return {"opcion": rng.choice(list(OPTIONS))}


def done(bench, option):
    box = bench.run(bench.base, ["sleep", "600"], **OPTIONS[option])
    return {
        name: bench.execute(box, ["sh", "-c", f"exec 2> /dev/null; {order}"])[0] == 0
        for name, order in DEEDS.items()
    }


def check(answer, bench, opcion):
    real = bench.once(f"qué puede con {opcion}", lambda: done(bench, opcion))
    assert answer["es_cero"] == real["es_cero"], diagnosis(
        f"que con {opcion} {'' if answer['es_cero'] else 'no '}es el usuario 0, y es al revés.",
        "lo que dice `id -u` dentro.",
        "el número y los poderes van por separado: cada opción cambia uno de los dos, o ninguno.",
    )
    assert answer["maquina"] == real["maquina"], diagnosis(
        "que cambia el nombre de la máquina.",
        "lo que responde el núcleo.",
        "hace falta una capacidad que el root de un contenedor no tiene de fábrica, ni la da esta opción.",
    )
    wrong = [name for name in ("crear", "dueno") if answer[name] != real[name]]
    assert not wrong, diagnosis(
        f"que con {opcion} pasa lo contrario de lo que pasa en: {', '.join(wrong)}.",
        "lo que respondió el núcleo al intentarlo.",
        "para tocar un archivo hay que ser su dueño o tener la capacidad, y que su disco admita cambios.",
    )
