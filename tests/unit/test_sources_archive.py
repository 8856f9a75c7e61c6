"""Leer archivos de imagen de todas las formas que los motores escriben."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

import archives
from archives import Item, chunks, docker_20, oci, podman, sha, tar
from muelle.errors import BadArchive, NotFound
from muelle.model import EMPTY_LAYER, Entry, FileType, Rule, chain_ids
from muelle.sources import archive

BOTTOM = tar(
    [
        Item("./", "dir", mode=0o755),
        Item("./bin/", "dir", mode=0o755),
        Item("./bin/sh", data=b"#!" * 40, mode=0o4755),
        Item("bin/ls", "hardlink", link="./bin/sh", mode=0o4755),
        Item("/etc/", "dir", mode=0o755),
        Item("etc/motd", data=b"hola\n", uid=1000),
        Item("etc/enlace", "symlink", link="../../../fuera"),
        Item("dev/null", "char"),
        Item("run/tubo", "fifo"),
        Item("año/ñandú 🐧", data=b"x"),
        Item("a" * 120 + "/" + "b" * 150, data=b"largo"),
    ]
)
TOP = tar(
    [
        Item("etc/.wh.motd"),
        Item("bin/.wh..wh..opq"),
        Item("bin/", "dir", mode=0o755),
        Item(".wh..wh.plnk/", "dir"),
        Item(".wh..wh.aufs"),
        Item("bin/nuevo", data=b"12345"),
    ]
)
EMPTY = bytes(1024)
LAYERS = [BOTTOM, TOP, EMPTY, BOTTOM, EMPTY]

LAYOUTS = {
    "docker 20.10": docker_20(LAYERS),
    "docker 25+": oci(LAYERS, compress=""),
    "containerd gzip": oci(LAYERS),
    "containerd zstd": oci(LAYERS, compress="zstd"),
    "oci sin manifest.json": oci(LAYERS, docker_manifest=False),
    "oci con índice dentro": oci(LAYERS, docker_manifest=False, nested=True),
    "podman": podman(LAYERS),
    "comprimido entero": gzip.compress(docker_20(LAYERS)),
}


@pytest.mark.parametrize("size", [7, 1000, 10**7])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same(layout: str, size: int) -> None:
    (found,) = archive.read(chunks(LAYOUTS[layout], size))
    image = found.image
    ids = [sha(layer) for layer in LAYERS]
    assert [layer.diff_id for layer in image.layers] == ids == [files.diff_id for files in found.layers]
    assert [layer.chain_id for layer in image.layers] == list(chain_ids(ids))
    assert ids[2] == EMPTY_LAYER
    assert image.rule is Rule.CONFIG
    assert [row.layer for row in image.history] == [0, 1, 2, 3, 4]
    assert image.tags[0].endswith("x/y:1") and (image.os, image.architecture) == ("linux", "amd64")
    assert found.layers[0] == found.layers[3]
    assert found.layers[0].entries == BOTTOM_ENTRIES
    assert (found.layers[1].whiteouts, found.layers[1].opaque) == (("etc/motd",), ("bin",))
    assert [entry.path for entry in found.layers[1].entries] == ["bin", "bin/nuevo"]
    assert found.layers[2].entries == ()
    assert [row.size for row in image.history] == [91, 5, 0, 91, 0]
    assert image.size == 187
    compressed = "gzip" in layout or "zstd" in layout or layout.startswith("oci")
    assert all((layer.digest is not None) == compressed for layer in image.layers)


BOTTOM_ENTRIES = tuple(
    Entry(path, kind, size, mode, uid, 0, link, 1_700_000_000, (1, 3) if kind is FileType.CHAR else ())
    for path, kind, size, mode, uid, link in [
        ("a" * 120 + "/" + "b" * 150, FileType.FILE, 5, 0o644, 0, ""),
        ("año/ñandú 🐧", FileType.FILE, 1, 0o644, 0, ""),
        ("bin", FileType.DIRECTORY, 0, 0o755, 0, ""),
        ("bin/ls", FileType.FILE, 80, 0o4755, 0, ""),
        ("bin/sh", FileType.HARDLINK, 0, 0o4755, 0, "bin/ls"),
        ("dev/null", FileType.CHAR, 0, 0o644, 0, ""),
        ("etc", FileType.DIRECTORY, 0, 0o755, 0, ""),
        ("etc/enlace", FileType.SYMLINK, 0, 0o777, 0, "../../../fuera"),
        ("etc/motd", FileType.FILE, 5, 0o644, 1000, ""),
        ("run/tubo", FileType.FIFO, 0, 0o644, 0, ""),
    ]
)


@pytest.mark.parametrize("options", [{"format": f} for f in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT)])
def test_both_long_name_formats(options: dict[str, int]) -> None:
    layer = tar(
        [Item("ñ" * 90 + "/" + "l" * 200, data=b"1"), Item("e", "symlink", link="z" * 300)], **options
    )
    (found,) = archive.read([docker_20([layer])])
    assert [entry.path for entry in found.layers[0].entries] == ["e", "ñ" * 90 + "/" + "l" * 200]
    assert found.layers[0].entries[0].link == "z" * 300


def test_several_images_share_their_layers() -> None:
    one, two = docker_20([BOTTOM], "uno:1"), docker_20([BOTTOM, TOP], "dos:1")
    both = _merge(one, two)
    found = archive.read(chunks(both))
    assert [(each.image.name, len(each.layers)) for each in found] == [("uno:1", 1), ("dos:1", 2)]
    assert found[0].image.layers[0].chain_id == found[1].image.layers[0].chain_id


def _merge(*data: bytes) -> bytes:
    import json

    manifest: list[object] = []
    items: list[Item] = []
    for each in data:
        with tarfile.open(fileobj=io.BytesIO(each)) as file:
            for info in file:
                read = file.extractfile(info)
                content = read.read() if read else b""
                if info.name == "manifest.json":
                    manifest += json.loads(content)
                elif not info.isdir():
                    items.append(Item(info.name, data=content))
    return tar([*items, Item("manifest.json", data=json.dumps(manifest).encode())])


def test_manifest_may_come_first() -> None:
    with tarfile.open(fileobj=io.BytesIO(LAYOUTS["docker 20.10"])) as file:
        members = file.getmembers()
    back = _reordered(LAYOUTS["docker 20.10"], list(reversed(range(len(members)))))
    assert archive.read([back])[0].layers == archive.read([LAYOUTS["docker 20.10"]])[0].layers


def _reordered(data: bytes, order: list[int]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as file, tarfile.open(fileobj=out, mode="w") as into:
        members = file.getmembers()
        for at in order:
            into.addfile(members[at], file.extractfile(members[at]) if members[at].isreg() else None)
    return out.getvalue()


def test_history_may_disagree_or_be_missing() -> None:
    (found,) = archive.read([docker_20([BOTTOM, TOP], history=[{"created_by": "uno"}])])
    assert found.image.rule is Rule.UNKNOWN and found.image.history[0].layer is None
    (found,) = archive.read([docker_20([BOTTOM, TOP], history=[])])
    assert found.image.rule is Rule.UNKNOWN and len(found.image.layers) == 2


def test_empty_rows_make_no_layer() -> None:
    history = [
        {"created_by": "COPY a b"},
        {"created_by": "ENV A=1", "empty_layer": True},
        {"created_by": "RUN x"},
    ]
    (found,) = archive.read([docker_20([BOTTOM, TOP], history=history)])
    assert [row.layer for row in found.image.history] == [0, None, 1]


def test_configs_without_reading_layers() -> None:
    (found,) = archive.configs([LAYOUTS["containerd gzip"]])
    assert found.diff_ids == tuple(sha(layer) for layer in LAYERS)
    assert found.empty_layer == (False,) * 5


def test_trusting_the_daemon_gives_the_same() -> None:
    for data in LAYOUTS.values():
        assert archive.read([data], verify=False) == archive.read([data])


def test_last_of_repeated_entries_wins() -> None:
    layer = tar([Item("a", data=b"1"), Item("a", data=b"22"), Item("d", "dir", mode=0o700), Item("d", "dir")])
    (found,) = archive.read([podman([layer])])
    assert [(entry.path, entry.size, entry.mode) for entry in found.layers[0].entries] == [
        ("a", 2, 0o644),
        ("d", 0, 0o644),
    ]


def test_names_that_are_not_utf8_keep_their_bytes() -> None:
    layer = tar(
        [Item("mal\udcff", data=b"1"), Item(".wh.otro\udcfe"), Item("e", "symlink", link="\udcfd")],
        format=tarfile.GNU_FORMAT,
        errors="surrogateescape",
    )
    (found,) = archive.read([podman([layer])])
    assert [entry.path for entry in found.layers[0].entries] == ["e", "mal\udcff"]
    assert found.layers[0].entries[0].link == "\udcfd"
    assert found.layers[0].whiteouts == ("otro\udcfe",)


def test_sparse_files_count_their_real_size(tmp_path: Path) -> None:
    """GNU tar escribe los huecos de tres maneras; se cuenta el tamaño que el archivo tiene."""
    import subprocess

    with (tmp_path / "hueco").open("wb") as file:
        file.seek(50_000_000)
        file.write(b"fin")
    (tmp_path / "normal").write_bytes(b"x" * 700)
    for form in (["gnu"], ["posix", "--sparse-version=0.1"], ["posix", "--sparse-version=1.0"]):
        made = subprocess.run(
            ["tar", "-C", str(tmp_path), "-S", "-c", f"--format={form[0]}", *form[1:], "hueco", "normal"],
            check=True,
            capture_output=True,
        ).stdout
        assert len(made) < 1_000_000
        (found,) = archive.read([podman([made])])
        assert [(e.path, e.size) for e in found.layers[0].entries] == [("hueco", 50_000_003), ("normal", 700)]


def test_reading_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "imagen.tar").write_bytes(LAYOUTS["docker 25+"])
    assert archive.read_file(tmp_path / "imagen.tar") == archive.read([LAYOUTS["docker 25+"]])
    with pytest.raises(NotFound, match="No se puede leer"):
        archive.read_file(tmp_path / "nada.tar")
    with pytest.raises(BadArchive, match=r"falta index\.json"):
        archive.read_file(tmp_path)


def test_memory_does_not_grow_with_the_image() -> None:
    """Se leen 300 MB generados al vuelo sin guardar más que el trozo actual."""
    import tracemalloc

    size, piece = 300 * 2**20, bytes(2**20)
    info = tarfile.TarInfo("grande")
    info.size = size
    head = info.tobuf()
    total = len(head) + size + 1024
    outer = tarfile.TarInfo("l.tar")
    outer.size = total

    def stream() -> "object":
        yield outer.tobuf() + head
        for _ in range(300):
            yield piece
        yield bytes(1024) + bytes(-total % 512)
        config = archives.config([])
        config = config.replace(b'"diff_ids": []', b'"diff_ids": ["sha256:x"]').replace(
            b'"history": []', HISTORY
        )
        manifest = b'[{"Config":"c.json","RepoTags":["x:1"],"Layers":["l.tar"]}]'
        yield tar([Item("c.json", data=config), Item("manifest.json", data=manifest)])

    tracemalloc.start()
    (found,) = archive.read(stream(), verify=False)  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.layers[0].size == size
    assert peak < 8 * 2**20


HISTORY = b'"history": [{"created_by": "COPY a b"}]'


def test_hard_links_share_the_attributes_that_were_written_last() -> None:
    """Al extraer, cada enlace vuelve a poner modo y dueño a su contenido: valen los últimos."""
    items = [Item("z", data=b"123", mode=0o600, uid=1), Item("a", "hardlink", link="z", mode=0o644, uid=2)]
    (found,) = archive.read([podman([tar(items)])])
    first, second = found.layers[0].entries
    assert (first.path, first.type, first.size, first.mode, first.uid) == ("a", FileType.FILE, 3, 0o644, 2)
    assert (second.path, second.type, second.link, second.mode, second.uid) == (
        "z",
        FileType.HARDLINK,
        "a",
        0o644,
        2,
    )


@pytest.mark.parametrize("name", ["{a,b}", "[", " {", "[[/x"])
def test_a_layer_that_begins_like_a_json_is_a_layer(name: str) -> None:
    """El primer nombre de un tar son sus primeros bytes: `RUN mkdir /{a,b}` sin bash deja ahí una llave."""
    (found,) = archive.read([podman([tar([Item(name, "dir")])])])
    assert [entry.path for entry in found.layers[0].entries] == [name]


def test_a_layer_without_bytes_is_empty() -> None:
    """Docker y Podman cargan, y guardan, una capa de cero bytes, que no es la capa vacía de 1024."""
    for data in (docker_20([BOTTOM, b""]), oci([BOTTOM, b""])):
        (found,) = archive.read([data])
        assert found.layers[1].entries == () and found.layers[1].diff_id == sha(b"") != EMPTY_LAYER


def test_what_replaces_a_folder_takes_what_was_in_it() -> None:
    """Un tar puede traer una carpeta y, después, otra cosa con su nombre; así lo extrae containerd."""
    plain = [Item("a/b/c", data=b"1"), Item("a", data=b"22"), Item("z", data=b"3")]
    link = [Item("a", "dir"), Item("a/b", data=b"1"), Item("a", "symlink", link="z"), Item("z", data=b"3")]
    again = [Item("a", "dir"), Item("a/b", data=b"1"), Item("a", data=b"2"), Item("a", "dir"), Item("a/c")]
    expected = [["a", "z"], ["a", "z"], ["a", "a/c"]]
    for items, paths in zip((plain, link, again), expected, strict=True):
        (found,) = archive.read([podman([tar(items)])])
        assert [entry.path for entry in found.layers[0].entries] == paths


def _framed(layer: bytes, sent: bytes) -> bytes:
    """Un archivo de una capa que viaja como `sent`."""
    manifest = b'[{"Config":"c.json","RepoTags":["x:1"],"Layers":["0.tar"]}]'
    items = [Item("0.tar", data=sent), Item("c.json", data=archives.config([layer]))]
    return tar([*items, Item("manifest.json", data=manifest)])


def test_layers_sent_in_several_pieces() -> None:
    """Varios gzip o varias tramas zstd seguidas, y las tramas zstd que se saltan (zstd:chunked, pzstd)."""
    half = len(BOTTOM) // 2
    skippable = b"\x5f\x2a\x4d\x18" + (700).to_bytes(4, "little") + bytes(700)
    gzips = [archives.squeeze(part, "gzip") for part in (BOTTOM[:half], b"", BOTTOM[half:])]
    frames = [archives.squeeze(part, "zstd") for part in (BOTTOM[:half], BOTTOM[half:])]
    for sent in (b"".join(gzips), skippable.join(frames) + skippable, skippable + b"".join(frames)):
        (found,) = archive.read(chunks(_framed(BOTTOM, sent)))
        assert found.layers[0].entries == BOTTOM_ENTRIES


def test_what_travels_beside_an_image_is_not_an_image() -> None:
    """Un índice lleva también firmas, listas de materiales o gráficos de Helm, con forma de manifiesto."""
    image = "application/vnd.oci.image."
    helm = {"config": {"mediaType": "application/vnd.cncf.helm.config.v1+json"}, "layers": [{}]}
    signature = {
        "config": {"mediaType": f"{image}config.v1+json"},
        "layers": [{"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json"}],
    }
    materials = {"artifactType": "text/spdx+json", "config": {}, "layers": [{}]}
    for extra in (helm, signature, materials):
        (found,) = archive.read([oci(LAYERS, docker_manifest=False, beside=extra)])
        assert found.image.tags == ("x/y:1",)


def test_media_types_of_images() -> None:
    """Con tipo declarado, los de OCI y los de Docker; sin él, se mira lo demás."""
    for config_type, layer_type in (
        ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip"),
        (
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
        ),
    ):
        data = oci(LAYERS, docker_manifest=False, media_types=(config_type, layer_type))
        assert archive.read([data])[0].layers == archive.read([LAYOUTS["containerd gzip"]])[0].layers


def test_a_path_through_a_link_of_its_own_layer_ends_where_it_leads() -> None:
    """Así extraen Docker y Podman `lib -> usr/lib` seguido de `lib/x`; un enlace de otra capa no se sigue."""
    items = [
        Item("lib", "symlink", link="usr/lib"),
        Item("abs", "symlink", link="/lib/../lib/./d"),
        Item("fuera", "symlink", link="../../../otra"),
        Item("lib/x", data=b"1"),
        Item("abs/y", data=b"22"),
        Item("fuera/z", "hardlink", link="abs/y"),
        Item("lib/.wh.w"),
    ]
    (found,) = archive.read([podman([tar(items), tar([Item("lib/x", data=b"333")])])])
    paths = ["abs", "fuera", "lib", "otra/z", "usr/lib/d/y", "usr/lib/x"]
    assert [entry.path for entry in found.layers[0].entries] == paths
    assert found.layers[0].entries[4].link == "otra/z" and found.layers[0].whiteouts == ("usr/lib/w",)
    covered = [(entry.path, entry.type) for entry in found.layers[1].entries]
    assert covered == [("lib", FileType.DIRECTORY), ("lib/x", FileType.FILE)], "una carpeta tapa el enlace"
