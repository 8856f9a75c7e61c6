"""El cuarto de un cuaderno, visto desde fuera: levantarlo, lanzar en él su núcleo y echarlo abajo."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import docker
import psutil
from docker.errors import DockerException

from muelle import base
from muelle.engine import neutral
from muelle.engine.install import system_path
from muelle.errors import MuelleError

from .numbers import Numbers
from .plan import Plan

START_SECONDS = 120.0
"""Plazo para que el motor responda, en segundos (uno o dos es lo normal)."""

_FIRST = Path(__file__).with_name("first.py")


class Launched:
    """Un proceso que se ejecuta en el cuarto.

    Args:
        process: él; None si ya no estaba cuando se le buscó.
    """

    def __init__(self, process: psutil.Process | None) -> None:
        self._process = process

    def poll(self) -> int | None:
        """None mientras vive."""
        with contextlib.suppress(psutil.Error):
            if self._process and self._process.is_running():
                return 0 if self._process.status() == psutil.STATUS_ZOMBIE else None
        return 0

    def wait(self, seconds: float) -> None:
        """Espera a que acabe."""
        with contextlib.suppress(psutil.Error):
            if self._process:
                self._process.wait(seconds)

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._signal_group(signal.SIGINT)

    def end(self) -> None:
        """Acaba con él y con su grupo."""
        self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: int) -> None:
        """Si ya no está, nada: su número puede ser de otro, y `is_running` lo distingue por cuándo empezó."""
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if self._process and self._process.is_running():
                os.killpg(self._process.pid, number)


class Room:
    """Un cuarto en pie mientras dura el `with`.

    Args:
        folder: una carpeta nuestra y vacía; dentro se reparten las del núcleo y el motor.
        plan: véase `Plan`; con cuarto.

    Attributes:
        home: la carpeta del núcleo, donde solo escribe él.
        doors: la de los sockets y encargos; el núcleo la lee y no escribe en ella.
        engine_url: su motor, o "".
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self._plan, self._folder = plan, folder
        self.home, self.doors, self._motor = folder / "casa", folder / "puertas", folder / "motor"
        self.engine_url = f"unix://{self._motor / 'docker.sock'}" if plan.engine else ""

    def __enter__(self) -> Room:
        self.numbers = Numbers()
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        self._folder.chmod(0o711)
        self.doors.mkdir(mode=0o711)
        self._own(self.home, self.numbers.kernel)
        order: dict[str, object] = {
            "hidden": self._plan.hidden,
            "shown": [*self._plan.shown, str(self._folder)],
        }
        if self._plan.engine:
            order["engine"] = self._engine()
        place = self.doors / "cuarto.json"
        place.write_text(json.dumps(order), encoding="utf-8")
        place.chmod(0o600)
        self._first = subprocess.Popen(
            [sys.executable, "-I", str(_FIRST), str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._answer("puesto")

    def _own(self, folder: Path, uid: int) -> None:
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, uid)

    def _engine(self) -> dict[str, object]:
        uid, motor = self.numbers.engine, self._motor
        motor.mkdir(mode=0o700)
        config = motor / "daemon.json"
        config.write_text(json.dumps({"deprecated-key-path": str(motor / "clave.json")}), encoding="utf-8")
        check = [self._plan.engine, "--validate", f"--config-file={config}"]
        known = (
            "--validate"
            in subprocess.run(
                [self._plan.engine, "--help"], capture_output=True, text=True, check=False
            ).stdout
        )
        if known and subprocess.run(check, capture_output=True, check=False).returncode:
            config.write_text("{}", encoding="utf-8")
        for path in (config, motor):
            os.chown(path, uid, uid)
        command = [
            self._plan.engine,
            "--rootless",
            f"--config-file={config}",
            f"--data-root={motor / 'datos'}",
            f"--exec-root={motor / 'exec'}",
            f"--host={self.engine_url}",
            f"--pidfile={motor / 'pid'}",
            *("--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"),
            "--ip=127.0.0.1",
        ]
        environment = {"PATH": system_path(), "HOME": str(motor), "XDG_RUNTIME_DIR": str(motor)}
        return {
            "uid": uid,
            "map": self.numbers.map,
            "log": str(motor / "registro"),
            "command": command,
            "environment": environment,
        }

    def wait_for_engine(self) -> docker.DockerClient:
        """Su motor, con la imagen base.

        Raises:
            MuelleError: si no llega a responder.
        """
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._first.poll() is None:
            with contextlib.suppress(DockerException, OSError):
                client = neutral.Client(base_url=self.engine_url, version="auto", timeout=120)
                client.ping()
                base.ensure(client)
                return client
            time.sleep(0.05)
        raise MuelleError("El motor de este cuaderno no llegó a arrancar.")

    def join_network(self) -> None:
        """Deja este hilo, y los que abra, en la red del cuarto: la única en la que escucha su núcleo."""
        from .first import NEWNET, call

        process = self._inhabitant(self.numbers.engine)
        if process is None:
            raise MuelleError("El motor de este cuaderno se cerró.")
        with Path(f"/proc/{process.pid}/ns/net").open("rb") as network:
            call("setns", network.fileno(), NEWNET)

    def launch(self, command: list[str], environment: dict[str, str], limits: object = ()) -> Launched:
        """Lanza algo con el usuario del cuaderno.

        Args:
            limits: pares de `setrlimit(2)`.

        Raises:
            MuelleError: si el cuarto se cayó.
        """
        order = {
            "uid": self.numbers.kernel,
            "folder": str(self.home),
            "command": command,
            "environment": environment,
            "limits": limits,
        }
        assert self._first.stdin
        with contextlib.suppress(OSError):
            self._first.stdin.write(json.dumps(order) + "\n")
            self._first.stdin.flush()
        self._answer("lanzado")
        until = time.monotonic() + 5
        while time.monotonic() < until:
            if found := self._inhabitant(self.numbers.kernel):
                return Launched(found)
            time.sleep(0.01)
        return Launched(None)

    def _inhabitant(self, uid: int) -> psutil.Process | None:
        for process in psutil.Process(self._first.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.uids().real == uid and process.status() != psutil.STATUS_ZOMBIE:
                    return process
        return None

    def _answer(self, word: str) -> None:
        assert self._first.stdout and self._first.stderr
        if self._first.stdout.readline().strip() != word:
            self._first.kill()
            said = self._first.stderr.read().strip().splitlines()
            raise MuelleError(
                f"El cuarto del cuaderno no se pudo montar: {said[-1][:200] if said else word}."
            )

    def __exit__(self, *_error: object) -> None:
        first = getattr(self, "_first", None)
        if first is not None:
            with contextlib.suppress(OSError):
                first.stdin.close()  # el primero se va, y el núcleo de Linux acaba con todo el cuarto
            try:
                first.wait(20)
            except subprocess.TimeoutExpired:
                first.kill()
                first.wait()
            for stream in (first.stdout, first.stderr):
                stream.close()
        self.numbers.close()
