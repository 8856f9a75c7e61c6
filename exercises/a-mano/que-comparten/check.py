"""Crea los dos y compara sus espacios de nombres."""

from muelle.exercises import diagnosis

KINDS = {"archivos": "mnt", "nombre": "uts", "red": "net", "procesos": "pid"}
MODES = {"--network container:uno": "network_mode", "--pid container:uno": "pid_mode"}


def draw(rng):
    return {"opcion": rng.choice(list(MODES))}


def shared(bench, option):
    one = bench.run(bench.base, ["sleep", "600"])
    other = bench.run(bench.base, ["sleep", "600"], **{MODES[option]: f"container:{one.id}"})
    spaces = [
        [bench.execute(box, ["readlink", f"/proc/self/ns/{kind}"])[1] for kind in KINDS.values()]
        for box in (one, other)
    ]
    return {name: first == second for name, first, second in zip(KINDS, *spaces, strict=True)}


def check(answer, bench, opcion):
    real = bench.once(f"qué comparten con {opcion}", lambda: shared(bench, opcion))
    asked = "red" if "network" in opcion else "procesos"
    assert answer[asked] == real[asked], diagnosis(
        f"que con {opcion} no comparten el espacio de {asked}.",
        "el número de ese espacio, leído dentro de cada uno.",
        "es justo lo que pide la opción: el segundo no estrena ese, y usa el del primero.",
    )
    others = [name for name in KINDS if name != asked and answer[name] != real[name]]
    assert not others, diagnosis(
        f"que comparten también: {', '.join(others)}.",
        "el número de cada espacio, leído dentro de cada uno.",
        "un contenedor no es una máquina a la que se entra: son espacios sueltos, y se unen de uno en uno.",
    )
