"""La configuración del `dockerd` privado, con lo que cada clase de `dockerd` contesta."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muelle.engine.private import settings
from muelle.engine.private.folders import Folder

WITHOUT_VALIDATE = 'case "$1" in --help) echo "--data-root";; *) exit 125;; esac'
ACCEPTS = 'case "$1" in --help) echo "--validate";; esac'
REJECTS = 'case "$1" in --help) echo "--validate";; *) grep -q deprecated "${2#*=}" && exit 1;; esac; exit 0'


@pytest.mark.parametrize(
    ("answers", "kept_inside"),
    [(WITHOUT_VALIDATE, True), (ACCEPTS, True), (REJECTS, False)],
    ids=["no sabe comprobar", "la entiende", "la rechaza"],
)
def test_the_key_stays_in_our_folder_if_the_daemon_understands(
    tmp_path: Path, answers: str, kept_inside: bool
) -> None:
    dockerd = tmp_path / "dockerd"
    dockerd.write_text(f"#!/bin/sh\n{answers}\n", encoding="utf-8")
    dockerd.chmod(0o700)
    paths = Folder(tmp_path, tmp_path)
    settings.write(paths, str(dockerd))
    written = json.loads(paths.config.read_text(encoding="utf-8"))
    assert written == ({"deprecated-key-path": str(paths.data / "key.json")} if kept_inside else {})
