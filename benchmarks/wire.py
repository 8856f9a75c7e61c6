"""Cuánto cuesta grabar: `docker ps` a través del proxy frente a directo, alternando, en el mismo motor.

Ejecútalo con `.venv/bin/python benchmarks/wire.py [VECES]`. Sale con 1 si pasa del objetivo.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time

from muelle.engine import find
from muelle.errors import MissingTool, MuelleError
from muelle.wire import terminal
from muelle.wire.talk import open_talk

GOAL = 1.2
"""La mediana a través del proxy, como mucho, por la mediana directa."""
COMMAND = "docker ps"


def timed(program: str, url: str) -> float:
    """Milisegundos que tarda la orden con ese DOCKER_HOST.

    Raises:
        MuelleError: si la orden falla; lo que dijo ya está en el terminal.
    """
    started = time.perf_counter()
    ended = subprocess.run([program, "ps"], env={**os.environ, "DOCKER_HOST": url}, stdout=subprocess.DEVNULL)
    if ended.returncode:
        raise MuelleError(f"`{COMMAND}` acabó con código {ended.returncode}: no hay nada que medir.")
    return (time.perf_counter() - started) * 1000


def measure(times: int) -> dict[str, list[float]]:
    """Las tres maneras, por turnos, para que lo que tarde la máquina las toque a todas por igual."""
    program = shutil.which("docker")
    if program is None:
        raise MissingTool("Falta la orden `docker`: instálala para medir.")
    endpoint = find()
    figures: dict[str, list[float]] = {"directo": [], "proxy": [], "terminal": []}
    print(f"Midiendo `{COMMAND}` {times} veces de cada manera…", file=sys.stderr)
    talk = open_talk(endpoint)
    try:
        for _ in range(times + 2):
            figures["directo"].append(timed(program, endpoint.url))
            figures["proxy"].append(timed(program, talk.url))
            started = time.perf_counter()
            terminal(COMMAND, endpoint)
            figures["terminal"].append((time.perf_counter() - started) * 1000)
    finally:
        talk.close()
    return {name: values[2:] for name, values in figures.items()}  # las dos primeras calientan


def report(figures: dict[str, list[float]]) -> bool:
    """Imprime el informe y dice si se cumple el objetivo."""
    direct = figures["directo"]
    print(
        f"`{COMMAND}`, mediana de {len(figures['directo'])} veces (milisegundos) y mediana de las razones\n"
    )
    # Cada vez se compara con la directa de su turno: lo que estorbe otro programa estorba a las dos.
    ratios = {
        name: statistics.median(mine / other for mine, other in zip(values, direct, strict=True))
        for name, values in figures.items()
    }
    labels = {"directo": "directo", "proxy": "a través del proxy", "terminal": "con muelle.terminal"}
    for name, label in labels.items():
        values = sorted(figures[name])
        median = statistics.median(values)
        print(f"  {label:<20} {median:7.1f}   ({values[0]:.1f} a {values[-1]:.1f})   {ratios[name]:.2f} x")
    ratio = ratios["proxy"]
    verdict = "se cumple" if ratio <= GOAL else "NO se cumple"
    print(f"\nObjetivo: el proxy, como mucho {GOAL:.1f} x. Medido: {ratio:.2f} x: {verdict}.")
    return ratio <= GOAL


def main() -> int:
    """El código de salida del programa."""
    try:
        times = int(sys.argv[1]) if len(sys.argv) > 1 else 30
        return 0 if report(measure(times)) else 1
    except ValueError:
        print("Uso: wire.py [VECES], con un número de veces.", file=sys.stderr)
        return 2
    except MuelleError as error:
        print(f"✗ {error}", file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
