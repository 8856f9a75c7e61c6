"""Sube las dos imágenes a un registro de verdad y cuenta los trozos que recibe la segunda vez."""

from muelle.exercises import diagnosis

STEPS = ("RUN echo 1 > /uno", "RUN echo 2 > /dos", "RUN echo 3 > /tres")
NOTES = ('CMD ["saludo"]', "ENV COLOR=azul", "EXPOSE 80")


def draw(rng):
    steps = [*rng.sample(STEPS, rng.randint(1, 3)), *rng.sample(NOTES, rng.randint(1, 2))]
    return {"dockerfile": "\n".join(["FROM muelle/base", *steps])}


def _sent(bench, dockerfile):
    registry = bench.registry()
    bench.push(registry, bench.base, "equipo/app:base")
    before = len(registry.requests())
    bench.push(registry, bench.build(dockerfile), "equipo/app:nueva")
    asked = registry.requests()[before:]
    return sum(each.method == "PUT" and "/blobs/" in each.path for each in asked)


def check(answer, bench, dockerfile):
    layers = sum(line.startswith("RUN") for line in dockerfile.splitlines())
    sent = bench.once(f"trozos que suben de: {dockerfile}", lambda: _sent(bench, dockerfile))
    assert answer == sent, diagnosis(
        f"{answer}, que son las capas nuevas; llegaron más trozos."
        if answer == layers
        else f"{answer}; el registro recibió {sent}.",
        "todo lo que el manifiesto nombra y el registro no tenía, que no son solo capas.",
        "lo que ya está no vuelve a subir: por eso publicar un cambio pequeño es rápido.",
    )
