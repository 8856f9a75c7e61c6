"""Las listas de paquetes: la de las pruebas trae todo lo que la otra no da en cada sitio."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from locks import without  # noqa: E402

HASH = "    --hash=sha256:00\n"


def test_what_the_base_gives_everywhere_is_not_asked_twice() -> None:
    lock = f"uno==1 \\\n{HASH}dos==2 \\\n{HASH}"
    assert without(lock, f"uno==1 \\\n{HASH}") == f"dos==2 \\\n{HASH}"


def test_what_the_base_gives_only_somewhere_is_kept() -> None:
    lock = f"uno==1 \\\n{HASH}"
    assert without(lock, f"uno==1 ; python_full_version < '3.11' \\\n{HASH}") == lock
