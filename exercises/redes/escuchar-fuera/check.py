"""Lo pide desde otro contenedor, y dice en qué escucha."""

from muelle.exercises import UnsupportedError, diagnosis


def draw(rng):
    return {"puerto": rng.randint(3000, 7999)}


def heard(bench, container, port):
    """En qué escucha, en una frase."""
    if bench.status(container) != "running":
        return "el contenedor no está en marcha: su PID 1 terminó."
    lines = bench.execute(container, ["netstat", "-ltn"])[1].splitlines()
    places = [line.split()[3] for line in lines if line.startswith("tcp")]
    if f"127.0.0.1:{port}" in places:
        return f"el proceso escucha solo en 127.0.0.1:{port}."
    return f"el proceso no escucha en el puerto {port}."


def check(answer, bench, puerto):
    container = bench.run(bench.build(answer))
    visitor = bench.run(bench.base, ["sleep", "600"])
    if not bench.address(visitor):
        raise UnsupportedError("En este motor los contenedores no tienen red.")
    address = bench.address(container)
    assert address and bench.reaches(visitor, f"{address}:{puerto}"), diagnosis(
        heard(bench, container, puerto),
        "que otro contenedor de su red reciba la página en ese puerto.",
        "a quién se atiende lo decide el proceso al elegir en qué dirección escucha.",
    )
