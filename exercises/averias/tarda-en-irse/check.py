"""Otro igual, al pararlo, se despide con 0."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {"nombre": f"muelle-cartero-{key}", "imagen": f"muelle/cartero:{key}"}


def _works(bench, container):
    """Si está en marcha y su servicio llega a empezar: puede que lo acaben de arrancar."""
    bench.wait(lambda: b"empieza" in container.logs() or bench.status(container) != "running", seconds=3)
    return b"empieza" in container.logs() and bench.status(container) == "running"


def _code(bench, container):
    """El código con que acaba otro igual al pararlo, cuando su servicio ya está en marcha."""
    twin = bench.twin(container)
    _works(bench, twin)
    twin.stop(timeout=max(2, round(2 * bench.slowness)))
    return bench.exit_code(twin)


def check(bench, nombre):
    box = bench.container(nombre)
    assert box and _works(bench, box), diagnosis(
        f"«{nombre}» no está en marcha con su servicio." if box else f"no existe «{nombre}».",
        "el contenedor en marcha, ejecutando /servicio.",
        "lo que no está en marcha no tarda en parar, pero tampoco trabaja.",
    )
    code = _code(bench, box)
    assert code == 0, diagnosis(
        f"al parar otro igual, acaba con el código {code}.",
        "un 0: que se despida él.",
        "acortar el plazo lo mata antes; no hace que la señal le llegue a quien sabe atenderla.",
    )
