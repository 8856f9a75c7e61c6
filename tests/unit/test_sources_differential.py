"""Lo que se lee de una imagen, frente a GNU tar, que no comparte nada con este curso."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import odd_layers
from archives import Item, docker_20, podman, tar
from muelle.model import FileType, stack, wasted
from muelle.model.extraction import Store, extracted
from muelle.sources import archive

OPTIONS = {"format": tarfile.GNU_FORMAT, "errors": "surrogateescape"}
CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def gnu(*arguments: str, data: bytes = b"") -> bytes:
    """La salida de GNU tar, en inglés aunque quien prueba lo tenga en español."""
    spoken = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
    return subprocess.run(["tar", *arguments], input=data, check=True, capture_output=True, env=spoken).stdout


# --- Una capa: las cabeceras ---


@settings(max_examples=25, suppress_health_check=CALM)
@given(
    form=st.sampled_from(["v7", "ustar", "oldgnu", "gnu", "posix"]),
    names=st.lists(
        st.lists(st.sampled_from(["a", "ñ", "caf\udce9", "x" * 60, "y" * 99]), min_size=1, max_size=3).map(
            "/".join
        ),
        min_size=1,
        max_size=5,
        unique=True,
    ),
    sizes=st.lists(st.sampled_from([0, 1, 511, 512, 513, 5000]), min_size=5, max_size=5),
    time=st.sampled_from([0, 1, 1_700_000_000, 2**33, -5]),
)
def test_every_format_says_what_gnu_tar_says(
    form: str, names: list[str], sizes: list[int], time: int
) -> None:
    """GNU tar escribe el tar y cuenta lo que hay en él: nombre, tamaño, permisos, dueño, fecha y destino."""
    with tempfile.TemporaryDirectory() as folder:
        kept = []
        for name, size in zip(names, sizes, strict=False):
            path = Path(folder, name)
            if any(parent.is_file() for parent in path.parents) or path.exists():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\1" * size)
            os.utime(path, (time, time))
            kept.append(name)
        Path(folder, kept[0] + "-e").symlink_to("destino")
        os.link(Path(folder, kept[0]), Path(folder, kept[0] + "-z"))
        made = subprocess.run(
            ["tar", "-C", folder, f"--format={form}", "-c", "."], capture_output=True, check=False
        ).stdout  # lo que no cabe en un formato viejo, tar no lo escribe, y avisa
    listed = gnu("-t", "-v", "--full-time", "--numeric-owner", "--quoting-style=literal", "--utc", data=made)
    told = {}
    for line in listed.split(b"\n")[:-1]:
        mode, owner, size, _, _, name = line.split(None, 5)
        name, _, link = name.partition(b" -> ")
        name, _, hard = name.partition(b" link to ")
        path = os.fsdecode(name).removeprefix("./").rstrip("/")
        if path:
            told[path] = (
                mode.decode()[0],
                owner.decode(),
                int(size),
                os.fsdecode(link or hard).removeprefix("./"),
            )
    (found,) = archive.written([podman([made])])
    ours = {}
    letters = {FileType.FILE: "-", FileType.DIRECTORY: "d", FileType.SYMLINK: "l", FileType.HARDLINK: "h"}
    for entry in found.layers[0].entries:
        size = 0 if entry.type is FileType.SYMLINK else entry.size
        ours[entry.path] = (letters[entry.type], f"{entry.uid}/{entry.gid}", size, entry.link)
    assert _canonical(ours) == _canonical(told)


def _canonical(facts: dict[str, tuple[str, str, int, str]]) -> dict[str, tuple[str, str, int, str]]:
    """Con el contenido de los enlaces duros en el primero por nombre: cuál lo lleva no significa nada."""
    result = dict(facts)
    for path, (kind, owner, _, link) in facts.items():
        if kind == "h" and path < link:
            result[path] = ("-", owner, facts[link][2], "")
            result[link] = ("h", owner, 0, path)
    return result


@pytest.mark.parametrize("version", ["oldgnu", "0.0", "0.1", "1.0"])
def test_sparse_files_with_many_holes(tmp_path: Path, version: str) -> None:
    """Con cientos de tramos, en las cuatro formas de GNU: el tamaño y la huella que tiene sin huecos."""
    with (tmp_path / "f").open("wb") as file:
        for at in range(700):
            file.seek(at * 16_384)
            file.write(bytes([1 + at % 250]) * 4096)
        file.truncate(700 * 16_384)
    form = ["--format=gnu"] if version == "oldgnu" else ["--format=posix", f"--sparse-version={version}"]
    plain = gnu("-C", str(tmp_path), "--format=gnu", "-c", "f")
    made = gnu("-C", str(tmp_path), *form, "-S", "-c", "f")
    assert len(made) < len(plain) / 2
    (sparse,), (dense,) = (archive.read([podman([each])], digests=True) for each in (made, plain))
    assert sparse.layers[0].entries == dense.layers[0].entries


@settings(max_examples=30, suppress_health_check=CALM)
@given(odd_layers.rewritten())
def test_a_layer_that_writes_a_path_twice_is_what_gnu_tar_leaves(layer: list[Item]) -> None:
    """Un enlace duro es a lo que había en su destino al ponerlo, aunque después se sustituya o se borre."""
    with tempfile.TemporaryDirectory() as name:
        extract(layer, Path(name))
        expected = odd_layers.on_disk(Path(name))
    (found,) = archive.written([docker_20([tar(layer, **OPTIONS)])], digests=True)
    assert odd_layers.in_stack(stack(found.layers)) == expected


# --- Varias capas: el árbol ---


def unpack(layers: list[list[Item]], root: Path) -> int:
    """Extrae unas capas con GNU tar, unas encima de otras, y da los bytes de archivo que guardaban.

    Las marcas de borrado las quita esta función; de los demás miembros se ocupa GNU tar, de uno en uno.
    Lo que una capa pone y ella misma sustituye no se cuenta: nunca llega a estar en ningún sitio.
    """
    stored = 0
    with ExitStack() as held:  # abiertos, para que ningún archivo nuevo tenga el número de uno borrado
        seen: set[int] = set()
        for layer in layers:
            extract(layer, root)
            for path in filter(_is_plain, root.rglob("*")):
                status = path.stat()
                if status.st_ino not in seen:
                    seen.add(status.st_ino)
                    held.enter_context(path.open("rb"))
                    stored += status.st_size
    return stored


def extract(layer: list[Item], root: Path) -> None:
    """Extrae una capa encima de lo que ya hay."""
    for item in layer:
        folder, _, name = item.name.rpartition("/")
        if name == ".wh..wh..opq":
            for each in (root / folder).iterdir():
                _remove(each)
        elif name.startswith(".wh."):
            _remove(root / folder / name[4:])
    for item in (each for each in layer if ".wh." not in each.name):
        path = root / item.name
        if item.kind == "hardlink":
            assume(_is_plain(root / item.link))  # nadie escribe un enlace duro a lo que no hay
            if _is_plain(path) and path.samefile(root / item.link):
                continue
        if not (item.kind == "dir" and path.is_dir() and not path.is_symlink()):
            _remove(path)
        gnu("-x", "-P", "-f", "-", "-C", str(root), "--no-same-owner", data=tar([item], **OPTIONS))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@settings(max_examples=30, suppress_health_check=CALM)
@given(odd_layers.layers())
def test_layers_stack_as_gnu_tar_extracts_them(layers: list[list[Item]]) -> None:
    """Con enlaces en las rutas, enlaces duros entre capas, carpetas vaciadas y nombres raros."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        stored = unpack(layers, root)
        expected = odd_layers.on_disk(root)
        inodes = {path.lstat().st_ino: path.lstat().st_size for path in root.rglob("*") if _is_plain(path)}
    (raw,) = archive.written([docker_20([tar(each, **OPTIONS) for each in layers])], digests=True)
    merged = extracted(raw.layers, Store.MERGED)
    assert odd_layers.in_stack(stack(merged)) == expected
    assert sum(each.size for each in wasted(merged)) == stored - sum(inodes.values())


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def test_the_tree_of_an_archive_does_not_depend_on_who_wrote_it() -> None:
    """El mismo tar, dentro de un archivo de Docker o de Podman, y a trozos de cualquier tamaño."""
    layers = [tar(odd_layers.BOTTOM, **OPTIONS)]
    whole = archive.read([docker_20(layers)])[0].layers
    for data in (docker_20(layers), podman(layers)):
        stream = io.BytesIO(data)
        assert archive.read(iter(lambda stream=stream: stream.read(333), b""))[0].layers == whole
