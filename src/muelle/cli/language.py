"""El español de click: sus mensajes pasan por gettext y aquí se le da el catálogo.

Los `.mo` de `idioma/` los hace `tools/catalogues.py`.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

FOLDER = Path(__file__).parent / "idioma"


def speak_spanish() -> None:
    """Pone el catálogo en español para gettext en este proceso, sea cual sea el idioma del sistema."""
    os.environ["LANGUAGE"] = "es"
    gettext.bindtextdomain("muelle", str(FOLDER))
    gettext.textdomain("muelle")
