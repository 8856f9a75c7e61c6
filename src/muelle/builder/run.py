"""Enviar un contexto a un constructor y escuchar lo que cuenta, con un plazo: solo se hace aquí."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import Any

import docker
import requests.exceptions
import urllib3.exceptions

from muelle.errors import EngineTimeout, MuelleError
from muelle.faults import explain

SECONDS = 600.0
"""Plazo de una construcción, en segundos."""

MOST_OUTPUT = 1_000_000
"""Letras que puede escribir una construcción: más es un bucle."""


class Endless(MuelleError):
    """La construcción no acabó en su plazo, o escribía sin parar. Al colgar, el motor la abandona."""


def run(
    client: docker.DockerClient,
    context: bytes,
    read: Callable[[dict[str, Any]], None],
    *,
    tag: str,
    labels: Mapping[str, str],
    seconds: float = SECONDS,
    version: str = "",
    platform: str = "",
) -> None:
    """Construye con `POST /build`, que está en todos los motores, y le cuenta a `read` lo que pasa.

    El motor añade las etiquetas al final, como un paso `LABEL` más. Un paso que falla no lanza nada: es un
    mensaje con su `error`.

    Args:
        context: un tar con el Dockerfile y lo demás.
        read: recibe cada mensaje.
        tag: nombre de la imagen.
        labels: sus etiquetas.
        seconds: plazo, aunque el motor siga contando.
        version: el constructor, como lo llama la API («1», «2»); "" es el de siempre del motor.
        platform: para qué plataforma (`linux/arm64`), con el de siempre; "" es la del motor.

    Raises:
        Endless: no acabó en su plazo, o escribió más de `MOST_OUTPUT` letras.
        docker.errors.APIError: el motor no la empezó.
    """
    end = time.monotonic() + seconds
    written = 0
    wait = max(1.0, seconds)
    try:
        with closing(
            _ask_version(client, context, tag, labels, wait, version)
            if version
            else _ask(client, context, tag, labels, wait, platform)
        ) as messages:
            for message in messages:
                read(message)
                written += len(message.get("stream") or "")
                if written > MOST_OUTPUT:
                    raise Endless("La construcción escribe sin parar y se detuvo: mira si algo se repite.")
                if time.monotonic() > end:
                    raise _late(seconds)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        if isinstance(explain(error), EngineTimeout):  # el plazo de cada lectura es el de la construcción
            raise _late(seconds) from error
        raise


def _ask(
    client: docker.DockerClient,
    context: bytes,
    tag: str,
    labels: Mapping[str, str],
    wait: float,
    platform: str,
) -> Generator[dict[str, Any], None, None]:
    """Lo que contesta el constructor de siempre."""
    messages: Generator[dict[str, Any], None, None] = client.api.build(
        fileobj=io.BytesIO(context),
        custom_context=True,
        tag=tag,
        decode=True,
        rm=True,
        forcerm=True,
        labels=dict(labels),
        timeout=wait,
        platform=platform or None,
    )
    return messages


def _ask_version(
    client: docker.DockerClient,
    context: bytes,
    tag: str,
    labels: Mapping[str, str],
    wait: float,
    version: str,
) -> Generator[dict[str, Any], None, None]:
    """Lo que contesta un constructor concreto: el SDK no deja elegirlo."""
    api = client.api
    with api.post(
        f"{api.base_url}/v{api.api_version}/build",
        params={"version": version, "t": tag, "labels": json.dumps(dict(labels)), "rm": "1", "forcerm": "1"},
        headers={"Content-Type": "application/x-tar"},
        data=context,
        timeout=wait,
        stream=True,
    ) as answer:
        api._raise_for_status(answer)
        for line in answer.iter_lines():
            if line.strip():
                yield json.loads(line)


def _late(seconds: float) -> Endless:
    return Endless(f"La construcción no acabó en {seconds:.0f} s y se detuvo.")
