"""Leer lo que cuenta el constructor clásico mientras trabaja (Docker y Podman lo cuentan distinto)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(r"^(?:\[\d+/\d+\] )?step \d+(?:/\d+)? ?: (.*)$", re.IGNORECASE)
"""Docker: `Step 2/3 : RUN x`; Podman: `STEP 2/3: RUN x` o, si hay varias etapas, `[1/2] STEP 2/3: RUN x`."""
_ARROW = re.compile(r"^ ?-{2,3}> (Using cache)? ?([0-9a-f]{10,64})?$")
"""Docker: ` ---> 0123456789ab`; Podman: `--> 0123…` y `--> Using cache 0123…`."""
_NOISE = re.compile(
    r"^( ---> (Running in|\[Warning\]|Removed intermediate)|Removing intermediate|Successfully (built|tagged)"
    r"|(\[\d+/\d+\] )?COMMIT( |$)|[0-9a-f]{64}$)"
)
"""Lo que dice el constructor de sí mismo y no es salida de la instrucción."""
_LOST_STEP = re.compile(
    r"(unable to find image|[Nn]o such image:?) .?sha256:|imagedb/content/sha256/\w+: no such file"
)
"""Con varias construcciones a la vez, el motor puede borrar un paso del que parte otra (20.10 y 28)."""
LOST_STEPS = 4
"""Veces que se intenta construir si el motor pierde un paso intermedio."""
_COLOUR = re.compile("\x1b\\[[0-9;]*m")
"""El color rojo que Docker pone a lo que sale por la salida de error."""


def misses_a_step(error: str) -> bool:
    """Si lo que dijo un motor al fallar es que perdió un paso suyo: otra vez, y saldrá."""
    return bool(_LOST_STEP.search(error))


@dataclass(frozen=True)
class Step:
    """Un paso de la construcción.

    Args:
        number: desde 1.
        instruction: tal como la entendió el motor, con su texto entero.
        cached: si el motor reutilizó el resultado de otra construcción.
        output: las líneas que escribió la instrucción.
        image_id: de la imagen intermedia que resultó, como la da el motor; "" si no hubo.
        seconds: cuánto tardó.
    """

    number: int
    instruction: str
    cached: bool = False
    output: tuple[str, ...] = ()
    image_id: str = ""
    seconds: float = 0.0

    @property
    def starts_stage(self) -> bool:
        """Si es un FROM: no construye nada, toma una imagen que ya existe."""
        return self.instruction.upper().startswith("FROM ")

    @property
    def outcome(self) -> str:
        """Qué hizo el motor con el paso, en pocas palabras."""
        if self.starts_stage:
            return "imagen de partida"
        if self.cached:
            return "de la caché"
        return f"ejecutado en {self.seconds:.1f} s".replace(".", ",") if self.image_id else "no terminó"


class StepReader:
    """Va juntando los mensajes de `POST /build` en pasos.

    Attributes:
        error: lo que dijo el motor si falló, o None.
    """

    def __init__(self) -> None:
        self.error: str | None = None
        self._text: list[str] = []
        self._pending = ""
        self._steps: list[Step] = []
        self._started = time.monotonic()

    @property
    def log(self) -> str:
        """Todo el texto, tal como llegó."""
        return "".join(self._text)

    def read(self, message: Mapping[str, Any]) -> None:
        """Añade un mensaje del flujo."""
        if "error" in message:
            self.error = str(message["error"]).strip()
        text = str(message.get("stream") or "")
        self._text.append(text)
        *lines, self._pending = (self._pending + text).split("\n")
        for line in lines:
            self._line(_COLOUR.sub("", line).rstrip("\r"))

    def finish(self) -> tuple[Step, ...]:
        """Cierra el último paso y los devuelve todos."""
        if self._pending:
            self._line(_COLOUR.sub("", self._pending))
            self._pending = ""
        self._close()
        return tuple(self._steps)

    def _line(self, line: str) -> None:
        step = _STEP.match(line)
        if step:
            self._close()
            self._steps.append(Step(len(self._steps) + 1, step[1].strip()))
            return
        if not self._steps or not line.strip():
            return
        arrow = _ARROW.match(line)
        if arrow:
            self._update(cached=bool(arrow[1]) or self._steps[-1].cached, image_id=arrow[2] or "")
        elif not _NOISE.match(line):
            self._update(output=(*self._steps[-1].output, line))

    def _close(self) -> None:
        now = time.monotonic()
        if self._steps:
            self._update(seconds=now - self._started)
        self._started = now

    def _update(self, **changes: Any) -> None:
        current = self._steps[-1]
        self._steps[-1] = Step(**{**vars(current), **changes})


def made(steps: Iterable[Step]) -> list[str]:
    """Las imágenes que hizo una construcción, en orden: ni las que salieron de la caché ni las de FROM."""
    return [step.image_id for step in steps if step.image_id and not step.cached and not step.starts_stage]
