"""Archivos que hacen otros programas y los motores admiten: se leen, y dicen lo que los motores harían.

Cada prueba es de un informe público de otra herramienta; se nombra el suyo.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import io
import json
import lzma
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import zstandard

from archives import Item, config, docker_20, sha, tar
from muelle.errors import BadArchive
from muelle.model import Change, Contents, FileType, Rule, changes, differences, stack, wasted
from muelle.model.extraction import Store, extracted
from muelle.sources import archive, scan

OCI = "application/vnd.oci.image."
NAME = "io.containerd.image.name"


def blob(data: bytes, algorithm: str = "sha256") -> Item:
    return Item(f"blobs/{algorithm}/{hashlib.new(algorithm, data).hexdigest()}", data=data)


def described(data: bytes, kind: str = "", algorithm: str = "sha256", **more: Any) -> dict[str, Any]:
    digest = f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"
    return {"mediaType": kind, "digest": digest, "size": len(data), **more}


def written(layers: Sequence[bytes], **more: Any) -> bytes:
    return json.dumps({**json.loads(config(layers)), **more}).encode()


def manifest(configured: bytes, layers: Sequence[bytes], **more: Any) -> bytes:
    parts = [described(layer, f"{OCI}layer.v1.tar", **more) for layer in layers]
    return json.dumps({"config": described(configured, f"{OCI}config.v1+json"), "layers": parts}).encode()


def layout(index: Sequence[dict[str, Any]], blobs: Sequence[bytes], *more: Item) -> bytes:
    items = [blob(each) for each in blobs]
    return tar([*items, Item("index.json", data=json.dumps({"manifests": list(index)}).encode()), *more])


def arch(name: str, **more: Any) -> tuple[bytes, bytes, bytes]:
    """Capa, configuración y manifiesto de una plataforma."""
    layer = tar([Item("a.txt", data=name.encode())])
    configured = written([layer], architecture=name, **more)
    return layer, configured, manifest(configured, [layer])


def place(system: str, name: str, **more: str) -> dict[str, Any]:
    return {"platform": {"os": system, "architecture": name, **more}}


def one(layers: Sequence[bytes], tag: str = "x:1") -> Contents:
    (found,) = archive.read([docker_20(layers, tag)])
    return found


def test_the_index_says_what_the_manifest_leaves_out() -> None:
    """moby#44833: con `--all-platforms`, `manifest.json` solo nombra una."""
    here, there = arch("amd64"), arch("arm64")
    inner = json.dumps(
        {
            "manifests": [
                described(here[2], **place("linux", "amd64")),
                described(there[2], **place("linux", "arm64")),
            ]
        }
    ).encode()
    old = [{"Config": blob(here[1]).name, "RepoTags": ["multi:1"], "Layers": [blob(here[0]).name]}]
    data = layout(
        [described(inner, annotations={NAME: "docker.io/library/multi:1"})],
        [*here, *there, inner],
        Item("manifest.json", data=json.dumps(old).encode()),
    )
    found = archive.read([data])
    assert [(each.image.platform, each.image.tags) for each in found] == [
        ("linux/amd64", ("multi:1",)),
        ("linux/arm64", ("multi:1",)),
    ]


def test_two_names_of_one_image_are_one_image() -> None:
    """`ctr image export` y buildx repiten el manifiesto, una vez por nombre."""
    parts = arch("amd64")
    index = [described(parts[2], annotations={NAME: f"docker.io/library/app:{tag}"}) for tag in ("1", "b")]
    (found,) = archive.read([layout(index, parts)])
    assert found.image.tags == ("app:1", "app:b")


def test_variants_and_system_versions_tell_platforms_apart() -> None:
    """manifest-tool#68, distroless#1382; y las imágenes de Windows, que se distinguen por la versión."""
    images = [arch("arm", variant=each) for each in ("v6", "v7")]
    images += [arch("amd64", os="windows", **{"os.version": "10.0.17763.1"})]
    found = archive.read(
        [layout([described(each[2]) for each in images], [b for each in images for b in each])]
    )
    assert [each.image.platform for each in found] == [
        "linux/arm/v6",
        "linux/arm/v7",
        "windows(10.0.17763.1)/amd64",
    ]


