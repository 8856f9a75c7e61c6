"""Archivos truncados, dañados o que buscan hacer daño: una frase cada uno, deprisa y sin extraer."""

import gzip
import itertools
import json
import random
import struct
import tarfile
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import Item, chunks, config, docker_20, header, oci, podman, sha, squeeze, tar
from muelle.errors import BadArchive, MuelleError
from muelle.sources import archive, limits, scan
from muelle.sources.budget import Budget

GOOD = tar(
    [Item("d", "dir"), Item("d/a", data=b"hola" * 200), Item(".wh.z"), Item("b", "hardlink", link="d/a")]
)
MORE = tar([Item("c", data=b"1" * 3000), Item("d/.wh..wh..opq")])
SOUND = {
    "docker 20.10": docker_20([GOOD, MORE]),
    "containerd": oci([GOOD, MORE]),
    "zstd": oci([GOOD, MORE], compress="zstd", docker_manifest=False),
    "podman": podman([GOOD, MORE]),
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nada se extrae: `extract` y compañía no existen mientras dura la prueba."""

    def forbidden(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("la lectura tocó el disco")

    for name in ("extract", "extractall", "extractfile", "makefile", "makedir"):
        monkeypatch.setattr(tarfile.TarFile, name, forbidden)
    for name in ("os.mkdir", "os.symlink", "os.link", "os.mknod", "os.mkfifo"):
        monkeypatch.setattr(name, forbidden)
    yield


def sentence(data: bytes) -> str:
    """La frase con la que se rechaza un archivo."""
    with pytest.raises(BadArchive) as caught:
        archive.read(chunks(data, 5000))
    text = str(caught.value)
    assert text.endswith(".") and text.isprintable() and len(text) < 250
    return text


BAD_LAYERS: dict[str, tuple[bytes, str]] = {
    "sale con ..": (tar([Item("../etc/passwd", data=b"x")]), "sale de la imagen"),
    "sale a mitad": (tar([Item("a/../../b", data=b"x")]), "sale de la imagen"),
    "enlace duro fuera": (tar([Item("e", "hardlink", link="../../etc/shadow")]), "sale de la imagen"),
    "whiteout de ..": (tar([Item("a/.wh...")]), "marca de borrado"),
    "whiteout vacío": (tar([Item(".wh.")]), "marca de borrado"),
    "enlaces duros en círculo": (
        tar([Item("a", "hardlink", link="b"), Item("b", "hardlink", link="a")]),
        "en círculo",
    ),
    "enlace duro a sí mismo": (tar([Item("a", "hardlink", link="a")]), "en círculo"),
    "enlaces en círculo en la ruta": (
        tar([Item("a", "symlink", link="b"), Item("b", "symlink", link="a/x"), Item("a/c")]),
        "en círculo",
    ),
    "ruta larguísima": (tar([Item("a/" * 3000 + "x")], format=tarfile.GNU_FORMAT), "4096 bytes"),
    "ruta con nulo": (
        header("x", 13, tarfile.XHDTYPE) + b"13 path=a\0bc\n".ljust(512, b"\0") + header("y") + bytes(1024),
        "byte nulo",
    ),
    "sin nombre": (tar([Item("/", data=b"x")]), "sin nombre"),
    "tipo raro": (header("x", kind=b"Z") + bytes(1024), "no admite"),
    "cabecera dañada": (header("x", 0) + b"\x01" * 512 + bytes(1024), "dañada"),
    "nombre PAX enorme": (tar([Item("é" * 600_000)], format=tarfile.PAX_FORMAT), "1 MiB"),
    "PAX que declara mucho": (header("x", 2**40, tarfile.XHDTYPE) + bytes(4096), "1 MiB"),
    "nombre GNU que declara mucho": (header("x", 2**33, tarfile.GNUTYPE_LONGNAME) + bytes(4096), "1 MiB"),
    "tamaño declarado imposible": (header("x", 2**62) + bytes(2048), "truncado"),
    "un bloque de ceros y otro que no": (header("x") + bytes(512) + header("y") + bytes(1024), "dañada"),
    "PAX sin nadie detrás": (
        header("x", 6, tarfile.XHDTYPE) + b"6 a=b\n".ljust(512, b"\0"),
        "trunc",
    ),
    "PAX que no son registros": (
        header("x", 200_000, tarfile.XHDTYPE) + b"1" * 200_192 + header("y") + bytes(1024),
        "dañada",
    ),
}


@pytest.mark.parametrize("case", BAD_LAYERS)
@pytest.mark.parametrize("pack", [docker_20, podman, oci], ids=["docker", "podman", "oci"])
def test_bad_layers(case: str, pack: Callable[[list[bytes]], bytes]) -> None:
    layer, words = BAD_LAYERS[case]
    assert words in sentence(pack([GOOD, layer]))


def test_negative_size_does_not_loop() -> None:
    raw = bytearray(header("x"))
    raw[124:136] = b"\xff" * 11 + struct.pack("b", -100)
    raw[148:156] = b" " * 8
    raw[148:156] = f"{sum(raw):06o}\0 ".encode()
    sentence(docker_20([bytes(raw) + bytes(1024)]))


@pytest.mark.parametrize("field", ["uid", "gid", "size", "mtime", "GNU.sparse.realsize", "GNU.sparse.map"])
@pytest.mark.parametrize("value", ["-5", "9" * 3000, "nan", "inf", "1e400", "", "1,2,3", "x"])
def test_absurd_pax_numbers(field: str, value: str) -> None:
    """O se entiende o se rechaza con una frase, pero nunca se cae ni queda un número imposible."""
    info = tarfile.TarInfo("x")
    info.pax_headers = {field: value}
    layer = info.tobuf(tarfile.PAX_FORMAT) + bytes(1024)
    try:
        (found,) = archive.read([docker_20([layer])])
    except BadArchive:
        return
    for entry in found.layers[0].entries:
        assert 0 <= entry.size < 2**63 and 0 <= entry.uid < 2**32 and abs(entry.mtime) < 2**63


# --- Bombas ---


def test_compression_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muelle.sources.compression.FREE_EXPANSION", 20 * 2**20)
    layer = header("x", 2**26) + bytes(2**26) + bytes(1024)
    for how in ("gzip", "zstd"):
        assert "crece más de" in sentence(oci([layer], compress=how))
    assert "crece más de" in sentence(gzip.compress(docker_20([layer])))


def test_a_file_of_zeros_is_not_a_bomb() -> None:
    layer = header("x", 2**26) + bytes(2**26) + bytes(1024)
    assert archive.read([oci([layer])])[0].layers[0].size == 2**26


def test_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muelle.sources.scan.Budget", lambda: Budget(entries=50, implied=50))
    many = tar([Item(f"a{at}") for at in range(60)])
    assert "más de" in sentence(docker_20([many]))
    deep = tar([Item("/".join("abcdefgh" * 8))])
    assert "se dan por hechas" in sentence(docker_20([deep]))
    shared = [tar([Item(f"{layer}-{at}") for at in range(20)]) for layer in range(3)]
    assert "más de" in sentence(docker_20(shared))


def test_too_many_names() -> None:
    long = [Item(f"{at:04}" + "n" * 4000) for at in range(40)]
    assert limits.MAX_NAMES / 4096 < limits.MAX_ENTRIES
    archive.read([docker_20([tar(long, format=tarfile.GNU_FORMAT)])])


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_MEMBERS", 10)
    assert "10 miembros" in sentence(tar([Item(f"{at}", data=b"x") for at in range(11)]))


def test_documents_that_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_DOCUMENTS", 1000)
    assert "guarda en memoria" in sentence(tar([Item(f"{at}", data=b"[" + b" " * 200) for at in range(10)]))
    deep = b"[" * 200_000
    assert "no se entiende" in sentence(tar([Item("manifest.json", data=b"[" * 900)]))
    monkeypatch.undo()
    assert "no se entiende" in sentence(tar([Item("manifest.json", data=deep)]))
    assert "ninguna imagen" in sentence(tar([Item("manifest.json", data=b"[" + b" " * limits.MAX_DOCUMENT)]))


@pytest.mark.parametrize(
    ("width", "depth", "words"), [(1, 10, "índices"), (50, 10, "índices"), (50, 3, "repite")]
)
def test_indexes_inside_indexes(width: int, depth: int, words: str) -> None:
    """Muy hondos o, sin serlo, repetidos: cincuenta de cincuenta de cincuenta son más de cien mil."""
    blobs: dict[str, bytes] = {}
    document = b'{"manifests":[]}'
    for _ in range(depth):
        blobs[f"blobs/sha256/{sha(document)[7:]}"] = document
        document = json.dumps({"manifests": [{"digest": sha(document)}] * width}).encode()
    items = [Item(name, data=data) for name, data in blobs.items()]
    assert words in sentence(tar([*items, Item("index.json", data=document)]))


def test_a_name_in_a_sentence_is_not_an_order_for_the_terminal() -> None:
    nasty = "\x1b]0;t\x07\n/\u202e"
    layer = [Item(f"{nasty}0.tar", data=b"BZh9"), Item("c.json", data=config([GOOD]))]
    manifest = json.dumps([{"Config": "c.json", "Layers": [f"{nasty}0.tar"]}]).encode()
    assert "no es un tar" in sentence(tar([*layer, Item("manifest.json", data=manifest)]))
    index = json.dumps({"manifests": [{"digest": f"sha256:{nasty}"}]}).encode()
    items = [Item(f"blobs/sha256/{nasty}", data=b"["), Item("index.json", data=index)]
    assert "no se entiende" in sentence(tar(items))


def test_a_manifest_that_repeats_an_image_without_end() -> None:
    """Cada imagen hace leer otra vez su configuración: cien de 900 KiB ya no son de un archivo normal."""
    written = config([GOOD], [{"created_by": "x" * 900_000}])
    manifest = json.dumps([{"Config": "c.json", "Layers": [f"{at}.tar"]} for at in range(100)]).encode()
    items = [Item("c.json", data=written), Item("manifest.json", data=manifest)]
    assert "repite" in sentence(tar(items))


def test_an_index_that_repeats_a_manifest_without_end() -> None:
    """Aunque el archivo lleve miles de documentos con los que disimular."""
    big = b'{"manifests":[],"x":"' + b"x" * 900_000 + b'"}'
    items = [Item(f"blobs/sha256/{sha(big)[7:]}", data=big)]
    items += [Item(f"blobs/sha256/{number:064x}", data=b"{}") for number in range(100)]
    index = json.dumps({"manifests": [{"digest": sha(big)}] * 100}).encode()
    assert "repite" in sentence(tar([*items, Item("index.json", data=index)]))


def test_tar_inside_tar_is_just_a_file() -> None:
    inner = GOOD
    for _ in range(50):
        inner = tar([Item("capa.tar", data=inner)])
    (found,) = archive.read([podman([inner])])
    assert [entry.path for entry in found.layers[0].entries] == ["capa.tar"]
    assert "truncado" in sentence(oci([gzip.compress(gzip.compress(GOOD))]))


# --- El archivo de fuera ---


@pytest.mark.parametrize(
    "data", [b"", b"x", b"no soy un tar" * 100, b"\x1f\x8b", b"\x28\xb5\x2f\xfd" + b"x" * 600]
)
def test_not_an_archive(data: bytes) -> None:
    sentence(data)


def test_an_archive_without_images() -> None:
    assert "ninguna imagen" in sentence(tar([Item("hola", data=b"x")]))
    assert "ninguna imagen" in sentence(tar([Item("manifest.json", data=b"[]")]))
    assert "ninguna imagen" in sentence(bytes(10240))


def _with_manifest(
    change: Callable[[list[dict[str, object]]], object], extra: list[Item] | None = None
) -> bytes:
    written = config([GOOD, MORE])
    manifest = [{"Config": "c.json", "RepoTags": ["x:1"], "Layers": ["0.tar", "1.tar"]}]
    result = change(manifest)
    items = [Item("0.tar", data=GOOD), Item("1.tar", data=MORE), Item("c.json", data=written)]
    items += [Item("nota", data=b"BZh9 esto no es un tar"), *(extra or [])]
    document = manifest if result is None else result
    return tar([*items, Item("manifest.json", data=json.dumps(document).encode())])


LIES: dict[str, tuple[Callable[[list[dict[str, object]]], object], str]] = {
    "sobra una capa": (
        lambda m: m[0].update(Layers=["0.tar", "1.tar", "1.tar"]),
        "no nombran las mismas capas (3 y 2)",
    ),
    "capas cambiadas": (lambda m: m[0].update(Layers=["1.tar", "0.tar"]), "DiffID"),
    "sin capas": (lambda m: m[0].update(Layers=None), "no nombran las mismas capas (0 y 2)"),
    "una capa que no es un tar": (lambda m: m[0].update(Layers=["0.tar", "nota"]), "no es un tar"),
    "falta la configuración": (
        lambda m: m[0].update(Config="no.json"),
        "Falta en el archivo la configuración",
    ),
    "configuración sale": (lambda m: m[0].update(Config="../c.json"), "sale de la imagen"),
    "configuración es una capa": (
        lambda m: m[0].update(Config="0.tar"),
        "Falta en el archivo la configuración",
    ),
    "una capa es un documento": (
        lambda m: m[0].update(Layers=["0.tar", "c.json"]),
        "es un documento",
    ),
    "manifiesto que es un objeto": (lambda m: {"a": m}, "forma esperada"),
    "imágenes que son números": (lambda _: [1, 2], "forma esperada"),
    "capas que son números": (lambda m: m[0].update(Layers=[1, 2]), "forma esperada"),
    "etiquetas raras": (lambda m: m[0].update(RepoTags={"a": 1}), "forma esperada"),
}


@pytest.mark.parametrize("case", LIES)
def test_a_manifest_that_lies(case: str) -> None:
    change, words = LIES[case]
    assert words in sentence(_with_manifest(change))


@pytest.mark.parametrize(
    "written",
    [b"{}", b"[]", b"{", b'{"rootfs":3}', b'{"rootfs":{"diff_ids":{}}}', b'{"rootfs":{"diff_ids":[1,2]}}'],
)
def test_a_config_that_lies(written: bytes) -> None:
    sentence(_with_manifest(lambda m: m[0].update(Config="z"), [Item("z", data=written)]))


def test_link_loops_outside() -> None:
    loop = [Item("z", "symlink", link="y"), Item("y", "symlink", link="z")]
    assert "círculo" in sentence(_with_manifest(lambda m: m[0].update(Layers=["z", "1.tar"]), loop))
    itself = [Item("z", "symlink", link="z")]
    assert "círculo" in sentence(_with_manifest(lambda m: m[0].update(Config="z"), itself))
    away = [Item("z", "symlink", link="../../../etc/passwd")]
    assert "sale" in sentence(_with_manifest(lambda m: m[0].update(Layers=["z", "1.tar"]), away))


def test_a_blob_whose_name_lies() -> None:
    data = oci([GOOD], compress="")
    name = sha(GOOD)[7:]
    other = "0" * 64
    broken = data.replace(name.encode(), other.encode())
    text = sentence(_refresh(broken))
    assert "no es el que dice" in text or "DiffID" in text


def _refresh(data: bytes) -> bytes:
    """Rehace las sumas de las cabeceras de un tar al que se le han cambiado nombres."""
    out = bytearray(data)
    at = 0
    while at < len(out) and any(out[at : at + 512]):
        out[at + 148 : at + 156] = b" " * 8
        out[at + 148 : at + 156] = f"{sum(out[at : at + 512]):06o}\0 ".encode()
        size = int(out[at + 124 : at + 135], 8)
        at += 512 + -(-size // 512) * 512
    return bytes(out)


def test_the_last_of_repeated_members_wins() -> None:
    lie = Item("0.tar", data=MORE)
    assert "DiffID" in sentence(_with_manifest(lambda _: None, [lie]))


# --- Al azar, con límite ---


@pytest.mark.parametrize("layout", SOUND)
def test_every_truncation_is_one_sentence(layout: str) -> None:
    """Cortado por cualquier sitio antes de que acabe lo necesario, se dice; nunca se acepta a medias."""
    data = SOUND[layout]
    whole = archive.read([data])
    for end in range(0, len(data), 509):
        try:
            found = archive.read([data[:end]] if end else [])
        except BadArchive:
            continue
        assert found == whole


@pytest.mark.parametrize("layout", SOUND)
def test_random_damage_is_one_sentence(layout: str) -> None:
    """Bytes cambiados, trozos borrados, repetidos o intercambiados."""
    source = random.Random(layout)
    data = SOUND[layout]
    rejected = 0
    for _ in range(400):
        broken = bytearray(data)
        for _ in range(source.randint(1, 4)):
            at, size = source.randrange(len(broken)), source.choice([1, 1, 8, 512])
            match source.randrange(4):
                case 0:
                    broken[at : at + size] = source.randbytes(size)
                case 1:
                    del broken[at // 512 * 512 : at // 512 * 512 + 512]
                case 2:
                    broken[at // 512 * 512 : at // 512 * 512] = broken[at // 512 * 512 :][:512]
                case 3:
                    broken[at] ^= 1 << source.randrange(8)
        try:
            archive.read([bytes(broken)])
        except BadArchive:
            rejected += 1
        except MuelleError as error:  # pragma: no cover
            raise AssertionError(f"otro error: {error!r}") from error
    assert rejected > 100


@settings(
    max_examples=150,
    database=None,  # guardar un fallo toca el disco, que aquí está prohibido, y lo taparía
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.binary(max_size=300), max_size=5), st.integers(1, 700))
def test_hostile_layer_bytes(parts: list[bytes], size: int) -> None:
    """Cabeceras con la suma bien hecha y el resto al azar, dentro de un archivo por lo demás sano."""
    layer = b"".join(_checked(part) for part in parts) + bytes(1024)
    try:
        (found,) = archive.read(chunks(docker_20([layer]), size))
    except BadArchive:
        return
    for entry in found.layers[0].entries:
        assert entry.path and not entry.path.startswith("/") and ".." not in entry.path.split("/")
        entry.path.encode("utf-8", "surrogateescape")


def _checked(part: bytes) -> bytes:
    raw = bytearray(header("a", 0))
    for at, byte in zip(itertools.count(), part, strict=False):
        raw[at] = byte
    raw[148:156] = b" " * 8
    raw[148:156] = f"{sum(raw):06o}\0 ".encode()
    return bytes(raw)


def test_squeezed_layers_cut_short() -> None:
    for how in ("gzip", "zstd"):
        whole = squeeze(GOOD, how)
        for end in (10, len(whole) // 2, len(whole) - 1):
            items = [
                Item("0.tar", data=whole[:end]),
                Item("c.json", data=config([GOOD])),
                Item("manifest.json", data=b'[{"Config":"c.json","RepoTags":[],"Layers":["0.tar"]}]'),
            ]
            sentence(tar(items))


def test_nothing_reads_more_than_it_needs_in_memory() -> None:
    """Una cabecera que promete 8 EiB no reserva nada."""
    raw = header("manifest.json", 2**62)
    assert "truncado" in sentence(raw + b"[" + bytes(2000))
