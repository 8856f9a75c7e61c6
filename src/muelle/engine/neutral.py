"""Lo que cada persona ha puesto en su cliente de Docker no cambia lo que dice una celda.

El archivo `config.json` y las variables `DOCKER_*` añaden proxies a los contenedores, credenciales a las
construcciones, otra plataforma, otra versión de la API o firmas (docs.docker.com/reference/cli/docker).
El curso no descarga nada ni habla con registros: donde habla él, todo eso sobra.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
from docker.auth import AuthConfig
from docker.utils.proxy import ProxyConfig
from docker.utils.socket import consume_socket_output, demux_adaptor
from requests import Response

from muelle.engine import hijack

_PREFIXES = ("DOCKER_", "BUILDX_", "BUILDKIT_")
CHOICE = (
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY"),
    *("DOCKER_CERT_PATH", "DOCKER_CONFIG"),
)
"""Las que dicen con qué motor se habla, o dónde está el archivo: no son de las que sobran."""

_KEYS = {
    "auths": "credenciales",
    "credsStore": "credenciales",
    "credHelpers": "credenciales",
    "proxies": "proxies",
    "HttpHeaders": "cabeceras HTTP",
    "detachKeys": "teclas para soltarse",
    "aliases": "órdenes con otro nombre",
}


class _NoCredentials(AuthConfig):  # type: ignore[misc]
    """Ninguna credencial, y que se sepa: si pareciera que faltan, el SDK volvería a leer el archivo."""

    @property
    def is_empty(self) -> bool:
        return False

    def get_all_credentials(self) -> dict[str, Any]:
        return {}


class _Always:
    """Un atributo que vale siempre lo mismo, diga lo que diga quien lo escribe.

    Args:
        value: lo que vale.
    """

    def __init__(self, value: object) -> None:
        self._value = value

    def __get__(self, holder: object, kind: type) -> object:
        return self._value

    def __set__(self, holder: object, value: object) -> None:
        return


class _Api(docker.APIClient):  # type: ignore[misc]
    """El cliente del SDK, que no usa ni `config.json` ni los proxies del entorno, y lee entero lo que llega.

    Es así desde que se construye: entonces el SDK lee el archivo, y un valor de otra clase lo rompería,
    y pregunta la versión al motor, y a un motor que escucha por TCP lo haría a través del proxy.
    """

    trust_env = _Always(False)
    _general_configs = _Always({"auths": {}})  # si estuviera vacía, el SDK volvería a leer el archivo
    _proxy_configs = _Always(ProxyConfig())
    _auth_configs = _Always(_NoCredentials({"auths": {}}))

    def _read_from_socket(
        self, response: Response, stream: bool, tty: bool = True, demux: bool = False
    ) -> Any:
        """Lo que dice un `exec` o un `attach`, entero: el del SDK pierde lo que llega con la respuesta."""
        self._disable_socket_timeout(
            self._get_raw_response_socket(response)
        )  # un programa calla cuanto quiere
        found = hijack.frames(response, tty=tty)
        pieces = (demux_adaptor(*each) for each in found) if demux else (piece for _, piece in found)
        if stream:
            return pieces
        with response:
            return consume_socket_output(pieces, demux=demux)


class Client(docker.DockerClient):  # type: ignore[misc]
    """Un cliente de Docker en el que no se nota nada de lo que la persona ha puesto en el suyo.

    Args:
        options: como en `docker.DockerClient`.

    Raises:
        docker.errors.DockerException: si el motor no responde o no se entiende.
    """

    def __init__(self, **options: Any) -> None:
        self.api = _Api(**options)


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """Unas variables de entorno sin las que cambian lo que hace la orden `docker`.

    Args:
        base: las de la persona.
    """
    return {name: value for name, value in base.items() if name not in injected_variables(base)}


def injected_variables(base: Mapping[str, str]) -> list[str]:
    """Las variables que el curso no deja pasar, por orden.

    Args:
        base: las de la persona.
    """
    return sorted(name for name in base if name.startswith(_PREFIXES) and name not in CHOICE)


@contextmanager
def config_folder(base: Mapping[str, str]) -> Iterator[str]:
    """Mientras dura, una carpeta para `DOCKER_CONFIG` que de la persona solo tiene lo que hace falta.

    Args:
        base: las variables de la persona.
    """
    with tempfile.TemporaryDirectory(prefix="muelle-docker-") as folder:
        (Path(folder) / "config.json").write_text(json.dumps(config(base)), encoding="utf-8")
        yield folder


def config(base: Mapping[str, str]) -> dict[str, Any]:
    """El `config.json` con el que se ejecuta `docker`: el de la persona, salvo lo que hace falta, no pasa.

    Args:
        base: las variables de la persona.
    """
    folder = _folder(base)
    extra = _read(folder).get("cliPluginsExtraDirs")
    known = [each for each in extra if isinstance(each, str)] if isinstance(extra, list) else []
    # Los complementos (buildx, compose) que instaló para sí están junto a su archivo.
    return {"cliPluginsExtraDirs": [str(folder / "cli-plugins"), *known]}


def injected_settings(base: Mapping[str, str]) -> Iterator[str]:
    """Lo que hay en el `config.json` de la persona y el curso no usa, dicho en español.

    Args:
        base: sus variables.
    """
    data = _read(_folder(base))
    words = list(dict.fromkeys(word for key, word in _KEYS.items() if data.get(key)))
    yield from words
    if any(key.endswith("Format") for key in data):
        yield "otra forma de las tablas"
    for helper in sorted(_helpers(data)):
        if shutil.which(f"docker-credential-{helper}") is None:
            yield f"el ayudante «docker-credential-{helper}», que no está en esta máquina"


def _helpers(data: Mapping[str, Any]) -> set[str]:
    by_registry = data.get("credHelpers")
    found = [data.get("credsStore"), *(by_registry.values() if isinstance(by_registry, dict) else ())]
    return {each for each in found if isinstance(each, str) and each}


def _folder(base: Mapping[str, str]) -> Path:
    return Path(base.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _read(folder: Path) -> dict[str, Any]:
    try:
        data = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
