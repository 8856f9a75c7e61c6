"""Una fila del historial que se puede leer de dos maneras: por las dos vías decide la configuración."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archives import Item, config, sha, tar
from muelle.sources import answers, archive

LAYER = tar([Item("a")])
ROWS = [
    ("ENV A=1 B=2", {"Env": ["A=1 B=2"]}, 'ENV A="1 B=2"'),
    ("ENV A=1 B=2", {"Env": ["A=1", "B=2"]}, "ENV A=1 B=2"),
    ("LABEL a=1 b=2", {"Labels": {"a": "1 b=2"}}, 'LABEL a="1 b=2"'),
    ("LABEL a=1 b=2", {"Labels": {"a": "1", "b": "2"}}, "LABEL a=1 b=2"),
    ("VOLUME [/a b]", {"Volumes": {"/a b": {}}}, 'VOLUME ["/a b"]'),
    ("VOLUME [/a /b]", {"Volumes": {"/a": {}, "/b": {}}}, "VOLUME /a /b"),
    ("SHELL [/bin/x -e y]", {"Shell": ["/bin/x", "-e y"]}, 'SHELL ["/bin/x", "-e y"]'),
    ("SHELL [/bin/x -e y]", {"Shell": ["/bin/x", "-e", "y"]}, 'SHELL ["/bin/x", "-e", "y"]'),
]


@pytest.mark.parametrize(("row", "settings", "line"), ROWS)
def test_what_the_configuration_says_decides(row: str, settings: dict[str, Any], line: str) -> None:
    comment = "buildkit.dockerfile.v0"
    rows = [
        {"created_by": "COPY a /a # buildkit", "comment": comment},
        {"created_by": row, "comment": comment, "empty_layer": True},
    ]
    written = json.dumps({**json.loads(config([LAYER])), "config": settings, "history": rows}).encode()
    manifest = json.dumps([{"Config": "c.json", "RepoTags": ["a:1"], "Layers": ["l.tar"]}]).encode()
    parts = {"c.json": written, "l.tar": LAYER, "manifest.json": manifest}
    saved = archive.read([tar([Item(name, data=data) for name, data in parts.items()])])

    told = [{"CreatedBy": each["created_by"], "Comment": comment, "Size": 0} for each in rows]
    told[0]["Size"] = 1
    attrs = {"Id": sha(written), "Config": settings, "RootFS": {"Layers": [sha(LAYER)]}}
    live = answers.image(attrs, answers.rows(told[::-1]), lambda: None, lambda: None)

    assert [image.history[1].text for image in (saved[0].image, live)] == [line, line]
