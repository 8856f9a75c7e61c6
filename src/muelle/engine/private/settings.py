"""La configuración del `dockerd` privado: un archivo propio, para que no lea el del motor de la máquina."""

from __future__ import annotations

import json
import subprocess

from muelle.engine.private.folders import Folder


def write(paths: Folder, dockerd: str) -> None:
    """Deja en `paths.config` la configuración con la que arranca ese `dockerd`.

    Solo dice dónde va la clave que los de antes de Docker 23 crean al arrancar: sin esto la dejarían fuera
    de la carpeta, en `/etc/docker`. Uno que ya no entienda esa palabra arranca con la configuración vacía.

    Args:
        paths: la carpeta del motor.
        dockerd: la ruta del programa, para preguntarle si la entiende.
    """
    wanted = {"deprecated-key-path": str(paths.data / "key.json")}
    paths.config.write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    option = "--validate"
    if knows(dockerd, option):
        check = [dockerd, option, f"--config-file={paths.config}"]
        if subprocess.run(check, capture_output=True, check=False).returncode:
            paths.config.write_text("{}\n", encoding="utf-8")


def knows(dockerd: str, option: str) -> bool:
    """Si ese `dockerd` tiene una opción, según su propia ayuda."""
    done = subprocess.run([dockerd, "--help"], capture_output=True, text=True, check=False)
    return option in done.stdout
