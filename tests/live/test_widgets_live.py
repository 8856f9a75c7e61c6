"""Los controles contra un motor de verdad: lo que se pulsa ocurre, y se ve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import docker
import ipywidgets as w
import pytest

from muelle import builder, owned
from muelle.errors import NameTaken, NotFound
from muelle.sources import answers
from muelle.widgets import ContainerPanel, container_panel, dockerfile_lab, explorer

pytestmark = pytest.mark.live

TAG = "muelle-prueba-controles:1"
NAME = "muelle-prueba-panel"
DOCKERFILE = """FROM muelle/base
ENV A=1
RUN mkdir /datos && echo uno > /datos/uno && echo dos > /datos/dos
RUN rm /datos/uno && echo tres > /datos/tres
CMD ["sleep", "300"]
"""


@pytest.fixture
def image(engine_client: docker.DockerClient) -> Iterator[str]:
    builder.build(engine_client, DOCKERFILE, tag=TAG)
    yield TAG
    engine_client.images.remove(TAG, force=True)


@pytest.fixture
def container(engine_client: docker.DockerClient, image: str) -> Iterator[Any]:
    owned.free_name(engine_client, NAME)
    created = engine_client.containers.create(image, name=NAME, labels=owned.LABELS, init=True)
    yield created
    owned.free_name(engine_client, NAME)


def paths(html: str) -> set[str]:
    """Las rutas de la tabla de archivos."""
    return set(re.findall(r"<td><code>(/[^<]*)</code></td>", html))


def test_explorer_shows_the_files_of_the_chosen_layer(engine_client: docker.DockerClient, image: str) -> None:
    control = explorer(engine_client, "muelle/base", image).controls
    control.image.value = control.image.options[1]
    assert image in control.graph.value
    assert {"/datos/uno", "/datos/tres"} <= paths(control.files.value)
    assert "en el tar: datos/.wh.uno" in control.files.value
    control.kinds["Añade"].value = False
    assert "/datos/tres" not in paths(control.files.value) and "/datos/uno" in paths(control.files.value)
    control.kinds["Añade"].value = True
    control.path.value = "TRES"
    assert paths(control.files.value) == {"/datos/tres"}
    control.path.value = ""
    control.layer.value = control.layer.options[1][1]
    assert "/datos/dos" in paths(control.files.value)


def test_explorer_static_form_has_the_same_data(engine_client: docker.DockerClient, image: str) -> None:
    shown = explorer(engine_client, image)
    control, page = shown.controls, shown.static()
    assert "/datos/tres" in paths(control.files.value)
    assert paths(control.files.value) <= paths(page)
    assert page.count("<details") >= len(control.layer.options)
    assert "<td><code>/datos/uno</code></td><td>capa 4</td><td>4 B</td>" in page and "<script" not in page
    bundle = shown._repr_mimebundle_()
    assert 'class="muelle-explorador"' in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_explorer_survives_an_image_removed_behind_its_back(engine_client: docker.DockerClient) -> None:
    builder.build(engine_client, "FROM muelle/base\nRUN echo x > /efimera\n", tag="muelle-prueba-efimera:1")
    control = explorer(engine_client, "muelle/base", "muelle-prueba-efimera:1").controls
    engine_client.images.remove("muelle-prueba-efimera:1")
    control.image.value = control.image.options[1]
    assert "✗" in control.files.value and "Traceback" not in control.files.value
    control.image.value = control.image.options[0]
    assert "✗" not in control.files.value


def test_explorer_shows_the_image_as_it_is_now(engine_client: docker.DockerClient) -> None:
    """Alguien la construye de nuevo, con menos capas, mientras el explorador está abierto."""
    tag = "muelle-prueba-cambiante:1"
    first = builder.build(engine_client, DOCKERFILE, tag=tag).image_id
    try:
        control = explorer(engine_client, "muelle/base", tag).controls
        builder.build(engine_client, "FROM muelle/base\nRUN echo x > /nueva\n", tag=tag)
        control.image.value = control.image.options[1]
        assert "/nueva" in paths(control.files.value)
        assert "RUN echo x" in control.graph.value and "/datos" not in control.graph.value
        count = len(engine_client.images.get(tag).attrs["RootFS"]["Layers"])
        assert len(control.layer.options) == count
    finally:
        for name in (tag, first):
            engine_client.images.remove(name, force=True)


def test_lab_builds_and_the_second_time_uses_the_cache(engine_client: docker.DockerClient) -> None:
    tag = "muelle-prueba-laboratorio:1"
    lab = dockerfile_lab(engine_client, "FROM muelle/base\nRUN echo a > /a\n", tag=tag)
    control = lab.controls
    first = engine_client.images.get(tag).id
    try:
        control.button.click()
        assert re.search(r"✓ \d pasos, [1-9] de la caché", control.result.value)
        control.text.value = "FROM muelle/base\nRUN echo a > /a\nRUN echo otra > /otra\n"
        control.button.click()
        assert "RUN echo otra" in control.result.value and "ejecutado" in control.result.value
        assert "RUN echo otra" in lab.static() and "<details open>" in lab.static()
        assert not control.button.disabled
        labels = engine_client.images.get(tag).labels
        assert labels.get("muelle") == "1"
    finally:
        for name in (tag, first):
            engine_client.images.remove(name, force=True)


def test_lab_says_what_failed(engine_client: docker.DockerClient) -> None:
    lab = dockerfile_lab(
        engine_client, "FROM muelle/base\nRUN echo antes && exit 3\n", tag="muelle-prueba-laboratorio:2"
    )
    control, result = lab.controls, lab.static()
    assert "✗" in result and "no terminó" in result and "antes" in result
    control.text.value = "ESTO no es un Dockerfile"
    control.button.click()
    assert "✗" in control.result.value


def press(panel: ContainerPanel, name: str) -> None:
    """Pulsa un botón que está activo."""
    assert not panel.controls.buttons[name].disabled, f"«{name}» está desactivado"
    panel.controls.buttons[name].click()


def can_pause(client: docker.DockerClient, container: Any) -> bool:
    """Si el motor sabe pausar aquí, preguntándoselo con otro contenedor."""
    other = client.containers.run(
        container.image, ["sleep", "300"], labels=owned.LABELS, init=True, detach=True
    )
    try:
        other.pause()
    except docker.errors.APIError:
        return False
    else:
        return True
    finally:
        other.remove(force=True)


def test_panel_changes_the_real_state(container: Any, engine_client: docker.DockerClient) -> None:
    pauses = can_pause(engine_client, container)
    panel = container_panel(engine_client, NAME)
    assert "está creado" in panel.state
    steps = [
        ("Arrancar", "running", "en marcha"),
        ("Pausar", "paused", "en pausa"),
        ("Reanudar", "running", "en marcha"),
        ("Parar", "exited", "terminado"),
        ("Arrancar", "running", "en marcha"),
        ("Matar", "exited", "terminado, con código de salida 137"),
    ]
    for button, status, word in steps if pauses else [step for step in steps if step[0] != "Reanudar"]:
        press(panel, button)
        if button == "Pausar" and not pauses:
            assert "✗ Este motor no puede hacer docker pause en esta máquina" in panel.state
            assert "está en marcha" in panel.state and ". pause, a los" not in panel.state
            continue
        assert f"está {word}" in panel.state
        assert answers.status(engine_client.api.inspect_container(NAME)["State"]) == status
    text = panel.state
    for step in ("create", "start", "die", *(("pause", "unpause") if pauses else ())):
        assert f". {step}, a los" in text
    assert "POST /containers/muelle-prueba-panel/kill" in panel.static()


def test_panel_keeps_the_keyboard_where_it_is_useful(
    container: Any, engine_client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """El botón que se pulsa suele desactivarse, y el navegador le quita el foco."""
    focused: list[str] = []
    monkeypatch.setattr(w.Button, "focus", lambda self: focused.append(self.description))
    panel = container_panel(engine_client, container.name)
    press(panel, "Arrancar")
    press(panel, "Matar")
    assert focused == ["Pausar", "Arrancar"]


def test_panel_of_a_container_removed_behind_its_back(
    container: Any, engine_client: docker.DockerClient
) -> None:
    panel = container_panel(engine_client, NAME)
    container.remove(force=True)
    panel.controls.buttons["Arrancar"].click()
    assert "ya no existe" in panel.state
    assert all(button.disabled for button in panel.controls.buttons.values())


def test_panel_leaves_foreign_containers_alone(engine_client: docker.DockerClient) -> None:
    foreign = engine_client.containers.create("muelle/base", name="ajeno-panel")
    try:
        with pytest.raises(NameTaken, match="no lo creó el curso"):
            container_panel(engine_client, "ajeno-panel")
    finally:
        foreign.remove()
    with pytest.raises(NotFound):
        container_panel(engine_client, "no-hay-nada-que-se-llame-asi")
