"""El marco de los ejercicios, sin motor: veredictos, valores, pistas y progreso."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import docker
import pytest

from muelle import exercises
from muelle.errors import EngineUnavailable, MuelleError, NotFound
from muelle.exercises import Outcome, catalogue, evaluate
from muelle.exercises import progress as overview
from muelle.exercises.result import Diagnosis, Result

CARD = {
    "order": 1,
    "chapter": "01-arquitectura",
    "title": "De prueba",
    "kind": "prediction",
    "minutes": 1,
    "misconceptions": [1],
    "hints": ["primera", "segunda"],
    "lesson": "Así es.",
    "answer": "int",
    "engine": False,
}

CHECK = """
from muelle.exercises import diagnosis

def draw(rng):
    return {"suma": rng.randint(1, 10**9)}

def check(answer, suma):
    assert answer == suma, diagnosis("otra cosa.", "la suma.", "porque sí.")
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "casa"))
    return tmp_path / "casa"


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Crea un ejercicio de prueba y hace que el catálogo sea ese."""
    monkeypatch.setenv("MUELLE_EJERCICIOS", str(tmp_path / "ejercicios"))

    def build(check: str = CHECK, starter: str = "respuesta = ...", **card: Any) -> exercises.Exercise:
        folder = tmp_path / "ejercicios" / "grupo" / "prueba"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "exercise.json").write_text(json.dumps({**CARD, **card}), encoding="utf-8")
        (folder / "check.py").write_text(check, encoding="utf-8")
        (folder / "enunciado.md").write_text("¿Cuánto suman?", encoding="utf-8")
        (folder / "starter.py").write_text(starter, encoding="utf-8")
        return exercises.get("prueba")

    return build


def nobody() -> docker.DockerClient:
    raise EngineUnavailable("No hay motor: arráncalo.")


def test_solved_says_the_lesson_and_wrong_says_why(make: Any) -> None:
    make()
    wrong = exercises.check("prueba", 0)
    assert wrong.outcome is Outcome.WRONG
    assert str(wrong).splitlines()[1:] == [
        "Respondiste: otra cosa.",
        "Esperaba: la suma.",
        "Por qué importa: porque sí.",
    ]
    solved = exercises.check("prueba", exercises.values("prueba")["suma"])
    assert solved.outcome is Outcome.SOLVED
    assert "Así es." in str(solved)
    assert (wrong.attempts, solved.attempts) == (1, 2)


@pytest.mark.parametrize("answer", [..., None])
def test_untouched_is_not_an_attempt(make: Any, answer: Any) -> None:
    make()
    result = exercises.check("prueba", answer)
    assert result.outcome is Outcome.UNANSWERED
    assert result.attempts == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("3", "hay un texto."),
        (True, "hay un True o un False."),
        (3.0, "hay un número con decimales."),
        ([3], "hay una lista."),
        ({"suma": 3}, "hay un diccionario."),
        (b"3", "hay un texto en bytes"),
        (object(), "hay otra cosa."),
    ],
)
def test_another_type_is_told_in_spanish(make: Any, answer: Any, words: str) -> None:
    make()
    result = exercises.check("prueba", answer)
    assert result.outcome is Outcome.WRONG
    assert result.diagnosis
    assert words in result.diagnosis.found
    assert "Encontré:" in str(result)


def test_keys_are_checked_one_by_one(make: Any) -> None:
    make(answer="dict", keys={"a": "int", "b": "bool"})
    assert exercises.check("prueba", {"a": ..., "b": ...}).outcome is Outcome.UNANSWERED
    missing = exercises.check("prueba", {"a": 1})
    assert missing.diagnosis
    assert "«a», «b»" in missing.diagnosis.expected
    half = exercises.check("prueba", {"a": 1, "b": ...})
    assert half.outcome is Outcome.UNANSWERED
    other = exercises.check("prueba", {"a": 1, "b": 1})
    assert other.diagnosis
    assert 'respuesta["b"]' in other.diagnosis.found


def test_the_items_of_a_list_are_checked_one_by_one(make: Any) -> None:
    make(answer="list", items="bool")
    wrong = exercises.check("prueba", [True, "sí"])
    assert wrong.outcome is Outcome.WRONG
    assert wrong.diagnosis
    assert "respuesta[1]" in wrong.diagnosis.found
    assert exercises.check("prueba", (True, ...)).outcome is Outcome.UNANSWERED
    assert exercises.check("prueba", []).outcome is Outcome.UNANSWERED


def test_an_engine_that_cannot_is_not_a_wrong_answer(make: Any) -> None:
    make(
        check="from muelle.exercises import UnsupportedError\n"
        "def check(answer):\n    raise UnsupportedError('Este motor no recuerda nada.')"
    )
    result = exercises.check("prueba", 3)
    assert result.outcome is Outcome.UNSUPPORTED
    assert str(result).endswith("Este motor no recuerda nada.")
    assert result.attempts == 0


def test_a_crash_of_the_answer_is_a_crash(make: Any) -> None:
    make()
    result = exercises.check("prueba", lambda: 1 // 0)
    assert result.outcome is Outcome.CRASHED
    assert "ZeroDivisionError" in result.message
    assert not exercises.progress().rows[0].mark.solved


def test_a_crash_of_the_check_is_not_the_students_fault(make: Any) -> None:
    exercise = make(check="def check(answer):\n    return answer.nada")
    result = evaluate(exercise, 3, nobody, "a:0")
    assert result.outcome is Outcome.BROKEN
    assert "no es culpa tuya" in result.message


def test_an_assertion_without_sentences_is_a_broken_check(make: Any) -> None:
    assert (
        evaluate(make(check="def check(answer):\n    assert 0"), 3, nobody, "a:0").outcome is Outcome.BROKEN
    )


def test_a_missing_engine_is_not_an_attempt(make: Any) -> None:
    make(engine=True)
    result = exercises.check("prueba", 3, connect=nobody)
    assert result.outcome is Outcome.NO_ENGINE
    assert result.message == "No hay motor: arráncalo."
    assert result.attempts == 0


def test_values_stay_until_asked_again(make: Any) -> None:
    make()
    first = exercises.values("prueba")
    exercises.check("prueba", first["suma"])
    assert exercises.values("prueba") == first
    assert str(first) == f"suma: {first['suma']}"
    second = exercises.again("prueba")
    assert second != first
    assert exercises.progress().solved == 1


def test_two_students_get_other_values(make: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make()
    mine = exercises.values("prueba")
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "otra casa"))
    assert exercises.values("prueba") != mine


def test_hints_come_one_at_a_time(make: Any) -> None:
    make()
    texts = [str(exercises.hint("prueba")) for _ in range(3)]
    assert texts == [
        "Pista 1 de 2: primera",
        "Pista 2 de 2 (no hay más): segunda",
        "Pista 1 de 2: primera",
    ]


def test_progress_survives_and_keeps_what_it_does_not_know(make: Any, home: Path) -> None:
    make()
    exercises.check("prueba", 0)
    file = home / "progreso.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    data["exercises"]["de-otra-version"] = {"attempts": 4, "solved": True, "hints": 0, "round": 0, "nuevo": 1}
    file.write_text(json.dumps(data), encoding="utf-8")
    exercises.check("prueba", 0)
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["exercises"]["prueba"]["attempts"] == 2
    assert data["exercises"]["de-otra-version"]["solved"]
    assert [row.exercise.slug for row in overview().rows] == ["prueba"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"seed": 3, "exercises": {}}', '{"seed": "a"}', "\x00"])
def test_a_damaged_progress_is_set_aside(make: Any, home: Path, content: str) -> None:
    make()
    home.mkdir()
    (home / "progreso.json").write_text(content, encoding="utf-8")
    assert exercises.check("prueba", 0).attempts == 1
    (aside,) = home.glob("progreso-dañado-*.json")
    assert aside.read_text(encoding="utf-8") == content


def test_without_a_place_to_write_the_course_goes_on(
    make: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make()
    (tmp_path / "archivo").write_text("", encoding="utf-8")
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "archivo"))
    suma = exercises.values("prueba")["suma"]
    assert exercises.check("prueba", suma).outcome is Outcome.SOLVED


def test_an_answer_in_a_file(make: Any, tmp_path: Path) -> None:
    make()
    path = tmp_path / "respuesta.py"
    path.write_text('respuesta = valores["suma"]', encoding="utf-8")
    assert exercises.check_file("prueba", path, connect=nobody).outcome is Outcome.SOLVED
    path.write_text("a = 1\nrespuesta = b", encoding="utf-8")
    crashed = exercises.check_file("prueba", path, connect=nobody)
    assert crashed.outcome is Outcome.CRASHED
    assert "línea 2" in crashed.message
    path.write_text("respuesta = (", encoding="utf-8")
    assert "línea 1" in exercises.check_file("prueba", path, connect=nobody).message
    path.write_text("client", encoding="utf-8")
    assert exercises.check_file("prueba", path, connect=nobody).outcome is Outcome.NO_ENGINE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbfrespuesta = 1", "1."),
        ("respuesta = 'ñ'".encode("latin-1"), "no está en UTF-8"),
        (b"\nexit()", "línea 2: SystemExit"),
        (None, "no existe"),
    ],
    ids=["bom", "latin-1", "exit", "sin-archivo"],
)
def test_an_odd_file_is_one_sentence(make: Any, tmp_path: Path, content: bytes | None, said: str) -> None:
    """Ni la marca que pone el Bloc de notas, ni otra codificación, ni un `exit()` dejan sin veredicto."""
    never = 'def check(answer):\n    assert not answer, diagnosis("1.", "", "")'
    make(f"from muelle.exercises import diagnosis\n\n{never}")
    path = tmp_path / "respuesta.py"
    if content is not None:
        path.write_bytes(content)
    result = exercises.check_file("prueba", path, connect=nobody)
    assert result.outcome is (Outcome.WRONG if said == "1." else Outcome.CRASHED)
    assert said in str(result)


def test_an_answer_that_leaves_is_a_crash(make: Any) -> None:
    make()
    assert "Tu función falló: SystemExit" in str(exercises.check("prueba", sys.exit, connect=nobody))


def test_an_unknown_exercise_suggests_the_near_ones() -> None:
    with pytest.raises(NotFound, match="«cuantas-capas»"):
        exercises.get("cuantas-capa")
    with pytest.raises(NotFound):
        exercises.get("../imagen/cuantas-capas")


def test_a_damaged_card_names_the_exercise(make: Any, tmp_path: Path) -> None:
    make()
    (tmp_path / "ejercicios" / "grupo" / "prueba" / "exercise.json").write_text("{", encoding="utf-8")
    with pytest.raises(MuelleError, match="«prueba»"):
        exercises.load()


def test_the_cell_brings_what_the_answer_needs() -> None:
    cell = exercises.cell("que-codigo")
    assert cell.startswith('valores = muelle.values("que-codigo")')
    assert cell.endswith('muelle.check("que-codigo", respuesta)')
    assert exercises.cell("una-imagen-dos-contenedores").endswith(
        'muelle.check("una-imagen-dos-contenedores")'
    )
    assert 'respuesta = r"""\nFROM muelle/base' in exercises.cell("entrypoint-y-cmd")
    assert exercises.cell("ficha-del-motor").startswith("client = muelle.connect()")
    for exercise in exercises.load():
        compile(exercises.cell(exercise.slug), exercise.slug, "exec")


