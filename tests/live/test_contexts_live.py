"""A qué demonio llama la orden `docker`: se le dan direcciones sin nadie y se lee cuál nombra."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from patience import PATIENCE

pytestmark = pytest.mark.live

FLAG, VARIABLE, CONTEXT, CHOSEN, BY_HOST = "bandera", "variable", "contexto", "elegido", "host"


class Cli:
    """La orden `docker` con una configuración propia y vacía.

    Args:
        folder: donde va su configuración, y los sockets que no existen.
    """

    def __init__(self, folder: Path) -> None:
        if shutil.which("docker") is None:
            pytest.fail("Falta la orden `docker`.", pytrace=False)
        self._folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
        self._environment = {**clean, "DOCKER_CONFIG": str(folder / "configuracion")}

    def url(self, name: str) -> str:
        """La dirección de un demonio que no está."""
        return f"unix://{self._folder}/{name}.sock"

    def said(self, *words: str, **variables: str) -> str:
        """Lo que escribe una orden, con esas variables de entorno."""
        environment: Mapping[str, str] = {**self._environment, **variables}
        done = subprocess.run(
            ["docker", *words], env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
        return done.stdout + done.stderr


def test_who_is_called(tmp_path: Path) -> None:
    """`--context` o `--host`; sin ellos, `DOCKER_HOST`; sin él, `DOCKER_CONTEXT`; sin él, el elegido."""
    # comprueba: a-quien-llama
    cli = Cli(tmp_path)
    for name in (FLAG, CONTEXT, CHOSEN):
        cli.said("context", "create", name, "--docker", f"host={cli.url(name)}")
    cli.said("context", "use", CHOSEN)
    variables = {"DOCKER_HOST": cli.url(VARIABLE), "DOCKER_CONTEXT": CONTEXT}
    only_context = {"DOCKER_CONTEXT": CONTEXT}
    assert cli.url(FLAG) in cli.said("--context", FLAG, "ps", **variables)
    assert cli.url(BY_HOST) in cli.said("--host", cli.url(BY_HOST), "ps", **variables)
    assert cli.url(VARIABLE) in cli.said("ps", **variables)
    assert cli.url(CONTEXT) in cli.said("ps", **only_context)
    assert cli.url(CHOSEN) in cli.said("ps")
    both = cli.said("--context", FLAG, "--host", cli.url(BY_HOST), "ps")
    assert "conflicting" in both or "either" in both, "las dos a la vez no se admiten"
