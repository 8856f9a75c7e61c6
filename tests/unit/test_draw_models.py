"""Del modelo al dibujo: el texto alternativo y la imagen dicen lo mismo, y nada se desborda."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest

from muelle import draw
from muelle.draw import Diagram
from muelle.draw.pieces import sketch
from muelle.draw.pieces.rows import FoldedRow, LayerRow, folded, image_rows
from muelle.model import (
    EMPTY_LAYER,
    Change,
    Container,
    Entry,
    FileType,
    Image,
    Instruction,
    Layer,
    LayerChange,
    Rule,
    chain_ids,
    saved,
    short_id,
)
from muelle.model.architecture import Architecture
from muelle.model.conversation import Conversation, Exchange

SVG = "{http://www.w3.org/2000/svg}"
EMPTY = "vacía"


def digest(text: str) -> str:
    """Un identificador con el aspecto de los de verdad."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def made(name: str, rows: list[tuple[str, int | str | None]], base: int | None = None) -> Image:
    """Una imagen de prueba: (instrucción, bytes), con None en lugar de bytes si no crea capa."""
    diffs = [EMPTY_LAYER if size == EMPTY else digest(text) for text, size in rows if size is not None]
    sizes = [0 if size == EMPTY else int(size) for _, size in rows if size is not None]
    layers = tuple(
        Layer(position, diff, chain, None, size)
        for position, (diff, chain, size) in enumerate(zip(diffs, chain_ids(diffs), sizes, strict=True))
    )
    history = []
    position = 0
    for text, size in rows:
        layer = None if size is None else position
        history.append(Instruction(text, text.split()[0], layer, sizes[position] if size else 0, text))
        position += size is not None
    return Image(
        digest(name), (name,), "linux", "amd64", layers, tuple(history), Rule.SIZES, sum(sizes), base
    )


BASE: list[tuple[str, int | str | None]] = [("FROM busybox", 1_240_000), ("COPY a /etc/", 23_000)]
WEB = made(
    "web:1",
    [
        *BASE,
        ("ENV PUERTO=8080", None),
        ("RUN instalar", 3_400_000),
        ("RUN true", EMPTY),
        ('CMD ["httpd"]', None),
    ],
    base=2,
)
OTHER = made("otra:2", [*BASE, ("RUN otra cosa", 5_000)], base=2)


def tall(count: int) -> Image:
    """Una imagen con muchas capas."""
    return made(f"alta:{count}", [(f"RUN echo {i} > /f{i}", 1000 + i * 37 % 91) for i in range(count)])


def drawn(diagram: Diagram) -> str:
    """Todo el texto pintado, sin título, descripción ni hoja de estilo."""
    root = ET.fromstring(diagram.svg())
    return "\n".join("".join(element.itertext()) for element in root.iter(f"{SVG}text")).replace(
        "\u00a0", " "
    )


def both(diagram: Diagram, *pieces: str) -> None:
    """Exige que cada trozo esté en el dibujo y en su texto alternativo."""
    picture, text = drawn(diagram), diagram.plain()
    for piece in pieces:
        assert piece in picture, f"falta en el dibujo: {piece}"
        assert piece in text, f"falta en el texto: {piece}"


def size_of(diagram: Diagram) -> tuple[float, float]:
    """Ancho y alto en píxeles."""
    box = ET.fromstring(diagram.svg()).attrib["viewBox"].split()
    return float(box[2]), float(box[3])


def classes(diagram: Diagram) -> list[str]:
    """La clase de cada caja, en orden."""
    found = re.findall(r"^n\d+ \[class=\"([^\"]*)\"", diagram.dot, re.M)
    return [name.split()[0] for name in found]


def test_image_shows_every_layer_in_picture_and_text() -> None:
    diagram = draw.image(WEB)
    both(diagram, *(short_id(layer.diff_id) for layer in WEB.layers))
    both(
        diagram,
        "ENV PUERTO=8080",
        'CMD ["httpd"]',
        "RUN instalar",
        "3,4 MB",
        "23 kB",
        "4 capas",
        "solo lectura",
    )
    both(diagram, "hay tantas filas con bytes")


