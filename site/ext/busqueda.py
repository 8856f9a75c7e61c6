"""La búsqueda en español: «imagen», «imágenes» e «imagenes» encuentran lo mismo.

El raizador Snowball que trae Sphinx da raíces distintas a «imagen» e «imágenes». Este es más corto: quita las
tildes, el plural y la vocal final (la idea es la del raizador ligero de J. Savoy para el español). La misma
regla va en Python, que hace el índice, y en JavaScript (`raiz.js`), que lo consulta; una prueba las compara.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search import languages
from sphinx.search.es import SearchSpanish

# Una palabra más corta no se toca: «dos», «red», «tls».
SHORTEST = 4

STEMMER = Path(__file__).with_name("raiz.js").read_text(encoding="utf-8")


def bare(word: str) -> str:
    """La palabra en minúsculas y sin tildes; la «ñ» es una letra y se queda."""
    kept = word.lower().replace("ñ", "\x01")
    letters = (letter for letter in unicodedata.normalize("NFD", kept) if not "\u0300" <= letter <= "\u036f")
    return "".join(letters).replace("\x01", "ñ")


def stem(word: str) -> str:
    """La raíz por la que se busca una palabra."""
    word = bare(word)
    if len(word) < SHORTEST:
        return word
    if word.endswith("ces"):
        word = f"{word[:-3]}z"
    elif word.endswith("es") and word[-3] not in "aeiou":
        word = word[:-2]
    elif word.endswith("s") and word[-2] in "aeiou":
        word = word[:-1]
    return word[:-1] if len(word) > SHORTEST and word[-1] in "aeo" else word


class SearchLightSpanish(SearchSpanish):
    """El español de Sphinx (separadores, palabras vacías) con nuestro raizador."""

    js_stemmer_rawcode = ""
    js_stemmer_code = STEMMER

    def stem(self, word: str) -> str:
        """La raíz de una palabra del índice."""
        return stem(word)


def setup(app: Sphinx) -> dict[str, Any]:  # noqa: ARG001
    """Registra el raizador."""
    languages["es"] = SearchLightSpanish
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
