"""Las capturas de siete motores: las capas que se asignan son las de la configuración de cada imagen."""

import json
from pathlib import Path

import pytest

from muelle.errors import BadArchive, NotFound
from muelle.model import Change, Rule
from muelle.sources import answers, capture

ENGINES = sorted((Path(__file__).parents[1] / "data" / "engines").glob("*.json"))


def test_the_seven_engines_are_here() -> None:
    assert len(ENGINES) == 7


@pytest.mark.parametrize("path", ENGINES, ids=lambda path: path.stem)
def test_true_layers_of_every_image(path: Path) -> None:
    """La verdad es `empty_layer`, que la captura guarda aparte; sin él deciden reglas que no lo miran."""
    document = json.loads(path.read_text())
    compared = 0
    for part in document.values():
        if not isinstance(part, dict) or "attrs" not in part:
            continue
        truth = capture.empty_layers(part)
        assert truth is not None and truth.count(False) == len(part["attrs"]["RootFS"]["Layers"])
        images = capture.parse({"x": part}).images
        assert len(images) == 2  # la imagen y su commit
        expected = [[not empty for empty in truth], [*(not empty for empty in truth), True]]
        for image, makes in zip(images, expected, strict=True):
            assert [row.layer is not None for row in image.history] == makes
            assert [row.layer for row in image.history if row.layer is not None] == list(
                range(len(image.layers))
            )
            assert image.rule is not Rule.UNKNOWN
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize("path", ENGINES, ids=lambda path: path.stem)
def test_rules_that_do_not_look_at_the_config_never_lie(path: Path) -> None:
    """Sin la configuración, o se acierta o se calla."""
    document = json.loads(path.read_text())
    for part in document.values():
        if not isinstance(part, dict) or "attrs" not in part:
            continue
        truth = capture.empty_layers(part)
        image = capture.parse({"x": {**part, "save": None}}).images[0]
        if image.rule is not Rule.UNKNOWN:
            assert [row.layer is None for row in image.history] == list(truth or ())


@pytest.mark.parametrize("path", ENGINES, ids=lambda path: path.stem)
def test_container_of_a_capture(path: Path) -> None:
    for found in capture.read(path).containers:
        assert found.image is not None and found.image.layers
        assert dict(found.changes)["/app/hola.sh"] is Change.REMOVED
        assert dict(found.changes)["/nuevo"] is Change.ADDED
        assert dict(found.changes)["/datos/b.txt"] is Change.CHANGED
        assert (found.status, found.exit_code, found.command[0]) == ("running", None, "sh")
        assert found.writable_size is not None and not found.name.startswith("/")


def test_committed_image_knows_its_base() -> None:
    image, committed = capture.read(ENGINES[0]).images[:2]
    assert (image.base_layers, committed.base_layers) == (None, len(image.layers))


def test_a_file_that_is_not_a_capture(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"No se puede leer la captura nada\.json"):
        capture.read(tmp_path / "nada.json")
    for text in ("[", "[]", '{"x": {"attrs": {}}}', '{"x": {"attrs": 3, "history": []}}'):
        (tmp_path / "mala.json").write_text(text)
        with pytest.raises(BadArchive, match=r"mala\.json"):
            capture.read(tmp_path / "mala.json")


def test_a_path_that_changes_twice_is_listed_twice() -> None:
    """Se ordena por ruta; dos cambios de la misma no se comparan entre sí."""
    diff = [{"Path": "/b", "Kind": 1}, {"Path": "/a", "Kind": 0}, {"Path": "/a", "Kind": 1}]
    found = answers.container({"Id": "1"}, diff, None, None)
    assert found.changes == (("/a", Change.CHANGED), ("/a", Change.ADDED), ("/b", Change.ADDED))
