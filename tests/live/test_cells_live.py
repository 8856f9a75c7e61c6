"""Lo que llama una celda, con lo que alguien escribe mal."""

from __future__ import annotations

import pytest

import muelle
from muelle.errors import MuelleError

pytestmark = pytest.mark.live


def test_without_names_the_missing_one_is_said() -> None:
    with pytest.raises(MuelleError, match="qué imagen"):
        muelle.layers()
    with pytest.raises(MuelleError, match="qué contenedor"):
        muelle.container()


def test_a_position_that_does_not_exist_is_one_spanish_sentence() -> None:
    tag = "muelle-prueba-una-capa:1"
    muelle.build("FROM scratch\nCOPY a /a\n", {"a": "a"}, tag=tag)
    try:
        with pytest.raises(MuelleError, match="tiene 1 capa y no hay ninguna en la posición 1"):
            muelle.contents(tag, layer=1)
    finally:
        muelle.connect().images.remove(tag, force=True)
