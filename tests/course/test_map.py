"""El mapa de la bienvenida: una casilla por capítulo numerado, y ninguno falta ni se repite."""

from __future__ import annotations

import re
from pathlib import Path

from muelle.cli import contents

ROOT = Path(__file__).resolve().parents[2]
MAP = re.compile(r"^```\{container\} muelle-mapa\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_map_has_every_numbered_chapter_once() -> None:
    found = MAP.search((ROOT / "book/bienvenida.md").read_text(encoding="utf-8"))
    assert found
    linked = re.findall(r"\]\((.+?)\.md\)", found[1])
    pages = [Path(page).name for page in contents.pages(ROOT / "_toc.yml")]
    assert sorted(linked) == [page for page in sorted(pages) if page[:2].isdigit()]
