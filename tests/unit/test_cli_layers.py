"""`capas` sin motor: de dónde lee, qué compara, qué exige y qué dice de lo que no puede leer."""

import io
import itertools
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archives import Item, config, docker_20, oci, sha, squeeze, tar
from muelle.cli import layers
from muelle.cli.layers_sources import is_archive
from muelle.cli.requirements import NotMet, NotUnderstood, demand, parse
from muelle.errors import BadArchive, MuelleError, NotFound
from muelle.model import is_platform
from muelle.sources import archive

BOTTOM = tar([Item("a", data=b"x" * 900), Item("b", data=b"y" * 100)])
TOP = tar([Item("a", data=b"z" * 1000), Item(".wh.b")])


def capas(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(layers.layers, list(arguments), input=given)


def analysed(*arguments: str, given: bytes = b"") -> Any:
    result = capas(*arguments, "--json", "-", given=given)
    assert result.exception is None, result.output
    return json.loads(result.stdout)


def refused(*arguments: str, given: bytes = b"") -> MuelleError:
    """El error de una orden, que ha de ser una frase."""
    error = capas(*arguments, given=given).exception
    assert isinstance(error, MuelleError), error
    assert str(error).endswith(".") and "\n" not in str(error)
    return error


def two_platforms() -> bytes:
    """Un archivo OCI con la misma imagen para dos arquitecturas."""
    blobs: dict[str, bytes] = {}

    def blob(data: bytes, kind: str) -> dict[str, Any]:
        blobs[sha(data)] = data
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": sha(data), "size": len(data)}

    manifests = []
    for architecture, content in (("amd64", b"uno"), ("arm64", b"dos")):
        layer = tar([Item("programa", data=content)])
        written = {**json.loads(config([layer])), "architecture": architecture}
        manifest = {
            "schemaVersion": 2,
            "config": blob(json.dumps(written).encode(), "config.v1+json"),
            "layers": [blob(squeeze(layer, "gzip"), "layer.v1.tar+gzip")],
        }
        described = blob(json.dumps(manifest).encode(), "manifest.v1+json")
        notes = {"org.opencontainers.image.ref.name": "x:1"}
        platform = {"os": "linux", "architecture": architecture}
        manifests.append({**described, "platform": platform, "annotations": notes})
    items = [Item(f"blobs/sha256/{name[7:]}", data=data) for name, data in blobs.items()]
    index = json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()
    return tar(
        [Item("oci-layout", data=b'{"imageLayoutVersion":"1.0.0"}'), *items, Item("index.json", data=index)]
    )


def extracted(data: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(data)) as file:
        file.extractall(folder, filter="data")
    return folder


@pytest.fixture
def image(tmp_path: Path) -> str:
    path = tmp_path / "x.tar"
    path.write_bytes(docker_20([BOTTOM, TOP]))
    return str(path)


def test_a_file_standard_input_and_a_folder_say_the_same(tmp_path: Path) -> None:
    data = oci([BOTTOM, TOP])
    (tmp_path / "x.tar").write_bytes(data)
    folder = extracted(data, tmp_path / "carpeta")
    wanted = analysed("--archivo", str(tmp_path / "x.tar"), "--contenido")
    assert len(wanted["images"]) == 1
    assert analysed("-", "--contenido", given=data) == wanted
    assert analysed("--archivo", "-", "--contenido", given=data) == wanted
    assert analysed(str(folder), "--contenido") == wanted
    assert analysed("--archivo", str(folder), "--contenido") == wanted


@pytest.mark.parametrize("kept", [0, 0.1, 0.5, 0.95])
def test_standard_input_that_ends_half_way_is_one_sentence(kept: float) -> None:
    data = oci([BOTTOM, TOP]).rstrip(b"\0")  # el relleno del final no hace falta
    error = refused("-", given=data[: int(kept * len(data))])
    assert isinstance(error, BadArchive)
    assert "mira si la orden de antes acabó bien" in str(error)


def test_a_file_of_a_hundred_gigabytes_of_zeros_is_not_read_whole(tmp_path: Path) -> None:
    """Ni detrás de una imagen ni sin ninguna: sin fin, ni siquiera acabaría."""
    zeros = itertools.repeat(bytes(2**20))
    with pytest.raises(BadArchive):
        archive.read(zeros)
    assert len(archive.read(itertools.chain([docker_20([BOTTOM])], zeros))) == 1
    path = tmp_path / "cien.tar"
    with path.open("wb") as file:
        file.truncate(100 * 10**9)
    assert isinstance(refused(str(path)), BadArchive)


def test_a_file_with_the_name_of_an_image_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("web", "web.tar", "muelle"):
        Path(name).write_bytes(b"")
    Path("oci").mkdir()
    Path("oci/index.json").write_text("{}")
    given = ["web", "./web", "web.tar", "muelle/base", "muelle", "oci", "-", "web:1", "x" * 300]
    assert [name for name in given if is_archive(name)] == ["./web", "web.tar", "oci", "-"]


def test_standard_input_is_read_once() -> None:
    assert "solo se lee una vez" in str(refused("--comparar", "-", "-", given=docker_20([BOTTOM])))


def test_a_folder_that_is_no_layout_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "nota.txt").write_text("hola")
    error = refused(str(tmp_path))
    assert isinstance(error, BadArchive) and "falta index.json" in str(error)
    assert isinstance(refused(str(tmp_path / "no.tar")), NotFound)


