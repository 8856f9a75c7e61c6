"""Firefox, manejado por WebDriver BiDi: Playwright solo maneja el suyo, que no es el de nadie.

Fuente del protocolo: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from types import TracebackType
from typing import Any

import websocket

NAMES = ("firefox-esr", "firefox")
_PATIENCE = 1800.0
"""Lo que se espera cada respuesta, en segundos."""


class Firefox:
    """Un Firefox sin ventana, con un perfil vacío, que se cierra al salir del `with`."""

    def __enter__(self) -> Firefox:
        program = next(found for found in map(shutil.which, NAMES) if found)
        self._profile = tempfile.mkdtemp(prefix="muelle-firefox-")
        self._process = subprocess.Popen(
            [program, "--headless", "--remote-debugging-port=0", "--profile", self._profile, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        listening = (re.search(r"BiDi listening on (ws://\S+)", line) for line in self._process.stderr)
        address = next(found[1] for found in listening if found)
        self._socket = websocket.create_connection(
            f"{address}/session", timeout=_PATIENCE, suppress_origin=True
        )
        self._number = 0
        self._ask("session.new", capabilities={})
        self._context = self._ask("browsingContext.getTree")["contexts"][0]["context"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def go(self, url: str) -> None:
        """Abre una dirección y espera a que se cargue."""
        self._ask("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        """El valor de una expresión de JavaScript en la página; si es una promesa, se espera.

        Raises:
            AssertionError: la expresión falló.
        """
        answer = self._ask(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer: dict[str, Any] = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                assert answer["type"] == "success", answer
                result: dict[str, Any] = answer["result"]
                return result