@pytest.mark.parametrize("gone", [(0,), (0, 1), (0, 1, 2)], ids=["capas", "configuración", "manifiesto"])
def test_an_absent_platform_does_not_hide_the_others(gone: tuple[int, ...]) -> None:
    """moby#49473: se guarda un índice de varias plataformas del que solo se trajo una."""
    here, there = arch("amd64"), arch("arm64")
    index = [
        described(here[2], **place("linux", "amd64")),
        described(there[2], **place("linux", "arm64")),
        described(b"no", **place("unknown", "unknown")),
    ]
    (found,) = archive.read([layout(index, [*here, *(b for at, b in enumerate(there) if at not in gone)])])
    assert (found.image.platform, found.image.missing_platforms) == ("linux/amd64", ("linux/arm64",))


def test_an_index_of_nothing_here_says_what_is_missing() -> None:
    with pytest.raises(BadArchive, match=r"nombra imágenes \(linux/arm64\) que no trae"):
        archive.read([layout([described(b"no", **place("linux", "arm64"))], [])])


def test_what_is_missing_in_an_archive_cut_short_is_not_absent_by_design() -> None:
    here, there = arch("amd64"), arch("arm64")
    items = [
        Item(
            "index.json",
            data=json.dumps({"manifests": [described(each[2]) for each in (here, there)]}).encode(),
        )
    ]
    data = tar([*items, *(blob(each) for each in (*here, *there))])
    cut = tar([*items, *(blob(each) for each in here)])
    ends = data.index(blob(there[0]).name.encode())
    assert data[:ends] == cut[:ends]
    with pytest.raises(BadArchive, match="le falta el final"):
        archive.read([data[:ends]])
    assert archive.read([cut])[0].image.missing_platforms == ()


@pytest.mark.parametrize("urls", [(), ("https://ejemplo.test/capa",)])
def test_a_layer_that_does_not_travel_is_named(urls: tuple[str, ...]) -> None:
    """Las capas ajenas de Windows llevan una dirección; las carpetas OCI a medias, ni eso."""
    below, above = tar([Item("a", data=b"1" * 50)]), tar([Item("a", data=b"22")])
    configured = written([below, above])
    told = manifest(configured, [below, above], **({"urls": list(urls)} if urls else {}))
    (found,) = archive.read([layout([described(told)], [above, configured, told])])
    first, second = found.image.layers
    assert (first.size, second.size, second.absent) == (None, 2, "")
    assert first.absent == (
        f"no viaja con la imagen: se trae de {urls[0]}" if urls else "no está en el archivo"
    )
    assert first.blob_size == len(below) and found.image.size is None
    assert "se cuenta sin eso" in found.image.notes[0]


def test_a_saved_image_says_where_its_absent_layers_come_from() -> None:
    """`docker save` de Windows apunta en `LayerSources` las capas que no guarda."""
    below, above = tar([Item("a", data=b"1")]), tar([Item("b", data=b"22")])
    sources = {sha(below): {"urls": ["https://ejemplo.test/capa"]}}
    told = [{"Config": "c.json", "Layers": ["0.tar", "1.tar"], "LayerSources": sources}]
    items = [Item("1.tar", data=above), Item("c.json", data=config([below, above]))]
    (found,) = archive.read([tar([*items, Item("manifest.json", data=json.dumps(told).encode())])])
    assert [bool(layer.absent) for layer in found.image.layers] == [True, False]
    assert "ejemplo.test" in found.image.layers[0].absent


def test_keys_are_read_as_go_reads_them() -> None:
    """jib#2430: Go no distingue mayúsculas; se queda con la última y no hace caso de un null."""
    layer = tar([Item("a.txt", data=b"hola\n")])
    raw = json.loads(config([layer]))
    raw["ROOTFS"], raw["Architecture"] = raw.pop("rootfs"), None
    told = (
        b'[{"config":"no","CONFIG":"c.json","Config":null,"repoTags":["x:1"],"layers":["l"]}] y algo m\xe1s'
    )
    items = [Item("l", data=gzip.compress(layer)), Item("c.json", data=json.dumps(raw).encode())]
    (found,) = archive.read([tar([*items, Item("manifest.json", data=told)])])
    assert (found.image.tags, found.image.architecture) == (("x:1",), "amd64")
    assert [entry.size for entry in found.layers[0].entries] == [5]


