"""La búsqueda del límite de capas, con motores de mentira que caen a partir de una altura."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from muelle.base.limit import FIRST, HIGHEST, find_limit
from muelle.base.tower import NO_ANSWER


@given(st.integers(FIRST, HIGHEST // 2))
def test_with_time_the_limit_is_exact(highest: int) -> None:
    """Sea cual sea el límite, se encuentra y se dice por qué."""
    found = find_limit(lambda count: "" if count <= highest else "demasiadas", 60)
    assert (found.stands, found.falls, found.reason) == (highest, highest + 1, "demasiadas")
    assert f"El límite de este motor: {highest} capas." in str(found)


@given(st.integers(FIRST, HIGHEST), st.integers(0, 12))
def test_without_time_nothing_false_is_said(highest: int, tries: int) -> None:
    """Si se acaba el tiempo, lo que se dice que aguanta aguanta y lo que se dice que no, no."""
    ticks = itertools.count()
    found = find_limit(lambda count: "" if count <= highest else "no", tries, lambda: float(next(ticks)))
    assert found.stands <= highest
    assert found.falls is None or found.falls > highest
    assert len(found.tries) <= max(1, tries + 1)


def test_without_a_limit_it_stops() -> None:
    """Con un motor que lo aguanta todo no se sube para siempre."""
    found = find_limit(lambda _count: "", 60)
    assert found.falls is None
    assert found.stands <= HIGHEST
    assert "no apareció el límite" in str(found)


def test_a_silent_engine_is_not_a_limit() -> None:
    """Si el motor no contesta a tiempo se deja de buscar: no es que no aguante."""
    found = find_limit(lambda count: "" if count == FIRST else NO_ANSWER, 60)
    assert (found.stands, found.falls) == (FIRST, None)
    assert found.tries[-1] == (2 * FIRST, NO_ANSWER)
