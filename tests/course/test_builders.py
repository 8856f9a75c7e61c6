"""Lo que el libro dice de construir, preguntado a cada constructor.

Del que no está delante responden las capturas de siete motores; del que está, él mismo. Una frase que vale
para todos se comprueba con todos los del motor: `muelle.each_builder`.
"""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import NotFound

from muelle import engine, owned
from muelle.builder import Attempts, each_builder
from muelle.builder.built import context_tar
from muelle.builder.run import Endless, run
from muelle.errors import MuelleError
from muelle.model import Image
from muelle.owned.images import remove_image
from muelle.sources import capture, saved
from told import is_podman

ENGINES = Path(__file__).resolve().parents[1] / "data" / "engines"


def makes_layer(engine: str, tag: str) -> set[bool]:
    """Si el `RUN true` de esa imagen hizo capa, en cada captura de ese motor."""
    found = set()
    for path in sorted(ENGINES.glob(f"{engine}*.json")):
        images: list[Image] = [image for image in capture.read(path).images if tag in image.tags]
        found |= {
            row.layer is not None for image in images for row in image.history if row.text == "RUN true"
        }
    return found


def test_an_empty_run() -> None:
    # comprueba: run-vacio-segun-constructor
    assert makes_layer("docker", "curso/leg:1") == {False}, "constructor clásico: sin capa"
    assert makes_layer("docker", "curso/bk:1") == {True}, "BuildKit: una capa vacía"
    assert makes_layer("podman", "curso/leg:1") == {True}, "Podman: una capa vacía"


TAG = "muelle/constructores"
BOTH = (TAG, f"{TAG}-buildkit")


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    """El motor; si no hay ninguno, la prueba falla con una frase."""
    try:
        found = engine.connect()
    except MuelleError as error:
        pytest.fail(f"Estas pruebas necesitan un motor: {error}", pytrace=False)
    yield found
    for tag in BOTH:
        owned.free_name(found, tag)


def read(client: docker.DockerClient, attempts: Attempts, path: str) -> dict[str, str]:
    """El contenido de un archivo en la imagen que hizo cada constructor."""
    assert all(each.built for each in attempts.values()), attempts
    return {
        name: client.containers.run(each.tag, ["cat", path], remove=True, labels=owned.LABELS).decode()
        for name, each in attempts.items()
    }


@pytest.mark.parametrize("version", ["", "1", "2"])
def test_no_builder_goes_on_for_ever(client: docker.DockerClient, version: str) -> None:
    """Con cualquiera, una construcción que no acaba se deja a su hora."""
    context, _ = context_tar(f"FROM muelle/base\nRUN sleep 300 # {secrets.token_hex(4)}\n", {})
    with pytest.raises(Endless, match="no acabó"):
        run(client, context, lambda _: None, tag=TAG, labels=owned.LABELS, seconds=1, version=version)


def test_the_engine_has_the_builders_that_it_says(client: docker.DockerClient) -> None:
    """Docker tiene el clásico y BuildKit; Podman, Buildah. Si uno no contesta, aquí se ve."""
    found = set(each_builder(client, "FROM muelle/base\n", tag=TAG))
    assert found == ({"Buildah"} if is_podman(client) else {"clásico", "BuildKit"})


@pytest.mark.parametrize(
    ("order", "redone"), [("COPY a.txt /a.txt\nRUN {slow}", True), ("RUN {slow}\nCOPY a.txt /a.txt", False)]
)
def test_the_cache_falls_like_dominoes(client: docker.DockerClient, order: str, redone: bool) -> None:
    """Lo que hay debajo de un COPY que cambia se rehace; lo de encima, no. Y sin cambios, nada."""
    mark = secrets.token_hex(4)
    slow = f"cat /proc/sys/kernel/random/uuid > /instalado # {mark}"
    dockerfile = f"FROM muelle/base\n{order.format(slow=slow)}\n"
    built = [
        read(client, each_builder(client, dockerfile, {"a.txt": text}, tag=TAG), "/instalado")
        for text in (f"lunes {mark}", f"lunes {mark}", f"martes {mark}")
    ]
    assert built[0] == built[1], "lo mismo otra vez sale de la caché"
    for name in built[0]:
        assert (built[1][name] != built[2][name]) == redone, name


def test_the_cache_looks_at_the_args_in_sight(client: docker.DockerClient) -> None:
    """El mismo RUN con otro valor de un ARG no sale de la caché."""
    mark = secrets.token_hex(4)
    run = f"RUN echo $QUIEN {mark} > /quien"
    said = [
        read(client, each_builder(client, f"FROM muelle/base\nARG QUIEN={who}\n{run}\n", tag=TAG), "/quien")
        for who in ("ana", "beto")
    ]
    assert all(each.startswith("ana") for each in said[0].values())
    assert all(each.startswith("beto") for each in said[1].values())


