"""Cómo se enseña la conversación: corta, sin rutas de la máquina y escapada; y las órdenes que no valen."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from growth import MOST, growth
from muelle.errors import MissingTool, MuelleError
from muelle.model.conversation import Conversation, Exchange
from muelle.wire import exchanges_table, terminal, terminal_block
from muelle.wire.html import MAX_LINES, MAX_ROWS, plain
from muelle.wire.summary import demultiplex, full_text, human_bytes, request_summary, response_summary
from muelle.wire.tidy import tidy

ID = "0123456789ab" + "c" * 52
JSON = (("Content-Type", "application/json"),)


def answer(body: object, **more: object) -> Exchange:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(
        "GET", "/x", status=200, response_headers=JSON, response_body=data, response_bytes=len(data), **more
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"Id": ID, "Warnings": []}, "responde: Id: 0123456789ab"),
        ({"message": "No such container: nada"}, "responde: message: No such container: nada"),
        ({"StatusCode": 0}, "responde: StatusCode: 0"),
        ([{"Id": ID, "Names": ["/web"]}], 'responde: lista de 1: Names: ["/web"], Id: 0123456789ab'),
        ([], "responde: lista de 0"),
        (
            {"Id": "a", "Image": "b", "Cmd": "c", "Status": "d", "ExitCode": 0},
            "responde: Id: a, Image: b, Cmd: c, Status: d",
        ),
        (b'{"status":"a"}\n{"status":"b"}\n', "responde: 2 mensajes seguidos"),
        (b"", ""),
    ],
)
def test_the_summary_says_what_matters(body: object, said: str) -> None:
    assert response_summary(answer(body)) == said


def test_the_summary_of_what_a_container_writes() -> None:
    frame = b"\x01\0\0\0\0\0\0\x05hola\n\x02\0\0\0\0\0\0\x02ay"
    exchange = Exchange(
        "POST", "/a", status=101, upgraded="tcp", response_body=frame, response_bytes=len(frame)
    )
    assert demultiplex(frame) == b"hola\nay"
    assert demultiplex(b"con terminal") == b"con terminal"
    assert demultiplex(b"\x05\0\0\0\0\0\0\x01x") == b"\x05\0\0\0\0\0\0\x01x"
    assert "101 (pasa a tcp)" in plain("x", Conversation("x", (exchange,)))
    assert response_summary(exchange) == "responde: «hola»"


def test_a_long_summary_is_cut() -> None:
    body = b'{"Cmd":["' + b"a" * 900 + b'"]}'
    exchange = Exchange("POST", "/x", request_headers=JSON, request_body=body, request_bytes=len(body))
    assert len(request_summary(exchange)) == 120 and request_summary(exchange).endswith("…")


def test_a_body_that_was_not_kept_is_told_by_its_size() -> None:
    assert request_summary(Exchange("POST", "/build", request_bytes=15_300)) == "pide: 15,3 kB"
    assert [human_bytes(n) for n in (0, 999, 1000, 10**9)] == ["0 B", "999 B", "1,0 kB", "1,0 GB"]


def test_the_whole_json_can_be_read_without_long_ids_or_paths() -> None:
    body = {"Id": ID, "LogPath": f"/srv/d/containers/{ID}/x.log", "DockerRootDir": "/srv/d"}
    text = full_text((), json.dumps(body).encode())
    assert ID not in text and "/srv" not in text and '"LogPath": "/…/containers/0123456789ab/x.log"' in text


def test_paths_of_the_machine_are_removed() -> None:
    assert tidy("en unix:///tmp/muelle-a/docker.sock y", "unix:///tmp/muelle-a/docker.sock") == (
        "en unix:///…/docker.sock y"
    )
    assert tidy(f"{Path.home()}/curso/x") == "~/curso/x"
    assert tidy("/etc/motd y /tmp/cosa") == "/etc/motd y /tmp/cosa"


def test_the_home_folder_is_removed_only_when_it_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/casa")
    assert (
        tidy("/casa HOME=/casa /casa/x /mi/casa/x /casas /casa.bak")
        == "~ HOME=~ ~/x /mi/casa/x /casas /casa.bak"
    )


def test_cleaning_costs_little_even_in_a_malicious_text() -> None:
    assert growth(lambda n: "/a" * n + " " + "a/" * n, tidy, 2_000) < MOST


def test_a_malicious_json_is_shown_all_the_same() -> None:
    deep = answer(b"[" * 60_000)
    assert response_summary(deep) == "responde: 60,0 kB" and full_text(JSON, deep.response_body)[:3] == "[[["
    half = answer(rb'{"message":"\ud800"}')
    assert (
        exchanges_table(Conversation("x", (half,))).encode()
        and plain("x", Conversation("x", (half,))).encode()
    )


def test_everything_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    conversation = Conversation(evil, (answer({"message": evil}, query=evil),))
    shown = terminal_block(evil, evil, 0) + exchanges_table(conversation)
    assert "<script" not in shown and "&lt;script" in shown


def test_control_characters_are_drawn() -> None:
    """Un contenedor puede escribir cualquier cosa, y ni una página ni un terminal deben obedecerla."""
    evil = "a\x00b\x07\x1b]0;t\x9c\x7f\tc\nd"
    talk = Conversation("x", (Exchange("GET", "/x", response_body=evil.encode(), response_bytes=9),), evil)
    for shown in (terminal_block("x", evil, 0), exchanges_table(talk), plain("x", talk)):
        assert "a␀b␇␛]0;t" in shown and "␡\tc" in shown
        assert not set(shown) & set("\x00\x07\x1b\x7f")


def test_nothing_is_longer_than_one_screen() -> None:
    many = Conversation("x", tuple(answer({"n": list(range(500))}) for _ in range(MAX_ROWS + 7)))
    table = exchanges_table(many)
    assert table.count("<tr>") == MAX_ROWS + 2 and "… y 7 peticiones más" in table
    assert "líneas más)" in table
    block = terminal_block("docker ps", "línea\n" * 500, 0)
    assert block.count("línea\n") <= MAX_LINES and f"({500 - MAX_LINES} líneas más)" in block
    assert len(plain("x", Conversation("x", many.exchanges, output="y\n" * 500)).splitlines()) < 120


def test_one_more_is_in_the_singular() -> None:
    exchanges = tuple(answer({"n": 1}) for _ in range(MAX_ROWS + 1))
    for shown in (exchanges_table(Conversation("x", exchanges)), plain("x", Conversation("x", exchanges))):
        assert "… y 1 petición más" in shown
    assert "… (1 línea más)" in terminal_block("docker ps", "línea\n" * (MAX_LINES + 1), 0)


def test_the_exit_code_is_said_unless_it_is_zero() -> None:
    assert "Código de salida: 125" in terminal_block("docker x", "", 125)
    assert "Código" not in terminal_block("docker x", "", 0)
    assert "se detuvo" in terminal_block("docker x", "", -15, "La orden seguía en marcha y se detuvo.")


def test_without_requests_it_says_so() -> None:
    assert "ninguna petición" in exchanges_table(Conversation("docker --version", ()))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("docker ps | grep x", r"«\|»"),
        ("docker ps && docker images", "«&&»"),
        ("ls /", "solo se ejecuta la orden `docker`"),
        ("", "solo se ejecuta"),
        ("A=1", "solo se ejecuta"),
        ('docker run "x', "comillas"),
    ],
)
def test_what_is_not_a_docker_command_is_one_sentence(command: str, said: str) -> None:
    with pytest.raises(MuelleError, match=said):
        terminal(command, "unix:///no/existe.sock")


def test_a_folder_that_does_not_exist_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "docker").write_text("#!/bin/sh\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MuelleError, match="ninguna carpeta «nada»"):
        terminal("docker build .", "unix:///no/existe.sock", folder="nada")


def test_without_the_docker_command_the_sdk_is_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="listen"):
        terminal("docker ps", "unix:///no/existe.sock")


UNSEEN = [
    chr(code)
    for code in (*range(0x3000), *range(0xFE00, 0x10000), *range(0xE0000, 0xE0080))
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")
]
"""Todos los controles y los que dan la vuelta al texto o no ocupan sitio."""
LEFT = frozenset("\n\t\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{SOFT HYPHEN}")


def test_nothing_that_is_not_seen_gets_through() -> None:
    """Ni en la orden, ni en lo que escribió, ni en ninguna parte de una petición o de su respuesta."""
    odd = "a".join(UNSEEN)
    body = json.dumps({"Id": odd, "message": odd}, ensure_ascii=False).encode()
    raw = f"{odd}\n".encode()
    exchanges = [
        Exchange(
            odd,
            f"/x/{odd}",
            query=odd,
            status=200,
            reason=odd,
            request_headers=((odd, odd), *JSON),
            request_body=each,
            response_headers=kind,
            response_body=each,
            response_bytes=len(each),
            upgraded=odd,
        )
        for each, kind in ((body, JSON), (raw, (("Content-Type", odd),)))
    ]
    conversation = Conversation(odd, tuple(exchanges), output=odd, exit_code=1)
    shown = (
        exchanges_table(conversation)
        + terminal_block(odd, odd, 1, odd)
        + plain(odd, conversation, odd)
        + plain(odd, Conversation(odd, ()))
        + str(conversation)
    )
    assert {sign for sign in UNSEEN if sign in shown} <= LEFT
    assert "\\u202e" in shown
