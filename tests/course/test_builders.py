"""Lo que el libro dice de constructores que no están delante: lo respaldan las capturas de siete motores."""

from __future__ import annotations

from pathlib import Path

from muelle.model import Image
from muelle.sources import capture

ENGINES = Path(__file__).resolve().parents[1] / "data" / "engines"


def makes_layer(engine: str, tag: str) -> set[bool]:
    """Si el `RUN true` de esa imagen hizo capa, en cada captura de ese motor."""
    found = set()
    for path in sorted(ENGINES.glob(f"{engine}*.json")):
        images: list[Image] = [image for image in capture.read(path).images if tag in image.tags]
        found |= {
            row.layer is not None for image in images for row in image.history if row.text == "RUN true"
        }
    return found


def test_an_empty_run() -> None:
    # comprueba: run-vacio-segun-constructor
    assert makes_layer("docker", "curso/leg:1") == {False}, "constructor clásico: sin capa"
    assert makes_layer("docker", "curso/bk:1") == {True}, "BuildKit: una capa vacía"
    assert makes_layer("podman", "curso/leg:1") == {True}, "Podman: una capa vacía"
