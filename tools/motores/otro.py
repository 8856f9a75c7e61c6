"""Otros motores para las pruebas: «python tools/motores/otro.py lista» dice cuáles hay."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import comprobacion
import jaula
from catalogo import ENGINES
from paquetes import FailureError, UnavailableError

CANNOT = 69
"""Código de salida cuando esta máquina no puede tener ese motor: `EX_UNAVAILABLE` de sysexits.h."""

PROJECT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Atiende la orden de la terminal y devuelve el código de salida."""
    parser = argparse.ArgumentParser(prog="otro.py", description="Otros motores, para las pruebas.")
    orders = parser.add_subparsers(dest="order", required=True)
    orders.add_parser("lista", help="los motores que hay y cuáles están en marcha")
    for order, help_text in (
        ("arrancar", "arranca un motor e imprime su DOCKER_HOST"),
        ("parar", "lo para sin dejar procesos, montajes ni puentes"),
        ("borrar", "lo para y borra sus datos"),
        ("comprobar", "lo arranca, lo usa, lo para y mira que no quede nada suyo"),
        ("pruebas", "pasa las pruebas que necesitan motor, vacío si estaba parado; lo que sigue va a pytest"),
    ):
        sub = orders.add_parser(order, help=help_text)
        sub.add_argument("motor", choices=sorted(ENGINES))
    options, rest = parser.parse_known_args()
    if rest and options.order != "pruebas":
        parser.error(f"no entiendo «{' '.join(rest)}»")
    try:
        return _obey(options, rest)
    except UnavailableError as reason:
        print(f"Aquí no se puede tener ese motor. {reason}", file=sys.stderr)
        return CANNOT
    except FailureError as failure:
        print(failure, file=sys.stderr)
        return 1


def _obey(options: argparse.Namespace, rest: list[str]) -> int:
    """Hace lo que se ha pedido."""
    if options.order == "lista":
        for engine in ENGINES.values():
            print(f"{engine.name:22}", jaula.url(engine) if jaula.running(engine) else "parado")
        return 0
    engine = ENGINES[options.motor]
    if options.order == "arrancar":
        print(jaula.start(engine))
    elif options.order == "parar":
        jaula.stop(engine)
    elif options.order == "comprobar":
        print("\n".join(comprobacion.check(engine)))
    elif options.order == "borrar":
        jaula.forget(engine)
    else:
        was_running = jaula.running(engine) is not None
        if not was_running:
            jaula.erase(engine)  # lo que dejara otra pasada no es de esta
        host = jaula.start(engine)
        chosen = rest or ["-m", "live"]
        try:
            return subprocess.run(
                [sys.executable, "-m", "pytest", *chosen],
                cwd=PROJECT,
                env=_environment(host),
                check=False,
            ).returncode
        finally:
            if not was_running:
                jaula.forget(engine)
    return 0


def _environment(host: str) -> dict[str, str]:
    """El de quien lo lanza, con ese motor y ningún otro elegido."""
    others = ("MUELLE_ENGINE", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
    return {name: value for name, value in os.environ.items() if name not in others} | {"DOCKER_HOST": host}


if __name__ == "__main__":
    sys.exit(main())
