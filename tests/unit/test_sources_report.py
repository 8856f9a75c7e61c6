"""El documento JSON de `muelle capas --json`: vale contra su esquema y dice la verdad."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archives import Item, docker_20, tar
from muelle.sources import archive, capture, report

DATA = Path(__file__).parents[1] / "data" / "engines"
LAYERS = [
    tar(
        [
            Item("d", "dir", mode=0o755),
            Item("d/a", data=b"12345"),
            Item("b", data=b"xy"),
            Item("e", "symlink", link="b"),
        ]
    ),
    tar(
        [Item(".wh.b"), Item("d/a", data=b"1"), Item("d/mal\udcff", data=b"")],
        format=0,
        errors="surrogateescape",
    ),
]


def check(document: object) -> None:
    validator = jsonschema.Draft202012Validator(report.schema())
    assert [error.message for error in validator.iter_errors(document)] == []


def closed(schema: Any) -> Any:
    """El mismo esquema sin sitio para campos que no describa."""
    if isinstance(schema, dict):
        return {
            key: False if key == "additionalProperties" and each is True else closed(each)
            for key, each in schema.items()
        }
    return [closed(each) for each in schema] if isinstance(schema, list) else schema


def test_the_schema_describes_every_field() -> None:
    """Capas y filas se escriben con todos los campos del modelo: uno nuevo se describe aquí también."""
    document = report.document(archive.read([docker_20(LAYERS)]))
    validator = jsonschema.Draft202012Validator(closed(report.schema()))
    assert [error.message for error in validator.iter_errors(document)] == []


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(report.schema())


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_capture_is_valid(path: Path) -> None:
    images = capture.read(path).images
    document = report.document(images)
    check(document)
    assert [each["id"] for each in document["images"]] == [image.id for image in images]
    assert all("wasted" not in each for each in document["images"])


def test_contents_are_valid_and_true() -> None:
    found = archive.read([docker_20(LAYERS)])
    text = report.text(found)
    document = json.loads(text)
    check(document)
    assert document == report.document(found)
    (image,) = document["images"]
    assert (document["version"], image["rule"]) == (2, "CONFIG")
    assert [layer["content_size"] for layer in image["layers"]] == [7, 1]
    assert {each["path"]: each["change"] for each in image["layers"][1]["changes"]} == {
        "b": "REMOVED",
        "d/a": "CHANGED",
        "d/mal\\xff": "ADDED",
    }
    assert image["wasted"] == {
        "size": 7,
        "files": [{"layer": 0, "path": "d/a", "size": 5}, {"layer": 0, "path": "b", "size": 2}],
    }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda image: image.pop("rule"),
        lambda image: image.update(rule="azar"),
        lambda image: image["layers"][0].update(diff_id="sha256:corto"),
        lambda image: image["layers"][0].update(position=-1),
        lambda image: image["layers"][1]["changes"][0].update(change="nada"),
        lambda image: image["history"][0].update(layer="0"),
        lambda image: image["wasted"].pop("size"),
    ],
)
def test_the_schema_refuses_what_is_not_so(spoil: object) -> None:
    document = json.loads(report.text(archive.read([docker_20(LAYERS)])))
    check(document)
    spoil(document["images"][0])  # type: ignore[operator]
    with pytest.raises(AssertionError):
        check(document)
