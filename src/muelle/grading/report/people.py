"""La lista de clase y los ajustes de quien da el curso: dos tablas que escribe una persona."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from muelle.errors import MuelleError, system_reason

MOST_BYTES = 10_000_000
ADJUSTMENT_COLUMNS = ("estudiante", "ejercicio", "puntos", "comentario")

_NAME = ("estudiante", "nombre completo", "full name", "alumno", "alumna", "student")
_GIVEN, _FAMILY = (
    ("nombre", "first name", "name"),
    ("apellidos", "apellido", "apellido(s)", "last name", "surname"),
)
_USER = ("nombre de usuario", "usuario", "username", "login")
_MAIL = ("direccion de correo", "correo", "correo electronico", "email", "email address", "e-mail")
_NUMBER = ("numero de id", "id", "id number", "identificador")


@dataclass(frozen=True)
class Person:
    """Alguien de la lista.

    Args:
        name: como se le llama.
        user, mail, number: los del aula virtual, o "".
        keys: con qué nombres se le reconoce en una entrega.
    """

    name: str
    user: str = ""
    mail: str = ""
    number: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adjustment:
    """Un cambio a mano.

    Args:
        points: los que pone, o None si solo comenta.
    """

    points: float | None
    comment: str


@dataclass(frozen=True)
class Adjustments:
    """Los cambios a mano, por estudiante y ejercicio ("" es la entrega entera)."""

    found: dict[tuple[str, str], Adjustment] = field(default_factory=dict)

    def of(self, student: str, slug: str) -> Adjustment | None:
        """El de un estudiante en un ejercicio, si lo hay."""
        return self.found.get((key_of(student), slug))


def key_of(name: str) -> str:
    """Un nombre sin mayúsculas, tildes ni orden: «Pérez, Ana» y «ana perez» son lo mismo."""
    words = re.findall(r"[a-z0-9@]+", plain(name))
    return " ".join(sorted(words)) or name


def plain(text: str) -> str:
    """Un texto sin mayúsculas ni tildes, para ponerlos por orden."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(sign for sign in letters if not unicodedata.combining(sign))


def read_roster(path: Path) -> tuple[Person, ...]:
    """La lista de clase, en CSV, con la primera fila de títulos.

    Raises:
        MuelleError: si no se puede leer o no se sabe dónde están los nombres.
    """
    people = []
    for row in _table(path):
        whole = _first(row, _NAME) or " ".join(filter(None, (_first(row, _GIVEN), _first(row, _FAMILY))))
        person = Person(whole, _first(row, _USER), _first(row, _MAIL), _first(row, _NUMBER))
        name = person.name or person.user or person.mail or person.number
        if not name:
            continue
        known = (name, person.user, person.mail, person.mail.partition("@")[0], person.number)
        keys = [*(key_of(each) for each in known if each), key_of(name).replace(" ", "")]
        people.append(Person(name, person.user, person.mail, person.number, tuple(dict.fromkeys(keys))))
    if not people:
        raise MuelleError(
            f"En «{path.name}» no encuentro los nombres: pon en la primera fila los títulos de las columnas, "
            "y que uno sea «estudiante» (o «nombre» y «apellidos»)."
        )
    return tuple(people)


def read_adjustments(path: Path) -> Adjustments:
    """Los ajustes; si el archivo no existe, lo crea con sus títulos. No lo cambia nunca más.

    Raises:
        MuelleError: si no se entiende, con la fila.
    """
    if not path.exists():
        path.write_text(";".join(ADJUSTMENT_COLUMNS) + "\n", encoding="utf-8-sig")
        path.chmod(0o600)
        return Adjustments()
    found = {}
    for number, row in enumerate(_table(path), 2):
        points = row.get("puntos", "").replace(",", ".")
        try:
            value = float(points) if points else None
            if value is not None and not 0 <= value <= 1000:
                raise ValueError(points)
        except ValueError as error:
            raise MuelleError(
                f"En la fila {number} de «{path.name}», «{points[:40]}» no es un número de puntos."
            ) from error
        key = (key_of(row.get("estudiante", "")), row.get("ejercicio", ""))
        found[key] = Adjustment(value, row.get("comentario", "")[:2000])
    return Adjustments(found)


def _table(path: Path) -> list[dict[str, str]]:
    """Una tabla con la primera fila de títulos, separada por `;`, coma o tabulador."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MuelleError(f"«{path.name}» pesa demasiado para ser una lista.")
        data = path.read_bytes()
    except OSError as error:
        raise MuelleError(f"No se puede leer «{path.name}»: {system_reason(error)}.") from error
    text = _decoded(data)
    head = text.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    titles = [plain(cell) for cell in rows[0]] if rows else []
    return [dict(zip(titles, (cell.strip() for cell in row), strict=False)) for row in rows[1:] if any(row)]


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _first(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")