def test_text_that_is_not_utf8_is_shown_as_engines_show_it() -> None:
    layer = tar([Item("a")])
    data = config([layer], [{"created_by": "RUN caf?"}]).replace(b"caf?", b"caf\xe9")
    items = [Item("l", data=layer), Item("c.json", data=data)]
    items.append(Item("manifest.json", data=b'[{"Config":"c.json","Layers":["l"]}]'))
    assert archive.read([tar(items)])[0].image.history[0].created_by == "RUN caf�"


def squeezed(data: bytes, how: str) -> bytes:
    if how == "zstd de ventana larga":
        settings = zstandard.ZstdCompressionParameters.from_level(3, window_log=30, enable_ldm=True)
        return zstandard.ZstdCompressor(compression_params=settings).compress(data)
    return {"xz": lzma.compress, "bzip2": bz2.compress}[how](data)


@pytest.mark.parametrize("how", ["xz", "bzip2", "zstd de ventana larga"])
def test_every_compression_that_engines_read(how: str) -> None:
    """moby#14637, podman#472: el archivo entero o cada capa; y si está cortado, se dice."""
    layer = tar([Item("a.txt", data=b"hola\n" * 4000)])
    whole = docker_20([layer])
    for data in (squeezed(whole, how), _one_layer(layer, squeezed(layer, how))):
        (found,) = archive.read(data[at : at + 700] for at in range(0, len(data), 700))
        assert [entry.size for entry in found.layers[0].entries] == [20_000]
    for end in (100, len(squeezed(whole, how)) - 3):
        with pytest.raises(BadArchive, match=r"truncad|dañad|no es un tar"):
            archive.read([squeezed(whole, how)[:end]])


def _one_layer(layer: bytes, sent: bytes) -> bytes:
    told = b'[{"Config":"c.json","RepoTags":["x:1"],"Layers":["l"]}]'
    items = [Item("l", data=sent), Item("c.json", data=config([layer]))]
    return tar([*items, Item("manifest.json", data=told)])


@pytest.mark.parametrize("end", [512 + 5, 512 + 512, 512 + 512 + 512, 512 + 512 + 100])
def test_a_tar_without_its_end(end: int) -> None:
    """umoci#436, tar-split#65: sin relleno, sin los bloques del final o con uno solo."""
    layer = tar([Item("a.txt", data=b"hola\n")])[:end]
    if end == 512 + 512 + 100:  # a mitad de una cabecera ya no es un final
        layer = layer[:1024] + b"x" * 100
        with pytest.raises(BadArchive, match="truncado"):
            one([layer])
        return
    assert [entry.size for entry in one([layer]).layers[0].entries] == [5]


def test_global_headers_do_not_change_what_follows() -> None:
    """Go no las aplica, así que el motor tampoco."""
    out = io.BytesIO()
    with tarfile.open(
        fileobj=out, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"uid": "7", "path": "no"}
    ) as file:
        file.addfile(tarfile.TarInfo("a"))
    (entry,) = one([out.getvalue()]).layers[0].entries
    assert (entry.path, entry.uid) == ("a", 0)


def test_gnu_dates_are_not_part_of_a_name() -> None:
    """GNU guarda fechas donde POSIX guarda el comienzo de un nombre largo."""
    raw = bytearray(tarfile.TarInfo("a").tobuf(tarfile.GNU_FORMAT))
    raw[345:357] = b"14400000000\0"
    raw[148:156] = b" " * 8
    raw[148:156] = f"{sum(raw):06o}\0 ".encode()
    assert [entry.path for entry in one([bytes(raw) + bytes(1024)]).layers[0].entries] == ["a"]


def test_gigabytes_of_zeros_are_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """moby#5419: `useradd` con un número grande deja un lastlog de gigabytes de ceros. Aquí, a escala."""
    monkeypatch.setattr("muelle.sources.compression.FREE_EXPANSION", 2**26)
    layer = tar([Item("var/log/lastlog", data=bytes(2**25))])
    sent = gzip.compress(layer)
    assert len(layer) > 500 * len(sent)
    assert one([layer]).layers[0].size == 2**25
    assert archive.read([_one_layer(layer, sent)])[0].layers[0].size == 2**25


