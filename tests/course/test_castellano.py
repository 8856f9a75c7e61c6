"""Lo que el corrector ortográfico no ve: concordancias, dos palabras para una cosa y tipos en inglés."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from test_spelling import ROOT, Text, written

FORBIDDEN = {
    r"\bsólo\b": "«solo» va sin tilde",
    r"\bsucesos?\b": "lo que manda el demonio son eventos",
    r"\bavisos? (?:del (?:motor|demonio)|cambi)|\b(?:ningún|otros) avisos?\b": "son eventos",
    r"\b(?:corren?|corriendo|correr)\b": "los programas se ejecutan",
    r"\b(?:declara|tiene|hay|lleva|trae|hace|queda)n? ning[uú]n[oa]?\b(?<!no \w)": "falta el «no»",
    r"\bpara el (?:contenedor|servicio|proceso) y\b": "«para» se lee como preposición: «detén»",
    r"^(?:crees que|dices|predijiste|contaste|propones|respondiste|das por)\b": "delante va «Respondiste:»",
    r"\betiquetas? `?(?:autor|tema|idioma|muelle[=.])|\betiqueta del curso": "un metadato es una LABEL",
    r"\búnico camino de entrada\b": "hay otros (`/grpc`, `/session`, el socket de containerd)",
    r"\bhijos? del demonio\b": "el padre de un contenedor es su ayudante (`containerd-shim`, `conmon`)",
    r"\bno hay forma de modificar una capa\b": "desde fuera del contenedor se puede",
}
"""Lo que no se escribe -> por qué. Se busca sin distinguir mayúsculas."""
ONE_AND_MANY = re.compile(
    r"(?<![\d.,:·v_-])1 (?P<word>[a-záéíóúñ]{3,}(?:es|as|os|is))\b(?! \d)", re.IGNORECASE
)
SINGULAR = {"mes", "gas", "más", "análisis", "país", "menos", "tres", "antes", "entonces", "después"}
"""Acaban en s y son singulares."""

COUNTED = re.compile(r"\{[^{}]*(?:len\(|added|\bcount\b|rows|answer\[|total|number)[^{}]*\} [a-záéíóúñ]+s\b")
"""Un número seguido de un plural escrito a mano: con 1 no concuerda. `units.count` sí lo hace."""
MANY = {
    "{count} capas: {answer or 'aguanta'}": "una torre tiene al menos las capas de la imagen base, tres",
    "La torre más baja tiene {len(tars)} capas": "las de la imagen base: tres",
    "Paquetes: {len(wheels)} archivos para {len(TARGETS)} combinaciones": "las listas fijas del curso",
    "{len(documents)} mensajes seguidos": "se dice solo si hay más de uno",
}
"""Comienzos de frase en los que el número no puede ser 1 -> por qué."""
PYTHON_TYPES = re.compile(r"\bun (?:str|int|dict|bool|float|bytes|tuple|list|NoneType|set)\b")
POINT = re.compile(r"(?<![\w.`/:-])\d+\.\d+ (?:segundos?|s|MB|MiB|GB|GiB|kB|KB|ms)\b")


def said_by_code() -> Iterator[Text]:
    """Los textos con espacios de `src` y de las comprobaciones: lo que puede llegar a leer alguien.

    Ni los comentarios ni las cadenas de documentación, que son para quien mantiene el curso.
    Si un texto es una de las dos ramas de un `… if n == 1 else …`, ya cuenta con el singular.
    """
    for path in sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "exercises").glob("*/*/check.py")]):
        tree = ast.parse(path.read_text("utf-8"))
        apart = {id(node.orelse) for node in ast.walk(tree) if isinstance(node, ast.IfExp)}
        apart |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = literal(node)
            if text and " " in text and id(node) not in apart:
                yield Text(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", text)


def literal(node: ast.AST) -> str:
    """El texto de una cadena; en una `f""`, los huecos quedan como `{expresión}`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in node.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
    return ""


def counted(text: str) -> list[str]:
    """Los números de un texto que llevan detrás un plural escrito a mano; «más» no cambia."""
    found = [m[0] for m in COUNTED.finditer(text)]
    return [each for each in found if "count(" not in each and not each.endswith(" más")]


def faults(text: str) -> list[str]:
    """Lo que sobra en un texto, en frases."""
    said = []
    for pattern, why in FORBIDDEN.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            before = text[max(0, match.start() - 12) : match.end()]
            if why != "falta el «no»" or not re.search(
                r"\b(?:no|sin|ni|nunca)\b[^.]*$", before, re.IGNORECASE
            ):
                said.append(f"«{match[0]}»: {why}")
    said += [f"«{m[0]}»: 1 va con singular" for m in ONE_AND_MANY.finditer(text) if m["word"] not in SINGULAR]
    said += [f"«{m[0]}»: los tipos, en español" for m in PYTHON_TYPES.finditer(text)]
    said += [f"«{m[0]}»: los decimales, con coma" for m in POINT.finditer(text)]
    return said


def test_what_is_read() -> None:
    """Capítulos, enunciados, pistas, README: ninguna de las formas encontradas en una revisión vuelve."""
    found = [f"{text.place}: {fault}" for text in written() for fault in faults(text.text)]
    assert not found, "\n".join(found)


def test_what_the_code_says() -> None:
    """Lo mismo en los mensajes, y además ningún plural pegado a un número que puede ser 1."""
    found = []
    for text in said_by_code():
        found += [f"{text.place}: {fault}" for fault in faults(text.text)]
        if not text.text.startswith(tuple(MANY)):
            found += [f"{text.place}: «{plural}»: usa `units.count`" for plural in counted(text.text)]
    assert not found, "\n".join(found)


def test_every_exemption_is_needed() -> None:
    """Una frase que ya no está, o que ya concuerda, no se perdona."""
    plurals = [text.text for text in said_by_code() if counted(text.text)]
    assert [start for start in MANY if not any(text.startswith(start) for text in plurals)] == []


@pytest.mark.parametrize(
    "text",
    [
        "S\u00f3lo hay una.",
        "Encontré: la imagen declara ningún puerto.",
        "predijiste 1 puertos publicados.",
        "tu imagen añade 1 capas",
        "en `respuesta` hay un str.",
        "tardó 0.3 segundos",
        "los sucesos que el demonio recuerda",
        "Seguir los avisos del motor",
        "Otros avisos, que no cambian el estado: {…}.",
        "cada cuaderno tiene su motor, que corre sin privilegios",
        "Escribe una nota, para el contenedor y vuélvelo a arrancar.",
    ],
)
def test_a_mistake_is_noticed(text: str) -> None:
    """El vigilante: las faltas que se escaparon una vez."""
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "la imagen no declara ningún puerto",
        "no hay ningún contenedor",
        "el PID 1 es más que un número",
        "1 capa, 2 capas",
        "0,3 segundos",
        "capítulo 1 antes del 2",
    ],
)
def test_what_is_right_passes(text: str) -> None:
    """Y no ve faltas donde no las hay."""
    assert faults(text) == []