def test_html_escapes_what_the_student_wrote() -> None:
    result = Result("a", "A & B", Outcome.WRONG, Diagnosis("<script>", "e", "w"), ticket="s:0", attempts=2)
    page = result._repr_html_()
    assert "<script>" not in page
    assert 'data-muelle="a|s:0|2"' in page
    assert "✗ A &amp; B: todavía no" in page


def test_html_shows_code_as_code_and_text_keeps_the_marks(make: Any) -> None:
    reasons = Diagnosis("en `respuesta` hay `<b>`.", "un **texto**.", "por `a_b` y `c`.")
    result = Result("a", "La orden `run`", Outcome.WRONG, reasons, message="usa `&`")
    page = result._repr_html_()
    for shown in (
        "<code>respuesta</code> hay <code>&lt;b&gt;</code>.",
        "un <strong>texto</strong>.",
        "<code>a_b</code> y <code>c</code>",
        "La orden <code>run</code>",
        "<code>&amp;</code>",
    ):
        assert shown in page
    assert "`" not in page
    assert "en `respuesta` hay" in str(result)
    make(hints=["con `RUN`", "otra"])
    hint = exercises.hint("prueba")
    assert "con <code>RUN</code>" in hint._repr_html_()
    assert "con `RUN`" in str(hint)


def test_checks_never_hold_the_answer_in_the_sentences() -> None:
    """Las pistas y los diagnósticos no repiten la línea que resuelve un ejercicio."""
    for exercise in exercises.load():
        (solution,) = exercise.folder.glob("solution.*")
        lines = {line.strip() for line in solution.read_text(encoding="utf-8").splitlines() if len(line) > 30}
        shown = " ".join(exercise.hints) + exercises.statement(exercise.slug)
        assert not [line for line in lines if line in shown], exercise.slug


def test_importing_the_room_opens_nothing() -> None:
    """Solo biblioteca estándar y `docker`: sin procesos, hilos ni lo que no está en Pyodide."""
    code = (
        "import sys\n"
        "for name in ('ipywidgets', 'rich', 'jupytext', 'platformdirs', 'psutil', 'typer', 'yaml'):\n"
        "    sys.modules[name] = None\n"
        "import muelle.exercises\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_root_is_the_repository() -> None:
    assert (catalogue.root() / "imagen" / "cuantas-capas" / "check.py").is_file()
