"""Cada capítulo, de arriba abajo, en su propio núcleo y contra un motor de verdad.

Dos vueltas, cada una con todo lo que hace falta mirar:

1. En el orden del índice y *sin* las celdas que recogen, como si alguien lo dejara a medias: cada capítulo
   encuentra el motor lleno de restos de los anteriores, y además cosas ajenas que no debe tocar.
2. En el orden inverso y enteros: cada uno se repite sobre sus propios restos y al acabar no deja nada.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import jupytext
import nbclient
import pytest
from docker.errors import NotFound
from nbformat import NotebookNode

from muelle import engine, exercises
from muelle.cli import contents
from muelle.errors import MuelleError

ROOT = Path(__file__).resolve().parents[2]
PICK_UP, EXERCISE, IDENTITIES = "recoger", "ejercicio", "identidades"
CELL_SECONDS = 600
MAX_LINES = 45
LONG_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
FOLDED = re.compile(r"<details.*?</details>|<style.*?</style>", re.DOTALL)
FOREIGN = "ajeno-al-curso"

pytestmark = [pytest.mark.live, pytest.mark.timeout(1800)]


def is_notebook(page: Path) -> bool:
    """Si la página tiene celdas que ejecutar."""
    return page.exists() and "\nkernelspec:\n" in page.read_text(encoding="utf-8")


PAGES = [ROOT / f"{name}.md" for name in contents.pages(ROOT / "_toc.yml")]
CHAPTERS = [page for page in PAGES if is_notebook(page)]


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    """El motor. Si no hay ninguno, la prueba falla con una frase: nunca se salta."""
    try:
        engine.connect()
        found = engine.find().client()
    except MuelleError as error:
        pytest.fail(f"Los capítulos necesitan un motor: {error}", pytrace=False)
    yield found
    found.close()


def remove_foreign(client: docker.DockerClient) -> None:
    """Quita las cosas ajenas que puso esta prueba."""
    for remove in (
        lambda: client.api.remove_container(FOREIGN, force=True),
        lambda: client.api.remove_image(f"{FOREIGN}:1"),
        lambda: client.api.remove_volume(FOREIGN),
        lambda: client.api.remove_network(FOREIGN),
    ):
        try:
            remove()
        except NotFound:
            continue


@pytest.fixture(scope="module")
def foreign(client: docker.DockerClient) -> Iterator[None]:
    """Un contenedor en marcha, una imagen, un volumen y una red que no son del curso."""
    remove_foreign(client)
    client.api.tag("muelle/base", FOREIGN, tag="1")
    client.volumes.create(FOREIGN)
    client.networks.create(FOREIGN, driver="bridge", internal=True)
    client.containers.run(f"{FOREIGN}:1", ["sleep", "3600"], name=FOREIGN, detach=True)
    yield
    remove_foreign(client)


def everything(client: docker.DockerClient) -> set[str]:
    """Todo lo que hay en el motor, lleve o no la LABEL del curso."""
    api = client.api
    containers = {f"contenedor {each['Names'][0]} {each['Id'][:12]}" for each in api.containers(all=True)}
    images = {
        f"imagen {tag}" for each in api.images(all=True) for tag in each["RepoTags"] or [each["Id"][:19]]
    }
    networks = {f"red {each['Name']}" for each in api.networks()}
    volumes = {f"volumen {each['Name']}" for each in api.volumes().get("Volumes") or ()}
    return containers | images | networks | volumes


def untouched(client: docker.DockerClient) -> bool:
    """Si lo ajeno sigue como estaba."""
    container = client.containers.get(FOREIGN)
    client.api.inspect_image(f"{FOREIGN}:1")
    client.api.inspect_volume(FOREIGN)
    client.api.inspect_network(FOREIGN)
    return bool(container.status == "running")


def execute(page: Path, folder: Path, *, picking_up: bool) -> NotebookNode:
    """Ejecuta un capítulo en un núcleo nuevo; la primera celda que falla lo detiene.

    Args:
        folder: carpeta de trabajo, vacía; el progreso de los ejercicios va también aquí.
        picking_up: si se ejecutan también las celdas que recogen.
    """
    notebook = jupytext.read(page)
    if not picking_up:
        notebook.cells = [cell for cell in notebook.cells if PICK_UP not in tags(cell)]
    runner = nbclient.NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    runner.execute(env=dict(os.environ, XDG_DATA_HOME=str(folder)))
    return notebook


def tags(cell: NotebookNode) -> list[str]:
    """Las etiquetas de una celda."""
    return list(cell.metadata.get("tags", ()))


def shown(output: NotebookNode) -> str:
    """Lo que se ve de una salida sin desplegar nada: el HTML si lo hay; si no, el texto."""
    if output.output_type == "stream":
        return str(output.text)
    data: dict[str, Any] = output.get("data", {})
    return FOLDED.sub("", str(data.get("text/html") or data.get("text/plain", "")))


def machine_paths(client: docker.DockerClient) -> tuple[str, ...]:
    """Trozos de rutas de esta máquina que no deben verse en ninguna salida, ni plegadas."""
    root = str(client.info().get("DockerRootDir") or "/var/lib/docker")
    return (root, str(ROOT), f"{Path.home()}/.", "/var/lib/", "/tmp/tmp", "/tmp/muelle-", "/tmp/pytest")


def faults(notebook: NotebookNode, paths: tuple[str, ...]) -> list[str]:
    """Las salidas que sobran, con la primera línea de su celda."""
    said = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            text = shown(output)
            first = cell.source.split("\n")[0]
            is_html = "text/html" in output.get("data", {})
            if not is_html and len(text.splitlines()) > MAX_LINES:
                said.append(f"«{first}» escribe {len(text.splitlines())} líneas.")
            if IDENTITIES not in tags(cell) and LONG_ID.search(text):
                said.append(f"«{first}» muestra un identificador entero.")
            everything_said = text + "".join(str(part) for part in output.get("data", {}).values())
            said += [f"«{first}» muestra la ruta {path}." for path in paths if path in everything_said]
    return said


names = [page.stem for page in CHAPTERS]
in_order = pytest.mark.parametrize("page", CHAPTERS, ids=names)
reversed_order = pytest.mark.parametrize("page", CHAPTERS[::-1], ids=names[::-1])


def test_there_are_chapters() -> None:
    """Si el índice cambiara de forma o nombrara lo que no existe, las demás pruebas no mirarían nada."""
    assert [page.name for page in PAGES if not page.exists()] == []
    assert ROOT / "book/01-arquitectura.md" in CHAPTERS


@in_order
def test_the_exercises_are_those_of_the_catalogue(page: Path) -> None:
    """Cada celda de ejercicio es, letra por letra, el punto de partida del catálogo, y están todos."""
    cells = [cell.source for cell in jupytext.read(page).cells if EXERCISE in tags(cell)]
    expected = [each.slug for each in exercises.load() if each.chapter == page.stem]
    assert cells == [exercises.cell(slug) for slug in expected]


@in_order
@pytest.mark.usefixtures("foreign")
def test_stopped_half_way(page: Path, client: docker.DockerClient, tmp_path: Path) -> None:
    """Primera vuelta, sin recoger: funciona entre restos, dice lo justo y no toca lo ajeno."""
    notebook = execute(page, tmp_path, picking_up=False)
    assert faults(notebook, machine_paths(client)) == []
    assert untouched(client)


@reversed_order
@pytest.mark.usefixtures("foreign")
def test_again_and_in_reverse(page: Path, client: docker.DockerClient, tmp_path: Path) -> None:
    """Segunda vuelta, entera: se repite sobre sus propios restos y no deja nada nuevo."""
    before = everything(client)
    execute(page, tmp_path, picking_up=True)
    assert everything(client) - before == set()
    assert untouched(client)


@pytest.mark.usefixtures("foreign")
def test_without_permission_it_says_so_and_goes_on(tmp_path: Path) -> None:
    """El taller, en un motor que no da permisos: una frase, y ninguna afirmación que no se haya visto."""
    text = (ROOT / "book/13-a-mano.md").read_text(encoding="utf-8")
    power = '{"cap_add": list(powers), "security_opt": FREE}'
    assert power in text
    page = tmp_path / "13-sin-permiso.md"
    page.write_text(text.replace(power, "{}"), encoding="utf-8")
    notebook = execute(page, tmp_path, picking_up=True)
    said = "".join(shown(output) for cell in notebook.cells for output in cell.get("outputs", ()))
    for sentence in ("este motor no deja: solo podrás leer", "este motor no deja hacer grupos"):
        assert sentence in said


@pytest.mark.usefixtures("foreign")
def test_nothing_is_left(client: docker.DockerClient) -> None:
    """Después de las dos vueltas no queda nada con la LABEL del curso."""
    assert sorted(each for each in everything(client) if "muelle" in each and "muelle/base" not in each) == []


def test_a_leftover_is_noticed(client: docker.DockerClient) -> None:
    """El propio vigilante: una pantalla de más, un identificador entero y una ruta se denuncian."""
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    texts = ("línea\n" * (MAX_LINES + 1), "a" * 64, "/var/lib/docker/overlay2")
    cells = [
        new_code_cell("celda", outputs=[new_output("stream", name="stdout", text=text)]) for text in texts
    ]
    assert len(faults(new_notebook(cells=cells), ("/var/lib/",))) == len(texts)
    folded = "<details><summary>Todo</summary>" + "a" * 64 + "</details>"
    quiet = new_output("display_data", data={"text/html": folded})
    assert faults(new_notebook(cells=[new_code_cell("celda", outputs=[quiet])]), ("/var/lib/",)) == []
    named = new_code_cell("celda", metadata={"tags": [IDENTITIES]})
    named.outputs = [new_output("stream", name="stdout", text="a" * 64)]
    assert faults(new_notebook(cells=[named]), machine_paths(client)) == []
