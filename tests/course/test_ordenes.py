"""Cada orden plegada pide lo mismo que su celda: se ejecutan las dos, se escuchan y se comparan.

Cuando el SDK y la orden `docker` se sirven de la misma API, lo esencial de lo que piden es igual; lo que
cambia siempre (el saludo, cómo se sigue la salida) lo cuenta la página de bienvenida. La orden se ejecuta con
el constructor clásico, que es el que usa el SDK: la conversación de BuildKit no se puede leer.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from test_chapters import CHAPTERS, EXERCISE, PICK_UP

from muelle import engine, owned, wire
from muelle.errors import MuelleError
from muelle.model.conversation import Exchange
from ordenes import Cell, cells, differences, essential, requests

SKIPPED = re.compile(rf"^:tags: \[(?:{PICK_UP}|{EXERCISE})\]", re.MULTILINE)
TAGS = re.compile(r"^:tags:.*\n", re.MULTILINE)
LONG_ID = re.compile("[0-9a-f]{64}")
NAMED = re.compile(r"--name[ =](\S+)")

WITH_ORDERS = [page for page in CHAPTERS if any(cell.orders for cell in cells(page))]


@dataclass(frozen=True)
class Ears:
    """Lo que hace falta para escuchar: la grabación de las celdas, y el motor sin pasar por ella."""

    talk: wire.Talk
    endpoint: engine.Endpoint
    client: docker.DockerClient


@pytest.fixture
def ears(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Ears]:
    """Todo lo que digan las celdas en este proceso pasa por una grabación."""
    try:
        endpoint, client = engine.connection()
    except MuelleError as error:
        pytest.fail(f"Las órdenes necesitan un motor: {error}", pytrace=False)
    if shutil.which("docker") is None:
        pytest.fail("Falta la orden `docker`.", pytrace=False)
    monkeypatch.chdir(tmp_path)
    owned.clean(client)
    with wire.listen(endpoint) as talk:
        yield Ears(talk, endpoint, client)
    owned.clean(client)


def write_folder(folder: Path, names: tuple[str, ...], space: dict[str, Any]) -> None:
    """Deja en una carpeta el Dockerfile y los archivos que la celda tiene en esas variables."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in names:
        value = eval(name, space)
        for path, content in (value if isinstance(value, dict) else {"Dockerfile": value}).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())


class Chapter:
    """Un capítulo que se ejecuta aquí mismo, celda a celda, con sus órdenes."""

    def __init__(self, ears: Ears, folder: Path) -> None:
        self._ears, self._folder, self._known = ears, folder, dict[str, str]()
        self._space: dict[str, Any] = {"__name__": "capitulo"}

    def _named(self, reference: str) -> str:
        """El nombre de un contenedor o de una red, mientras exista o si ya se supo; uno efímero no lo da."""
        if reference not in self._known:
            found = self._ears.client.api.containers(all=True)
            self._known |= {each["Id"]: each["Names"][0].lstrip("/") for each in found}
            self._known |= {each["Id"]: each["Name"] for each in self._ears.client.api.networks()}
        return self._known.get(reference, "…" if LONG_ID.fullmatch(reference) else reference)

    def _cell(self, cell: Cell) -> list[str]:
        start = len(self._ears.talk.conversation.exchanges)
        code = TransformerManager().transform_cell(TAGS.sub("", cell.source))
        exec(compile(code, f"<celda de la línea {cell.line}>", "exec"), self._space)
        does, asks = requests(self._ears.talk.conversation.exchanges[start:], self._named)
        return does + asks

    def _order(self, order: str, names: tuple[str, ...]) -> list[str]:
        if names:
            write_folder(self._folder, names, self._space)
        command = f"DOCKER_BUILDKIT=0 {order}"
        session = wire.terminal(command, self._ears.endpoint, folder=self._folder if names else None)
        return essential(session.conversation.exchanges, self._named)

    def _free(self, names: list[str]) -> None:
        for name in names:
            owned.free_name(self._ears.client, name)

    def compare(self, cell: Cell) -> list[str]:
        """Ejecuta una celda y sus órdenes; dice en qué no coinciden.

        Una orden que da nombre a un contenedor va antes, y se quita: el nombre es de uno solo.
        """
        said: list[str] = []
        names = [name for order in cell.orders for name in NAMED.findall(order)]
        if names:
            self._free(names)
            said = [each for order in cell.orders for each in self._order(order, cell.folder)]
            self._free(names)
        asked = self._cell(cell)
        if not names:
            said = [each for order in cell.orders for each in self._order(order, cell.folder)]
        return differences(asked, said, partial=cell.partial) if cell.orders else []


def test_there_are_orders() -> None:
    """De los capítulos que crean cosas, ninguno se queda sin sus órdenes: del 3 en adelante, todos."""
    numbered = {page.stem[:2] for page in CHAPTERS if page.stem[:2].isdigit()}
    assert {page.stem[:2] for page in WITH_ORDERS} >= numbered - {"01", "02"}


