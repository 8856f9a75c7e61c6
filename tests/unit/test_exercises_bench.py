"""El banco de pruebas de los ejercicios: una construcción que pierde un paso se repite."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from muelle.exercises.bench import LOST_STEPS, Bench
from muelle.exercises.result import AnswerError

ID = "sha256:" + "a6" * 32


def builder(problems: list[str]) -> Any:
    """Un motor que solo construye; falla con cada frase y después acierta. Lo medido no se puede forzar."""

    def build(**_: object) -> Iterator[dict[str, str]]:
        yield {"error": problems.pop(0)} if problems else {"stream": "Successfully built 0123456789ab\n"}

    return SimpleNamespace(ping=lambda: True, api=SimpleNamespace(build=build))


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


def test_a_mistake_of_the_answer_is_not_tried_again() -> None:
    problems = ["COPY failed: file not found in build context: no such file or directory"] * 2
    with pytest.raises(AnswerError, match="COPY failed"):
        Bench(builder(problems), "uno").build("FROM x")
    assert len(problems) == 1
