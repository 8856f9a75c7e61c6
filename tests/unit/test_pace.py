"""Los plazos se alargan en una máquina ocupada, y solo en ella."""

from __future__ import annotations

import os

import pytest

from muelle import pace


@pytest.mark.parametrize(
    ("load", "seconds"), [(0.0, 5.0), (2.0, 5.0), (8.0, 20.0), (1000.0, 5.0 * pace.MOST)]
)
def test_a_busy_machine_gets_more_time(load: float, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    assert pace.stretched(5.0) == seconds


def test_where_nobody_says_how_busy_it_is_the_deadline_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getloadavg")
    assert pace.stretched(5.0) == 5.0
