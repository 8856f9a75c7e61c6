"""Lanza los cuatro contenedores y mira su estado al cabo de un rato."""

from muelle.draw.units import count
from muelle.exercises import diagnosis

ENDING = (["sh"], ["httpd", "-h", "/www"], ["sh", "-c", "sleep 300 &"])
STAYING = (["sleep", "300"], ["httpd", "-f", "-h", "/www"], ["sh", "-c", "httpd -h /www; sleep 300"])


def draw(rng):
    commands = [["httpd", "-h", "/www"], *rng.sample([ENDING[0], ENDING[2]], 1), *rng.sample(STAYING, 2)]
    rng.shuffle(commands)
    return {"ordenes": commands}


def check(answer, bench, ordenes):
    assert len(answer) == len(ordenes), diagnosis(
        f"una lista con {count(len(answer), 'elemento', 'elementos')}.",
        "uno por orden.",
        "se comprueban en orden, uno a uno.",
    )
    containers = [bench.run(bench.base, command) for command in ordenes]
    bench.pause(0.7)
    for command, guess, container in zip(ordenes, answer, containers, strict=False):
        running = bench.status(container) == "running"
        assert guess == running, diagnosis(
            f"{'que sigue' if guess else 'que se para'} con `{' '.join(command)}`; "
            f"el motor dice «{container.status}».",
            "lo que hace el PID 1 de ese contenedor.",
            "un contenedor que «se cierra solo» casi siempre tiene un PID 1 que ya terminó su trabajo.",
        )
