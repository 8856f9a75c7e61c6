"""Listar imágenes mientras otros las borran: se repite, y se hace siempre así."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, NotFound

from muelle.faults.listing import image_names, listed_images

ROOT = Path(__file__).resolve().parents[2]
FORCED = re.compile(r"remove_image\b[^\n]*force=|images\.remove\([^\n]*force=")
"""Quitar una imagen a la fuerza: en Podman se lleva los contenedores, de quien sean."""

RAW = re.compile(r"\bapi\.images\(|\bimages\.list\(")
"""Una lista pedida a pelo: falla entera si en ese momento se va una imagen de cualquiera."""


@pytest.mark.parametrize(
    ("kind", "words", "again"),
    [
        (NotFound, "No such image: sha256:a6", True),
        (APIError, 'locating image with ID "a6": image not known', True),
        (APIError, "disco estropeado", False),
    ],
)
def test_it_asks_again_when_one_goes_meanwhile(kind: type[APIError], words: str, again: bool) -> None:
    """Docker 28, con el almacén de containerd, y Podman 4; cualquier otro error se cuenta."""
    errors = [kind("no", response=SimpleNamespace(status_code=500, reason="no", url=""), explanation=words)]

    def images(**_: object) -> list[dict[str, str]]:
        if errors:
            raise errors.pop()
        return [{"Id": "a6"}]

    api: Any = SimpleNamespace(images=images)
    if again:
        assert listed_images(api) == [{"Id": "a6"}]
    else:
        with pytest.raises(APIError, match="disco estropeado"):
            listed_images(api)


def test_an_image_without_a_name_has_none() -> None:
    """Cada motor dice que no tiene nombre a su manera."""
    for told in (None, [], ["<none>:<none>"]):
        assert image_names({"RepoTags": told}) == []
    assert image_names({"RepoTags": ["a:1", "b:2"]}) == ["a:1", "b:2"]


def test_nobody_lists_images_in_another_way() -> None:
    """En la biblioteca y en las comprobaciones, que se ejecutan junto a las de otros."""
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "exercises").glob("*/*/check.py")]
    found = {path.name for path in files if RAW.search(path.read_text("utf-8"))}
    assert found == {"listing.py"}


def test_no_image_is_removed_by_force() -> None:
    """Lo que recoge el curso, y lo que recoge una comprobación, no puede llevarse un contenedor ajeno."""
    assert FORCED.search("partial(api.remove_image, name, force=True)")
    assert FORCED.search("client.images.remove(tag, force=True)")
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "exercises").glob("*/*/check.py")]
    assert not [path.name for path in files if FORCED.search(path.read_text("utf-8"))]
