"""Archivos desmedidos, con huecos en el disco: se cuenta lo que se lee, no lo que dicen de sí mismos."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from archives import Item, config, docker_20, header, tar
from muelle.errors import BadArchive
from muelle.sources import archive, scan
from muelle.sources.stream import Stream

GOOD = tar([Item("d", "dir"), Item("d/a", data=b"hola" * 200)])
HUGE = 100 * 10**9
SMALL_IMAGE = docker_20([GOOD])


class Counted(io.FileIO):
    """Un archivo del disco que cuenta los bytes que se le leen."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size) or b""
        self.taken += len(data)
        return data


def sparse(path: Path, *parts: bytes | int) -> Counted:
    """Un archivo con esos bytes y, donde hay un número, tantos de hueco: ocupa lo que ocupan los bytes."""
    with path.open("wb") as file:
        for part in parts:
            if isinstance(part, int):
                file.truncate(file.seek(part, os.SEEK_CUR))
            else:
                file.write(part)
    return Counted(path)


@pytest.mark.parametrize(
    "parts",
    [
        (header("disco.img", HUGE), b"no es un tar", HUGE - 12, bytes(-HUGE % 512), SMALL_IMAGE),
        (SMALL_IMAGE, HUGE),
    ],
    ids=["junto a la imagen", "detrás de la imagen"],
)
def test_a_hundred_gigabytes_that_are_not_of_the_image_are_not_read(
    tmp_path: Path, parts: tuple[bytes | int, ...]
) -> None:
    with sparse(tmp_path / "x.tar", *parts) as file:
        found = scan.scan(Stream.of(file), scan.How())
        assert len(found.layers) >= 1 and "manifest.json" in found.documents
        assert file.taken < 2**27
    assert len(archive.read_file(tmp_path / "x.tar")) == 1


def test_a_layer_of_endless_padding_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Su DiffID abarca también el relleno, y comprobarlo costaría leerlo entero."""
    monkeypatch.setattr(scan, "MAX_PADDING", 2**22)
    documents = [
        Item("c.json", data=config([GOOD])),
        Item("manifest.json", data=b'[{"Config":"c.json","RepoTags":[],"Layers":["0.tar"]}]'),
    ]
    size = len(GOOD) + HUGE
    with sparse(
        tmp_path / "x.tar", header("0.tar", size), GOOD, HUGE, bytes(-size % 512), tar(documents)
    ) as file:
        found = scan.scan(Stream.of(file), scan.How())
        assert "no son de ninguno" in str(found.layers["0.tar"]) and file.taken < 2**24
    with pytest.raises(BadArchive, match="no son de ninguno"):
        archive.read_file(tmp_path / "x.tar")


@pytest.mark.parametrize("outside", [True, False])
def test_a_small_layer_declared_as_a_hundred_gigabytes_is_cut_short(tmp_path: Path, outside: bool) -> None:
    """Lo declarado no se reserva ni se espera: faltan datos, y se dice."""
    inside = header("0.tar", HUGE) + GOOD
    if not outside:
        inside = tar([Item("0.tar", data=header("a", HUGE) + b"poco")])
    path = tmp_path / "x.tar"
    path.write_bytes(inside)
    with pytest.raises(BadArchive):
        archive.read_file(path)


def test_a_sparse_file_of_a_hundred_gigabytes_costs_its_bytes() -> None:
    """Un archivo con huecos dice que ocupa cien gigas y guarda cinco bytes: se cuentan y no se recorren."""
    data = b"hola\n".ljust(512, b"\0")
    info = tarfile.TarInfo("disco")
    info.size = 5
    info.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.size": str(HUGE),
        "GNU.sparse.map": f"{HUGE - 5},5",
    }
    layer = info.tobuf(tarfile.PAX_FORMAT) + data + bytes(1024)
    (found,) = archive.read([docker_20([layer])], digests=True)
    assert [(each.path, each.size) for each in found.layers[0].entries] == [("disco", HUGE)]
