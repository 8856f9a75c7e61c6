"""Cómo se enseña la conversación: corta, sin rutas de la máquina y escapada; y las órdenes que no valen."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

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
def test_el_resumen_dice_lo_que_cuenta(body: object, said: str) -> None:
    assert response_summary(answer(body)) == said


def test_el_resumen_de_lo_que_escribe_un_contenedor() -> None:
    frame = b"\x01\0\0\0\0\0\0\x05hola\n\x02\0\0\0\0\0\0\x02ay"
    exchange = Exchange(
        "POST", "/a", status=101, upgraded="tcp", response_body=frame, response_bytes=len(frame)
    )
    assert demultiplex(frame) == b"hola\nay"
    assert demultiplex(b"con terminal") == b"con terminal"
    assert demultiplex(b"\x05\0\0\0\0\0\0\x01x") == b"\x05\0\0\0\0\0\0\x01x"
    assert "101 (pasa a tcp)" in plain("x", Conversation("x", (exchange,)))
    assert response_summary(exchange) == "responde: «hola»"


def test_un_resumen_largo_se_corta() -> None:
    body = b'{"Cmd":["' + b"a" * 900 + b'"]}'
    exchange = Exchange("POST", "/x", request_headers=JSON, request_body=body, request_bytes=len(body))
    assert len(request_summary(exchange)) == 120 and request_summary(exchange).endswith("…")


def test_un_cuerpo_que_no_se_guardo_se_dice_por_su_tamano() -> None:
    assert request_summary(Exchange("POST", "/build", request_bytes=15_300)) == "pide: 15,3 kB"
    assert [human_bytes(n) for n in (0, 999, 1000, 10**9)] == ["0 B", "999 B", "1,0 kB", "1,0 GB"]


def test_el_json_entero_se_lee_y_no_lleva_identificadores_largos_ni_rutas() -> None:
    body = {"Id": ID, "LogPath": f"/srv/d/containers/{ID}/x.log", "DockerRootDir": "/srv/d"}
    text = full_text((), json.dumps(body).encode())
    assert ID not in text and "/srv" not in text and '"LogPath": "/…/containers/0123456789ab/x.log"' in text


def test_las_rutas_de_la_maquina_se_quitan() -> None:
    assert tidy("en unix:///tmp/muelle-a/docker.sock y", "unix:///tmp/muelle-a/docker.sock") == (
        "en unix:///…/docker.sock y"
    )
    assert tidy(f"{Path.home()}/curso/x") == "~/curso/x"
    assert tidy("/etc/motd y /tmp/cosa") == "/etc/motd y /tmp/cosa"


def test_la_carpeta_personal_se_quita_solo_cuando_lo_es(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/casa")
    assert (
        tidy("/casa HOME=/casa /casa/x /mi/casa/x /casas /casa.bak")
        == "~ HOME=~ ~/x /mi/casa/x /casas /casa.bak"
    )


def test_limpiar_cuesta_poco_aunque_el_texto_sea_malicioso() -> None:
    started = time.perf_counter()
    tidy("/a" * 5_000 + " " + "a/" * 5_000)
    assert time.perf_counter() - started < 0.2


def test_un_json_malicioso_se_ensena_igual() -> None:
    deep = answer(b"[" * 60_000)
    assert response_summary(deep) == "responde: 60,0 kB" and full_text(JSON, deep.response_body)[:3] == "[[["
    half = answer(rb'{"message":"\ud800"}')
    assert (
        exchanges_table(Conversation("x", (half,))).encode()
        and plain("x", Conversation("x", (half,))).encode()
    )


def test_todo_se_escapa() -> None:
    evil = "<script>alert(1)</script>"
    conversation = Conversation(evil, (answer({"message": evil}, query=evil),))
    shown = terminal_block(evil, evil, 0) + exchanges_table(conversation)
    assert "<script" not in shown and "&lt;script" in shown


def test_los_caracteres_de_control_se_dibujan() -> None:
    """Un contenedor puede escribir cualquier cosa, y ni una página ni un terminal deben obedecerla."""
    evil = "a\x00b\x07\x1b]0;t\x9c\x7f\tc\nd"
    talk = Conversation("x", (Exchange("GET", "/x", response_body=evil.encode(), response_bytes=9),), evil)
    for shown in (terminal_block("x", evil, 0), exchanges_table(talk), plain("x", talk)):
        assert "a␀b␇␛]0;t" in shown and "␡\tc" in shown
        assert not set(shown) & set("\x00\x07\x1b\x7f")


def test_nada_pasa_de_una_pantalla() -> None:
    many = Conversation("x", tuple(answer({"n": list(range(500))}) for _ in range(MAX_ROWS + 7)))
    table = exchanges_table(many)
    assert table.count("<tr>") == MAX_ROWS + 2 and "… y 7 peticiones más" in table
    assert "líneas más)" in table
    block = terminal_block("docker ps", "línea\n" * 500, 0)
    assert block.count("línea\n") <= MAX_LINES and f"({500 - MAX_LINES} líneas más)" in block
    assert len(plain("x", Conversation("x", many.exchanges, output="y\n" * 500)).splitlines()) < 120


def test_el_codigo_de_salida_se_dice_si_no_es_cero() -> None:
    assert "Código de salida: 125" in terminal_block("docker x", "", 125)
    assert "Código" not in terminal_block("docker x", "", 0)
    assert "se detuvo" in terminal_block("docker x", "", -15, "La orden seguía en marcha y se detuvo.")


def test_sin_peticiones_se_dice() -> None:
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
def test_lo_que_no_es_una_orden_docker_es_una_frase(command: str, said: str) -> None:
    with pytest.raises(MuelleError, match=said):
        terminal(command, "unix:///no/existe.sock")


def test_una_carpeta_que_no_existe_es_una_frase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "docker").write_text("#!/bin/sh\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MuelleError, match="ninguna carpeta «nada»"):
        terminal("docker build .", "unix:///no/existe.sock", folder="nada")


def test_sin_la_orden_docker_se_ofrece_el_sdk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="listen"):
        terminal("docker ps", "unix:///no/existe.sock")
