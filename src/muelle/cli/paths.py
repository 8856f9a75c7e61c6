"""Dónde está cada cosa del repositorio."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BOOK = ROOT / "book"
NOTEBOOKS = ROOT / "notebooks"
WORK = ROOT / "trabajo"
BUILD = ROOT / "_build"
SITE = BUILD / "html"
