"""Las órdenes plegadas de un capítulo, y qué tienen en común dos conversaciones con el demonio.

Lo esencial de una petición es su verbo, su ruta y los campos que cambian lo que se pide. No lo son el saludo
(`/_ping`, `/version`), lo que un cliente mira por su cuenta antes o después, ni por dónde sigue la salida.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from muelle.model.conversation import Exchange

BLOCK = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?P<cell>.*?)^```\n\n*(?:```\{orden\}\n(?P<orders>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
OPTION = re.compile(r"^:(?P<name>[a-z]+):[ \t]*(?P<value>.*)$")

INCIDENTAL = re.compile(
    r"/(attach|wait|resize|logs|start|json)$|^/exec/|^/(_ping|version|info|session|grpc)$"
)
"""Cómo sigue cada cliente lo que pidió, y lo que mira por su cuenta."""
START = re.compile(r"^/containers/[^/]+/start$")
"""De estas el «start» es lo que se pide; de `/exec/…/start`, no."""

LOOK = re.compile(r"^GET /containers/[^/]+/json ")

CONFIG = ("Image", "Cmd", "Entrypoint", "Env", "User", "Labels", "OpenStdin", "Tty")
"""Los campos de `POST /containers/create` que aparecen en el curso, con lo que valen cuando no se
piden."""
CLIENT_OWN = ("ConsoleSize", "MemorySwappiness", "AutoRemove")
"""Lo que la orden `docker` pone en `HostConfig` a su manera: el tamaño de su pantalla, un límite que nadie
pide y `--rm`, que en el SDK (`remove=True`) es una petición de después. Lo demás se compara, sea lo que sea.
"""
BODIES = {
    "/exec": ("Cmd", "User", "Privileged"),
    "/volumes/create": ("Name", "Labels"),
    "/networks/create": ("Name", "Labels", "Internal"),
    "/connect": ("Container",),
    "/disconnect": ("Container",),
}
"""Y los de las demás peticiones con cuerpo."""
QUERY = (
    "t",
    "labels",
    "nocache",
    "names",
    "repo",
    "tag",
    "filters",
    "all",
    "size",
    "force",
    "signal",
    "name",
    "container",
)


@dataclass(frozen=True)
class Cell:
    """Una celda de un capítulo y las órdenes que la acompañan.

    Args:
        source: el código.
        line: en qué línea de la página empieza.
        orders: las órdenes, una por línea; ninguna si la celda no las lleva.
        folder: los nombres de las variables con el Dockerfile y los demás archivos.
        partial: si la celda hace, además, otras cosas.
    """

    source: str
    line: int
    orders: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    partial: bool = False


def cells(page: Path) -> list[Cell]:
    """Las celdas de código de una página, en orden."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        options, commands = {}, []
        for line in (match["orders"] or "").partition("\n---\n")[0].splitlines():
            option = OPTION.match(line)
            if option:
                options[option["name"]] = option["value"]
            elif line.strip():
                commands.append(line.strip())
        found.append(
            Cell(
                match["cell"],
                text.count("\n", 0, match.start()) + 1,
                tuple(commands),
                tuple(options.get("carpeta", "").split()),
                "parte" in options,
            )
        )
    return found


def _query(text: str) -> dict[str, Any]:
    """Los campos que importan de una consulta; los números y las banderas, como texto."""
    fields = {name: values[-1] for name, values in parse_qs(text).items() if name in QUERY}
    for name in ("repo", "t"):
        if name in fields:
            fields[name] = fields[name].removeprefix("docker.io/").removesuffix(":latest")
    if fields.get("tag") == "latest":
        del fields["tag"]
    for name in ("filters", "labels"):
        if name in fields:
            fields[name] = json.loads(fields[name])
    if isinstance(fields.get("filters"), dict):
        fields["filters"] = {
            name: sorted(values) for name, values in fields["filters"].items() if not isinstance(values, bool)
        }
    if fields.get("signal", "").removeprefix("SIG") == "KILL":
        del fields["signal"]
    flags = ("nocache", "all", "size", "force")
    return {
        name: "1" if name in flags else value
        for name, value in fields.items()
        if value not in ({}, "0", "False", "false", "")
    }