def test_attestations_do_not_weigh_on_a_small_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_DOCUMENTS", 20_000)
    monkeypatch.setattr(scan, "MAX_DOCUMENT", 60_000)
    parts = arch("amd64")
    proof = b'{"_type":"https://in-toto.io/Statement/v0.1","subject":"' + b"x" * 30_000 + b'"}'
    many = [proof + b" " * at for at in range(20)] + [proof * 3]
    data = layout([described(parts[2])], [*parts, *many])
    assert [each.image.platform for each in archive.read([data])] == ["linux/amd64"]


def test_sha512_layouts() -> None:
    layer = tar([Item("a", data=b"1")])
    configured = json.dumps(
        {
            **json.loads(config([layer])),
            "rootfs": {"diff_ids": [f"sha512:{hashlib.sha512(layer).hexdigest()}"]},
        }
    ).encode()
    sent = gzip.compress(layer)
    told = json.dumps(
        {
            "config": described(configured, f"{OCI}config.v1+json", "sha512"),
            "layers": [described(sent, f"{OCI}layer.v1.tar+gzip", "sha512")],
        }
    ).encode()
    index = json.dumps({"manifests": [described(told, algorithm="sha512")]}).encode()
    items = [blob(each, "sha512") for each in (sent, configured, told)]
    (found,) = archive.read([tar([*items, Item("index.json", data=index)])])
    assert found.image.id == f"sha512:{hashlib.sha512(configured).hexdigest()}"
    assert found.image.layers[0].digest == f"sha512:{hashlib.sha512(sent).hexdigest()}"
    lie = tar(
        [
            *(Item(each.name, data=each.data.replace(b"\x1f", b"\x1f")) for each in items[1:]),
            Item(items[0].name, data=gzip.compress(tar([Item("b")]))),
            Item("index.json", data=index),
        ]
    )
    with pytest.raises(BadArchive, match="DiffID"):
        archive.read([lie])


def test_a_layout_folder_is_read_like_its_archive(tmp_path: Path) -> None:
    data = layout([described(arch("amd64")[2])], arch("amd64"))
    with tarfile.open(fileobj=io.BytesIO(data)) as file:
        file.extractall(tmp_path, filter="data")
    assert archive.read_file(tmp_path) == archive.read([data])


def test_a_dir_of_skopeo_is_read_like_a_layout(tmp_path: Path) -> None:
    """`skopeo copy … dir:`, `podman save --format docker-dir`: el manifiesto o el índice, y blobs sueltos."""
    parts = arch("amd64")
    (wanted,) = archive.read([layout([described(parts[2])], parts)])
    names = {hashlib.sha256(each).hexdigest(): each for each in parts}
    for name, data in {**names, "manifest.json": parts[2], "version": b"Directory Transport"}.items():
        (tmp_path / name).write_bytes(data)
    assert archive.read_file(tmp_path) == (wanted,)
    digest = hashlib.sha256(parts[2]).hexdigest()
    (tmp_path / digest).rename(tmp_path / f"{digest}.manifest.json")
    index = json.dumps({"manifests": [described(parts[2], **place("linux", "amd64"))]})
    (tmp_path / "manifest.json").write_text(index)
    assert archive.read_file(tmp_path) == (wanted,)
    (tmp_path / hashlib.sha256(parts[0]).hexdigest()).write_bytes(tar([Item("otra")]))
    with pytest.raises(BadArchive, match="DiffID"):
        archive.read_file(tmp_path)
    (tmp_path / "manifest.json").write_text('{"schemaVersion": 1, "fsLayers": [{"blobSum": "sha256:0"}]}')
    with pytest.raises(BadArchive, match="primer formato"):
        archive.read_file(tmp_path)


def test_documents_inside_their_descriptors() -> None:
    """OCI, descriptor.md: `data` lleva el documento; si no es el que dice el digest, no vale."""
    layer, configured, _ = arch("amd64")

    def carried(data: bytes, kind: str, said: bytes) -> dict[str, Any]:
        return {**described(data, kind), "data": base64.b64encode(said).decode()}

    for said, whole in ((configured, True), (b"{}", False)):
        described_layer = described(layer, f"{OCI}layer.v1.tar")
        document = {"config": carried(configured, f"{OCI}config.v1+json", said), "layers": [described_layer]}
        told = json.dumps(document).encode()
        data = layout([carried(told, f"{OCI}manifest.v1+json", told)], [layer])
        if whole:
            assert [each.image.architecture for each in archive.read([data])] == ["amd64"]
        else:
            with pytest.raises(BadArchive, match="que no trae"):
                archive.read([data])


