"""Lo que comparten las pruebas con un motor de verdad."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import docker
import psutil
import pytest

from muelle import engine, owned
from muelle.engine import Endpoint
from muelle.errors import MuelleError
from patience import wait_until


@pytest.fixture(scope="session")
def engine_endpoint() -> Endpoint:
    """El motor de las pruebas. Si no hay ninguno, la prueba falla con una frase: nunca se salta."""
    try:
        engine.connect()
        return engine.find()
    except MuelleError as exc:
        pytest.fail(f"Estas pruebas necesitan un motor: {exc}", pytrace=False)


@pytest.fixture
def engine_client(engine_endpoint: Endpoint) -> Iterator[docker.DockerClient]:
    """Un cliente propio de cada prueba, con `muelle/base` ya cargada."""
    client = engine_endpoint.client()
    yield client
    client.close()


@pytest.fixture(scope="session")
def said() -> Callable[[docker.DockerClient, str, list[str]], str]:
    """Lo que escribe una orden, que algo ha de escribir, en un contenedor nuevo que después se quita.

    `containers.run(…, remove=True)` no vale: en Podman el registro puede no estar escrito todavía
    cuando el SDK lo lee.
    """

    def run(client: docker.DockerClient, image: str, command: list[str]) -> str:
        made = client.containers.run(image, command, detach=True, labels=owned.LABELS)
        try:
            made.wait()
            return wait_until(lambda: made.logs().decode(), "el contenedor escribe algo")
        finally:
            made.remove(force=True)

    return run


@pytest.fixture(scope="session")
def living() -> Callable[[Iterable[int]], list[int]]:
    """De unos pids, los que siguen vivos; un proceso acabado que nadie recogió ya no cuenta."""

    def is_alive(pid: int) -> bool:
        try:
            return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    return lambda pids: [pid for pid in pids if is_alive(pid)]
