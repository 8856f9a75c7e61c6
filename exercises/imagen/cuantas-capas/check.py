"""Construye el Dockerfile y compara `RootFS.Layers` con el de la base."""

from muelle.draw.units import count
from muelle.exercises import diagnosis


def draw(rng):
    files = [f"RUN echo {n} > /nota-{n}.txt" for n in range(rng.randint(1, 2))]
    files += [f"COPY carta-{n}.txt /carta-{n}.txt" for n in range(rng.randint(1, 2))]
    metadata = ["ENV IDIOMA=es", "LABEL tema=capas", "EXPOSE 8080", 'CMD ["cat", "/nota-0.txt"]']
    lines = files + rng.sample(metadata, rng.randint(2, 4))
    rng.shuffle(lines)
    return {"dockerfile": "\n".join(["FROM muelle/base", *lines])}


def check(answer, bench, dockerfile):
    files = {f"carta-{n}.txt": f"{n}\n" for n in range(2)}
    image = bench.build(dockerfile, files)
    added = len(bench.layers(image)) - len(bench.layers(bench.base))
    instructions = dockerfile.splitlines()[1:]
    runs = sum(line.startswith("RUN") for line in instructions)
    if answer == len(instructions):
        guess = "una capa por instrucción"
    elif answer == runs:
        guess = "solo las de RUN"
    else:
        guess = count(answer, "capa", "capas")
    assert answer == added, diagnosis(
        f"{guess}; construida la imagen, salen otras.",
        "el número de capas que el motor añadió de verdad a las de la base.",
        "quien cree que cada línea es una capa junta líneas que no hace falta juntar.",
    )
