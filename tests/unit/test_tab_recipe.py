"""La receta de la máquina de la pestaña: los paquetes anotados, el espejo, el disco y lo que va en la web."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from tab import npm, site
from tab.vm import debian, image, kernel, sources

from muelle.errors import MuelleError

EDITIONS = sorted(path.stem for path in debian.EDITIONS.glob("*.json"))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Un espejo de verdad, en loopback: su dirección y su carpeta."""
    folder = tmp_path / "espejo"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()


def package(content: bytes) -> debian.Package:
    return replace(debian.pinned("sid")[0], path="uno.deb", sha256=hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_is_pinned_without_doubt(edition: str) -> None:
    packages = debian.pinned(edition)
    wanted = {*debian.ENGINE, *debian.EXTRA[edition], debian.KERNEL, debian.FIRMWARE}
    assert {each.name for each in packages} == wanted
    for each in packages:
        assert re.fullmatch(r"[0-9a-f]{64}", each.sha256)
        assert each.path.endswith(".deb")
        assert re.fullmatch(r"[^=]+=[^=]+", each.source)


@pytest.mark.parametrize("edition", EDITIONS)
def test_everything_shipped_says_its_licence_and_its_source(edition: str, tmp_path: Path) -> None:
    (tmp_path / "nucleo.config").write_text("CONFIG_X=y\n")
    listing = sources.listing(debian.pinned(edition), tmp_path)
    assert listing.count('"licence"') == listing.count('"source"') == len(debian.pinned(edition))


def test_an_edition_that_does_not_exist_is_said() -> None:
    with pytest.raises(MuelleError, match=r"No hay ninguna edición «nunca».*sid"):
        debian.pinned("nunca")


def test_a_package_is_fetched_once(mirror: tuple[str, Path], tmp_path: Path) -> None:
    address, folder = mirror
    (folder / "uno.deb").write_bytes(b"contenido")
    said: list[str] = []
    for _ in range(2):
        (path,) = debian.fetch([package(b"contenido")], tmp_path / "cache", address, said.append)
        assert path.read_bytes() == b"contenido"
    assert len(said) == 1


def test_another_content_is_not_used(mirror: tuple[str, Path], tmp_path: Path) -> None:
    address, folder = mirror
    (folder / "uno.deb").write_bytes(b"otro contenido")
    with pytest.raises(MuelleError, match="no es la anotada"):
        debian.fetch([package(b"contenido")], tmp_path / "cache", address, lambda _: None)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_package_that_is_gone_says_what_can_be_done(mirror: tuple[str, Path], tmp_path: Path) -> None:
    with pytest.raises(MuelleError, match=r"ya no tiene.*--espejo.*--edicion.*--renovar"):
        debian.fetch([package(b"")], tmp_path, mirror[0], lambda _: None)


def test_no_network_is_not_a_missing_package(tmp_path: Path) -> None:
    with pytest.raises(MuelleError, match="comprueba la red"):
        debian.fetch([package(b"")], tmp_path, "http://127.0.0.1:9", lambda _: None)


def test_the_same_files_give_the_same_disk(tmp_path: Path) -> None:
    sums = []
    for turn in ("uno", "dos"):
        root = tmp_path / turn / "raiz"
        (root / "etc").mkdir(parents=True)
        (root / "etc/hosts").write_text("127.0.0.1 localhost\n")
        (root / "enlace").symlink_to("etc/hosts")
        image.build_image(root, tmp_path / f"{turn}.ext4")
        sums.append(hashlib.sha256((tmp_path / f"{turn}.ext4").read_bytes()).hexdigest())
    assert sums[0] == sums[1]


@pytest.mark.parametrize(
    ("asked", "found"), [("CONFIG_OVERLAY_FS=y", ""), ("CONFIG_SMP=n", "CONFIG_SMP=y"), ("", "")]
)
def test_a_kernel_option_that_is_not_as_asked_is_said(tmp_path: Path, asked: str, found: str) -> None:
    final = tmp_path / ".config"
    wanted = kernel.CONFIG.read_text("utf-8")
    assert f"{asked}\n" in wanted
    final.write_text(wanted.replace(f"{asked}\n", f"{found}\n") if asked else wanted)
    with pytest.raises(MuelleError, match=asked) if asked else nullcontext():
        kernel._check(final)


def test_the_lock_names_no_server() -> None:
    assert "resolved" not in npm.LOCK.read_text("utf-8")


def test_the_page_carries_the_course_without_its_answers() -> None:
    library = site.library()
    assert library == site.library()
    names = zipfile.ZipFile(io.BytesIO(library)).namelist()
    assert "muelle/__init__.py" in names
    assert "docker/client.py" in names
    assert [name for name in names if name.endswith("/check.py")]
    for name in names:
        assert "/wrong/" not in name
        assert not re.search(r"exercises/.*solution", name)
        assert not name.startswith(("muelle/cli/", "muelle/grading/"))


def test_a_page_that_is_only_read_loads_little() -> None:
    """Lo único que se carga sin pulsar nada, en bytes; con gzip es menos de la mitad."""
    assert len((site.PAGE / "reader/loader.js").read_bytes()) < 4000


@pytest.mark.parametrize(
    ("asked", "body", "offered"),
    [
        (True, '<div class="cell docutils container">', True),
        (True, "<p>Sin celdas.</p>", False),
        (False, '<div class="cell docutils container">', False),
    ],
)
def test_only_pages_with_cells_load_it_and_only_if_asked(
    monkeypatch: pytest.MonkeyPatch, asked: bool, body: str, offered: bool
) -> None:
    monkeypatch.syspath_prepend(str(Path(site.ROOT) / "site/ext"))
    import pestana

    context = {"body": body, "pathto": lambda path, resource: f"../{path}" if resource else path}
    app = SimpleNamespace(config=SimpleNamespace(muelle_pestana=asked))
    pestana.offer(app, "book/x", "page.html", context, None)
    assert (context.get("pestana") == "../pestana/cargador.js") is offered
