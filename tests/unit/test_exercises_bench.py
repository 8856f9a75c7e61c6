"""El banco de pruebas de los ejercicios: una construcción que pierde un paso se repite."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import docker
import pytest
from docker.errors import APIError, NotFound

from muelle.builder import BuildFailed, build
from muelle.builder.steps import LOST_STEPS
from muelle.exercises.bench import Bench, _instant
from muelle.exercises.result import AnswerError

ID = "sha256:" + "a6" * 32


def builder(problems: list[str]) -> Any:
    """Un motor que solo construye; falla con cada frase y después acierta. Lo medido no se puede forzar."""

    def build(**_: object) -> Iterator[dict[str, str]]:
        yield {"error": problems.pop(0)} if problems else {"stream": "Successfully built 0123456789ab\n"}

    api = SimpleNamespace(build=build, inspect_image=lambda _: {"Id": ID})
    return SimpleNamespace(ping=lambda: True, api=api)


@pytest.mark.parametrize(
    "said",
    [
        f"failed to get digest {ID}: open /x/imagedb/content/sha256/{'a6' * 32}: no such file or directory",
        f"unable to find image {ID!r}",
        f"No such image: {ID}",
    ],
    ids=["20.10", "28", "otra"],
)
def test_a_lost_step_is_built_again(said: str) -> None:
    assert Bench(builder([said] * (LOST_STEPS - 1)), "uno").build("FROM x").startswith("muelle/prueba:")
    with pytest.raises(AnswerError, match="no se construye"):
        Bench(builder([said] * LOST_STEPS), "uno").build("FROM x")
    assert build(builder([said] * (LOST_STEPS - 1)), "FROM x").image_id == ID
    with pytest.raises(BuildFailed):
        build(builder([said] * LOST_STEPS), "FROM x")


def test_a_mistake_of_the_answer_is_not_tried_again() -> None:
    problems = ["COPY failed: file not found in build context: no such file or directory"] * 2
    with pytest.raises(AnswerError, match="COPY failed"):
        Bench(builder(problems), "uno").build("FROM x")
    assert len(problems) == 1
    with pytest.raises(BuildFailed, match="COPY failed"):
        build(builder([*problems] * 2), "FROM x")


@pytest.mark.parametrize(("status", "warned"), [(500, True), (409, False), (404, False)])
def test_a_step_that_cannot_be_removed_is_said(
    status: int, warned: bool, recwarn: pytest.WarningsRecorder
) -> None:
    """Menos si lo usa ya otra imagen, o no está: entonces no queda nada nuestro."""

    def refuse(_: str) -> None:
        response = SimpleNamespace(status_code=status, reason="no", url="")
        kind = NotFound if status == 404 else APIError
        raise kind("no", response=response, explanation="disco estropeado")

    engine = builder([])
    engine.api.inspect_image = lambda _: {"RepoTags": []}
    engine.api.remove_image = refuse
    with Bench(engine, "uno") as bench:
        bench._intermediate = ["0123456789ab"]
    said = [str(warning.message) for warning in recwarn]
    assert bool(said) == warned
    assert all("0123456789ab" in each and "disco estropeado" in each for each in said)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-01T10:00:00.123456789Z", 1772359200.123456789),
        ("2026-03-01T10:00:00Z", 1772359200.0),
        ("2026-03-01T11:00:00.5+01:00", 1772359200.5),
        ("2026-03-01T07:00:00-03:00", 1772359200.0),
    ],
)
def test_every_way_in_which_an_engine_writes_an_instant(text: str, seconds: float) -> None:
    assert _instant(text) == pytest.approx(seconds, abs=1e-5)


def test_what_cannot_be_removed_is_said() -> None:
    """Quien corrige cree que no queda nada: si algo queda, se dice; lo que ya no está no es un fallo."""

    def refused(*_: object, **__: object) -> None:
        raise docker.errors.APIError("no", explanation="device or resource busy")

    def gone(*_: object, **__: object) -> None:
        raise docker.errors.NotFound("no")

    engine: Any = SimpleNamespace(
        ping=lambda: True, api=SimpleNamespace(remove_container=refused, remove_image=gone)
    )
    bench = Bench(engine, "uno")
    bench._containers.append("terco")
    bench.keep_tag("ido")
    with pytest.warns(UserWarning, match="No se pudo quitar el contenedor terco") as caught, bench:
        pass
    assert len(caught) == 1
