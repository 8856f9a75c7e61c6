"""Una celda con un contenedor de verdad, en Firefox."""

from __future__ import annotations

import pytest
from firefox import Firefox
from reader import program

pytestmark = pytest.mark.timeout(3600)

PAGE = "book/01-arquitectura.html"


FOUND = program("hallar")
ANSWER = program("traer")
STATE = program("estado")


def test_a_cell_runs_in_firefox(address: str) -> None:
    with Firefox() as firefox:
        firefox.go(f"{address}/{PAGE}")
        firefox.run("document.querySelector('[data-pestana=run]').click()")
        firefox.run(f"({FOUND})({ANSWER}).then(button => button.click())")
        ended = firefox.run(f"({FOUND})({STATE})")
    assert ended.startswith("hecha"), ended
    assert "En tu pestaña: Docker Engine" in ended
