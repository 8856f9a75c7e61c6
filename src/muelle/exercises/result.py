"""Lo que responde una comprobación: un veredicto y, si no es ✓, por qué."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """Cómo acabó una comprobación. Solo `WRONG` es «la respuesta está mal»."""

    SOLVED = "resuelto"
    WRONG = "todavía no"
    UNANSWERED = "sin responder"
    CRASHED = "tu respuesta falló al ejecutarse"
    TIMEOUT = "se acabó el tiempo"
    NO_ENGINE = "no hay motor"
    UNSUPPORTED = "tu motor no puede con este ejercicio"
    BROKEN = "la comprobación falló"


@dataclass(frozen=True)
class Diagnosis:
    """Por qué no: tres frases en español. Nunca dice la respuesta.

    Args:
        found: qué encontró la comprobación.
        expected: qué se esperaba, sin decir cómo conseguirlo.
        why: por qué importa, o qué idea de Docker hay detrás.
        answered: si `found` es lo que respondió el estudiante (una predicción) y no algo que se encontró.
    """

    found: str
    expected: str
    why: str
    answered: bool = False

    @property
    def heading(self) -> str:
        """El rótulo de la primera frase."""
        return "Respondiste" if self.answered else "Encontré"

    def __str__(self) -> str:
        return f"{self.heading}: {self.found}\nEsperaba: {self.expected}\nPor qué importa: {self.why}"


def diagnosis(found: str, expected: str, why: str) -> Diagnosis:
    """El mensaje de cada `assert` de un `check.py`.

    Args:
        found, expected, why: véase `Diagnosis`.
    """
    return Diagnosis(found, expected, why)


@dataclass(frozen=True)
class Result:
    """El veredicto de un ejercicio, listo para una celda, un terminal o un informe.

    Args:
        slug, title: el ejercicio.
        outcome: cómo acabó.
        diagnosis: las tres frases, si la respuesta está mal o sin poner.
        message: una frase: qué pasó, si no llegó a haber diagnóstico; o la enseñanza, si es ✓.
        attempts: comprobaciones hechas hasta ahora, esta incluida; 0 si no se cuentan.
        ticket: con qué valores se comprobó (`semilla:ronda`); lo lee quien corrige.
        line: la línea de `check.py` que falló, para quien escribe ejercicios.
    """

    slug: str
    title: str
    outcome: Outcome
    diagnosis: Diagnosis | None = None
    message: str = ""
    attempts: int = 0
    ticket: str = ""
    line: int | None = None

    @property
    def solved(self) -> bool:
        """Si el ejercicio queda resuelto."""
        return self.outcome is Outcome.SOLVED

    @property
    def headline(self) -> str:
        """La primera línea: marca, título y veredicto."""
        return f"{_MARKS[self.outcome]} {self.title}: {self.outcome.value}"

    def __str__(self) -> str:
        parts = [self.headline]
        if self.diagnosis:
            parts.append(str(self.diagnosis))
        if self.message:
            parts.append(self.message)
        return "\n".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = []
        if self.diagnosis:
            lines = [
                (self.diagnosis.heading, self.diagnosis.found),
                ("Esperaba", self.diagnosis.expected),
                ("Por qué importa", self.diagnosis.why),
            ]
        body = "".join(f"<p><strong>{name}:</strong> {rich(text)}</p>" for name, text in lines)
        if self.message:
            body += f"<p>{rich(self.message)}</p>"
        return (
            f'<div class="muelle-resultado muelle-{self.outcome.name.lower()}" '
            f'data-muelle="{_escape(f"{self.slug}|{self.ticket}|{self.attempts}")}" '
            f'style="border-left:.3rem solid;padding:.2rem .8rem">'
            f"<p><strong>{rich(self.headline)}</strong></p>{body}</div>"
        )


_MARKS = {
    Outcome.SOLVED: "✓",
    Outcome.WRONG: "✗",
    Outcome.UNANSWERED: "✗",
    Outcome.CRASHED: "!",
    Outcome.TIMEOUT: "!",
    Outcome.NO_ENGINE: "!",
    Outcome.UNSUPPORTED: "!",
    Outcome.BROKEN: "!",
}


def _escape(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def rich(text: str) -> str:
    """Una frase con `código` entre acentos graves y **negritas**, en HTML; todo lo demás, escapado."""
    shown = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", _escape(text))
    return re.sub(r"\*\*([^*\n]+)\*\*", r"<strong>\1</strong>", shown)


class UnansweredError(AssertionError):
    """La respuesta sigue como venía."""


class AnswerError(Exception):
    """Lo que escribió el estudiante falló al ejecutarse; el mensaje es una frase."""


class UnsupportedError(Exception):
    """A este motor le falta lo que el ejercicio necesita; el mensaje es una frase."""


class DeadlineError(Exception):
    """Algo no terminó dentro del plazo; el mensaje es una frase."""
