"""Qué dice un cuerpo HTTP de Docker: en una frase, y entero para leerlo."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from muelle.model.conversation import Exchange

from .tidy import short_ids, tidy

_FIELDS = (
    "message",
    "error",
    "Name",
    "Names",
    "Id",
    "Image",
    "Cmd",
    "Status",
    "State",
    "StatusCode",
    "ExitCode",
    "Running",
    "Version",
    "ApiVersion",
    "Type",
    "Action",
    "Tty",
    "Detach",
)
"""Los campos que más cuentan de una respuesta, en el orden en que se enseñan."""
_MAX_FIELDS = 4
_MAX_SUMMARY = 120


def human_bytes(count: int) -> str:
    """Bytes como se leen: `1,2 kB` (miles, como Docker)."""
    size, units = float(count), ["B", "kB", "MB", "GB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{count} B" if units[0] == "B" else f"{size:.1f} {units[0]}".replace(".", ",")


def demultiplex(data: bytes) -> bytes:
    """Lo que escribió el contenedor, sin las cabeceras de 8 bytes de `attach` y `logs`.

    Cada trozo va precedido de: flujo (0, 1 o 2), tres ceros y el tamaño (API de Docker, «Stream format»).
    Si no tiene esa forma (un contenedor con terminal), se devuelve igual.
    """
    rest, output = data, b""
    while rest:
        if len(rest) < 8 or rest[0] > 2 or rest[1:4] != b"\0\0\0":
            return output or data
        size = int.from_bytes(rest[4:8], "big")
        output += rest[8 : 8 + size]
        rest = rest[8 + size :]
    return output


def parse(body: bytes) -> list[Any]:
    """Los documentos JSON de un cuerpo (uno, o varios seguidos); vacío si no es JSON o está cortado."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return []
    decoder, position = json.JSONDecoder(), 0
    documents: list[Any] = []
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        try:
            document, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return documents
        documents.append(document)
    return documents


def _value(value: Any) -> str:
    if isinstance(value, str):
        return short_ids(tidy(value)).removeprefix("sha256:")
    if isinstance(value, dict):
        return _value(value.get("Status", "{…}"))
    return json.dumps(value, ensure_ascii=False)


def _object(document: dict[str, Any]) -> str:
    found = [name for name in _FIELDS if document.get(name) not in (None, "", [], {})]
    return ", ".join(f"{name}: {_value(document[name])}" for name in found[:_MAX_FIELDS])


def _summary(body: bytes, total: int, kind: str) -> str:
    if not total:
        return ""
    if "stream" in kind and "json" not in kind:
        text = demultiplex(body).decode("utf-8", "replace").strip().split("\n")[0]
        return f"«{text}»" if text else ""
    documents = parse(body)
    if len(documents) > 1:
        return f"{len(documents)} mensajes seguidos"
    if not documents:
        return "" if "json" in kind or not body else " ".join(body.decode("utf-8", "replace").split())
    document = documents[0]
    if isinstance(document, list):
        first = f": {_object(document[0])}" if document and isinstance(document[0], dict) else ""
        return f"lista de {len(document)}{first}"
    return _object(document) if isinstance(document, dict) else ""


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_SUMMARY else text[: _MAX_SUMMARY - 1] + "…"


def _header(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value.lower() for key, value in headers if key.lower() == name), "")


def request_summary(exchange: Exchange) -> str:
    """Qué pide, o "" si basta con la ruta."""
    kind = _header(exchange.request_headers, "content-type")
    said = _summary(exchange.request_body, exchange.request_bytes, kind)
    if not said and exchange.request_bytes:
        said = human_bytes(exchange.request_bytes)
    return _cut(f"pide: {said}") if said else ""


def response_summary(exchange: Exchange) -> str:
    """Qué responde, o "" si no hay cuerpo."""
    kind = _header(exchange.response_headers, "content-type")
    if exchange.upgraded.lower() == "h2c":
        return "HTTP/2: no se lee"
    said = _summary(
        exchange.response_body, exchange.response_bytes, kind or ("stream" if exchange.upgraded else "")
    )
    if not said and exchange.response_bytes:
        said = human_bytes(exchange.response_bytes)
    return _cut(f"responde: {said}") if said else ""


def full_text(headers: tuple[tuple[str, str], ...], body: bytes, query: str = "") -> str:
    """El cuerpo entero y legible (y la consulta, si la hay), con identificadores cortos y sin rutas."""
    lines = [f"?{query}"] if query else []
    kind = _header(headers, "content-type")
    documents = parse(body)
    if documents:
        lines += [json.dumps(each, indent=2, ensure_ascii=False) for each in documents]
    elif body:
        data = demultiplex(body) if "json" not in kind else body
        lines.append(data.decode("utf-8", "replace"))
    return short_ids(tidy("\n".join(lines)))
