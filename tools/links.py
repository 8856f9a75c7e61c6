"""Los enlaces a otros sitios que hay en la prosa: los pide uno a uno y dice cuáles han muerto.

    python tools/links.py

No va en las pruebas, que no salen de la máquina: lo lanza cada semana `.github/workflows/semanal.yml`.
"""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("README.md", "CONTRIBUTING.md", "book/*.md", "exercises/*/*/enunciado.md")
CODE = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"https?://[^\s<>\"')`]+[^\s<>\"')`.,;:]")
TRIES, SECONDS = 3, 20


def links(markdown: str) -> list[str]:
    """Los enlaces de un texto, sin los de sus celdas de código ni los de esta máquina."""
    found = LINK.findall(CODE.sub("", markdown))
    return [link for link in found if not re.match(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])", link)]


def problem(link: str) -> str:
    """Por qué no se puede abrir un enlace; "" si se puede.

    Args:
        link: la dirección; lo que sigue a «#» no se mira.
    """
    request = urllib.request.Request(link, headers={"User-Agent": "Mozilla/5.0 (enlaces del curso)"})
    said = ""
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            said = f"responde {error.code}"
            if error.code in (404, 410):
                break
        except OSError as error:
            said = f"no responde ({error})"
    return said


def dead(paths: Iterable[Path]) -> list[str]:
    """Una línea por enlace muerto, con el archivo en el que está.

    Args:
        paths: archivos de Markdown.
    """
    places: dict[str, Path] = {}
    for path in paths:
        for link in links(path.read_text(encoding="utf-8")):
            places.setdefault(link, path)
    checked = ((path, link, problem(link)) for link, path in places.items())
    return [f"{path.name}: {link} {said}" for path, link, said in checked if said]


if __name__ == "__main__":
    found = dead(sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)))
    sys.exit("\n".join(found) if found else 0)
