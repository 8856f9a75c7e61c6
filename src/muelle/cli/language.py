"""El español de click: sus mensajes pasan por gettext y aquí se le da el catálogo.

`python -m muelle.cli.language` compila `idioma/es/LC_MESSAGES/muelle.po` en el `.mo` que se lee al arrancar.
"""

from __future__ import annotations

import gettext
import io
import os
from datetime import datetime, timezone
from pathlib import Path

FOLDER = Path(__file__).parent / "idioma"
SOURCE = FOLDER / "es" / "LC_MESSAGES" / "muelle.po"
COMPILED = SOURCE.with_suffix(".mo")


def speak_spanish() -> None:
    """Pone el catálogo en español para gettext en este proceso, sea cual sea el idioma del sistema."""
    os.environ["LANGUAGE"] = "es"
    gettext.bindtextdomain("muelle", str(FOLDER))
    gettext.textdomain("muelle")


def compile_catalog() -> bytes:
    """El catálogo `.po` compilado, tal como debe estar en el `.mo`."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with SOURCE.open("rb") as source:
        catalog = read_po(source, locale="es")
    # Sin la fecha del momento: compilar dos veces lo mismo da lo mismo.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    output = io.BytesIO()
    write_mo(output, catalog)
    return output.getvalue()


if __name__ == "__main__":
    COMPILED.write_bytes(compile_catalog())
