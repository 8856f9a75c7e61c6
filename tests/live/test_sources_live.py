"""Imágenes de verdad en un motor de verdad, comparadas archivo por archivo con una verdad aparte.

La verdad de cada capa es el archivo de `docker save` leído con `tarfile` a secas; la de la pila, lo que
exporta un contenedor recién creado con esa imagen (o lo que `find` ve dentro de él).
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import tarfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import docker
import pytest
import zstandard
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from archives import Item, docker_20, sha, tar
from muelle.builder import each_builder
from muelle.engine import Endpoint
from muelle.errors import NotFound
from muelle.model import Change, Contents, FileType, Rule, names, stack
from muelle.sources import archive, bases, daemon, local
from muelle.wire import listen

pytestmark = pytest.mark.live

PREFIX = "muelle-prueba-capas"
BASE = "muelle/base:latest"
LABELS = {"muelle": "1"}
# Lo que el motor pone en todo contenedor, que no es de la imagen.
ENGINE_PATHS = {".dockerenv", "dev", "proc", "sys", "etc", "run", "dev/console", "dev/pts", "dev/shm"} | {
    f"{folder}/{name}"
    for folder in ("etc", "run")
    for name in ("hostname", "hosts", "mtab", "resolv.conf", ".containerenv")
}

Make = Callable[[docker.DockerClient, str], None]
Said = Callable[[docker.DockerClient, str, list[str]], str]


def build(dockerfile: str, **files: bytes) -> Make:
    """Con el constructor clásico."""

    def make(client: docker.DockerClient, name: str) -> None:
        items = [Item("Dockerfile", data=dockerfile.encode())]
        items += [Item(path, data=data) for path, data in files.items()]
        context = io.BytesIO(tar(items))
        client.images.build(
            fileobj=context, custom_context=True, tag=name, labels=LABELS, rm=True, nocache=True
        )

    return make


class NoBuildKitError(Exception):
    """Este motor no construye así; lleva lo que contestó."""


def buildkit(dockerfile: str) -> Make:
    """Con BuildKit y sin buildx: `POST /build?version=2` con el contexto en el cuerpo.

    Podman no hace caso de `version` y construye con lo suyo. El almacén de containerd de Docker 26 no
    encuentra un contexto que llega sin sesión; el de 28, sí.
    """

    def make(client: docker.DockerClient, name: str) -> None:
        context = tar([Item("Dockerfile", data=dockerfile.encode()), Item("a", data=b"hola\n")])
        answer = client.api.post(
            client.api._url("/build"),
            params={"version": "2", "t": name, "labels": json.dumps(LABELS)},
            data=context,
            headers={"Content-Type": "application/x-tar"},
        )
        messages = [json.loads(line) for line in answer.text.splitlines() if line]
        if failed := [str(each["error"]) for each in messages if "error" in each]:
            assert "build-context" in failed[0], failed
            raise NoBuildKitError(failed[0])

    return make


def load(layers: list[bytes], **options: Any) -> Make:
    def make(client: docker.DockerClient, name: str) -> None:
        for answer in client.api.load_image(docker_20(layers, name, **options)):
            assert "error" not in answer, answer

    return make


def commit(client: docker.DockerClient, name: str) -> None:
    made = client.api.create_container(
        BASE, ["sh", "-c", "echo x>/nuevo; rm /bin/vi /bin/wc; mkdir /d; chmod 700 /home"], labels=LABELS
    )
    try:
        client.api.start(made["Id"])
        client.api.wait(made["Id"])
        client.api.commit(made["Id"], *name.split(":"))
    finally:
        client.api.remove_container(made["Id"], force=True)


def imported(client: docker.DockerClient, name: str) -> None:
    data = tar(
        [Item("./", "dir", mode=0o755), Item("./solo", data=b"x" * 100), Item("./e", "symlink", link="/solo")]
    )
    answer = client.api.import_image_from_data(data)
    repository, tag = name.split(":")  # aparte: Podman 4 no hace caso de la etiqueta al importar
    client.api.tag(json.loads(answer.splitlines()[-1] or "{}")["status"], repository, tag)


MARKS = """
FROM muelle/base
RUN mkdir -p /datos/sub /otra && cd /datos && echo uno >a && echo dos >b && echo tres >sub/c && ln a /otra/a
RUN rm /datos/a && chmod 600 /datos/b
RUN rm -rf /datos && mkdir /datos && echo nueva >/datos/n
RUN rm -rf /otra && echo "ahora archivo" >/otra && ln -s /nada /roto
RUN rm /otra && mkdir -m 1777 /otra && mkfifo /otra/tubo && chown -R 12:34 /otra
ENV A=1
RUN true
"""

STAGES = """
FROM muelle/base AS obra
RUN echo hecho >/producto && dd if=/dev/zero of=/basura bs=1k count=300
FROM muelle/base
COPY --from=obra /producto /
CMD ["cat", "/producto"]
"""

BOTTOM = tar([Item("d", "dir", mode=0o755), Item("d/a", data=b"a" * 50), Item("d/b", "hardlink", link="d/a")])
EMPTY = bytes(1024)

IMAGES: dict[str, Make] = {
    "marcas": build(MARKS),
    "etapas": build(STAGES),
    "un-archivo": build("FROM scratch\nCOPY uno /\n", uno=b"1"),
    "buildkit": buildkit(
        "FROM muelle/base\nRUN true\nCOPY a /a\nENV B=2\nRUN rm /a && mkdir -p /x/y\nWORKDIR /w\n"
    ),
    "buildkit-scratch": buildkit("FROM scratch\nCOPY a /a\nWORKDIR /w\nLABEL q=1\n"),
    "commit": commit,
    "importada": imported,
    "alta": load(
        [tar([Item(f"capa-{at}", data=b"x" * at), Item("comun", data=b"y" * at)]) for at in range(122)]
    ),
    "repetidas": load([BOTTOM, EMPTY, tar([Item(".wh.d")]), BOTTOM, EMPTY]),
    "zstd-no": load(
        [BOTTOM],
        history=[{"created_by": "COPY d /d # buildkit"}, {"created_by": "ENV A=1", "empty_layer": True}],
    ),
}


@pytest.fixture(scope="module", params=list(IMAGES))
def made(request: pytest.FixtureRequest, engine_endpoint: Any) -> Iterator[tuple[docker.DockerClient, str]]:
    """Una imagen de cada clase, que se borra al acabar."""
    client = engine_endpoint.client()
    name = f"{PREFIX}/{request.param}:1"
    try:
        IMAGES[request.param](client, name)
    except NoBuildKitError as answer:
        pytest.xfail(f"Este motor no construye con BuildKit sin una sesión: {answer}")
    yield client, name
    client.api.remove_image(name, force=True)
    client.close()


class Truth:
    """Un archivo de `save` leído entero en memoria con `tarfile`, sin nada del curso."""

    def __init__(self, client: docker.DockerClient, name: str) -> None:
        data = b"".join(client.api.get_image(name))
        self.file = tarfile.TarFile(fileobj=io.BytesIO(data))
        self.names = {info.name: info for info in self.file}
        (self.manifest,) = json.loads(self.bytes("manifest.json"))
        self.config = json.loads(self.bytes(self.manifest["Config"]))
        self.layers = [self.layer(path) for path in self.manifest["Layers"]]

    def bytes(self, name: str) -> bytes:
        info = self.names[name]
        if info.issym():
            return self.bytes(posixpath.normpath(posixpath.join(posixpath.dirname(name), info.linkname)))
        read = self.file.extractfile(info)
        assert read is not None
        return read.read()

    def layer(self, path: str) -> bytes:
        data = self.bytes(path)
        if data[:2] == b"\x1f\x8b":
            import gzip

            return gzip.decompress(data)
        if data[:4] == b"\x28\xb5\x2f\xfd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(data)
        return data


def facts(tar_bytes: bytes) -> tuple[dict[str, tuple[Any, ...]], set[str], set[str]]:
    """Lo que dice de una capa `tarfile`: entradas, whiteouts y carpetas opacas. Resuelve enlaces duros."""
    entries: dict[str, tuple[Any, ...]] = {}
    gone, opaque = set(), set()
    with tarfile.open(fileobj=io.BytesIO(tar_bytes)) as file:
        infos = {posixpath.normpath("/" + info.name).lstrip("/"): info for info in file}
    for path, info in infos.items():
        folder, name = posixpath.split(path)
        if name == ".wh..wh..opq":
            opaque.add(folder)
        elif name.startswith(".wh."):
            gone.add(posixpath.join(folder, name[4:]))
        elif path:
            real = info
            while real.islnk():
                real = infos[posixpath.normpath("/" + real.linkname).lstrip("/")]
            entries[path] = described(info, real)
    return entries, gone, opaque


def described(info: tarfile.TarInfo, real: tarfile.TarInfo) -> tuple[Any, ...]:
    size = real.size if real.isreg() else 0
    link = real.linkname if real.issym() else ""
    mode = 0o777 if real.issym() else info.mode & 0o7777  # Linux no guarda los de un enlace simbólico
    return real.type, size, mode, info.uid, info.gid, link, int(info.mtime)


TYPES = {
    FileType.FILE: tarfile.REGTYPE,
    FileType.DIRECTORY: tarfile.DIRTYPE,
    FileType.SYMLINK: tarfile.SYMTYPE,
    FileType.CHAR: tarfile.CHRTYPE,
    FileType.BLOCK: tarfile.BLKTYPE,
    FileType.FIFO: tarfile.FIFOTYPE,
}


def ours(entries: Any) -> dict[str, tuple[Any, ...]]:
    """Nuestras entradas en la misma forma."""
    listed = list(entries)
    by_path = {entry.path: entry for entry in listed}
    found = {}
    for entry in listed:
        real = by_path.get(entry.link, entry) if entry.type is FileType.HARDLINK else entry
        link = real.link if real.type is FileType.SYMLINK else ""
        kind = TYPES.get(real.type, tarfile.REGTYPE)
        found[entry.path] = (kind, real.size, entry.mode, entry.uid, entry.gid, link, entry.mtime)
    return found


def exported(client: docker.DockerClient, name: str) -> dict[str, tuple[Any, ...]]:
    """Lo que ve un contenedor recién creado, según `export`."""
    made = client.api.create_container(name, ["x"], labels=LABELS)
    try:
        data = b"".join(client.api.export(made["Id"]))
    finally:
        client.api.remove_container(made["Id"], force=True)
    entries, _, _ = facts(data)
    return {path: fact[:6] for path, fact in entries.items() if path not in ENGINE_PATHS}


def seen(contents: Contents) -> dict[str, tuple[Any, ...]]:
    """Lo que dice nuestra pila, en la forma de `exported`: un enlace duro, como su contenido."""
    system = stack(contents.layers)
    result = {}
    for entry in system:
        real = entry
        if entry.type is FileType.HARDLINK:
            layer = system.layer_of(entry.path)
            assert layer is not None
            real = next(each for each in contents.layers[layer].entries if each.path == entry.link)
        link = real.link if real.type is FileType.SYMLINK else ""
        result[entry.path] = (TYPES[real.type], real.size, entry.mode, entry.uid, entry.gid, link)
    return {path: fact for path, fact in result.items() if path not in ENGINE_PATHS}


def test_layers_are_the_true_ones(made: tuple[docker.DockerClient, str]) -> None:
    """Las filas que crean capa son las que dice `empty_layer`, que la API no enseña."""
    client, name = made
    image, truth = daemon.image(client, name), Truth(client, name)
    assert [layer.diff_id for layer in image.layers] == truth.config["rootfs"]["diff_ids"]
    flags = [row.get("empty_layer", False) for row in truth.config["history"]]
    assert [row.layer is None for row in image.history] == flags
    assert [row.layer for row in image.history if row.layer is not None] == list(range(len(image.layers)))
    assert image.rule is not Rule.UNKNOWN
    assert image.name == name and any(names(tag, name) for tag in image.tags)


def test_contents_are_the_true_ones_file_by_file(made: tuple[docker.DockerClient, str]) -> None:
    client, name = made
    contents, truth = daemon.contents(client, name), Truth(client, name)
    assert len(contents.layers) == len(truth.layers)
    for files, data in zip(contents.layers, truth.layers, strict=True):
        assert files.diff_id == f"sha256:{hashlib.sha256(data).hexdigest()}"
        entries, gone, opaque = facts(data)
        assert ours(files.entries) == entries
        assert (set(files.whiteouts), set(files.opaque)) == (gone, opaque)


def test_fast_and_slow_paths_give_the_same(made: tuple[docker.DockerClient, str]) -> None:
    client, name = made
    image = daemon.image(client, name)
    slow = daemon.saved(client, image, name)
    assert slow == daemon.contents(client, name)
    (verified,) = archive.read(client.api.get_image(name))
    assert verified.layers == slow.layers
    fast = local.layers(client, client.api.inspect_image(name))
    if client.info().get("Driver") == "overlay2" and "rootless" not in str(
        client.info().get("SecurityOptions")
    ):
        assert fast is not None
    if fast is not None:
        assert fast == tuple(files for files in slow.layers)


def test_stack_is_what_a_container_sees(made: tuple[docker.DockerClient, str]) -> None:
    client, name = made
    assert seen(daemon.contents(client, name)) == exported(client, name)


def test_marks_name_each_change(engine_client: docker.DockerClient, said: Said) -> None:
    from muelle.model import changes, wasted

    name = f"{PREFIX}/marcas-cambios:1"
    IMAGES["marcas"](engine_client, name)
    try:
        contents = daemon.contents(engine_client, name)
        assert contents.image.base_layers == len(daemon.image(engine_client, BASE).layers)
        first = contents.image.base_layers
        assert first is not None
        by_layer = [
            {each.path: each.change for each in changes(stack(contents.layers[:at]), contents.layers[at])}
            for at in range(first, first + 4)
        ]
        assert by_layer[0]["datos/a"] is Change.ADDED
        assert by_layer[1] == {"datos/a": Change.REMOVED, "datos/b": Change.CHANGED}
        # overlay2 y Podman vacían la carpeta; el almacén de containerd borra lo de dentro uno a uno.
        assert by_layer[2].get("datos", Change.OPAQUE) is Change.OPAQUE
        assert {path for path, change in by_layer[2].items() if change is Change.REMOVED} >= {
            "datos/b",
            "datos/sub",
        }
        assert by_layer[3]["otra"] is Change.CHANGED and by_layer[3]["roto"] is Change.ADDED
        lost = {(each.path, each.size) for each in wasted(contents.layers)}
        assert {("datos/b", 4), ("datos/sub/c", 5)} <= lost
        seen_inside = said(engine_client, name, ["find", "/", "-xdev", "-type", "f"])
        inside = {path.lstrip("/") for path in seen_inside.splitlines()} - ENGINE_PATHS
        files = {
            entry.path
            for entry in stack(contents.layers)
            if entry.type in (FileType.FILE, FileType.HARDLINK) and entry.path not in ENGINE_PATHS
        }
        assert files == inside
    finally:
        engine_client.api.remove_image(name, force=True)


def test_base_is_found_for_every_builder(engine_client: docker.DockerClient) -> None:
    below = daemon.image(engine_client, BASE)
    assert below.base_layers is None
    for kind in ("etapas", "commit", "buildkit"):
        name = f"{PREFIX}/base-{kind}:1"
        try:
            IMAGES[kind](engine_client, name)
        except NoBuildKitError:
            continue  # lo cuenta `made`, con su razón
        try:
            assert daemon.image(engine_client, name).base_layers == len(below.layers), kind
        finally:
            engine_client.api.remove_image(name, force=True)


def test_an_image_seen_again_costs_two_requests(engine_endpoint: Endpoint) -> None:
    """La base de una imagen se busca una sola vez: listar las imágenes cuesta más que lo demás."""
    with listen(engine_endpoint) as talk:
        first = daemon.image(talk.client, BASE)
        before = len(talk.conversation.exchanges)
        assert daemon.image(talk.client, BASE) == first
        paths = [each.path.rpartition("/")[2] for each in talk.conversation.exchanges[before:]]
    assert paths == ["json", "history"]


def test_drawing_never_lists_every_image(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """De lo que se construye con el curso se listan, como mucho, las imágenes de su linaje.

    Con cien imágenes en el almacén de containerd, la lista entera tarda más que todo lo demás.
    """
    tag = f"{PREFIX}-linaje"
    each_builder(engine_client, "FROM muelle/base\nRUN echo a > /a\n", tag=tag)
    built = [name for name in (tag, f"{tag}-buildkit") if engine_client.images.list(name=name)]
    box = engine_client.containers.create(built[-1], ["true"], name=f"{PREFIX}-linaje", labels=LABELS)
    monkeypatch.setattr(bases, "_bases", {})
    try:
        with listen(engine_endpoint) as talk:
            for name in (BASE, *built):
                drawn = daemon.image(talk.client, name)
                assert (drawn.base_layers is None) is (name == BASE)
            daemon.container(talk.client, box.name)
        asked = [each for each in talk.conversation.exchanges if each.path == "/images/json"]
        assert [each.query for each in asked if "muelle.base" not in unquote(each.query)] == []
        assert len(asked) <= 1 + len(built)
    finally:
        box.remove()
        for name in built:
            engine_client.api.remove_image(name)


def test_container_and_its_changes(engine_client: docker.DockerClient) -> None:
    name = f"{PREFIX}-contenedor"
    command = ["sh", "-c", "echo x>/nuevo; rm /bin/vi; exit 3"]
    made = engine_client.api.create_container(BASE, command, name=name, labels=LABELS)
    try:
        before = daemon.container(engine_client, name)
        assert (before.status, before.changes, before.exit_code) == ("created", (), None)
        engine_client.api.start(made["Id"])
        engine_client.api.wait(made["Id"])
        found = daemon.container(engine_client, name)
        assert (found.name, found.status, found.exit_code) == (name, "exited", 3)
        assert found.command == tuple(command)
        assert (
            dict(found.changes)["/nuevo"] is Change.ADDED and dict(found.changes)["/bin/vi"] is Change.REMOVED
        )
        assert found.image == daemon.image(engine_client, BASE)
        assert found.writable_size is not None and found.writable_size > 0
    finally:
        engine_client.api.remove_container(made["Id"], force=True)


def test_what_does_not_exist_is_one_sentence(engine_client: docker.DockerClient) -> None:
    for ask in (daemon.image, daemon.container, daemon.contents):
        with pytest.raises(NotFound) as caught:
            ask(engine_client, "no-existe-en-ningun-sitio")
        assert "no-existe-en-ningun-sitio" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "MAYUS", "a b", "x:y:z", "ñ", "-x", "x" * 300, "a@sha256:12"])
def test_what_cannot_be_a_name_is_one_spanish_sentence(engine_client: docker.DockerClient, name: str) -> None:
    """Cada motor lo rechaza a su manera (400, 500 o ni lo pregunta) y en inglés."""
    for ask in (daemon.image, daemon.contents):
        with pytest.raises(NotFound) as caught:
            ask(engine_client, name)
        said = str(caught.value).replace(name, "") if name else str(caught.value)
        assert "nombre de imagen" in said and "\n" not in said
        assert not any(word in said for word in ("reference", "must", "ID", "parsing"))


def test_images_lists_what_has_a_name(engine_client: docker.DockerClient) -> None:
    listed = daemon.images(engine_client)
    assert daemon.image(engine_client, BASE) in listed
    assert all(image.tags for image in listed)
    assert len({image.id for image in listed}) == len(listed)


# --- Imágenes raras, que otros programas hacen y los motores cargan ---

ROW = {"created_by": "COPY d /d # buildkit"}
ENV = {"created_by": "ENV A=1", "empty_layer": True}
NO_DATE = [{**ROW, "created": None}, {**ENV, "created": None}]
ODD_HISTORIES: dict[str, tuple[list[dict[str, Any]], list[int | None]]] = {
    "ninguno": ([], []),  # el almacén de containerd responde «null»
    "sin-fechas": (NO_DATE, [0, None]),  # Podman falla: HTTP 500
    "de-mas": ([ROW, {"created_by": "RUN x"}], [None, None]),  # Podman y containerd fallan: HTTP 500
}


@pytest.mark.parametrize("kind", ODD_HISTORIES)
def test_an_odd_history_does_not_hide_the_layers(engine_client: docker.DockerClient, kind: str) -> None:
    """Si el motor no sabe contar el historial, se lee el de la configuración; y no estorba a las demás."""
    history, expected = ODD_HISTORIES[kind]
    name, above = f"{PREFIX}/historial-{kind}:1", f"{PREFIX}/historial-{kind}:encima"
    answers = list(engine_client.api.load_image(docker_20([BOTTOM], name, history=history)))
    if any("error" in each for each in answers):
        assert "too many non-empty layers" in str(answers)  # Docker clásico ni la carga
        return
    load([BOTTOM, tar([Item("encima", data=b"1")])])(engine_client, above)
    try:
        contents = daemon.contents(engine_client, name)
        assert [layer.diff_id for layer in contents.image.layers] == [sha(BOTTOM)]
        assert [layer.size for layer in contents.image.layers] != [0]
        assert ours(contents.layers[0].entries) == facts(BOTTOM)[0]
        assert [row.layer for row in contents.image.history] == expected
        assert len(daemon.image(engine_client, above).layers) == 2
        listed = [tag for image in daemon.images(engine_client) for tag in image.tags]
        assert all(any(names(tag, each) for tag in listed) for each in (name, above))
    finally:
        engine_client.api.remove_image(above, force=True)
        engine_client.api.remove_image(name, force=True)


def test_an_image_without_layers_has_empty_contents(engine_client: docker.DockerClient) -> None:
    """`FROM scratch` y una etiqueta; Docker clásico se niega a guardarla."""
    name = f"{PREFIX}/sin-capas:1"
    load([], history=[{"created_by": "LABEL a=1", "empty_layer": True}])(engine_client, name)
    try:
        contents = daemon.contents(engine_client, name)
        assert (contents.layers, contents.image.layers) == ((), ())
        assert [(row.text, row.layer) for row in contents.image.history] == [("LABEL a=1", None)]
    finally:
        engine_client.api.remove_image(name, force=True)


@pytest.mark.parametrize("kind", ["enlace", "sustituida"])
def test_an_odd_tar_stacks_as_the_engine_extracts_it(engine_client: docker.DockerClient, kind: str) -> None:
    """Rutas que pasan por un enlace de su capa, o carpetas que después son otra cosa."""
    name = f"{PREFIX}/tar-{kind}:1"
    usr = Item("usr", "dir", mode=0o755)
    layers = {
        "enlace": tar([usr, Item("lib", "symlink", link="usr"), Item("lib/x", data=b"1")]),
        "sustituida": tar([Item("a", "dir", mode=0o755), Item("a/b", data=b"1"), Item("a", data=b"22")]),
    }
    try:
        load([layers[kind]])(engine_client, name)
    except (AssertionError, docker.errors.APIError) as refused:
        assert "duplicates of file paths" in str(refused)  # containerd sí admite rutas repetidas
        return
    try:
        slow = daemon.saved(engine_client, daemon.image(engine_client, name), name)
        assert seen(slow) == exported(engine_client, name)
        assert seen(daemon.contents(engine_client, name)) == exported(engine_client, name)
    finally:
        engine_client.api.remove_image(name, force=True)


def test_an_image_deleted_meanwhile_is_left_out_of_the_list(
    engine_client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = engine_client.api.images()
    gone = {"Id": f"sha256:{'0' * 64}", "RepoTags": ["borrada:1"], "Size": 1}
    monkeypatch.setattr(engine_client.api, "images", lambda **_: [gone, *listed])
    assert BASE in {image.name for image in daemon.images(engine_client)}


# --- Imágenes generadas ---

NAMES = st.sampled_from(["a", "b", "ñ"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@st.composite
def layer_tars(draw: st.DrawFn) -> bytes:
    """Una capa como las escribe un motor: con las carpetas por encima de cada cosa y sin marcas de más."""
    items: dict[str, Item] = {}

    def folders(path: str) -> bool:
        above = [path[:at] for at, letter in enumerate(path) if letter == "/"]
        if any(each in items and items[each].kind != "dir" for each in above):
            return False
        for each in above:
            items.setdefault(each, Item(each, "dir", mode=0o755))
        return True

    for path in draw(st.lists(PATHS, min_size=1, max_size=7)):
        if path in items or not folders(path):
            continue
        kind = draw(st.sampled_from(["file", "dir", "symlink", "fifo", "hardlink"]))
        files = [each.name for each in items.values() if each.kind == "file"]
        mode = draw(st.sampled_from([0o644, 0o755, 0o4711, 0o1777]))
        if kind == "hardlink" and files:
            target = draw(st.sampled_from(files))
            items[path] = Item(path, kind, link=target, mode=items[target].mode)
        elif kind in ("symlink", "hardlink"):
            items[path] = Item(
                path, "symlink", link=draw(st.sampled_from(["/a", "../b", "nada"])), mode=0o777
            )
        else:
            data = draw(st.binary(max_size=30)) if kind == "file" else b""
            items[path] = Item(path, kind, data, mode=mode, uid=draw(st.sampled_from([0, 1000])))
    gone = {path for path in draw(st.sets(PATHS, max_size=3)) if path not in items and folders(path)}
    marks = []
    for path in sorted(gone - set(items)):
        parent, _, name = path.rpartition("/")
        marks.append(Item(f"{parent}/.wh.{name}" if parent else f".wh.{name}"))
    for path, item in list(items.items()):
        if item.kind == "dir" and draw(st.integers(0, 3)) == 0:
            marks.append(Item(f"{path}/.wh..wh..opq"))
    plain = sorted(items.values(), key=lambda item: (item.kind == "hardlink", item.name))
    return tar(
        [
            *(each for each in plain if each.kind == "dir"),
            *marks,
            *(each for each in plain if each.kind != "dir"),
        ]
    )


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(layer_tars(), min_size=2, max_size=5))
def test_generated_images_stack_as_containers_see_them(
    engine_client: docker.DockerClient, layers: list[bytes]
) -> None:
    name = f"{PREFIX}/generada:1"
    load(layers)(engine_client, name)
    try:
        contents = daemon.contents(engine_client, name)
        assert contents.layers == daemon.saved(engine_client, contents.image, name).layers
        assert seen(contents) == exported(engine_client, name)
    finally:
        engine_client.api.remove_image(name, force=True)
