"""Ejecutar algo donde solo hay lo que hay en una página web: biblioteca estándar, `docker` y `graphviz`."""

from __future__ import annotations

import subprocess
import sys

from patience import PATIENCE

HIDE = '''
import sys

ALLOWED = set(sys.stdlib_module_names) | {
    "muelle", "docker", "graphviz",
    "requests", "urllib3", "idna", "certifi", "charset_normalizer",  # lo que docker necesita
}

class Few:
    """Un buscador de módulos que no encuentra los demás."""

    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        return self.finder.find_spec(name, path, target) if name.split(".")[0] in ALLOWED else None

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = [Few(finder) for finder in sys.meta_path]
'''


def with_little(code: str) -> subprocess.CompletedProcess[str]:
    """Ejecuta ese código donde solo hay biblioteca estándar, `docker` y `graphviz`."""
    return subprocess.run(
        [sys.executable, "-c", HIDE + code], capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
