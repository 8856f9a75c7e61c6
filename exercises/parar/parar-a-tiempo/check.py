"""Lo para, mide cuánto tarda y mira el código de salida."""

from muelle.draw import units
from muelle.exercises import diagnosis


def draw(rng):
    return {"codigo": rng.randint(20, 99)}


def check(answer, bench, codigo):
    container = bench.run(bench.build(answer))
    bench.pause(0.5)
    assert bench.status(container) == "running", diagnosis(
        f"antes de pararlo ya está «{container.status}».",
        "un contenedor que espera a que lo paren.",
        "si termina solo, no hay nada que parar.",
    )
    seconds = bench.stop(container, 4)
    assert seconds < 2, diagnosis(
        f"tardó {units.seconds(seconds)} en pararse.",
        "menos de dos segundos.",
        "un PID 1 sin manejador no recibe SIGTERM: el motor espera su plazo y lo mata.",
    )
    code = container.attrs["State"]["ExitCode"]
    assert code == codigo, diagnosis(
        f"terminó con el código {code}.",
        "el que te tocó.",
        "el código lo elige el proceso si se despide él; si lo matan, es 128 más el número de la señal.",
    )
