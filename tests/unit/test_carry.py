"""`llevar`: qué paquetes le tocan a cada sistema, y cómo se sabe que una copia está entera."""

from __future__ import annotations

import errno
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bootstrap import carried
from muelle.cli import carry as carrying
from muelle.cli.carry import course_files
from muelle.cli.targets import TARGETS, choose
from muelle.errors import MuelleError
from muelle.owned.marks import Mine, Thing


def package(name: str, *wheels: str, marker: str | None = None) -> dict[str, Any]:
    """Un paquete de la lista, con los archivos que hay de él."""
    entries = [
        {"url": f"https://x.example/{wheel}", "size": 1, "hashes": {"sha256": wheel}} for wheel in wheels
    ]
    return {"name": name, "version": "1.0", "wheels": entries, **({"marker": marker} if marker else {})}


def chosen(*packages: dict[str, Any]) -> tuple[set[str], list[str]]:
    """Los nombres elegidos para todos los sistemas, y lo que falta."""
    found, missing = choose({"packages": packages}, TARGETS)
    return set(found), missing


def test_a_pure_package_is_carried_once() -> None:
    assert chosen(package("puro", "puro-1.0-py3-none-any.whl")) == ({"puro-1.0-py3-none-any.whl"}, [])


def test_each_system_gets_its_own_and_nobody_gets_another() -> None:
    names = [
        "c-1.0-cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "c-1.0-cp310-abi3-manylinux_2_28_aarch64.whl",
        "c-1.0-cp310-abi3-win_amd64.whl",
        "c-1.0-cp310-abi3-macosx_11_0_arm64.whl",
        "c-1.0-cp310-abi3-macosx_10_12_x86_64.whl",
    ]
    others = [
        "c-1.0-cp310-abi3-win32.whl",
        "c-1.0-cp310-abi3-musllinux_1_2_x86_64.whl",
        "c-1.0-cp314-cp314t-win_amd64.whl",
        "c-1.0-cp310-abi3-manylinux_2_39_x86_64.whl",
    ]
    assert chosen(package("c", *names, *others)) == (set(names), [])


def test_a_condition_is_met_on_the_other_machine_and_not_on_this_one() -> None:
    found, missing = chosen(package("w", "w-1.0-py3-none-any.whl", marker="sys_platform == 'win32'"))
    assert (found, missing) == ({"w-1.0-py3-none-any.whl"}, [])
    found, missing = chosen(package("v", "v-1.0-py3-none-any.whl", marker="python_full_version < '3.10'"))
    assert (found, missing) == (set(), [])
    late = package("t", "t-1.0-py3-none-any.whl", marker="python_full_version < '3.11.3'")
    assert chosen(late)[0] == {"t-1.0-py3-none-any.whl"}


def test_what_a_system_lacks_is_said() -> None:
    _, missing = chosen(package("c", "c-1.0-cp310-abi3-manylinux_2_17_x86_64.whl"))
    assert len(missing) == 20
    assert "c 1.0 (macOS x86-64, Python 3.14)" in missing