def test_image_kinds_look_different_and_are_named() -> None:
    diagram = draw.image(WEB)
    assert classes(diagram) == ["metadatos", "capa-vacia", "capa", "metadatos", "capa-base", "capa-base"]
    both(diagram, "vacía", "base", "metadatos")
    text = diagram.plain()
    assert "capa vacía 4" in text and "capa de la base 1" in text
    assert text.index("RUN instalar") < text.index("FROM busybox")


def test_a_zero_byte_layer_that_deletes_is_not_called_empty() -> None:
    assert "vacía" not in draw.image(made("x", [("RUN rm /a", 0)])).plain()


def test_bars_are_to_scale() -> None:
    diagram = draw.image(made("x", [("RUN a", 1_000_000), ("RUN b", 500_000), ("RUN c", 250_000)]))
    whole = []
    for element in ET.fromstring(diagram.svg()).iter(f"{SVG}polygon"):
        if "f-capa-borde" in element.get("class", ""):
            xs = [float(point.split(",")[0]) for point in element.attrib["points"].split()]
            whole.append(max(xs) - min(xs))
    assert len(whole) == 3
    assert whole[1] == pytest.approx(whole[2] / 2, abs=2)
    assert whole[0] == pytest.approx(whole[2] / 4, abs=2)


def test_unknown_rule_shows_layers_without_instructions() -> None:
    unknown = replace(WEB, rule=Rule.UNKNOWN)
    diagram = draw.image(unknown)
    both(diagram, *(short_id(layer.diff_id) for layer in WEB.layers))
    both(diagram, "instrucción desconocida", "el historial no cuadra")
    assert "RUN instalar" not in drawn(diagram) + diagram.plain()


def test_a_layer_missing_from_history_is_still_drawn() -> None:
    partial = replace(WEB, history=WEB.history[1:2])
    rows = [row for row in image_rows(partial) if isinstance(row, LayerRow)]
    assert [row.layer.position for row in rows] == [0, 1, 2, 3]
    assert [row.instruction is None for row in rows] == [True, False, True, True]


def test_image_without_layers() -> None:
    both(draw.image(replace(WEB, layers=(), history=(), size=0)), "0 capas")


@pytest.mark.parametrize("count", [127, 500])
def test_many_layers_are_folded(count: int) -> None:
    diagram = draw.image(tall(count))
    width, height = size_of(diagram)
    assert width <= 360 and height <= 2200
    assert len(diagram.plain()) < 4000
    both(diagram, f"{count} capas", "capas más (")
    assert f"Capa {count}\n" in drawn(diagram)


def test_folding_counts_everything_once() -> None:
    image = tall(127)
    rows = image_rows(image)
    hidden = [row for row in rows if isinstance(row, FoldedRow)]
    shown = [row for row in rows if isinstance(row, LayerRow)]
    assert sum(row.layers for row in hidden) + len(shown) == 127
    total = sum(row.size or 0 for row in hidden) + sum(row.layer.size or 0 for row in shown)
    assert total == image.size
    largest = max(image.layers, key=lambda layer: layer.size or 0)
    assert largest.position in {row.layer.position for row in shown}


def test_folding_leaves_what_fits_alone() -> None:
    rows = image_rows(tall(24))
    assert not [row for row in rows if isinstance(row, FoldedRow)]
    assert folded(rows) == rows


def test_a_long_instruction_is_whole_in_the_text() -> None:
    long = "RUN " + "y" * 4000
    diagram = draw.image(made("x", [(long, 1)]))
    assert long in diagram.plain() and size_of(diagram)[0] <= 360


