"""Preguntar a un motor si está, con un plazo de pocos segundos."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from muelle.engine.endpoint import Endpoint
from muelle.errors import EngineUnavailable
from muelle.faults import bad_address, explain
from muelle.pace import stretched

SECONDS = 5.0
"""Plazo de cada pregunta, en segundos."""

T = TypeVar("T")


def probe(endpoint: Endpoint, seconds: float | None = None) -> None:
    """Comprueba que en `endpoint` responde un motor con el que se puede hablar.

    Args:
        endpoint: a quién se pregunta.
        seconds: plazo total, aunque el otro lado conteste gota a gota; si no se da, `SECONDS` a la medida
            de lo ocupada que esté la máquina.

    Raises:
        EngineUnavailable: no responde, no es un motor o no se entiende; la frase dice qué hacer.
        EngineDenied: existe, pero este usuario no puede hablar con él.
    """
    limit = stretched(SECONDS) if seconds is None else seconds

    def ask() -> None:
        client = endpoint.client(timeout=limit)
        try:
            client.ping()
        finally:
            client.close()

    try:
        within(limit, ask)
    except TimeoutError:
        raise EngineUnavailable(
            f"El motor en {endpoint.url} no respondió en {limit:.0f} segundos: "
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

    Donde no hay hilos (Python en una página web) se pregunta sin plazo: lo pone quien lleva los bytes.
    """
    import threading  # aquí dentro: solo al preguntar

    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(ask())
        except BaseException as exc:
            failure.append(exc)

    thread = threading.Thread(target=run, name="muelle-pregunta", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return ask()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not result:
        raise TimeoutError
    return result[0]
