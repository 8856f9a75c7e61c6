"""La línea del registro de un demonio que explica por qué no arrancó."""

from __future__ import annotations

import re
from pathlib import Path

_FIELD = re.compile(r'\bmsg="((?:[^"\\]|\\.)*)"')
_CAUSE = re.compile(r'\berror="((?:[^"\\]|\\.)*)"')
_BAD_LEVELS = ("level=fatal", "level=error", "level=panic")
_BAD_WORDS = ("failed", "error", "panic", "cannot", "unable")


def last_useful_line(log: Path, limit: int = 240) -> str:
    """La última línea que habla de un error o, si no hay, la última sin más.

    Args:
        log: el registro, con líneas de logrus (`time=… level=… msg=…`) o sueltas.
        limit: letras como mucho.
    """
    try:
        lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    if not lines:
        return "no dejó nada en su registro"
    bad = [line for line in lines if _is_bad(line)]
    text = _plain((bad or lines)[-1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _is_bad(line: str) -> bool:
    """Una línea de logrus dice su gravedad; las demás se juzgan por sus palabras."""
    if "level=" in line:
        return any(level in line for level in _BAD_LEVELS)
    return any(word in line.lower() for word in _BAD_WORDS)


def _plain(line: str) -> str:
    said, cause = _FIELD.search(line), _CAUSE.search(line)
    parts = [match.group(1).replace('\\"', '"') for match in (said, cause) if match]
    return ": ".join(parts) if parts else line