def test_images_share_one_node_per_chain() -> None:
    diagram = draw.images([WEB, OTHER])
    picture = drawn(diagram)
    for layer in (*WEB.layers[:2], WEB.layers[2], OTHER.layers[2]):
        assert picture.count(short_id(layer.diff_id)) == 1
        assert short_id(layer.diff_id) in diagram.plain()
    assert saved([WEB, OTHER]) == 1_263_000
    assert "1,3 MB" in diagram.title and "la comparten 2" in picture
    assert "Compartidas por web:1, otra:2" in diagram.plain()


def test_the_same_diff_on_another_base_is_not_shared() -> None:
    top = made("encima", [("FROM otra base", 7), ("COPY a /etc/", 23_000)])
    assert saved([WEB, top]) == 0
    assert drawn(draw.images([WEB, top])).count(short_id(digest("COPY a /etc/"))) == 2


def test_the_empty_layer_twice_in_one_image() -> None:
    twice = made("dos", [("FROM x", 9), ("RUN true", EMPTY), ("RUN :", EMPTY)])
    assert drawn(draw.image(twice)).count(short_id(EMPTY_LAYER)) == 2
    assert drawn(draw.images([twice, WEB])).count(short_id(EMPTY_LAYER)) == 3
    assert saved([twice]) == 0


def test_two_images_fit_a_phone_and_many_layers_fold() -> None:
    assert size_of(draw.images([WEB, OTHER]))[0] <= 360
    assert size_of(draw.images([tall(500), WEB]))[1] < 2200


def test_unknown_sizes_are_said_and_fit() -> None:
    layers = tuple(replace(layer, size=None) for layer in WEB.layers)
    unsized = replace(WEB, layers=layers, size=None)
    both(draw.image(unsized), "tamaño desconocido")
    diagram = draw.images([unsized, OTHER])
    assert "¿? B" in drawn(diagram) and size_of(diagram)[0] <= 360


def running(
    name: str, *changes: tuple[str, Change], image: Image | None = WEB, status: str = "running"
) -> Container:
    """Un contenedor de prueba."""
    return Container(digest(name), name, status, image, ("httpd", "-f"), changes, 1234, 137)


def test_container_shows_writable_layer_over_image() -> None:
    changes = (("/srv/nuevo", Change.ADDED), ("/etc/passwd", Change.CHANGED), ("/etc/motd", Change.REMOVED))
    diagram = draw.containers([running("web-uno", *changes)])
    both(
        diagram,
        "web-uno",
        "en marcha",
        "/srv/nuevo",
        "/etc/passwd",
        "/etc/motd",
        "1,2 kB",
        "httpd -f",
        "PID 1",
    )
    both(diagram, *(short_id(layer.diff_id) for layer in WEB.layers))
    assert classes(diagram)[:2] == ["proceso", "escritura"]
    assert "añade /srv/nuevo" in diagram.plain() and "borra /etc/motd" in diagram.plain()
    assert "+ /srv/nuevo" in drawn(diagram) and "− /etc/motd" in drawn(diagram)


def test_two_containers_share_one_stack() -> None:
    diagram = draw.containers([running("uno", ("/a", Change.ADDED)), running("dos", status="exited")])
    assert drawn(diagram).count(short_id(WEB.layers[0].diff_id)) == 1
    both(
        diagram, "uno", "dos", "2 contenedores la comparten", "terminado (137)", "sin cambios", "Sin proceso"
    )
    assert classes(diagram).count("escritura") == 2
    assert size_of(diagram)[0] <= 390


def test_container_without_image_and_with_many_changes() -> None:
    many = tuple((f"/datos/{i:04}", Change.ADDED) for i in range(5000))
    diagram = draw.containers([running("uno", *many, image=None)])
    both(diagram, "su imagen ya no existe", "… 4990 cambios más", "/datos/0009")
    assert "/datos/0010" not in drawn(diagram)


CHANGES = [
    LayerChange("etc/motd", Change.REMOVED),
    LayerChange("etc/passwd", Change.CHANGED, Entry("etc/passwd", FileType.FILE, 812)),
    LayerChange("srv/viejo", Change.OPAQUE),
    LayerChange("bin/x", Change.ADDED, Entry("bin/x", FileType.SYMLINK, link="/b")),
]


