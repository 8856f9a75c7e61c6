"""Anota los DiffID de la imagen base: `python tools/base_layers.py`, tras cambiar algo de `muelle.base`.

Se guardan en `src/muelle/base/datos/capas.json` para que preguntar si un motor tiene ya la imagen no obligue
a hacerla.
"""

from __future__ import annotations

import json

from muelle.base.binary import ARCHITECTURES, DATA
from muelle.base.pack import parts

FILE = DATA / "capas.json"


def text() -> str:
    """Lo que debe decir el archivo."""
    found = {
        architecture: json.loads(parts(architecture)[0])["rootfs"]["diff_ids"]
        for architecture in sorted(set(ARCHITECTURES.values()))
    }
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