def uncompared(text: str, found: list[Cell]) -> list[str]:
    """Las órdenes plegadas de una página que no se comparan con nada, en frases.

    Args:
        text: la página.
        found: de `cells`.
    """
    folds = text.count("\n```{orden}\n")
    with_orders = [cell for cell in found if cell.orders]
    said = [f"{folds} plegados y {len(with_orders)} celdas"] if folds != len(with_orders) else []
    for cell in with_orders:
        said += [f"línea {cell.line}: su celda no se ejecuta"] if SKIPPED.match(cell.source) else []
        said += [f"«{order}»: no es una orden" for order in cell.orders if not order.startswith("docker ")]
    return said


@pytest.mark.parametrize("page", WITH_ORDERS, ids=[page.stem for page in WITH_ORDERS])
def test_every_order_is_compared(page: Path) -> None:
    """Cada plegado va justo debajo de la celda con la que se compara, y esa celda se ejecuta."""
    assert uncompared(page.read_text(encoding="utf-8"), cells(page)) == []


@pytest.mark.parametrize(
    ("cell", "between", "order", "said"),
    [
        ("1", "", "docker ps", 0),
        ("1", "Una frase.\n\n", "docker ps", 1),
        (":tags: [recoger]\n1", "", "docker ps", 1),
        ("1", "", "ls", 1),
    ],
)
def test_an_uncompared_order_is_noticed(
    tmp_path: Path, cell: str, between: str, order: str, said: int
) -> None:
    """El vigilante: prosa en medio, una celda que no se ejecuta, algo que no es `docker`."""
    page = tmp_path / "pagina.md"
    page.write_text(f"# P\n\n```{{code-cell}} ipython3\n{cell}\n```\n\n{between}```{{orden}}\n{order}\n```\n")
    assert len(uncompared(page.read_text(), cells(page))) == said


@pytest.mark.live
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", WITH_ORDERS, ids=[page.stem for page in WITH_ORDERS])
def test_each_order_asks_what_its_cell_asks(page: Path, ears: Ears, tmp_path: Path) -> None:
    """De arriba abajo, con el estado que va dejando el capítulo."""
    chapter = Chapter(ears, tmp_path / "contexto")
    found = {
        f"{page.name}:{cell.line}": problems
        for cell in cells(page)
        if not SKIPPED.match(cell.source) and (problems := chapter.compare(cell))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("cell", "orders", "partial", "said"),
    [
        (["POST /a {}"], ["POST /a {}"], False, []),
        (["POST /a {}"], ["POST /b {}"], True, ["la celda no pide: POST /b {}"]),
        (["POST /a {}", "POST /b {}"], ["POST /a {}"], False, ["la orden no pide: POST /b {}"]),
        (["POST /a {}", "POST /b {}"], ["POST /a {}"], True, []),
        (["DELETE /containers/x {}", "POST /a {}"], ["POST /a {}"], False, []),
        (["POST /a {}"], [], False, ["la orden no le pidió nada al demonio", "la orden no pide: POST /a {}"]),
    ],
)
def test_a_difference_is_noticed(cell: list[str], orders: list[str], partial: bool, said: list[str]) -> None:
    """El comparador: lo que falta y lo que sobra."""
    assert differences(cell, orders, partial=partial) == said


def test_the_fields_that_matter_are_compared() -> None:
    """Otra imagen, otra orden u otra etiqueta son otra petición; un `attach`, no."""
    body = b'{"Image":"muelle/base","Cmd":["sleep","600"],"Labels":{"muelle":"1"}}'

    def said(body: bytes) -> list[str]:
        create = Exchange("POST", "/containers/create", "name=muelle-ana", request_body=body)
        follow = Exchange("POST", "/containers/muelle-ana/attach", "stream=1")
        return essential((create, follow), lambda name: name)

    assert len(said(body)) == 1
    assert said(body) == said(body.replace(b"}}", b'},"Tty":false,"HostConfig":{"NetworkMode":"default"}}'))
    for old, new in ((b"muelle/base", b"otra"), (b"600", b"300"), (b'"1"', b'"2"')):
        assert said(body) != said(body.replace(old, new))
    for field in (b'"CapDrop":["ALL"]', b'"ReadonlyRootfs":true', b'"LogConfig":{"Type":"local"}', b'"X":1'):
        assert said(body) != said(body.replace(b"}}", b'},"HostConfig":{' + field + b"}}"))
    own = b'},"HostConfig":{"ConsoleSize":[24,80],"LogConfig":{"Type":"","Config":{}},"Binds":null}}'
    assert said(body) == said(body.replace(b"}}", own))


def test_a_network_is_the_same_by_its_name() -> None:
    """El SDK la nombra por su identificador; la orden, como se escribió."""

    def said(reference: str) -> list[str]:
        plug = Exchange("POST", f"/networks/{reference}/connect", request_body=b'{"Container":"muelle-ana"}')
        return essential((plug,), lambda name: {"a" * 64: "muelle-patio"}.get(name, name))

    assert said("a" * 64) == said("muelle-patio") != said("muelle-huerto")
