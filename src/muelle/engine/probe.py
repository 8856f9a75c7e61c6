"""Preguntar a un motor si está, con un plazo de pocos segundos."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from muelle.engine.endpoint import Endpoint
from muelle.engine.faults import bad_address, explain
from muelle.errors import EngineUnavailable

SECONDS = 5.0
"""Plazo de cada pregunta, en segundos."""

T = TypeVar("T")


def probe(endpoint: Endpoint, seconds: float = SECONDS) -> None:
    """Comprueba que en `endpoint` responde un motor con el que se puede hablar.

    Args:
        endpoint: a quién se pregunta.
        seconds: plazo total, aunque el otro lado conteste gota a gota.

    Raises:
        EngineUnavailable: no responde, no es un motor o no se entiende; la frase dice qué hacer.
        EngineDenied: existe, pero este usuario no puede hablar con él.
    """

    def ask() -> None:
        client = endpoint.client(timeout=seconds)
        try:
            client.ping()
        finally:
            client.close()

    try:
        within(seconds, ask)
    except TimeoutError:
        raise EngineUnavailable(
            f"El motor en {endpoint.url} no respondió en {seconds:g} segundos: "
            f"comprueba que está en marcha y que la dirección es buena ({endpoint.origin})."
        ) from None
    except Exception as exc:
        fault = explain(exc, endpoint.url)
        if fault is None and isinstance(exc, (ValueError, OverflowError)):  # `urllib` con un puerto imposible
            fault = bad_address(f" en {endpoint.url}")
        if fault is None:
            raise
        raise fault from exc


def within(seconds: float, ask: Callable[[], T]) -> T:
    """Llama a `ask` y espera su resultado como mucho `seconds` segundos.

    Raises:
        TimeoutError: si no acaba a tiempo; `ask` queda en un hilo que no impide salir.
    """
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(ask())
        except BaseException as exc:
            failure.append(exc)

    thread = threading.Thread(target=run, name="muelle-pregunta", daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not result:
        raise TimeoutError
    return result[0]