def test_an_empty_row_of_the_history_is_a_row() -> None:
    layer = tar([Item("a")])
    documents = [
        Item("c.json", data=written([layer], history=[None, {"created_by": "COPY a /"}])),
        Item("0.tar", data=layer),
        Item("manifest.json", data=b'[{"Config":"c.json","RepoTags":null,"Layers":["0.tar"]}]'),
    ]
    (found,) = archive.read([tar(documents)])
    assert [row.text for row in found.image.history] == ["", "COPY a /"]


# --- Lo que hay en las capas ---


def test_old_headers_are_read_as_go_reads_them() -> None:
    """Un nombre largo que acaba en barra es una carpeta; `star` alarga el nombre con menos letras."""
    info = tarfile.TarInfo("d" * 120 + "/")
    info.type = tarfile.AREGTYPE
    old = info.tobuf(tarfile.GNU_FORMAT)
    star = bytearray(tarfile.TarInfo("a").tobuf(tarfile.USTAR_FORMAT))
    star[345:348] = b"p/q"
    star[476:488] = b"14400000000\0"
    star[508:512] = b"tar\0"
    star[148:156] = b" " * 8
    star[148:156] = f"{sum(star):06o}\0 ".encode()
    found = one([old + bytes(star) + bytes(1024)]).layers[0].entries
    assert [(each.path, each.type) for each in found] == [
        ("d" * 120, FileType.DIRECTORY),
        ("p/q/a", FileType.FILE),
    ]


def test_registries_are_part_of_a_name() -> None:
    """buildah#1034."""
    (found,) = archive.read([docker_20([tar([Item("a")])], "localhost/app:1")])
    assert found.image.tags == ("localhost/app:1",)


def test_names_that_are_not_utf8_do_not_collide() -> None:
    """moby#16516, claircore#985: `\\xe9` escrito y el byte 0xE9 son dos nombres, y se borran por separado."""
    options: dict[str, Any] = {"format": tarfile.GNU_FORMAT, "errors": "surrogateescape"}
    below = tar([Item("caf\udce9", data=b"1" * 100), Item("caf\\xe9", data=b"2" * 7)], **options)
    found = one([below, tar([Item(".wh.caf\udce9")], **options)])
    assert found.layers[0].size == 107
    assert [entry.size for entry in stack(found.layers)] == [7]
    assert [each.size for each in wasted(found.layers)] == [100]


def test_a_hard_link_to_a_lower_layer_keeps_its_content() -> None:
    """stereoscope#665 y #670."""
    bottom = tar([Item("bin", "dir"), Item("bin/uno", data=b"x" * 5000)])
    link, gone = tar([Item("bin/dos", "hardlink", link="bin/uno")]), tar([Item("bin/.wh.uno")])
    assert wasted(one([bottom, link, gone]).layers) == ()
    assert [each.size for each in wasted(one([bottom, gone]).layers)] == [5000]
    chain = tar([Item("tres", "hardlink", link="bin/dos"), Item("bin/dos", "hardlink", link="bin/uno")])
    assert wasted(one([bottom, chain, gone, tar([Item("bin/.wh.dos")])]).layers) == ()


@pytest.mark.parametrize(
    ("one_item", "other"),
    [
        (Item("app/c", data=b"prueba"), Item("app/c", data=b"verdad")),
        (Item("app/c", data=b"x", uid=1), Item("app/c", data=b"x", uid=2)),
        (Item("app/c", "char", device=(1, 3)), Item("app/c", "char", device=(1, 5))),
    ],
    ids=["contenido", "dueño", "dispositivo"],
)
def test_files_with_the_same_size_and_date_are_told_apart(one_item: Item, other: Item) -> None:
    """container-diff#334 y #339: con Jib, Bazel o SOURCE_DATE_EPOCH todas las fechas son iguales."""
    before, after = (
        stack(archive.read([docker_20([tar([each])])], digests=True)[0].layers) for each in (one_item, other)
    )
    assert [(each.path, each.change) for each in differences(before, after)] == [("app/c", Change.CHANGED)]
    assert differences(before, before) == []