def test_what_is_derived_or_personal_is_not_carried(tmp_path: Path) -> None:
    for name in (
        "curso",
        "src/m.py",
        ".venv/x",
        "trabajo/mío.ipynb",
        "_build/html/i.html",
        "src/__pycache__/m.pyc",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert course_files(tmp_path) == ["curso", "src/m.py"]


@pytest.mark.parametrize("damage", ["nada", "falta", "cortado", "sin índice", "índice roto"])
def test_a_copy_that_was_cut_short_is_noticed(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "paquetes" / "indice.json"
    index.parent.mkdir()
    (tmp_path / "curso").write_text("12345", encoding="utf-8")
    index.write_text(json.dumps({"archivos": {"curso": 5}}), encoding="utf-8")
    monkeypatch.setattr(carried, "INDEX", index)
    monkeypatch.setattr(carried.place, "ROOT", tmp_path)
    if damage == "falta":
        (tmp_path / "curso").unlink()
    elif damage == "cortado":
        (tmp_path / "curso").write_text("123", encoding="utf-8")
    elif damage == "sin índice":
        index.unlink()
    elif damage == "índice roto":
        index.write_text('{"archivos"', encoding="utf-8")
    assert ("a medias" in carried.missing()) is (damage != "nada")


class Room:
    """Un curso diminuto con un paquete, quien lo sirve y la carpeta a la que se lleva."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.course, self.site, self.stick = folder / "curso", folder / "html", folder / "usb"
        self.wheel = "puro-1.0-py3-none-any.whl"
        self.asked: list[str] = []
        data = b"rueda" * 1000
        digest = hashlib.sha256(data).hexdigest()
        self.put("curso", "el arranque")
        self.put("book/01.md", "uno")
        self.put("requirements.txt", f"puro==1.0 --hash=sha256:{digest}")
        self.put("requirements-uv.txt", "")
        self.site.mkdir()
        (self.site / "index.html").write_text("la web", encoding="utf-8")
        room = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                room.asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Calla."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.server.server_port}/{self.wheel}"
        wheel = {"url": url, "size": len(data), "hashes": {"sha256": digest}}
        lock = {"packages": [{"name": "puro", "version": "1.0", "wheels": [wheel]}]}
        monkeypatch.setattr(carrying, "ROOT", self.course)
        monkeypatch.setattr(carrying, "listing", lambda _: lock)
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.delenv(name, raising=False)

    def put(self, name: str, text: str) -> None:
        """Escribe un archivo del curso."""
        path = self.course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def carry(self, tell: Callable[[int, int], object] = lambda *_: None) -> set[str]:
        """Llena la carpeta; devuelve lo que hay en la copia del curso, que ha de estar entera."""
        carrying.carry(self.stick, self.site, lambda _: None, tell)
        copy = self.stick / carrying.COURSE
        files = json.loads((copy / carrying.INDEX).read_text("utf-8"))["archivos"]
        assert {name: (copy / name).stat().st_size for name in files} == files
        return {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Véase `Room`."""
    found = Room(tmp_path, monkeypatch)
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_carrying_again_takes_away_only_what_is_no_longer_of_the_course(room: Room) -> None:
    course = {"curso", "book/01.md", "requirements.txt", "requirements-uv.txt"}
    packages = {f"paquetes/{room.wheel}", "paquetes/indice.json"}
    assert room.carry() == course | packages
    (room.course / "book/01.md").unlink()
    room.put("book/02.md", "dos")
    (room.stick / carrying.COURSE / "notas.txt").write_text("de una persona", encoding="utf-8")
    assert room.carry() == course - {"book/01.md"} | {"book/02.md", "notas.txt"} | packages
    assert len(room.asked) == 1, "lo que ya está no se trae otra vez"
    assert "http.server" not in (room.stick / "LEEME.txt").read_text("utf-8")


def test_an_interrupted_copy_is_not_whole_and_goes_on(room: Room) -> None:
    room.carry()
    copy = room.stick / carrying.COURSE
    damaged = copy / "paquetes" / room.wheel
    damaged.write_bytes(b"X" + damaged.read_bytes()[1:])

    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        room.carry(interrupt)
    assert not (copy / carrying.INDEX).exists(), "a medias, y se sabe"
    (room.site / "pestana").mkdir()
    room.carry()
    assert damaged.read_bytes()[:1] == b"r"
    assert len(room.asked) == 2, "el dañado, una vez más"
    assert "http.server" in (room.stick / "LEEME.txt").read_text("utf-8")


def test_what_cannot_be_written_is_named(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Aunque no esté en la carpeta que se llena: no se echa la culpa a la memoria USB."""

    def refuse(_: object) -> None:
        raise OSError(errno.EROFS, "no", "/otra/parte")

    monkeypatch.setattr(carrying, "listing", refuse)
    with pytest.raises(MuelleError, match=r"^No se puede escribir en /otra/parte \(es de solo lectura\): "):
        room.carry()


def test_what_is_of_the_course_is_said_in_prose() -> None:
    mine = Mine(containers=(Thing("abc", ("muelle-a",)), Thing("d" * 64)), images=(Thing("e", ("x:1",)),))
    assert str(mine) == f"2 contenedores (muelle-a, {'d' * 12}); 1 imagen (x:1)"
    assert mine
    assert not Mine()