def test_two_platforms_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "dos.tar"
    path.write_bytes(two_platforms())
    found = analysed(str(path))
    assert [each["platform"] for each in found["images"]] == ["linux/amd64", "linux/arm64"]
    assert [each["platform"] for each in analysed(str(path), "--plataforma", "linux/arm64")["images"]] == [
        "linux/arm64"
    ]
    compared = analysed(str(path), "--comparar", "linux/amd64", "linux/arm64")["comparison"]
    assert [(each["path"], each["change"]) for each in compared["differences"]] == [("programa", "CHANGED")]
    assert compared["shared_layers"] == []
    assert len(analysed(str(path), "--plataforma", "linux/arm64/v8")["images"]) == 1
    assert "comparison" in analysed(str(path), "--comparar", "linux/x86_64", "linux/arm64/v8")
    assert "linux/amd64, linux/arm64" in str(refused("--comparar", str(path), str(path)))
    assert "hay de linux/amd64, linux/arm64" in str(refused(str(path), "--plataforma", "linux/s390x"))
    assert "no hay ninguna que se llame x:9" in str(refused(str(path), "--comparar", "x:9", "linux/arm64"))
    assert "hay varias que se llame" in str(refused(str(path), "--comparar", "x:1", "linux/arm64"))
    said = capas(str(path), "--comparar", "linux/amd64", "linux/arm64").stdout
    assert "Solo de x:1 (linux/amd64): 1 capa." in said and "cambia programa" in said


@pytest.mark.parametrize(
    ("asked", "found", "same"),
    [
        ("linux/arm64", "linux/arm64/v8", True),
        ("linux/arm64/v8", "linux/arm64", True),
        ("linux/aarch64", "linux/arm64", True),
        ("linux/arm", "linux/arm/v7", True),
        ("linux/arm", "linux/arm/v6", False),
        ("linux/amd64", "linux/arm64", False),
        ("windows/amd64", "windows(10.0.17763.1)/amd64", True),
        ("windows(10.0.2)/amd64", "windows(10.0.17763.1)/amd64", False),
        ("arm64", "linux/arm64", False),
    ],
)
def test_a_platform_can_be_written_in_several_ways(asked: str, found: str, same: bool) -> None:
    assert is_platform(asked, found) is same


