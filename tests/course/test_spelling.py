"""La ortografía de lo que se lee: hunspell con el español de Debian, y una lista de palabras del curso."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import prosa
import pytest

from muelle.engine.install import which

ROOT = Path(__file__).resolve().parents[2]
WORDS = Path(__file__).with_name("palabras.txt")
SPOKEN = ("title", "lesson")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Dos veces la misma palabra, seguidas y en la misma frase.
DOUBLED = re.compile(r"\b([^\W\d_]+)\s+\1\b", re.IGNORECASE)
# Lo que en español se escribe de otra manera: comillas «», puntos …, raya –, y el punto tras las comillas.
TYPED = re.compile(r"[\"“”]|\.\.\.| -{1,2} |[^\W\d_]\.»|\d ?x ?\d")
# Palabras que son español, pero no dicen aquí lo que su parecido en inglés.
CALQUE = re.compile(
    r"\b(?:librerías?|remover|remueve|soporta[rn]?|soportad[oa]s?|eventualmente|corr(?:er|e|en)"
    r"(?= (?:un|el|los|en|con|como|dentro)\b)|en orden a|hace sentido)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Text:
    """Un trozo de prosa y dónde está."""

    place: str
    text: str


def english(path: Path, markdown: str) -> str:
    """El texto sin la parte en inglés que el README lleva al final."""
    return markdown.partition("\n**In English.**")[0] if path.name == "README.md" else markdown


def written() -> list[Text]:
    """Todo lo que se comprueba: capítulos, enunciados, fichas de los ejercicios, README y CONTRIBUTING."""
    found = []
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "book").glob("*.md"))]
    pages += sorted((ROOT / "exercises").glob("*/*/enunciado.md"))
    for path in pages:
        for line, text in prosa.paragraphs(english(path, path.read_text("utf-8"))):
            found.append(Text(f"{path.relative_to(ROOT)}:{line}", text))
    for path in sorted((ROOT / "exercises").glob("*/*/exercise.json")):
        data = json.loads(path.read_text("utf-8"))
        for said in [*(data[key] for key in SPOKEN), *data["hints"]]:
            found += [Text(str(path.relative_to(ROOT)), text) for _, text in prosa.paragraphs(said)]
    return found


def listed() -> list[str]:
    """Las palabras que el diccionario no trae y el curso usa."""
    return [word for word in WORDS.read_text("utf-8").split("\n") if word[:1] not in ("", "#")]


def unknown(words: set[str]) -> set[str]:
    """Las palabras que el diccionario de español no conoce."""
    program = which("hunspell")
    if program is None:
        pytest.fail("Falta hunspell (paquetes hunspell y hunspell-es): `./curso pruebas` lo instala.")
    done = subprocess.run(
        [program, "-d", "es_ES", "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.split())


def test_the_dictionary_knows_spanish() -> None:
    """Distingue una palabra de una falta: sin diccionario, hunspell daría todo por bueno."""
    assert unknown({"imagen", "imágenes", "peticiones", "imajen", "peticion"}) == {"imajen", "peticion"}


def test_no_misspelt_word() -> None:
    """Cada palabra está en el diccionario o en `palabras.txt`."""
    texts, ours = written(), {word.casefold() for word in listed()}
    words = {word for text in texts for word in WORD.findall(text.text)}
    bad = unknown({word for word in words if word.casefold() not in ours})
    places: dict[str, str] = {}
    for text in texts:
        for word in set(WORD.findall(text.text)) & bad:
            places.setdefault(word, text.place)
    assert not places, "\n".join(f"{place}: «{word}»" for word, place in sorted(places.items()))


def test_the_list_has_nothing_extra() -> None:
    """En la lista no hay palabras de sobra: ni sin usar, ni que el diccionario ya conozca."""
    words = listed()
    used = {word.casefold() for text in written() for word in WORD.findall(text.text)}
    assert not [word for word in words if word.casefold() not in used], "ya no se usan"
    assert not set(words) - unknown(set(words)), "el diccionario las conoce"
    assert words == sorted(words, key=str.casefold), "ordénala: así se ve qué se añade"


def test_questions_and_exclamations_open() -> None:
    """Todo ? lleva antes su ¿, y todo ! su ¡."""
    bad = []
    for text in written():
        for opening, closing in ("¿?", "¡!"):
            signs = "".join(re.findall(f"[{re.escape(opening + closing)}]", text.text))
            if signs.replace(opening + closing, ""):
                bad.append(f"{text.place}: {text.text}")
    assert not bad, "\n".join(bad)


def test_no_word_twice_in_a_row() -> None:
    """Nadie escribe «de de» a propósito."""
    bad = [f"{text.place}: «{found[0]}»" for text in written() for found in DOUBLED.finditer(text.text)]
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        (TYPED, "«sí», dijo… 2 × 3, 4–5", ['"sí"', "sí...", "sí - no", "«Sí.»", "2x3"]),
        (CALQUE, "ejecutar; biblioteca; quitar", ["correr un contenedor", "la librería", "no lo soporta"]),
    ],
)
def test_the_patterns_tell_right_from_wrong(pattern: re.Pattern[str], right: str, wrong: list[str]) -> None:
    """Cada patrón ve lo que debe y deja pasar lo bueno."""
    assert not pattern.search(right)
    assert all(pattern.search(each) for each in wrong)


@pytest.mark.parametrize("pattern", [TYPED, CALQUE], ids=["signos", "calcos"])
def test_spanish_signs_and_words(pattern: re.Pattern[str]) -> None:
    """Los signos son los españoles, y no hay calcos del inglés."""
    bad = [f"{text.place}: «{found[0]}»" for text in written() for found in pattern.finditer(text.text)]
    assert not bad, "\n".join(bad)
