"""Compila el catálogo en español de la línea de órdenes: `python tools/catalogues.py`.

De `src/muelle/cli/idioma/es/LC_MESSAGES/muelle.po` sale el `.mo` de al lado, lo que se lee al arrancar.
"""

from __future__ import annotations

import io
from datetime import datetime, timezone

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from muelle.cli.language import FOLDER

SOURCE = FOLDER / "es" / "LC_MESSAGES" / "muelle.po"
COMPILED = SOURCE.with_suffix(".mo")


def compiled() -> bytes:
    """El catálogo `.po` compilado, tal como debe estar en el `.mo`."""
    with SOURCE.open("rb") as source:
        catalog = read_po(source, locale="es")
    # Sin la fecha del momento: compilar dos veces lo mismo da lo mismo.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=timezone.utc)
    output = io.BytesIO()
    write_mo(output, catalog)
    return output.getvalue()


if __name__ == "__main__":
    COMPILED.write_bytes(compiled())
