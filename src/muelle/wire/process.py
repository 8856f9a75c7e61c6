"""Ejecutar la orden `docker` de esta máquina, con un plazo y sin que nada suyo la sobreviva."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from typing import IO

from muelle.engine import neutral
from muelle.errors import MissingTool
from muelle.pace import stretched
from muelle.processes import ended, signal_group
from muelle.wire.needs import Ear, Ended, Order, Runner, environment

MAX_OUTPUT = 256 * 1024
"""Cuánta salida se guarda, en bytes; el resto se lee y se tira, para no detener al programa."""
ENDING_SECONDS = 2.0
"""Lo que se espera a que un programa termine cuando ya debería, en segundos."""
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""La señal que nadie puede desoír; Windows solo tiene una."""


def prepare(order: Order) -> Runner:
    """Quien ejecuta esa orden en esta máquina.

    Raises:
        MissingTool: si la orden `docker` no está.
    """
    program = shutil.which(order.words[0])
    if program is None:
        raise MissingTool(
            "La orden `docker` no está en esta máquina, pero el demonio también escucha al SDK: "
            "prueba lo mismo con `with muelle.listen() as talk:` y `talk.client`."
        )
    return lambda ear: _run(program, order, ear)


def _run(program: str, order: Order, ear: Ear) -> Ended:
    with neutral.config_folder(os.environ) as folder:
        return _run_with(folder, program, order, ear)


def _run_with(config: str, program: str, order: Order, ear: Ear) -> Ended:
    process = subprocess.Popen(
        [program, *order.words[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**environment(ear, os.environ), "DOCKER_CONFIG": config, **order.variables},
        cwd=order.folder,
        start_new_session=True,  # así se puede parar también lo que la orden arranque
    )
    assert process.stdout is not None
    output = _Output(process.stdout)
    note = ""
    try:
        if output.wait(order.seconds):
            ended(process, stretched(ENDING_SECONDS))
        else:
            note = f"La orden seguía en marcha a los {order.seconds:g} s y se detuvo."
    finally:  # también con Ctrl-C: la orden no sobrevive a la celda
        if not ended(process) or not output.wait(0):
            _stop(process, output)
        process.wait()
    if output.wait(stretched(ENDING_SECONDS)):  # cerrarla con alguien leyendo le daría los bytes de otro
        process.stdout.close()
    return Ended(output.text(), process.returncode, note)


class _Output:
    """Lee la salida en un hilo, para poder esperar al programa con un plazo."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while data := os.read(self._stream.fileno(), 65536):
            self._kept += data[: MAX_OUTPUT - len(self._kept)]

    def wait(self, seconds: float) -> bool:
        """Espera a que la salida se acabe; False si no se acabó a tiempo.

        Se entera al momento, mientras que `Popen.wait` con plazo mira cada tantos milisegundos.
        A pedazos, porque en Windows una espera larga no atiende a Ctrl-C.
        """
        deadline = time.monotonic() + seconds
        while self._thread.is_alive() and (left := deadline - time.monotonic()) > 0:
            self._thread.join(min(left, 0.25))
        return not self._thread.is_alive()

    def text(self) -> str:
        """Lo leído hasta ahora."""
        return bytes(self._kept).decode("utf-8", "replace")


def _stop(process: subprocess.Popen[bytes], output: _Output) -> None:
    """Pide que acaben la orden y lo que ella arrancó y, si no lo hacen a tiempo, los mata.

    A todo el grupo, porque `docker` no siempre para a sus complementos (buildx).
    """
    signal_group(process, signal.SIGTERM)
    output.wait(stretched(ENDING_SECONDS))
    ended(process, 0.1)
    signal_group(process, KILL)
