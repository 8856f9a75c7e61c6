"""El analizador y la grabación: da igual por dónde se partan los bytes."""

from __future__ import annotations

import json
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growth import MOST, growth
from muelle.model.conversation import Exchange
from muelle.wire import redact
from muelle.wire.parse import MAX_HEAD
from muelle.wire.record import MAX_BODY, ConnectionRecorder, Recording

# Cada turno: (quién habla, qué). Una conexión con un poco de todo lo que hace Docker.
CLIENT, DAEMON = "cliente", "demonio"
TURNS = [
    (CLIENT, b"HEAD /_ping HTTP/1.1\r\nHost: docker\r\n\r\n"),
    (DAEMON, b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\n"),
    (CLIENT, b"GET /v1.41/containers/json?all=1 HTTP/1.1\r\nHost: docker\r\n\r\n"),
    (DAEMON, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"),
    (DAEMON, b'5;ext=1\r\n[{"a"\r\nA\r\n: "\r\n0\r\n"}\r\n0\r\nTrailer: x\r\nOtro: y\r\n\r\n'),
    (
        CLIENT,
        b"\r\nPOST /v1.41/containers/create HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n",
    ),
    (DAEMON, b"HTTP/1.1 100 Continue\r\n\r\n"),
    (CLIENT, b'{"Image":1}'),
    (DAEMON, b'HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\n{"Id":"abc"}'),
    (CLIENT, b"POST /v1.41/containers/abc/start HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
    (DAEMON, b"HTTP/1.1 204 No Content\r\n\r\n"),
    (CLIENT, b"GET /v1.41/images/x/json HTTP/1.1\r\n\r\nGET /v1.41/info HTTP/1.1\r\n\r\n"),
    (DAEMON, b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 304 Not Modified\r\n\r\n"),
    (CLIENT, b"POST /v1.41/containers/abc/attach HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
    (DAEMON, b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\x01\0\0\0\0\0\0\x05"),
    (CLIENT, b"GET /no-es-una-peticion HTTP/1.1\r\n\r\n"),
    (DAEMON, b"hola\nHTTP/1.1 500 tampoco\r\n\r\n"),
]


def record(turns: list[tuple[str, bytes]]) -> tuple[Exchange, ...]:
    recording = Recording()
    recorder = ConnectionRecorder(recording)
    for who, data in turns:
        (recorder.from_client if who == CLIENT else recorder.from_daemon)(data)
    recorder.daemon_closed()
    recorder.closed()
    return recording.exchanges()


def essence(exchanges: tuple[Exchange, ...]) -> list[tuple[object, ...]]:
    """Todo menos los tiempos."""
    return [
        tuple(value for name, value in vars(each).items() if name not in ("started", "duration"))
        for each in exchanges
    ]


def split(turns: list[tuple[str, bytes]], cuts: set[int]) -> list[tuple[str, bytes]]:
    """Los mismos turnos, partidos en las posiciones dadas del total."""
    pieces, position = [], 0
    for who, data in turns:
        inside = sorted(cut - position for cut in cuts if position < cut < position + len(data))
        pieces += [(who, data[start:end]) for start, end in pairwise([0, *inside, len(data)])]
        position += len(data)
    return pieces


TOTAL = sum(len(data) for _, data in TURNS)


def test_each_answer_goes_with_its_request() -> None:
    found = [(each.method, each.path, each.status, each.response_bytes) for each in record(TURNS)]
    assert found == [
        ("HEAD", "/_ping", 200, 0),
        ("GET", "/containers/json", 200, 15),
        ("POST", "/containers/create", 201, 12),
        ("POST", "/containers/abc/start", 204, 0),
        ("GET", "/images/x/json", 404, 2),
        ("GET", "/info", 304, 0),
        ("POST", "/containers/abc/attach", 101, 8 + 5 + 24),
    ]


def test_the_details_of_each_exchange() -> None:
    exchanges = record(TURNS)
    assert exchanges[1].api_version == "1.41" and exchanges[1].query == "all=1"
    assert exchanges[1].response_body == b'[{"a": "\r\n0\r\n"}'
    assert exchanges[2].request_body == b'{"Image":1}' and exchanges[2].request_bytes == 11
    assert exchanges[6].upgraded == "tcp" and exchanges[6].request_body.startswith(b"GET /no-es")
    assert exchanges[6].response_body.endswith(b"tampoco\r\n\r\n")


@given(st.sets(st.integers(1, TOTAL - 1)))
def test_bytes_may_be_cut_anywhere(cuts: set[int]) -> None:
    assert essence(record(split(TURNS, cuts))) == essence(record(TURNS))


def test_also_one_by_one() -> None:
    assert essence(record(split(TURNS, set(range(TOTAL))))) == essence(record(TURNS))


def test_requests_in_advance() -> None:
    """Un cliente puede enviar varias antes de leer las respuestas (RFC 9112, «pipelining»)."""
    plain = TURNS[:5] + TURNS[9:13]
    asked = [turn for turn in plain if turn[0] == CLIENT]
    answered = [turn for turn in plain if turn[0] == DAEMON]
    assert essence(record(asked + answered)) == essence(record(plain))


@given(st.lists(st.tuples(st.sampled_from([CLIENT, DAEMON]), st.binary(max_size=200)), max_size=20))
def test_whatever_is_not_http_does_not_break_the_recording(turns: list[tuple[str, bytes]]) -> None:
    assert len(record(turns)) <= len(turns)


@pytest.mark.parametrize("length", ["-5", "1e3", "x", "99999999999999999999999"])
def test_an_absurd_size_breaks_nothing(length: str) -> None:
    (exchange,) = record([(CLIENT, f"POST /x HTTP/1.1\r\nContent-Length: {length}\r\n\r\nabc".encode())])
    assert exchange.path == "/x" and exchange.status == 0


def test_without_size_the_body_lasts_until_it_is_closed() -> None:
    (exchange,) = record(
        [(CLIENT, b"GET /events HTTP/1.1\r\n\r\n"), (DAEMON, b"HTTP/1.1 200 OK\r\n\r\n"), (DAEMON, b"{}" * 5)]
    )
    assert exchange.response_body == b"{}" * 5


def test_an_upgrade_that_the_daemon_refuses() -> None:
    exchanges = record(
        [
            (CLIENT, b"POST /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
            (DAEMON, b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}"),
            (CLIENT, b"GET /b HTTP/1.1\r\n\r\n"),
            (DAEMON, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ]
    )
    assert [(each.path, each.status, each.upgraded) for each in exchanges] == [
        ("/a", 409, ""),
        ("/b", 200, ""),
    ]


def test_a_daemon_that_takes_the_connection_without_saying_101() -> None:
    """Como hacían los antiguos: lo que siga es la entrada del contenedor, aunque parezca HTTP."""
    (exchange,) = record(
        [
            (CLIENT, b"POST /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"),
            (DAEMON, b"HTTP/1.1 200 OK\r\n\r\nhola"),
            (CLIENT, b"GET /b HTTP/1.1\r\n\r\n"),
        ]
    )
    assert (exchange.status, exchange.response_body) == (200, b"hola")
    assert exchange.request_body == b"GET /b HTTP/1.1\r\n\r\n"


def test_a_chunk_of_negative_size_is_not_understood() -> None:
    (exchange,) = record(
        [
            (CLIENT, b"GET /x HTTP/1.1\r\n\r\n"),
            (DAEMON, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabcdef\r\n"),
        ]
    )
    assert exchange.response_body == b"abcdef\r\n"


def test_what_was_left_half_way_stops_lasting_when_closed() -> None:
    recording = Recording()
    recorder = ConnectionRecorder(recording)
    recorder.from_client(b"GET /events HTTP/1.1\r\n\r\n")
    first = recording.exchanges()[0].duration
    assert recording.exchanges()[0].duration > first
    recorder.closed()
    assert recording.exchanges() == recording.exchanges()


@pytest.mark.parametrize(
    "start", [b"POST /x HTTP/1.1\r\nX: ", b"POST /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"]
)
def test_what_never_ends_does_not_pile_up(start: bytes) -> None:
    """Una cabecera sin final, o una entrada que nadie ha aceptado todavía."""
    recorder = ConnectionRecorder(Recording())
    recorder.from_client(start)
    for _ in range(20):
        recorder.from_client(b"a" * 50_000)
    assert len(recorder._client._buffer) <= MAX_HEAD


def test_what_is_sent_before_knowing_about_the_upgrade() -> None:
    """La entrada de un contenedor puede parecer HTTP y llegar antes que el 101."""
    (exchange,) = record(
        [
            (
                CLIENT,
                b"POST /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nGET /b HTTP/1.1\r\n\r\n",
            ),
            (DAEMON, b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n"),
        ]
    )
    assert (exchange.path, exchange.upgraded) == ("/a", "tcp")
    assert exchange.request_body == b"GET /b HTTP/1.1\r\n\r\n"


def test_big_bodies_are_counted_whole_and_kept_bounded() -> None:
    size = MAX_BODY * 3 + 7
    (exchange,) = record(
        [
            (CLIENT, b"GET /x HTTP/1.1\r\n\r\n"),
            (DAEMON, f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode() + b"a" * size),
        ]
    )
    assert exchange.response_bytes == size and len(exchange.response_body) == MAX_BODY


def ask(head: str, body: bytes = b"", answer: bytes = b"") -> Exchange:
    request = f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    response = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n".encode() + answer
    (exchange,) = record([(CLIENT, request), (DAEMON, response)])
    return exchange


SECRET = "c1aveSuperSecreta"


@pytest.mark.parametrize(
    ("head", "body", "answer"),
    [
        (f"POST /v1.41/images/create HTTP/1.1\r\nX-Registry-Auth: {SECRET}", b"", b""),
        (f"POST /v1.41/build HTTP/1.1\r\nx-registry-config: {SECRET}", b"", b""),
        (f"GET /info HTTP/1.1\r\nProxy-Authorization: Basic {SECRET}", b"", b""),
        ("POST /swarm/unlock HTTP/1.1", json.dumps({"UnlockKey": SECRET}).encode(), b""),
        (f"GET /info HTTP/1.1\r\nAuthorization: Bearer {SECRET}\r\nCookie: {SECRET}", b"", b""),
        (f"POST /v1.41/build?buildargs=%7B%22CLAVE%22%3A%22{SECRET}%22%7D&t=x HTTP/1.1", b"", b""),
        (f"POST /v1.41/build?remote=https%3A%2F%2Fana%3A{SECRET}%40git%2Fx HTTP/1.1", b"", b""),
        ("POST /auth HTTP/1.1", json.dumps({"username": "ana", "password": SECRET}).encode(), b""),
        ("POST /auth HTTP/1.1", b"", json.dumps({"IdentityToken": SECRET}).encode()),
        ("POST /auth HTTP/1.1", f'{{"password":"a\\"{SECRET}'.encode(), b""),
        ("POST /secrets/create HTTP/1.1", json.dumps({"Name": "n", "Data": SECRET}).encode(), b""),
        ("GET /configs/x HTTP/1.1", b"", json.dumps({"Spec": {"Data": SECRET}}).encode()),
        (
            "POST /containers/create HTTP/1.1",
            json.dumps({"Env": [f"DB_PASSWORD={SECRET}", "A=b"]}).encode(),
            json.dumps({"Config": {"Env": [f"GITHUB_TOKEN={SECRET}", f"P=http://u:{SECRET}@h"]}}).encode(),
        ),
        (f"POST /commit?changes=ENV+DB_PASSWORD%3D{SECRET} HTTP/1.1", b"", b""),
        (f"POST /build?labels=%7B%22mi.password%22%3A%22{SECRET}%22%7D HTTP/1.1", b"", b""),
        (f"POST /otra?clave={SECRET} HTTP/1.1", b"", b""),
        (
            "POST /containers/create HTTP/1.1",
            json.dumps({"Env": [f"CLAVE={SECRET} y más", f"MYSQL_PWD={SECRET}"]}).encode(),
            json.dumps([{"CreatedBy": f"|1 API_TOKEN={SECRET} /bin/sh -c make"}]).encode(),
        ),
        ("POST /volumes/create HTTP/1.1", f'{{"o":"addr=h,password={SECRET},vers=3"}}'.encode(), b""),
        ("POST /otra HTTP/1.1\r\nContent-Type: application/x-tar", f"clave.txt {SECRET}".encode(), b""),
        ("POST /v1.41/build HTTP/1.1", f"clave.txt {SECRET}".encode(), b""),
        ("PUT /containers/x/archive?path=/ HTTP/1.1\r\nContent-Type: text/plain", SECRET.encode(), b""),
        ("GET /containers/x/archive?path=/ HTTP/1.1", b"", SECRET.encode()),
    ],
)
def test_no_credential_is_kept(head: str, body: bytes, answer: bytes) -> None:
    exchange = ask(head, body, answer)
    assert SECRET not in repr(exchange)
    assert (exchange.request_bytes, exchange.response_bytes) == (len(body), len(answer))


def test_the_credential_is_hidden_and_the_rest_is_not() -> None:
    exchange = ask("POST /auth HTTP/1.1", b'{"username":"ana","password":"x","email":"a"}')
    assert json.loads(exchange.request_body) == {"username": "ana", "password": "(oculto)", "email": "a"}
    build = ask("POST /build?t=web&buildargs=%7B%22A%22%3A%22b%22%7D HTTP/1.1")
    assert "t=web" in build.query and "(oculto)" in build.query and '"A"' in build.query


def test_hiding_costs_little_even_in_a_malicious_body() -> None:
    for start, word in ((b'"', b"PASSWORD"), (b"", b"password")):
        assert growth(lambda n, s=start, w=word: s + w * n, partial(redact.body, "/x"), 500) < MOST


def test_a_huge_header_is_not_noted_in_the_request_before() -> None:
    """No se entiende, y lleva credenciales: se pasa y no se guarda."""
    (exchange,) = record(
        [
            (CLIENT, b"GET /a HTTP/1.1\r\n\r\n"),
            (DAEMON, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            (CLIENT, b"POST /build HTTP/1.1\r\nX-Registry-Config: " + SECRET.encode() * 20_000),
        ]
    )
    assert exchange.path == "/a" and exchange.request_bytes == 0 and SECRET not in repr(exchange)


@pytest.mark.parametrize("header", ["Upgrade: h2c\r\n", ""])
def test_over_http2_nothing_is_kept(header: str) -> None:
    (exchange,) = record(
        [
            (CLIENT, b"POST /session HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
            (DAEMON, f"HTTP/1.1 101 Switching Protocols\r\n{header}\r\n{SECRET}".encode()),
            (CLIENT, b"PRI * HTTP/2.0\r\n\r\n" + SECRET.encode()),
        ]
    )
    assert exchange.upgraded == "h2c" and SECRET not in repr(exchange)
    assert exchange.response_bytes == len(SECRET) and exchange.request_bytes == 18 + len(SECRET)
