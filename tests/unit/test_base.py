"""La imagen base, sin motor: el mismo archivo en todas partes, con lo que dice llevar."""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import busybox
from muelle import base
from muelle.base import binary, pack
from muelle.errors import BadArchive, MuelleError

ARCHITECTURES = ("amd64", "arm64", "386")


def members(data: bytes) -> dict[str, bytes]:
    """Los archivos de un tar."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar if each.isfile()}  # type: ignore[union-attr]


def opened(architecture: str) -> tuple[dict[str, bytes], dict, dict]:
    """Los miembros del archivo, la fila de manifest.json y la configuración."""
    files = members(base.archive(architecture))
    (load,) = json.loads(files["manifest.json"])
    return files, load, json.loads(files[load["Config"]])


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_diff_ids_are_the_sha256_of_each_layer(architecture: str) -> None:
    files, load, config = opened(architecture)
    hashed = ["sha256:" + hashlib.sha256(files[path]).hexdigest() for path in load["Layers"]]
    assert config["rootfs"]["diff_ids"] == hashed == list(base.diff_ids(architecture))
    assert config["architecture"] == architecture


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_each_blob_is_named_by_its_content_and_the_index_leads_to_the_same(architecture: str) -> None:
    files, load, _ = opened(architecture)
    for path, content in files.items():
        if path.startswith("blobs/"):
            assert path == "blobs/sha256/" + hashlib.sha256(content).hexdigest()
    (entry,) = json.loads(files["index.json"])["manifests"]
    manifest = json.loads(files["blobs/sha256/" + entry["digest"].removeprefix("sha256:")])
    paths = ["blobs/sha256/" + each["digest"].removeprefix("sha256:") for each in manifest["layers"]]
    assert paths == load["Layers"]
    assert [each["size"] for each in manifest["layers"]] == [len(files[path]) for path in paths]
    assert manifest["config"]["digest"].removeprefix("sha256:") in load["Config"]


def test_another_process_makes_the_same_archive() -> None:
    code = "import hashlib, muelle.base as b; print(hashlib.sha256(b.archive('386')).hexdigest())"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert answer.stdout.strip() == hashlib.sha256(base.archive("386")).hexdigest()


def test_only_the_first_layer_depends_on_the_architecture() -> None:
    stacks = [base.diff_ids(each) for each in ARCHITECTURES]
    assert len({stack[0] for stack in stacks}) == 3
    assert len({stack[1:] for stack in stacks}) == 1


def test_the_history_explains_the_layers_and_nothing_else() -> None:
    _, load, config = opened("amd64")
    rows = config["history"]
    assert sum(not row.get("empty_layer") for row in rows) == len(load["Layers"]) == 3
    assert all(row["created"] == pack.CREATED for row in rows)


def test_the_label_is_that_of_the_base_and_not_ours() -> None:
    _, _, config = opened("amd64")
    assert config["config"]["Labels"] == {"muelle.base": "1"}


def test_layers_are_applied_one_over_another() -> None:
    """La tercera cambia un archivo de la primera, y toda carpeta que se usa está declarada."""
    files, load, _ = opened("amd64")
    tars = [tarfile.open(fileobj=io.BytesIO(files[path])) for path in load["Layers"]]  # noqa: SIM115 -- en memoria
    assert "etc/motd" in tars[0].getnames() and "etc/motd" in tars[2].getnames()
    for tar in tars:
        folders = {each.name for each in tar if each.isdir()}
        for each in tar:
            parent = each.name.rpartition("/")[0]
            assert not parent or parent in folders, each.name
            assert (each.uid, each.gid, each.mtime) == (0, 0, pack.EPOCH)
    assert tars[0].getmember("tmp").mode == 0o1777
    assert tars[0].getmember("bin/sh").linkname == "busybox"
    assert tars[0].getmember("bin/httpd").issym()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_manifest_tells_the_truth(architecture: str) -> None:
    entry = binary.manifest()["binaries"][architecture]
    program = lzma.decompress((binary.DATA / f"busybox-{architecture}.xz").read_bytes())
    assert len(program) == entry["size"]
    assert hashlib.sha256(program).hexdigest() == entry["sha256"]
    assert busybox.applets(program) == binary.manifest()["applets"]
    assert entry["source"].startswith("busybox=")
    machine = {"amd64": 62, "arm64": 183, "386": 3}[architecture]  # e_machine de ELF
    assert program[:4] == b"\x7fELF" and int.from_bytes(program[18:20], "little") == machine


def test_the_licence_travels_and_names_the_source_code() -> None:
    text = (binary.DATA / "LICENCIA-busybox").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert binary.manifest()["binaries"]["amd64"]["source"] in text


def test_a_damaged_binary_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("manifiesto.json", "busybox-amd64.xz"):
        content = (binary.DATA / name).read_bytes()
        (tmp_path / name).write_bytes(content if name.endswith("json") else content[:-1000])
    monkeypatch.setattr(binary, "DATA", tmp_path)
    with pytest.raises(BadArchive, match="dañado"):
        binary.busybox("amd64")


def test_the_binary_can_come_from_elsewhere_and_is_checked_all_the_same() -> None:
    asked: list[str] = []
    packed = (binary.DATA / "busybox-386.xz").read_bytes()
    expected = binary.busybox("386")
    try:
        base.read_with(lambda name: asked.append(name) or packed)  # type: ignore[func-returns-value]
        assert binary.busybox("386") == expected
        assert asked == ["busybox-386.xz"]
        with pytest.raises(BadArchive, match="dañado"):
            binary.busybox("amd64")
    finally:
        base.read_with(None)
    assert binary.busybox("386") == expected


@pytest.mark.parametrize(("name", "expected"), [("x86_64", "amd64"), ("aarch64", "arm64"), ("i686", "386")])
def test_the_names_of_other_engines(name: str, expected: str) -> None:
    assert base.diff_ids(name) == base.diff_ids(expected)


def test_another_architecture_is_one_sentence() -> None:
    with pytest.raises(MuelleError, match="riscv64"):
        base.archive("riscv64")
