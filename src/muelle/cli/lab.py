"""JupyterLab sin lo que cada persona haya configurado en el suyo: aquí todos ven lo mismo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_DROPPED = (
    *("JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"),
    *("PYTHONPATH", "PYTHONSTARTUP"),
)

_KERNEL = """\
# Una `docker.py` o una `random.py` en la carpeta de trabajo se puede importar, pero no tapa a la de verdad.
c.InteractiveShellApp.ignore_cwd = True
c.InteractiveShellApp.exec_lines = ["import sys; sys.path.append('')"]
"""


SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "es_ES"},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook"}},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
"""Los ajustes de partida de JupyterLab: en español, sin avisos ni consultas a Internet; los que cambie la
persona mandan."""


def environment(base: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Las variables con las que se abre: su configuración y la de los cuadernos son las del curso.

    Args:
        base: las de la persona.
        folder: dónde guarda el curso esa configuración; se crea si no existe.
    """
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_config.py").write_text(_KERNEL, encoding="utf-8")
    settings = folder / "jupyter" / "labconfig"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "default_setting_overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    kept = {name: value for name, value in base.items() if name not in _DROPPED}
    return {
        **kept,
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_DATA_DIR": str(folder / "datos"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
