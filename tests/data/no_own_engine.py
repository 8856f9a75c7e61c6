r"""Corrige como en una máquina que no puede dar un motor a cada cuaderno: con el de quien corrige.

Es un complemento de pytest, para probar así cualquier motor:

    PYTHONPATH=tests/data .venv/bin/python tools/motores/otro.py pruebas docker-20 -p no_own_engine \
        tests/live/test_grading_live.py
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from muelle.grading.wall import plan


@pytest.fixture(autouse=True, scope="session")
def no_own_engine() -> Iterator[None]:
    """Ningún `dockerd` que dar; al acabar, que se le haya buscado: si no, no se probó nada."""
    asked: list[str] = []
    found = plan.which
    plan.which = lambda name: asked.append(name)  # type: ignore[func-returns-value]
    yield
    plan.which = found
    assert asked