def _creation(body: bytes) -> dict[str, Any]:
    """De la creación de un contenedor, lo que se pidió a sabiendas."""
    asked = json.loads(body or b"{}")
    host = {name: value for name, value in (asked.get("HostConfig") or {}).items() if name not in CLIENT_OWN}
    fields = {name: asked.get(name) for name in CONFIG} | _said(host)
    if fields.get("NetworkMode") in ("default", "bridge"):
        del fields["NetworkMode"]
    for bindings in fields.get("PortBindings", {}).values():
        for binding in bindings:
            binding["HostPort"] = binding.get("HostPort") or ""
    for name in {"CapAdd", "CapDrop"} & fields.keys():  # según la orden que haya, con «CAP_» o sin él
        fields[name] = sorted(each.removeprefix("CAP_") for each in fields[name])
    fields["Mounts"] = [_said(mount) for mount in fields.get("Mounts", ())]
    if fields.get("RestartPolicy", {}).get("Name") == "no":
        del fields["RestartPolicy"]
    return {name: value for name, value in fields.items() if value}


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    """Los campos que dicen algo: cada cliente calla los demás a su manera."""
    told = {name: _said(value) if isinstance(value, dict) else value for name, value in fields.items()}
    return {name: value for name, value in told.items() if value}


def _route(exchange: Exchange, named: Callable[[str], str]) -> tuple[str, dict[str, Any]]:
    """La ruta, con el nombre de cada cosa en lugar de su identificador, y los campos de la petición."""
    path, fields = unquote(exchange.path), _query(exchange.query)
    if match := re.match(r"^/containers/(?!create$|json$)([^/]+)(.*)$", path):
        path = f"/containers/{named(match[1])}{match[2]}"
    if match := re.match(r"^/networks/([^/]+)/((?:dis)?connect)$", path):
        path = f"/networks/{named(match[1])}/{match[2]}"
    if match := re.match(r"^/images/(.+)/get$", path):
        path, fields = "/images/get", {"names": match[1]}
    if "container" in fields:
        fields["container"] = named(fields["container"])
    if path == "/containers/create":
        fields |= _creation(exchange.request_body)
    for ending, wanted in BODIES.items():
        if path.endswith(ending):
            asked = json.loads(exchange.request_body or b"{}")
            fields |= {name: asked[name] for name in wanted if asked.get(name)}
    if "Container" in fields:
        fields["Container"] = named(fields["Container"])
    return path, fields


def requests(exchanges: Iterable[Exchange], named: Callable[[str], str]) -> tuple[list[str], list[str]]:
    """Lo que hace y lo que pregunta una conversación, sin lo accesorio.

    Args:
        exchanges: los intercambios, en orden.
        named: da el nombre de un contenedor o de una red a partir de cómo se le llamó.
    """
    asks: list[str] = []
    does: list[str] = []
    for each in exchanges:
        path, fields = _route(each, named)
        said = f"{each.method} {path} {json.dumps(fields, sort_keys=True, ensure_ascii=False)}"
        if each.method in ("GET", "HEAD"):
            if path not in ("/_ping", "/version"):
                asks.append(said)
        elif START.match(path) or not INCIDENTAL.search(path):
            does.append(said)
    return does, asks


def essential(exchanges: Iterable[Exchange], named: Callable[[str], str]) -> list[str]:
    """Lo esencial de una orden: lo que hace o, si no hace nada, lo que pregunta.

    `docker logs` mira antes el contenedor (`…/json`): eso tampoco es lo que pide.
    """
    does, asks = requests(exchanges, named)
    return does or [each for each in asks if not LOOK.match(each)] or asks


def differences(cell: Iterable[str], orders: Iterable[str], *, partial: bool) -> list[str]:
    """En qué no coincide lo que pidieron las órdenes con lo que pidió la celda, en frases.

    Una celda quita antes lo que tuviera su nombre y, si pregunta, pregunta lo que quiera: eso no cuenta.

    Args:
        cell: todo lo que pide la celda; orders: de `essential`.
        partial: si la celda hace, además, otras cosas.
    """
    cell, orders = list(cell), list(orders)
    said = [] if orders else ["la orden no le pidió nada al demonio"]
    said += [f"la celda no pide: {each}" for each in orders if each not in cell]
    if not partial:
        extra = [each for each in cell if not each.startswith(("GET", "HEAD", "DELETE /containers/"))]
        said += [f"la orden no pide: {each}" for each in extra if each not in orders]
    return said