def test_contents_names_whiteouts() -> None:
    diagram = draw.contents(CHANGES, title="Capa 3")
    both(diagram, ".wh.motd", ".wh..wh..opq", "passwd", "cambia 812 B", "añade 1, cambia 1, borra 1, vacía 1")
    both(diagram, "tapa lo de debajo", "añade → /b")


def test_contents_of_an_empty_layer() -> None:
    diagram = draw.contents([], title="Capa 4")
    assert "ningún archivo" in drawn(diagram)
    assert "no cambia nada" in diagram.plain()


def test_contents_folds_and_counts() -> None:
    many = [
        LayerChange(f"usr/p{i}/c{j}", Change.ADDED, Entry("", FileType.FILE, 10))
        for i in range(40)
        for j in range(500)
    ]
    diagram = draw.contents([*CHANGES, *many], title="Capa grande")
    assert size_of(diagram)[1] < 900
    both(diagram, "añade 20001", "500 rutas, 5 kB", "… 32 entradas más")


def test_contents_of_a_very_deep_path() -> None:
    deep = "/".join(["d"] * 300)
    diagram = draw.contents([LayerChange(deep, Change.ADDED, Entry(deep, FileType.FILE, 1))], title="Honda")
    assert size_of(diagram)[0] <= 360


TALK = Conversation(
    "docker run hola",
    (
        Exchange("HEAD", "/_ping", status=200, reason="OK", duration=0.001),
        Exchange(
            "POST", "/containers/create", query="name=x", status=201, reason="Created", response_bytes=88
        ),
        Exchange("POST", "/containers/abc/attach", status=101, reason="UPGRADED", upgraded="tcp"),
        Exchange("GET", "/containers/no/json", status=404, reason="Not Found"),
        Exchange("GET", "/events"),
    ),
)


def test_conversation_shows_each_request_and_answer() -> None:
    diagram = draw.conversation(TALK)
    both(diagram, "HEAD /_ping", "200 OK · 1,0 ms", "POST /containers/create?name=x", "201 Created · 88 B")
    both(diagram, "404 Not Found", "la conexión pasa a", "sin respuesta")
    both(diagram, "GET /events")
    assert size_of(diagram)[0] <= 360
    assert "docker run hola" in diagram.title


def test_conversation_repeats_and_folds() -> None:
    same = tuple(Exchange("GET", "/info", status=200, reason="OK") for _ in range(12))
    both(draw.conversation(Conversation("x", same)), "GET /info × 12")
    many = tuple(Exchange("GET", f"/n/{i}", status=200, reason="OK") for i in range(300))
    diagram = draw.conversation(Conversation("x", many))
    both(diagram, "/n/0", "/n/299", "… 286 intercambios más")
    assert size_of(diagram)[1] < 1200


def test_the_times_of_a_long_request_are_not_cut() -> None:
    long = tuple(Exchange("GET", "/containers/json", "x" * 400, status=200) for _ in range(12))
    diagram = draw.conversation(Conversation("x", long))
    assert "… × 12" in drawn(diagram) and "× 12" in diagram.plain()
    assert size_of(diagram)[0] <= 360


def test_what_went_wrong_stands_out_and_is_also_said() -> None:
    def colours(status: int) -> str:
        talk = Conversation("x", (Exchange("GET", "/x", status=status),))
        return re.sub(r"<style>.*?</style>", "", draw.conversation(talk).svg(), flags=re.S)

    assert "f-borrado" in colours(404) and "f-borrado" in colours(0) and "f-borrado" not in colours(200)


def test_an_empty_conversation_says_so() -> None:
    assert "ninguna petición" in draw.conversation(Conversation("x", ())).plain()


