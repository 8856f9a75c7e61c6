"""El cliente de la pestaña frente al de serie, los dos con el mismo motor: se usan igual."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import docker
import pytest

from muelle.engine import Endpoint

PYTHON = Path(__file__).resolve().parents[2] / "tab/page/python"


class _Line:
    """Un socket de verdad con lo que la pestaña pide además a los suyos."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.current = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def close(self) -> None:
        self.current = False
        self._real.close()


def _of_the_tab(endpoint: Endpoint, patch: pytest.MonkeyPatch) -> docker.DockerClient:
    patch.syspath_prepend(str(PYTHON))
    for name in ("js", "pyodide", "pyodide.ffi"):
        patch.setitem(sys.modules, name, ModuleType(name))
    patch.setattr(sys.modules["pyodide.ffi"], "to_js", bytes, raising=False)
    from muelle_tab.endpoint import client_over

    return client_over(lambda: _Line(endpoint.connect()))


def _of_the_sdk(endpoint: Endpoint, _: pytest.MonkeyPatch) -> docker.DockerClient:
    return endpoint.client()


@pytest.mark.live
@pytest.mark.parametrize("make", [_of_the_tab, _of_the_sdk])
def test_a_closed_client_opens_again_when_asked(
    engine_endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Endpoint, pytest.MonkeyPatch], docker.DockerClient],
) -> None:
    client = make(engine_endpoint, monkeypatch)
    version = client.version()["Version"]
    client.close()
    assert client.version()["Version"] == version
    assert [client.ping() for _ in range(6)] == [True] * 6
    client.close()
