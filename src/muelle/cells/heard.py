"""Lo que se oyó entre un cliente y el demonio: la grabación (`wire`) y su dibujo (`draw`), para una celda."""

from __future__ import annotations

import re
from dataclasses import dataclass

import docker

from muelle import draw, wire
from muelle.model.conversation import Conversation

_LONG_ID = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Heard:
    """Lo que se oyó mientras un programa hablaba con el demonio: se muestra como diagrama y como tabla.

    Args:
        source: la grabación.
    """

    source: wire.Talk | wire.Session

    @property
    def conversation(self) -> Conversation:
        """Las peticiones y respuestas, en orden."""
        return self.source.conversation

    @property
    def phrases(self) -> list[str]:
        """Una línea por petición (`GET /containers/json → 200`), sin los identificadores largos."""
        lines = [f"{each.method} {each.path} → {each.status}" for each in self.conversation.exchanges]
        return [_LONG_ID.sub("…", line) for line in lines]

    def __str__(self) -> str:
        return draw.conversation(self.conversation).plain()

    def _repr_html_(self) -> str:
        return (
            f"{draw.conversation(self.conversation)._repr_html_()}"
            '<details class="muelle-peticiones"><summary>Las peticiones, una a una</summary>'
            f"{wire.exchanges_table(self.conversation)}</details>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


@dataclass(frozen=True)
class Listening(Heard):
    """Una grabación abierta con `listen`."""

    source: wire.Talk

    @property
    def client(self) -> docker.DockerClient:
        """Un cliente del SDK cuyas peticiones se oyen."""
        return self.source.client


@dataclass(frozen=True)
class Terminal(Heard):
    """Una orden, lo que mostró y lo que le dijo al demonio."""

    source: wire.Session

    @property
    def output(self) -> str:
        """Lo que mostró la orden: salida y errores."""
        return self.source.output

    @property
    def exit_code(self) -> int | None:
        """El código de salida de la orden."""
        return self.source.exit_code

    def __str__(self) -> str:
        return str(self.source)

    def _repr_html_(self) -> str:
        shown = wire.terminal_block(self.source.command, self.output, self.exit_code, self.source.note)
        return shown + super()._repr_html_()