def test_lifecycle_highlights_the_real_path() -> None:
    events = [("create", 5.0), ("start", 5.2), ("kill", 6.0), ("die", 6.0), ("stop", 6.0), ("destroy", 9.0)]
    diagram = draw.lifecycle(events)
    both(diagram, "2. start", "destroy")
    text = diagram.plain()
    assert "3. die, a los 1 s: de en marcha a terminado" in text
    assert "no pasó: en pausa" in text and "kill, stop" in text
    assert "↓ die" in drawn(diagram) and "3. ↓ die" in drawn(diagram)
    assert diagram.dot.count("penwidth=2.6") == 3
    assert size_of(diagram)[0] <= 360


def test_lifecycle_keeps_rare_paths_and_long_actions_out() -> None:
    diagram = draw.lifecycle([("create", 0), ("exec_start: sh -c clave", 1), ("start", 1)])
    assert drawn(diagram).count("destroy") == 1 and drawn(diagram).count("die") == 1
    assert "exec_start." in diagram.plain() and "clave" not in diagram.plain()


def test_lifecycle_killed_while_paused_and_removed_before_start() -> None:
    assert (
        draw.lifecycle([("create", 0), ("start", 1), ("pause", 2), ("die", 3)]).dot.count("penwidth=2.6") == 4
    )
    removed = draw.lifecycle([("create", 0), ("destroy", 1)])
    assert removed.dot.count("penwidth=2.6") == 3
    assert "de creado a eliminado" in removed.plain()


def test_lifecycle_told_by_podman() -> None:
    names = ("create", "init", "start", "kill", "died", "cleanup", "remove")
    diagram = draw.lifecycle([(name, float(at)) for at, name in enumerate(names)])
    text = diagram.plain()
    assert "Al final: eliminado." in text and "3. died, a los 4 s: de en marcha a terminado" in text
    assert "init, kill, cleanup" in text
    assert diagram.dot.count("penwidth=2.6") == 3


def test_lifecycle_without_events() -> None:
    diagram = draw.lifecycle([("exec_start: sh -c ls", 1.0)])
    assert "Ningún evento" in diagram.plain() and "exec_start" in diagram.plain()
    assert "penwidth=2.6" not in diagram.dot


@dataclass(frozen=True)
class Step:
    """Un paso de construcción con lo que el dibujo necesita."""

    number: int
    instruction: str
    cached: bool
    image_id: str = "ab" * 32


STEPS = [
    Step(1, "FROM busybox", False),
    Step(2, "ENV PUERTO=8080", True),
    Step(3, "RUN instalar", True),
    Step(4, "RUN true", False),
    Step(5, 'CMD ["httpd"]', False),
]


def test_build_puts_cache_beside_layers() -> None:
    diagram = draw.build(STEPS, WEB)
    both(diagram, "de la caché", "ejecutado", "de partida", "2 capas base", short_id(WEB.layers[2].diff_id))
    assert "Paso 3, de la caché: RUN instalar → Capa 3, 3,4 MB" in diagram.plain()
    assert 'Paso 5, ejecutado: CMD ["httpd"] → sin capa' in diagram.plain()
    assert size_of(diagram)[0] <= 360


def test_build_does_not_guess_when_history_differs() -> None:
    diagram = draw.build([*STEPS[:3], Step(4, "COPY a b", False), STEPS[4]], WEB)
    assert short_id(WEB.layers[2].diff_id) not in drawn(diagram) + diagram.plain()
    both(diagram, "imagen", "abababababab")


def test_a_failed_step_is_named() -> None:
    both(draw.build([STEPS[0], Step(2, "RUN falla", False, "")]), "no terminó", "RUN falla")


def test_a_long_build_keeps_its_beginning_and_its_end() -> None:
    """Donde se rompe una construcción es en su último paso: no puede quedarse fuera."""
    steps = [Step(1, "FROM muelle/base", False), *(Step(n, f"RUN paso {n}", True) for n in range(2, 40))]
    diagram = draw.build([*steps, Step(40, "RUN falla", False, "")])
    both(
        diagram, "FROM muelle/base", "RUN paso 16", "… 16 pasos más", "RUN paso 33", "RUN falla", "no terminó"
    )
    assert "RUN paso 17" not in drawn(diagram) + diagram.plain()
    assert size_of(diagram)[0] <= 360


