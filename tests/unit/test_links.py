"""La revisión de enlaces, contra un servidor de esta máquina."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import links


class Handler(BaseHTTPRequestHandler):
    """`/bien` responde, `/movido` lleva allí, lo demás no existe."""

    def do_GET(self) -> None:
        code = {"/bien": 200, "/movido": 301}.get(self.path, 404)
        self.send_response(code)
        if code == 301:
            self.send_header("Location", "/bien")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Calla."""


@pytest.fixture
def server() -> Iterator[str]:
    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_address[1]}"
    web.shutdown()
    web.server_close()


def test_links_are_those_of_the_prose() -> None:
    """Los de las celdas y los de la máquina no cuentan, y la puntuación no es parte del enlace."""
    text = "Mira [esto](https://a.org/x), y https://b.org/y#z.\n```{code-cell}\nget('http://c.org')\n```\n"
    assert links.links(f"{text}<http://localhost:80/> `http://127.0.0.1/`") == [
        "https://a.org/x",
        "https://b.org/y#z",
    ]


def test_living_and_dead(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Un enlace que responde o que se ha movido vive; un 404 y un servidor que no está, no."""
    monkeypatch.setattr(links, "links", str.split)
    page = tmp_path / "uno.md"
    page.write_text(f"{server}/bien {server}/movido {server}/nada http://127.0.0.1:1/", encoding="utf-8")
    lost, away = links.dead([page])
    assert lost == f"uno.md: {server}/nada responde 404"
    assert away.startswith("uno.md: http://127.0.0.1:1/ no responde")