def test_attributes_are_part_of_a_file_and_of_a_folder() -> None:
    """`setcap` no cambia ni el tamaño ni la fecha."""
    plain, able = (_with_attribute(value) for value in (b"", b"\x01\0\0\x02"))
    before, after = one([plain]), one([able])
    assert [each.path for each in differences(stack(before.layers), stack(after.layers))] == ["d", "d/f"]
    found = changes(stack(before.layers), after.layers[0])
    assert [each.path for each in found] == ["d", "d/f"]
    assert after.layers[0].entries[1].xattrs == (("security.capability", b"\x01\0\0\x02"),)


def _with_attribute(value: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as file:
        for name, kind in (("d", tarfile.DIRTYPE), ("d/f", tarfile.REGTYPE)):
            info = tarfile.TarInfo(name)
            info.type = kind
            if value:
                info.pax_headers = {
                    "SCHILY.xattr.security.capability": value.decode("utf-8", "surrogateescape")
                }
            file.addfile(info)
    return out.getvalue()


def test_a_folder_that_is_a_link_below() -> None:
    """moby#42706, diffoci#183: overlay tapa el enlace con una carpeta; quien extrae encima lo sigue."""
    bottom = tar(
        [
            Item("usr", "dir"),
            Item("usr/lib", "dir"),
            Item("usr/lib/viejo", data=b"v" * 10),
            Item("lib", "symlink", link="usr/lib"),
        ]
    )
    adds, removes = tar([Item("lib/nuevo", data=b"n" * 20)]), tar([Item("lib/.wh.viejo")])
    found = one([bottom, adds])
    assert "siguen" in found.image.notes[0] and "la capa 2" in found.image.notes[0]
    assert {entry.path for entry in stack(found.layers)} == {
        "usr",
        "usr/lib",
        "usr/lib/viejo",
        "lib",
        "lib/nuevo",
    }
    (raw,) = archive.written([docker_20([bottom, adds])])
    merged = extracted(raw.layers, Store.MERGED)
    assert {entry.path for entry in stack(merged)} == {
        "usr",
        "usr/lib",
        "usr/lib/viejo",
        "lib",
        "usr/lib/nuevo",
    }
    (raw,) = archive.written([docker_20([bottom, removes])])
    assert [each.size for each in wasted(extracted(raw.layers, Store.MERGED))] == [10]
    covered = extracted(raw.layers, Store.OVERLAY)
    assert wasted(covered) == ()
    assert [(each.path, each.change) for each in changes(stack(covered[:1]), covered[1])] == [
        ("lib", Change.CHANGED),  # la marca va dentro de una carpeta, que tapa el enlace
        ("lib/viejo", Change.REMOVED),
    ]
    real = tar([Item("lib", "dir"), Item("lib/nuevo", data=b"n")])  # con su carpeta, no hay desacuerdo
    assert one([bottom, real]).image.notes == ()


def test_a_zero_device_is_a_deletion_for_overlay() -> None:
    bottom = tar([Item("a", data=b"x" * 9)])
    found = one([bottom, tar([Item("a", "char", device=(0, 0))])])
    assert [entry.path for entry in stack(found.layers)] == []
    assert [each.size for each in wasted(found.layers)] == [9]
    assert "dispositivos 0/0" in found.image.notes[0]


def test_the_configuration_says_which_row_made_a_layer() -> None:
    """kaniko#313: hace capa de un VOLUME, y no de un RUN que no cambia nada."""
    rows = [
        {"created_by": "COPY app /app"},
        {"created_by": "RUN true", "empty_layer": True},
        {"created_by": "VOLUME /data"},
    ]
    layers = [tar([Item("app", data=b"x" * 100)]), tar([Item("data", "dir")])]
    (found,) = archive.read([docker_20(layers, history=rows)])
    assert [row.layer for row in found.image.history] == [0, None, 1]
    assert found.image.rule is Rule.CONFIG and found.image.certain
