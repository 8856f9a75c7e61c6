"""Con qué motor y qué día se hicieron las salidas de cada página.

Se pregunta al motor una vez, antes de leer las páginas, y lo que responde se guarda con cada una: una página
que no se vuelve a leer conserva su fecha. Nada se escribe a mano.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

NOT_EXECUTED = "En esta construcción no se ejecutó ninguna celda: no había motor."


def describe_engine() -> str:
    """El motor de la construcción en una frase corta.

    Returns:
        Por ejemplo, «Docker Engine 20.10.24, API 1.41, almacén overlay2».

    Raises:
        muelle.errors.MuelleError: no hay motor que responda.
    """
    from muelle import engine

    endpoint, client = engine.connection()
    found = engine.describe(client, endpoint)
    parts = [f"{found.engine_name} {found.engine_version}"]
    if found.api_version:
        parts.append(f"API {found.api_version}")
    if found.store:
        parts.append(f"almacén {found.store}")
    return ", ".join(parts)


def spanish_date(day: date) -> str:
    """Una fecha en español: «24 de noviembre de 2026»."""
    return str(format_date(day, "d 'de' MMMM 'de' y", locale="es"))


def ask(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Pregunta al motor, si alguna página se va a leer, y apunta la respuesta para cada una."""
    from muelle.errors import MuelleError

    records: dict[str, tuple[str, str]] = getattr(env, "muelle_procedencia", {})
    env.muelle_procedencia = records  # type: ignore[attr-defined]
    if not docnames:
        return
    if app.config.nb_execution_mode == "off":
        for name in docnames:
            records.pop(name, None)
        return
    try:
        engine = describe_engine()
    except MuelleError as error:
        raise ExtensionError(str(error)) from error
    for name in docnames:
        records[name] = (spanish_date(date.today()), engine)


def line(record: tuple[str, str] | None, has_outputs: bool) -> str:
    """La línea que ve quien lee.

    Args:
        record: la fecha y el motor; None si la construcción no ejecutó nada.
        has_outputs: si la página tiene celdas.
    """
    if record is None:
        return NOT_EXECUTED
    day, engine = record
    if has_outputs:
        return f"Salidas hechas el {day} con {engine}."
    return f"Página hecha el {day}; las salidas del curso, con {engine}."


def show(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Pone la línea en el contexto de cada página del libro."""
    if doctree is None:
        return
    record = app.env.muelle_procedencia.get(pagename)  # type: ignore[attr-defined]
    context["procedencia"] = line(record, 'class="cell' in (context.get("body") or ""))


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión.

    Sin lectura en paralelo: las celdas de dos capítulos a la vez se estorbarían en el mismo motor.
    """
    app.connect("env-before-read-docs", ask)
    app.connect("html-page-context", show)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