def test_two_files_are_compared_by_their_content(tmp_path: Path) -> None:
    """El mismo tamaño y la misma fecha: solo el contenido los distingue."""
    for name, content in (("a", b"mil"), ("b", b"dos")):
        (tmp_path / f"{name}.tar").write_bytes(
            docker_20([tar([Item("f", data=content), Item("g", data=b"=")])])
        )
    paths = [str(tmp_path / f"{name}.tar") for name in "ab"]
    found = analysed("--comparar", *paths)["comparison"]["differences"]
    assert [(each["path"], each["change"]) for each in found] == [("f", "CHANGED")]
    assert found[0]["entry"]["digest"] != found[0]["before"]["digest"]
    assert "ningún cambio" in capas("--comparar", paths[0], paths[0]).stdout


def test_the_same_image_asked_for_twice_is_one_image(image: str) -> None:
    assert len(analysed(image, image)["images"]) == 1


def test_what_it_shows(tmp_path: Path) -> None:
    """Los nombres, lo que viaja, la fecha, las variables y las etiquetas."""
    layer = tar([Item("a", data=b"x" * 5000)])
    written = json.loads(config([layer], [{"created_by": "COPY a /", "created": "2026-11-24T10:00:00Z"}]))
    written["config"] = {"Env": ["A=b c"], "Labels": {"autora": "yo"}}
    sent = squeeze(layer, "gzip")
    names = ["x:1", "registro.example/x:2"]
    manifest = [{"Config": "c.json", "RepoTags": names, "Layers": ["0.tar"]}]
    items = [Item("0.tar", data=sent), Item("c.json", data=json.dumps(written).encode())]
    items.append(Item("manifest.json", data=json.dumps(manifest).encode()))
    path = tmp_path / "x.tar"
    path.write_bytes(tar(items))
    said = capas(str(path)).stdout
    assert f"({len(sent)} B comprimida) · 2026-11-24" in said
    assert "También se llama: registro.example/x:2" in said
    assert "A=b c" in said and "autora=yo" in said
    (found,) = analysed(str(path))["images"]
    assert (found["tags"], found["env"], found["labels"]) == (names, ["A=b c"], {"autora": "yo"})
    assert found["layers"][0]["blob_size"] == len(sent)
    assert found["layers"][0]["created"] == "2026-11-24T10:00:00Z"


def test_the_second_version_keeps_every_field_of_the_first(image: str) -> None:
    found = analysed(image, "--contenido")
    assert found["version"] == 2
    (one,) = found["images"]
    first = "id tags os architecture size base_layers rule layers history wasted"
    assert set(first.split()) <= set(one)
    assert {"position", "diff_id", "chain_id", "digest", "size", "content_size", "changes"} <= set(
        one["layers"][0]
    )
    row = "keyword text layer size created created_by comment"
    assert set(row.split()) <= set(one["history"][0])
    entry = one["layers"][0]["changes"][0]["entry"]
    assert {"type", "size", "mode", "uid", "gid", "link", "mtime"} <= set(entry)
    assert one["wasted"] == {
        "size": 1000,
        "files": [{"layer": 0, "path": "a", "size": 900}, {"layer": 0, "path": "b", "size": 100}],
    }