def test_from_scratch_starts_from_nothing() -> None:
    steps = [Step(1, "FROM scratch", False, ""), Step(2, "COPY a /a", False)]
    diagram = draw.build(steps)
    both(diagram, "sin base")
    assert "base" not in diagram.plain().replace("sin base", "")


ARCHITECTURE = Architecture(
    "docker-py (SDK)", "7.2.0", "portatil", "Linux", "socket Unix", "unix:///…/docker.sock", "1.41", "1.12",
    "Docker Engine", "20.10.24", "portatil", "Debian 12", "6.1.0", "x86_64", True, "overlay2",
    (("containerd", "1.6.20"), ("runc", "1.1.5")),
)  # fmt: skip


def test_a_layer_named_twice_in_the_history_is_drawn_once() -> None:
    doubled = replace(WEB, history=(*WEB.history, replace(WEB.history[0], text="RUN otra vez")))
    layers = [row for row in image_rows(doubled) if isinstance(row, LayerRow)]
    assert [row.layer.position for row in layers] == [0, 1, 2, 3]


def test_a_tiny_layer_still_has_a_visible_bar() -> None:
    wide = re.findall(r'WIDTH="(\d+)" HEIGHT="5"', sketch.bar(1, 10**9, "capa-borde"))
    assert [int(each) for each in wide] == [2, int(sketch.WIDTH) - 6]
    assert len(re.findall('HEIGHT="5"', sketch.bar(0, 10**9, "capa-borde"))) == 1


def test_a_paused_container_still_has_its_process() -> None:
    both(draw.containers([Container("a", "a", "paused", WEB, ("x",))]), "Proceso (PID 1)", "en pausa")
    both(draw.containers([Container("a", "a", "exited", WEB, ("x",))]), "Sin proceso")


def test_two_containers_whose_images_are_gone_share_nothing() -> None:
    gone = [Container(name, name, "exited", None, ("x",)) for name in ("a", "b")]
    both(draw.containers(gone), "su imagen ya no existe")
    assert drawn(draw.containers(gone)).count("su imagen ya no existe") == 2


def test_architecture_shows_every_answer() -> None:
    diagram = draw.architecture(ARCHITECTURE)
    both(diagram, "docker-py (SDK) 7.2.0", "socket Unix", "unix:///…/docker.sock", "1.41", "1.12", "portatil")
    both(
        diagram,
        "Docker Engine 20.10.24",
        "Debian 12",
        "6.1.0",
        "x86_64",
        "overlay2",
        "containerd",
        "1.6.20",
        "runc",
    )
    assert classes(diagram)[:4] == ["cliente", "api", "demonio", "motor"]
    assert diagram.dot.count("subgraph") == 1 and size_of(diagram)[0] <= 360


def test_architecture_with_two_machines() -> None:
    diagram = draw.architecture(replace(ARCHITECTURE, same_host=False, host_name="docker-desktop"))
    assert diagram.dot.count("subgraph") == 2
    both(diagram, "Máquina del cliente: portatil", "docker-desktop")
    assert "otra máquina" in diagram.plain()


def test_architecture_with_endless_names_still_fits() -> None:
    long = "x" * 5000
    diagram = draw.architecture(replace(ARCHITECTURE, components=((long, long),) * 4, store=long))
    assert size_of(diagram)[0] <= 360


def test_architecture_says_what_it_does_not_know() -> None:
    unknown = replace(
        ARCHITECTURE,
        same_host=None,
        host_name=None,
        min_api_version=None,
        store=None,
        components=(),
        rootless=True,
    )
    both(draw.architecture(unknown), "¿la misma?", "no la dice", "no lo dice", "no los dice", "rootless")


def test_legend_explains_every_role() -> None:
    text = draw.legend().plain()
    for word in ("Capa de escritura", "Metadatos", "Capa vacía", "Proceso", "Demonio", "API REST", "borra"):
        assert word in text and word in drawn(draw.legend())
