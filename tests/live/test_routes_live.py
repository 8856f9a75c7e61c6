"""La misma imagen por dos caminos, preguntando al motor y leyendo su archivo de `save`, da el mismo JSON.

Las imágenes se generan con lo que admite una configuración y pocas llevan. Lo que solo sabe uno de los dos
caminos está en `ENGINE` y `ARCHIVE`, con su razón; todo lo demás ha de coincidir.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import docker
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from archives import Item, sha, tar
from muelle.model import Contents
from muelle.sources import archive, daemon, report

pytestmark = pytest.mark.live

PREFIX = "muelle-prueba-rutas"
DATE = "2024-01-01T00:00:00Z"

ENGINE = {
    "id": "con el almacén de containerd es el del manifiesto, que el motor hace al cargar",
    "tags": "el archivo lleva el nombre con que se pidió; el motor sabe los demás",
    "name": "el motor sabe cómo se pidió",
    "size": "lo que ocupa en su almacén",
    "base_layers": "la imagen de FROM se busca entre las suyas",
}
ARCHIVE = {
    "notes": "en qué no coincidirían otros almacenes: este motor ya la extrajo a su manera",
}
ONE = ("digest", "blob_size")
"""De cada capa, lo que solo se sabe si el motor guarda los blobs tal como viajan."""

LAYERS = [
    tar([Item("d", "dir", mode=0o755), Item("d/a", data=b"a" * 50), Item("d/b", "hardlink", link="d/a")]),
    tar([Item("d", "dir", mode=0o755), Item("d/.wh.a"), Item("ñ", data=b"1" * 7, uid=1000)]),
    tar([Item("e", "symlink", link="/d", mode=0o777), Item("vacio")]),
    tar([Item("d", "dir", mode=0o700), Item("d/.wh..wh..opq"), Item("d/c", data=b"c")]),
    bytes(1024),
]
ROWS = [
    "COPY a /a # buildkit",
    "RUN |1 V=con espacio /bin/sh -c true # buildkit",
    "/bin/sh -c #(nop) COPY dir:0 in / ",
    "bazel build ...",
    "",
]
EMPTY_ROWS = [
    'CMD ["sh" "-c" "x"]',
    "ENV A=1 B=dos palabras",
    "/bin/sh -c #(nop)  VOLUME [/v]",
    "LABEL a=ñ",
    "ARG X",
]
ENV = st.lists(
    st.sampled_from(["A=1", "A=2", "VACIA=", "CON=a=b c", "Ñ=é 🐳", 'Q="x" $y', "L=1\n2"]), max_size=4
)
LABELS = st.dictionaries(
    st.sampled_from(["a", "org.ejemplo/ñ", "con espacio", "<b>"]), st.sampled_from(["", "1", "ñ\n<i>", "a=b"])
)


@st.composite
def configurations(draw: st.DrawFn) -> tuple[dict[str, Any], list[int]]:
    """La configuración de una imagen y cuáles de `LAYERS` son sus capas, que pueden repetirse."""
    layers = draw(st.lists(st.integers(0, len(LAYERS) - 1), min_size=1, max_size=5))
    rows: list[dict[str, Any]] = []
    for _ in layers:
        for text in draw(st.lists(st.sampled_from(EMPTY_ROWS), max_size=2)):
            rows.append({"created": DATE, "created_by": text, "empty_layer": True})
        rows.append({"created": DATE, "created_by": draw(st.sampled_from(ROWS)), "comment": "c"})
    change = draw(st.sampled_from(["justo", "justo", "justo", "corto", "nada", "de más"]))
    if change == "corto":
        rows = rows[draw(st.integers(0, len(rows))) :]
    elif change == "nada":
        rows = []
    elif change == "de más":
        rows.append({"created": DATE, "created_by": "RUN otra"})
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": DATE,
        "config": {"Env": draw(ENV), "Labels": {**draw(LABELS), "muelle": "1"}, "Cmd": ["/x"]},
        "rootfs": {"type": "layers", "diff_ids": [sha(LAYERS[layer]) for layer in layers]},
        "history": rows,
    }, layers


def saved(images: list[tuple[dict[str, Any], list[int], list[str]]]) -> bytes:
    """Un archivo con esas imágenes y sus nombres; cada capa viaja una vez, como con `COPY --link`."""
    blobs: dict[str, bytes] = {}
    manifest = []
    for configuration, layers, tags in images:
        written = json.dumps(configuration).encode()
        name = f"{sha(written)[7:]}.json"
        blobs[name] = written
        paths = [f"{layer}.tar" for layer in layers]
        blobs.update((path, LAYERS[layer]) for path, layer in zip(paths, layers, strict=True))
        manifest.append({"Config": name, "RepoTags": tags, "Layers": paths})
    blobs["manifest.json"] = json.dumps(manifest).encode()
    return tar([Item(name, data=data) for name, data in blobs.items()])


@contextmanager
def loaded(client: docker.DockerClient, data: bytes, names: list[str]) -> Iterator[bool]:
    """Las imágenes de un archivo, cargadas mientras dura; False si el motor no admite su historial."""
    answers = list(client.api.load_image(data))
    refused = [str(each) for each in answers if "error" in each]
    assert all("too many non-empty layers" in each for each in refused), refused  # Docker clásico
    try:
        yield not refused
    finally:
        for name in names:
            with suppress(docker.errors.ImageNotFound):
                client.api.remove_image(name, force=True)


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(configurations(), min_size=1, max_size=2), st.integers(1, 3))
def test_the_engine_and_its_archive_say_the_same(
    engine_client: docker.DockerClient, made: list[tuple[dict[str, Any], list[int]]], tags: int
) -> None:
    images = [
        (configuration, layers, [f"{PREFIX}/imagen-{at}:{tag}" for tag in range(tags)])
        for at, (configuration, layers) in enumerate(made)
    ]
    names = [name for _, _, listed in images for name in listed]
    with loaded(engine_client, saved(images), names) as accepted:
        for configuration, _, listed in images if accepted else ():
            by_engine = daemon.contents(engine_client, listed[-1])
            (by_archive,) = archive.read(engine_client.api.get_image(listed[-1]))
            assert told(by_engine, by_archive) == told(by_archive, by_engine)
            assert set(by_archive.image.tags) <= set(by_engine.image.tags)
            assert dict(by_engine.image.labels) == configuration["config"]["Labels"]
            assert list(by_engine.image.env) == configuration["config"]["Env"]


def told(contents: Contents, other: Contents) -> dict[str, Any]:
    """El JSON de una imagen sin lo que el otro camino no puede saber."""
    (image,) = report.document([contents])["images"]
    for key in (*ENGINE, *ARCHIVE):
        del image[key]
    for layer, theirs in zip(image["layers"], other.image.layers, strict=True):
        for key in ONE:
            if layer[key] is None or getattr(theirs, key) is None:
                del layer[key]
    return dict(image)
