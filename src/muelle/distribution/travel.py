"""Subir y bajar: lo que hacen `docker push` y `docker pull`, con el progreso que cuenta el demonio.

Las peticiones van escritas aquí, y no en el SDK, por dos cosas. El SDK buscaría credenciales en lo que la
persona tenga configurado, aunque este registro no las pide. Y Podman solo admite un registro sin TLS si se le
dice (`tlsVerify=false`); Docker lo admite en 127.0.0.1 y pasa por alto ese parámetro.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping

import docker
from requests.exceptions import ConnectionError as Broken
from requests.exceptions import ReadTimeout

from muelle.errors import MuelleError

_NOBODY = {"X-Registry-Auth": base64.urlsafe_b64encode(b"{}").decode()}
_PLAIN = {"tlsVerify": "false"}
_WANTS_TLS = "server gave HTTP response to HTTPS client"
SECONDS = 30
"""Lo que puede callar el demonio mientras sube o baja, en segundos."""

TRIES = 3
"""Veces que se pide: lo que ya viajó no vuelve a viajar."""


class TravelFailed(MuelleError):
    """La imagen no llegó: el mensaje dice lo que dijo el demonio."""


def push(client: docker.DockerClient, reference: str) -> list[str]:
    """Pide al demonio que suba una imagen.

    Args:
        client: el motor que la tiene.
        reference: nombre completo: `127.0.0.1:5000/equipo/app:v1`.

    Returns:
        Lo que fue contando, una línea por noticia.

    Raises:
        TravelFailed: no se pudo; se dice por qué.
    """
    name, _, tag = reference.rpartition(":")
    return _travel(client, f"/images/{name}/push", {"tag": tag}, f"subir {reference}")


def pull(client: docker.DockerClient, reference: str) -> list[str]:
    """Pide al demonio que traiga una imagen.

    Args:
        client: el motor que la quiere.
        reference: nombre completo, con etiqueta (`…/app:v1`) o con digest (`…/app@sha256:…`).

    Returns:
        Lo que fue contando, una línea por noticia.

    Raises:
        TravelFailed: no se pudo; se dice por qué.
    """
    what = f"traer {reference}"
    try:
        return _travel(client, "/images/create", {"fromImage": reference}, what)
    except TravelFailed as error:
        if _WANTS_TLS not in str(error):
            raise
        # Podman 4 solo atiende a `tlsVerify` en la parte de la API que es suya.
        return _travel(client, "/libpod/images/pull", {"reference": reference}, what)


def _travel(client: docker.DockerClient, path: str, params: Mapping[str, str], what: str) -> list[str]:
    """Lo pide, y otra vez si el demonio se queda callado."""
    for _ in range(TRIES):
        try:
            return list(_news(client, path, params, what))
        except (ReadTimeout, Broken):
            continue
    raise TravelFailed(
        f"No se pudo {what}: el demonio calla; puede que no llegue al registro por el puerto publicado."
    )


def _news(client: docker.DockerClient, path: str, params: Mapping[str, str], what: str) -> Iterator[str]:
    api = client.api
    url = f"{api.base_url}/v{api.api_version if '/libpod/' not in path else '4.0.0'}{path}"
    response = api.post(url, params={**params, **_PLAIN}, headers=_NOBODY, stream=True, timeout=SECONDS)
    with response:
        if response.status_code >= 400:
            raise TravelFailed(f"No se pudo {what}: {_message(response.text)}.")
        for line in response.iter_lines():
            event = json.loads(line) if line else {}
            if event.get("error"):
                raise TravelFailed(f"No se pudo {what}: {event['error'].rstrip('.')}.")
            news = event.get("status") or event.get("stream")
            if news and not event.get("progressDetail"):
                yield f"{event['id']}: {news}" if event.get("id") else news.strip()


def _message(body: str) -> str:
    """Lo que dice el motor al negarse; Podman no siempre lo pone en `message`."""
    try:
        answer = json.loads(body)
        return str(answer.get("message") or answer.get("cause") or answer).rstrip(".")
    except (ValueError, AttributeError):
        return " ".join(body.split()) or "sin explicación"