def test_a_moved_name_leaves_the_old_image(client: docker.DockerClient) -> None:
    """Al reconstruir con el mismo nombre, la imagen de antes se queda sin él, y su contenedor la sujeta.

    BuildKit, con el almacén de containerd, además la olvida; el contenedor sigue siendo de ella.
    """
    # comprueba: ni-en-la-lista
    mark = secrets.token_hex(4)
    for tag in BOTH:
        owned.free_name(client, f"{tag}-caja".replace("/", "-"))
    boxes = {}
    for name, each in each_builder(
        client, f"FROM muelle/base\nRUN echo viejo {mark} > /a\n", tag=TAG
    ).items():
        box = f"{each.tag}-caja".replace("/", "-")
        boxes[name] = client.containers.create(each.tag, ["cat", "/a"], name=box, labels=owned.LABELS)
    later = each_builder(client, f"FROM muelle/base\nRUN echo nuevo {mark} > /a\n", tag=TAG)
    left = {name: kept(client, box.attrs["Image"]) for name, box in boxes.items()}
    for name, box in boxes.items():
        assert client.api.inspect_image(later[name].tag)["Id"] != box.attrs["Image"], name
        box.start()
        box.wait()
        assert box.logs() == f"viejo {mark}\n".encode(), name
        box.remove()
        if left[name] is not None:
            remove_image(client, box.attrs["Image"])
    forgets = "io.containerd.snapshotter" in str(client.info()["DriverStatus"])
    assert left == {name: None if forgets and name == "BuildKit" else [] for name in boxes}


def kept(client: docker.DockerClient, image: str) -> list[str] | None:
    """Los nombres de una imagen, o `None` si el motor ya no la conoce."""
    try:
        return list(client.api.inspect_image(image)["RepoTags"])
    except NotFound:
        return None


def test_a_stage_leaves_only_what_is_copied(client: docker.DockerClient) -> None:
    """De una etapa anterior solo queda lo que trae `COPY --from`."""
    dockerfile = (
        "FROM muelle/base AS taller\nRUN echo hecho > /producto; echo pesa > /herramienta\n"
        "FROM scratch\nCOPY --from=taller /producto /producto\n"
    )
    for attempt in each_builder(client, dockerfile, tag=TAG).values():
        assert len(attempt.layers) == 1, attempt


def test_history_has_a_row_per_instruction(client: docker.DockerClient) -> None:
    """También las que no hacen capa dejan su fila, con cualquier constructor."""
    dockerfile = 'FROM muelle/base\nENV A=1\nEXPOSE 80\nRUN touch /a\nCMD ["sh"]\n'
    below = len(client.api.history("muelle/base"))
    base = len(client.api.inspect_image("muelle/base")["RootFS"]["Layers"])
    for name, attempt in each_builder(client, dockerfile, tag=TAG).items():
        rows = len(client.api.history(attempt.tag)) - below
        assert rows in (4, 5), f"{name}: cuatro instrucciones y, en el clásico, la LABEL del curso"
        assert len(attempt.layers) - base == 1, name


def test_an_ignored_file_does_not_travel(client: docker.DockerClient) -> None:
    """Lo que tapa `.dockerignore` no llega a ningún constructor."""
    # comprueba: dockerignore-si-viaja
    dockerfile = "FROM muelle/base\nCOPY . /caja\nRUN ls -A /caja > /lista\n"
    files = {"a.txt": "a", "clave.pem": "secreto", ".dockerignore": "*.pem\n"}
    for said in read(client, each_builder(client, dockerfile, files, tag=TAG), "/lista").values():
        assert {"a.txt", ".dockerignore"} <= set(said.split()) and "clave.pem" not in said


def inside(layer: bytes) -> set[str]:
    """Los archivos del tar de una capa, sin las carpetas."""
    with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
        return {each.name for each in tar if each.isfile()}


def test_deleting_leaves_a_mark(client: docker.DockerClient) -> None:
    """Borrar en otra instrucción tapa y no quita: el archivo sigue entero en su capa."""
    dockerfile = "FROM muelle/base\nCOPY clave.txt /clave.txt\nRUN rm /clave.txt\n"
    for attempt in each_builder(client, dockerfile, {"clave.txt": "abracadabra\n"}, tag=TAG).values():
        packed = saved.package(client.api.get_image(attempt.tag))
        brought, erased = packed.layers[-2:]
        assert "clave.txt" in inside(brought) and ".wh.clave.txt" in inside(erased), attempt
        assert b"abracadabra" in brought and b"abracadabra" not in erased, attempt


def test_forms_and_what_an_entrypoint_empties(client: docker.DockerClient) -> None:
    """La forma shell es `/bin/sh -c`; la exec queda tal cual; ENTRYPOINT vacía el CMD de la base."""
    for order, config in (
        ("CMD echo $A", {"Cmd": ["/bin/sh", "-c", "echo $A"], "Entrypoint": None}),
        ('CMD ["echo", "$A"]', {"Cmd": ["echo", "$A"], "Entrypoint": None}),
        ("ENTRYPOINT echo $A", {"Cmd": None, "Entrypoint": ["/bin/sh", "-c", "echo $A"]}),
    ):
        for attempt in each_builder(client, f"FROM muelle/base\n{order}\n", tag=TAG).values():
            written = client.api.inspect_image(attempt.tag)["Config"]
            assert {name: written.get(name) or None for name in config} == config, (order, attempt)


def test_another_order_is_another_image_with_the_same_layers(client: docker.DockerClient) -> None:
    """Cambiar el CMD cambia el identificador y ninguna capa; FROM trae las de su base, en su orden."""
    base = client.api.inspect_image("muelle/base")["RootFS"]["Layers"]
    recipe = 'FROM muelle/base\nRUN echo hola > /saludo.txt\nCMD ["{}"]\n'
    first = each_builder(client, recipe.format("ls"), tag=TAG)
    identifiers = {name: client.images.get(each.tag).id for name, each in first.items()}
    for name, second in each_builder(client, recipe.format("cat"), tag=TAG).items():
        assert second.layers == first[name].layers and list(second.layers[: len(base)]) == base, name
        assert client.images.get(second.tag).id != identifiers[name], name
