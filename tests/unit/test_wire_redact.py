"""Ninguna credencial se guarda, la lleve quien la lleve; y lo que no lo es, se queda."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from muelle.wire import redact
from muelle.wire.secrets import HIDDEN

WORD = "gAt0-5azul"


def _body(path: str, data: Any) -> str:
    return redact.body(path, data if isinstance(data, bytes) else json.dumps(data).encode()).decode()


VARIABLES = (
    *(
        "GITHUB_PAT",
        "ENCRYPTION_KEY",
        "SSH_KEY",
        "NPM_AUTH",
        "REDISCLI_AUTH",
        "CONTRASEÑA",
        "JWT",
        "PGPASSWORD",
    ),
    *(
        "SESSION_COOKIE",
        "AZURE_SAS",
        "CLAVE",
        "MYSQL_PASS",
        "DB_PWD",
        "GPG_PASSPHRASE",
        "apiToken",
        "MASTER_KEY",
    ),
)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_is_hidden_to_its_end(name: str) -> None:
    for path, data in (
        ("/containers/create", {"Env": [f"{name}=a {WORD}"]}),
        ("/plugins/x/set", [f"{name}={WORD}"]),
    ):
        assert WORD not in _body(path, data)


LABELS = ("clave", "api_key", "apikey", "secret_key", "db.secret", "credential", "JoinToken", "SigningCAKey")


@pytest.mark.parametrize(
    "name", [*LABELS, "traefik.http.middlewares.a.basicauth.users", "x-credentials-endpoint"]
)
@pytest.mark.parametrize("value", [WORD, [WORD], {"a": [WORD]}, f'a"{WORD}'], ids=str)
def test_a_key_hides_all_it_holds(name: str, value: Any) -> None:
    for data in ({name: value}, {"HostConfig": {"LogConfig": {"Config": {name: value}}}}):
        assert WORD not in _body("/x", data)


@pytest.mark.parametrize(
    "text",
    [
        *(f"postgres://u:{WORD}@h/db", f"postgres://u:p@{WORD}@h/db", f"postgres://u:a/{WORD}@h/db"),
        *(f"u:{WORD}@tcp(h:3306)/db", f"u:{WORD}@proxy:1", f"https://{WORD}@h/1", f"https://h/x?sig={WORD}"),
        *(f"https://h/x?X-Amz-Signature={WORD}&a=1", f"user=u,pass={WORD}", f"ENV PASSWORD {WORD}"),
        *(
            f"|1 PASSWORD=a {WORD} /bin/sh -c x",
            f"password: {WORD}",
            f"x --token {WORD}",
            f"x --password={WORD}",
        ),
        *(
            f"sh -c mysql -p{WORD}",
            f"Authorization: Bearer {WORD}",
            f'{{"token":"{WORD}"}}',
            f"TOKEN='a {WORD}' x",
        ),
        *(f'PASSWORD="a {WORD}" x', f"export API_KEY={WORD} && y"),
    ],
)
def test_a_text_is_searched(text: str) -> None:
    for data in ({"CreatedBy": text}, [[text]], {"Cmd": ["sh", "-c", text]}, text.encode()):
        assert WORD not in _body("/x", data)
    assert WORD not in redact.query(urlencode({"changes": text}))
    assert WORD not in dict(redact.headers((("Location", text),)))["Location"]


@pytest.mark.parametrize(
    "words",
    [
        *(["mysql", f"-p{WORD}"], ["x", "--password", WORD], ["curl", "-u", f"u:{WORD}", "h"]),
        *(["CMD", "redis-cli", "-a", WORD], ["curl", "-H", f"Authorization: Basic {WORD}"]),
        ["/usr/bin/curl", "-d", f'{{"token":"{WORD}"}}'],
    ],
)
def test_an_order_is_searched_word_by_word(words: list[str]) -> None:
    assert WORD not in _body("/x", {"Cmd": words, "Healthcheck": {"Test": words}})


@pytest.mark.parametrize(
    "name", ["X-Auth-Token", "PRIVATE-TOKEN", "X-Api-Key", "X-Registry-Config", "Cookie"]
)
def test_a_header_is_known_by_its_name(name: str) -> None:
    assert redact.headers(((name, WORD),)) == ((name, HIDDEN),)


@pytest.mark.parametrize(
    "text",
    [
        "%62uildargs=" + quote(json.dumps({"A": WORD})),
        "labels=" + quote(json.dumps({"api_key": WORD})),
        f"p%61ssword={WORD}",
        "changes=" + quote(f'ENV PASSWORD="a {WORD}"'),
    ],
)
def test_a_query_is_read_before_it_is_searched(text: str) -> None:
    assert WORD not in redact.query(text)


@pytest.mark.parametrize(
    "data",
    [
        b'{"p\\u0061ssword":"' + WORD.encode() + b'"}',
        b'{"Env":["DB_PASSWORD=' + WORD.encode(),
        b'{"password":"' + WORD.encode(),
        json.dumps({"password": WORD}).encode("utf-16"),
        b'{"a":1}\n{"token":"' + WORD.encode() + b'"}\n{"b":',
    ],
)
def test_however_it_is_written(data: bytes) -> None:
    assert WORD not in _body("/auth", data)


@pytest.mark.parametrize(
    "data",
    [
        {"Env": ["PATH=/bin", "KEYBOARD=es", "TOKENIZERS_PARALLELISM=true"]},
        {"auth": "", "password": None, "Secret": False},
        {"Path": "/clave", "Cmd": ["echo", "clave=verde"]},
        {"Cmd": ["sh", "-c", "echo palabra_clave=faro"]},
        {"Image": "r:5000/a@sha256:abc", "Id": "app:1@sha256:abc"},
        {"u": "http://h/a@b", "v": "http://h:80/a@b", "w": "mailto:a@b"},
        {"m": "compass_direction=n bypass_x=1 monkey=1", "author": "a"},
        {"Cmd": ["docker", "run", "-p", "80:80", "-u", "root", "x"]},
    ],
    ids=str,
)
def test_what_is_not_a_credential_stays(data: Any) -> None:
    assert json.loads(_body("/x", data)) == data


def test_what_needs_no_hiding_is_byte_by_byte_the_same() -> None:
    for data in (b'{ "a":1.0e3,\n "b" : [] }', b'{"a":1}\n\n{"b":2}\r\n', b"\xff\x80 texto", b""):
        assert redact.body("/x", data) == data
