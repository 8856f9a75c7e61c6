"""Qué regala el anfitrión se sabe por las opciones; las líneas cambian de letra y de acompañantes."""

from muelle.exercises import diagnosis

SOCKET = "-v /var/run/docker.sock:/motor.sock:ro"
POWERFUL = ["--privileged", "-v /:/anfitrion", "--pid host --cap-add SYS_ADMIN --cap-add SYS_PTRACE"]
HARMLESS = [
    "--user 0 --cap-drop ALL",
    "--read-only -p 127.0.0.1:8080:80",
    "-v datos:/datos --user 0",
    "--network none --tmpfs /tmp",
]


def draw(rng):
    lines = [SOCKET, rng.choice(POWERFUL), *rng.sample(HARMLESS, 2)]
    rng.shuffle(lines)
    return {"ordenes": {letter: f"docker run {line} app" for letter, line in zip("abcd", lines, strict=True)}}


def check(answer, ordenes):
    given = {letter for letter, said in answer.items() if said}
    socket = {letter for letter, line in ordenes.items() if SOCKET in line}
    harmless = {letter for letter, line in ordenes.items() if any(each in line for each in HARMLESS)}
    powerful = set(ordenes) - socket - harmless
    assert socket <= given, diagnosis(
        "que con el socket montado no se manda en la máquina.",
        "lo que se le puede pedir al motor por ahí.",
        "el ro habla de archivos; por un socket se pide, y se puede pedir otro contenedor.",
    )
    assert powerful <= given, diagnosis(
        f"que desde la {', '.join(sorted(powerful - given))} no se manda en la máquina.",
        "lo que esa opción deja ver o hacer fuera del contenedor.",
        "el motor tiene root: lo que deja pasar, lo deja pasar como root.",
    )
    assert not harmless & given, diagnosis(
        f"que desde la {', '.join(sorted(harmless & given))} se manda en la máquina.",
        "que algo de la máquina se vea o se pueda tocar desde dentro.",
        "ser el usuario 0, o guardar datos en un volumen, no abre ningún anillo.",
    )
