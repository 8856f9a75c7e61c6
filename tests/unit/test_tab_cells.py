"""El núcleo de las celdas de la pestaña: lo que cuenta a la página de cada una."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PYTHON = Path(__file__).resolve().parents[2] / "tab/page/python"


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Lo que va contando el núcleo."""
    monkeypatch.syspath_prepend(str(PYTHON))
    told: list[dict[str, Any]] = []
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    _told[:] = [told]
    yield told


_told: list[list[dict[str, Any]]] = []


def run(code: str) -> bool:
    from muelle_tab import cells

    cells.start(_told[0].append)  # aquí: pytest cambia la salida entre la preparación y la prueba
    return asyncio.run(cells.run(code, "celda 1"))


def test_the_last_value_is_shown(events: list[dict[str, Any]]) -> None:
    assert run("print('hola')\n6 * 7")
    assert "".join(each["text"] for each in events if each["kind"] == "stream") == "hola\n"
    assert events[-1] == {"kind": "display", "data": {"text/plain": "42"}}


@pytest.mark.parametrize("code", ["6 * 7;", "x = 42", "None", "", "# nada"])
def test_nothing_is_shown_without_a_value(events: list[dict[str, Any]], code: str) -> None:
    assert run(code)
    assert events == []


def test_a_cell_sees_what_another_left_and_can_wait(events: list[dict[str, Any]]) -> None:
    assert run("import asyncio\nx = 20")
    assert run("await asyncio.sleep(0)\nx + 1")
    assert events[-1]["data"]["text/plain"] == "21"


def test_rich_forms_are_told(events: list[dict[str, Any]]) -> None:
    assert run("class D:\n    def _repr_html_(self): return '<b>x</b>'\nD()")
    assert events[-1]["data"]["text/html"] == "<b>x</b>"


def test_an_error_is_the_trace_of_the_cell_only(events: list[dict[str, Any]]) -> None:
    assert not run("1 / 0")
    assert events[-1]["kind"] == "error"
    assert "ZeroDivisionError" in events[-1]["text"]
    assert "muelle_tab" not in events[-1]["text"]


def test_a_known_error_is_one_sentence(events: list[dict[str, Any]]) -> None:
    assert not run("import muelle.errors\nraise muelle.errors.NotFound('No hay tal cosa.')")
    assert events[-1] == {"kind": "error", "text": "No hay tal cosa."}


@pytest.mark.parametrize("code", ["def f(:", "raise SystemExit", "raise KeyboardInterrupt"])
def test_nothing_ends_the_kernel(events: list[dict[str, Any]], code: str) -> None:
    assert not run(code)
    assert events[-1]["kind"] == "error"
    assert run("1")


def test_a_control_and_the_page_hear_each_other(
    events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    import comm
    from muelle_tab import controls

    monkeypatch.setattr(comm, "create_comm", comm.create_comm)
    controls.start()
    assert run("import ipywidgets as w\nlista = w.Dropdown(options=['a', 'b'])\nlista")
    opened = {each["data"]["state"]["_model_name"]: each for each in events if each["kind"] == "comm"}
    mine = opened["DropdownModel"]
    assert mine["type"] == "comm_open"
    assert mine["metadata"]["version"].startswith("2.")
    shown = events[-1]["data"]["application/vnd.jupyter.widget-view+json"]
    assert shown["model_id"] == mine["comm"]

    controls.hear(mine["comm"], {"method": "update", "state": {"index": 1}, "buffer_paths": []})
    assert run("lista.value")
    assert events[-1]["data"]["text/plain"] == "'b'"

    events.clear()
    assert run("lista.index = 0")
    (told,) = (each for each in events if each["kind"] == "comm")
    assert (told["type"], told["data"]["state"]["index"]) == ("comm_msg", 0)


def test_a_cell_that_asks_for_too_much_memory_is_told_what_to_do(events: list[dict[str, Any]]) -> None:
    assert not run("raise MemoryError")
    assert re.search(r"más memoria.*«Parar»", events[-1]["text"])
