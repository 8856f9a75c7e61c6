"""Construye las dos imágenes y cuenta las capas distintas (cada una con todas las de debajo)."""

from muelle.exercises import diagnosis


def draw(rng):
    return {"primera": rng.randint(2, 3), "segunda": rng.randint(1, 3)}


def _files(letter, count):
    return {f"{letter}{n}.txt": f"{letter}{n}\n" for n in range(count)}


def _image(bench, parent, files):
    return bench.build("\n".join([f"FROM {parent}", *(f"COPY {name} /{name}" for name in files)]), files)


def check(answer, bench, primera, segunda):
    first = _image(bench, bench.base, _files("a", primera))
    second = _image(bench, first, _files("b", segunda))
    stacks = [bench.layers(name) for name in (bench.base, first, second)]
    stored = {tuple(stack[: n + 1]) for stack in stacks for n in range(len(stack))}
    if answer in (len(stacks[1]) + len(stacks[2]), sum(map(len, stacks))):
        guess = "la suma de las capas de cada imagen."
    elif answer == primera + segunda:
        guess = "solo las que añaden los dos Dockerfiles."
    else:
        guess = f"{answer}."
    assert answer == len(stored), diagnosis(
        guess,
        "las capas distintas que hay en el motor, las de la base incluidas.",
        "por eso la suma de la columna SIZE de `docker images` puede ser mucho mayor que el disco gastado.",
    )
