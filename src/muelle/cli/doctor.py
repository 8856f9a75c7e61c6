"""`diagnostico`: qué hay, qué falta y qué escribir. Habla con el motor y arranca un contenedor de verdad."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from muelle.errors import MuelleError

from .paths import NOTEBOOKS, ROOT

FREE_BYTES_WANTED = 2_000_000_000
"""Espacio que conviene tener libre, en bytes: entorno, motor privado y web caben en menos."""

_EXERCISE = "borrar-no-adelgaza"  # construye una imagen y le pregunta al motor por ella


@dataclass(frozen=True)
class Finding:
    """Una línea del diagnóstico.

    Args:
        subject: qué se miró.
        ok: si sirve; None si falta pero el curso puede seguir sin ello.
        detail: qué se encontró, o qué escribir para remediarlo.
    """

    subject: str
    ok: bool | None
    detail: str


def examine(progress: Callable[[str], None]) -> Iterator[Finding]:
    """Mira la máquina de lo sencillo a lo importante; lo último es un contenedor de verdad.

    Args:
        progress: recibe frases mientras se arranca un motor.
    """
    from muelle import engine

    yield Finding("Python", True, f"{platform.python_version()} en {platform.system()} {platform.machine()}")
    yield _disk()
    yield _attempt("Graphviz (dot)", lambda: _tool("dot"))
    yield _attempt("Cliente docker (CLI)", lambda: _tool("docker"), needed=False)
    yield _attempt("Chromium (para las pruebas y el PDF)", lambda: _tool("chromium"), needed=False)
    yield Finding("Cuadernos", *_notebooks())
    try:
        endpoint = engine.find(progress=progress)
    except MuelleError as error:
        yield Finding("Motor de Docker", False, str(error))
        return
    for other in endpoint.discarded:
        yield Finding("  se probó antes", None, f"{other.origin}: {other.reason}")
    yield Finding("Motor de Docker", True, f"{endpoint.url} ({endpoint.origin})")
    yield _attempt("Respuesta del motor", _engine_answer)
    yield _attempt("Un contenedor de verdad", _run_container)
    yield _attempt("Una imagen construida", _build_image)
    yield _attempt("Una comprobación", _check_exercise)
    yield from _ignored()


def _attempt(subject: str, action: Callable[[], str], *, needed: bool = True) -> Finding:
    from muelle.engine import explain

    try:
        return Finding(subject, True, action())
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        return Finding(subject, False if needed else None, str(known))


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free
    enough = free >= FREE_BYTES_WANTED
    advice = "" if enough else ": libera espacio antes de seguir"
    text = f"{free / 1e9:.1f} GB libres".replace(".", ",")
    return Finding("Espacio en disco", True if enough else None, text + advice)


def _tool(name: str) -> str:
    from muelle.engine.install import hint, which
    from muelle.errors import MissingTool

    found = which(name)
    if found is None:
        raise MissingTool(f"no está: {hint(name)}")
    return found


def _notebooks() -> tuple[bool, str]:
    count = len(list(NOTEBOOKS.glob("*.ipynb")))
    if count:
        return True, f"{count} en notebooks/"
    return False, "no hay ninguno: escribe «./curso cuadernos»"


def _engine_answer() -> str:
    from muelle import engine

    endpoint, client = engine.connection()
    answer = engine.describe(client, endpoint)
    return f"{answer.engine_name} {answer.engine_version}, API {answer.api_version}, almacén {answer.store}"


def _build_image() -> str:
    from muelle import base, builder, engine, owned
    from muelle.draw import units

    client = engine.connect()
    tag = owned.free_name(client, "muelle-diagnostico")
    built = builder.build(client, f"FROM {base.NAME}\nRUN echo hola > /saludo\n", tag=tag)
    client.images.remove(tag)
    return units.count(len(built.steps), "paso", "pasos")


def _check_exercise() -> str:
    from muelle import engine, exercises

    exercise = exercises.get(_EXERCISE)
    answer = (exercise.folder / f"solution{exercise.suffix}").read_text(encoding="utf-8")
    result = exercises.evaluate(exercise, answer, engine.connect, "diagnostico:0")
    if not result.solved:
        raise MuelleError(f"La solución de «{_EXERCISE}» no se da por buena: {result.message or result}")
    return f"«{_EXERCISE}» da por buena su solución"


def _ignored() -> Iterator[Finding]:
    """Lo que esta persona ha puesto en su cliente de Docker y el curso deja de lado."""
    from muelle.engine import neutral

    found = [*neutral.injected_variables(os.environ), *neutral.injected_settings(os.environ)]
    if found:
        yield Finding(
            "Tu cliente de Docker", None, f"el curso no usa lo que le has puesto: {', '.join(found)}"
        )


def _run_container() -> str:
    from muelle import base, engine, owned

    container = engine.connect().containers.run(base.NAME, ["echo", "hola"], detach=True, labels=owned.LABELS)
    try:
        container.wait(timeout=60)
        text = container.logs().decode("utf-8", "replace").strip()
    finally:
        container.remove(force=True)
    if text != "hola":
        raise MuelleError(f"El contenedor respondió «{text}» y no «hola»: revisa el registro del motor.")
    return f"{base.NAME} respondió «hola»"
