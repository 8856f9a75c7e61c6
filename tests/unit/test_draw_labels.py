"""Los rótulos: cualquier texto acaba en un dibujo bien formado y con un ancho conocido."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muelle.draw import units
from muelle.draw.pieces import labels

ANY_TEXT = st.text(alphabet=st.characters(codec=None), max_size=300)


@given(ANY_TEXT)
def test_clean_text_is_always_xml(text: str) -> None:
    element = ET.fromstring(f"<a>{labels.markup(text)}</a>")
    assert (element.text or "") == labels.clean(text)


@given(ANY_TEXT)
def test_clean_is_one_line_and_idempotent(text: str) -> None:
    once = labels.clean(text)
    assert len(once.splitlines()) <= 1
    assert labels.clean(once) == once


def test_clean_shows_what_it_replaces() -> None:
    assert labels.clean("a\nb\tc\x1bd\x7f") == "a⏎b c␛d␡"
    assert labels.clean("\ud800 \ufffe") == "\ufffd \ufffd"


def test_clean_removes_marks_that_reverse_the_reading() -> None:
    assert labels.clean("RUN \u202egnp.exe") == "RUN gnp.exe"
    assert labels.clean("שלום") == "שלום"


@given(ANY_TEXT, st.integers(1, 4), st.booleans(), st.sampled_from([100.0, 304.0]))
def test_folded_lines_fit(text: str, lines: int, mono: bool, limit: float) -> None:
    folded = labels.fold(text, 12.5, limit, lines=lines, mono=mono)
    assert 1 <= len(folded) <= lines
    assert all(labels.width(line, 12.5, mono=mono) <= limit for line in folded)


@given(st.text(alphabet="ab /&", max_size=400))
def test_fold_loses_nothing_without_an_ellipsis(text: str) -> None:
    folded = labels.fold(text, 12.5, 200, lines=3)
    kept = "".join(folded).replace(" ", "")
    if folded[-1].endswith("…"):
        assert text.replace(" ", "").startswith(kept.removesuffix("…"))
    else:
        assert kept == text.replace(" ", "")


def test_a_very_long_line_is_folded_looking_at_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    harmless = labels._harmless
    monkeypatch.setattr(labels, "_harmless", lambda char: seen.append(char) or harmless(char))
    folded = labels.fold("RUN " + "x" * 10_000_000, 12.5, 304, lines=2, mono=True)
    assert 0 < len(seen) < 1000
    assert len(folded) == 2
    assert folded[1].endswith("…")


def test_fold_breaks_at_a_space() -> None:
    assert labels.fold("RUN apk add curl wget", 12.5, 110, lines=2, mono=True) == ("RUN apk add", "curl wget")


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1234, "1,2 kB"),
        (999_949, "1 MB"),
        (12_345_678, "12,3 MB"),
        (123_456_789, "123 MB"),
        (5_000_000_000, "5 GB"),
        (None, "tamaño desconocido"),
        (-1500, "−1,5 kB"),
    ],
)
def test_size_as_docker_writes_it_in_spanish(count: int | None, text: str) -> None:
    assert units.size(count) == text


@given(st.integers(0, 10**17))
def test_size_never_shows_more_than_three_figures(count: int) -> None:
    number = units.size(count).split()[0].replace(",", "")
    assert len(number) <= 4 and float(number) < 1000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0004, "0,4 ms"),
        (0.012, "12 ms"),
        (1.25, "1,2 s"),
        (3.0, "3 s"),
        (60.0, "1 min"),
        (125.0, "2 min 5 s"),
    ],
)
def test_seconds(seconds: float, text: str) -> None:
    assert units.seconds(seconds) == text


def test_count_agrees_in_number() -> None:
    assert units.count(1, "capa", "capas") == "1 capa"
    assert units.count(0, "capa", "capas") == "0 capas"


def test_an_image_name_breaks_before_its_tag() -> None:
    assert labels.fold("muelle/taller:latest", 12.5, 110, lines=2) == ("muelle/taller:", "latest")
