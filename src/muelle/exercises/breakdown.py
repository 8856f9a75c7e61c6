"""Las averías: ejercicios que empiezan con algo roto en el motor, y lo reparas como quieras.

>>> muelle.averia("la-pagina-de-ayer")

Al lado de su `check.py` tienen un `averia.py`, con una función `break_…(workshop, …)` por cada manera de
romperlo; a cada estudiante le toca una, y todas se ven igual desde fuera.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import docker

from muelle import base
from muelle.errors import NotFound
from muelle.faults import plain_errors

from .catalogue import Exercise, get, load
from .evaluation import Connect, call_with, drawn
from .result import rich
from .run import Values, connect_to_course, ticket
from .workshop import Workshop

Break = Callable[..., object]


@dataclass(frozen=True)
class Broken:
    """Una avería puesta.

    Args:
        title: cómo se llama.
        slug: el ejercicio.
        values: los nombres y valores que te tocaron.
    """

    title: str
    slug: str
    values: Values

    @property
    def _next(self) -> str:
        return f'Cuando la tengas: muelle.check("{self.slug}")'

    def __str__(self) -> str:
        return f"Avería puesta: {self.title}\n{self.values}\n{self._next}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th>'
            f"<td><code>{html.escape(str(value))}</code></td></tr>"
            for name, value in self.values.items()
        )
        return (
            f'<div class="muelle-pista"><p><strong>Avería puesta: {rich(self.title)}</strong></p>'
            f"<table><tbody>{rows}</tbody></table><p>{rich(self._next)}</p></div>"
        )


def breaks(exercise: Exercise) -> Mapping[str, Break]:
    """Las maneras de romper una avería, por su nombre (sin `break_`); ninguna si no es una avería."""
    path = exercise.folder / "averia.py"
    if not exercise.broken:
        return {}
    namespace: dict[str, Any] = {"__name__": f"averia:{exercise.slug}", "__file__": str(path)}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
    return {
        name.removeprefix("break_"): function
        for name, function in namespace.items()
        if name.startswith("break_")
    }


def fate(exercise: Exercise, used: str) -> str:
    """Cuál de las maneras le toca a un estudiante.

    Args:
        used: de dónde salen sus valores (`semilla:ronda`).
    """
    return random.Random(f"averia:{exercise.slug}:{used}").choice(sorted(breaks(exercise)))


def break_down(exercise: Exercise, client: docker.DockerClient, used: str) -> None:
    """Pone una avería; si ya estaba, reparada o no, la pone otra vez desde el principio.

    Args:
        used: véase `fate`.

    Raises:
        NameTaken: uno de sus nombres lo tiene algo que no es del curso.
    """
    with plain_errors():
        base.ensure(client)
        workshop = Workshop(client, exercise.slug)
        workshop.clear()
        call_with(breaks(exercise)[fate(exercise, used)], {**drawn(exercise, used), "workshop": workshop})


def put_away(*, connect: Connect = connect_to_course) -> None:
    """Quita lo que dejaron todas las averías y sus reparaciones."""
    client = connect()
    with plain_errors():
        for exercise in load():
            if exercise.broken:
                Workshop(client, exercise.slug).clear()


def averia(slug: str, *, connect: Connect = connect_to_course) -> Broken:
    """Pone una avería en el motor, con tus valores, y los enseña; otra vez la deja como al principio.

    Args:
        slug: la avería.
        connect: da el motor.

    Raises:
        NotFound: no existe, o es un ejercicio corriente.
        NameTaken: uno de sus nombres lo tiene algo que no es del curso; no se toca.
    """
    exercise = get(slug)
    if not exercise.broken:
        known = ", ".join(f"«{each.slug}»" for each in load() if each.broken)
        raise NotFound(f"«{slug}» no es una avería: no hay nada que romper. Las hay: {known}.")
    used = ticket(slug)
    break_down(exercise, connect(), used)
    return Broken(exercise.title, slug, Values(drawn(exercise, used)))