def test_names_that_read_the_same_are_told_apart_by_their_bytes(tmp_path: Path) -> None:
    odd = tar([Item("\udcff", data=b"1"), Item("\\xff", data=b"22")], format=0, errors="surrogateescape")
    path = tmp_path / "x.tar"
    path.write_bytes(docker_20([odd]))
    changes = analysed(str(path), "--contenido")["images"][0]["layers"][0]["changes"]
    found = {(each["path"], each.get("raw"), each["entry"]["size"]) for each in changes}
    assert found == {("\\xff", "/w==", 1), ("\\xff", None, 2)}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("desperdicio<51%", True),
        ("desperdicio<50%", False),
        ("desperdicio <= 50 %", True),
        ("desperdicio<=1kB", True),
        ("desperdicio<1KiB", True),
        ("desperdicio<1000", False),
        ("tamaño=2kB", True),
        ("tamano==2000B", True),
        ("tamaño>1,9kB", True),
        ("tamaño<0.001MB", False),
        ("tamaño<1MiB", True),
        ("capas<=2", True),
        ("capas<2", False),
        ("archivos>=3", True),
        ("Capas=2", True),
        ("comprimido>2kb", True),
    ],
)
def test_what_is_demanded(condition: str, met: bool, image: str) -> None:
    result = capas(image, "--exigir", "capas>0", "--exigir", condition)
    if met:
        assert result.exception is None
        assert result.stdout.count("se exige") == 2
    else:
        assert isinstance(result.exception, NotMet)
        assert result.exception.exit_code == 9
        assert "capas 2 (se exige capas > 0)" not in str(result.exception)


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "desperdicio",
        "desperdicio<",
        "<5%",
        "desperdicio<-1",
        "desperdicio<<5%",
        "capas<5%",
        "capas<5MB",
        "tamaño<5x",
        "peso<5MB",
        "tamaño<5%",
        "desperdicio<5%%",
        "tamaño<1e3",
        "capas<2 y tamaño<3",
    ],
)
def test_a_condition_that_is_not_understood_is_one_sentence_with_an_example(
    condition: str, image: str
) -> None:
    error = refused(image, "--exigir", condition)
    assert isinstance(error, NotUnderstood)
    assert error.exit_code == 2
    example = str(error).rpartition("escribe, por ejemplo, '")[2].rstrip(".'")
    parse(example)


def test_every_image_is_held_to_it_and_every_failure_is_told() -> None:
    images = [*archive.read([docker_20([BOTTOM, TOP], "x:1")]), *archive.read([docker_20([TOP], "y:1")])]
    with pytest.raises(NotMet) as caught:
        demand([parse("capas<2"), parse("tamaño<1kB"), parse("capas<9")], images)
    assert str(caught.value) == (
        "No cumple lo que se exige: x:1: capas 2 (se exige capas < 2); "
        "x:1: tamaño 2 kB (se exige tamaño < 1 kB); y:1: tamaño 1 kB (se exige tamaño < 1 kB)."
    )


def test_json_through_the_output_is_only_json(image: str) -> None:
    result = capas(image, "--json", "-", "--exigir", "capas<9")
    assert json.loads(result.stdout)["version"] == 2


def test_the_history_is_read_knowing_the_image(tmp_path: Path) -> None:
    """Sus variables dicen dónde acaba cada valor; lo que ejecuta, qué fila es un commit."""
    layer = tar([Item("a", data=b"x")])
    rows = [
        {"created_by": "ENV A=b c=d", "empty_layer": True, "comment": "buildkit.dockerfile.v0"},
        {"created_by": "/bin/sh -c echo", "created": "2026-11-24T10:00:00Z"},
        {"created_by": "nginx -g daemon off;", "created": "2026-11-24T10:00:00Z"},
    ]
    written = json.loads(config([layer, layer], rows))
    written["config"] = {"Env": ["A=b c=d"], "Cmd": ["nginx", "-g", "daemon off;"]}
    items = [Item("0.tar", data=layer), Item("c.json", data=json.dumps(written).encode())]
    manifest = [{"Config": "c.json", "RepoTags": ["x:1"], "Layers": ["0.tar", "0.tar"]}]
    path = tmp_path / "x.tar"
    path.write_bytes(tar([*items, Item("manifest.json", data=json.dumps(manifest).encode())]))
    (found,) = analysed(str(path))["images"]
    assert [(row["keyword"], row["text"]) for row in found["history"]] == [
        ("ENV", 'ENV A="b c=d"'),
        ("RUN", "RUN echo"),
        ("?", "nginx -g daemon off;"),
    ]
    assert "nginx -g daemon off; (no es de un Dockerfile)" in capas(str(path)).stdout
