"""El libro construido con Sphinx y sus extensiones, sin Jupyter Book: `python tools/plain_sphinx.py CARPETA`.

Lo llama `without_jupyter_book.py` con un Python que no tiene Jupyter Book. El motor es el de `DOCKER_HOST`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
ALWAYS_EXCLUDED = ["_build", "Thumbs.db", ".DS_Store", "**.ipynb_checkpoints"]


def translated(config: dict[str, Any]) -> dict[str, Any]:
    """La configuración de Sphinx que dice lo mismo que la de Jupyter Book.

    Lo que `_config.yml` no dice toma el valor que le da Jupyter Book 1 (su `config.py`).

    Args:
        config: el contenido de `_config.yml`.
    """
    html, execute, sphinx = config["html"], config["execute"], config["sphinx"]["config"]
    return {
        "author": config["author"],
        "copyright": config["copyright"],
        "html_logo": config["logo"],
        "html_favicon": html["favicon"],
        "html_baseurl": html["baseurl"],
        "html_sourcelink_suffix": "",
        "exclude_patterns": sorted({*ALWAYS_EXCLUDED, *config["exclude_patterns"]}),
        "external_toc_exclude_missing": config["only_build_toc_files"],
        "myst_enable_extensions": config["parse"]["myst_enable_extensions"],
        "myst_url_schemes": ["mailto", "http", "https"],
        "nb_execution_allow_errors": execute["allow_errors"],
        "nb_execution_in_temp": False,
        "nb_execution_raise_on_error": execute["raise_on_error"],
        "nb_execution_timeout": execute["timeout"],
        "nb_output_stderr": execute["stderr_output"],
        **sphinx,
        "extensions": [name for name in sphinx["extensions"] if name != "jupyter_book"],
    }


def build(output: Path) -> int:
    """Construye el libro, ejecutándolo entero y de forma estricta.

    Args:
        output: carpeta de salida; la web queda en `output/html`.

    Returns:
        0 si no hubo avisos ni errores.
    """
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    sys.path += [str(ROOT / folder) for folder in config["sphinx"]["local_extensions"].values()]
    settings = {**translated(config), "nb_execution_mode": "force", "nitpicky": True}
    with patch_docutils(None), docutils_namespace():
        book = Sphinx(
            ROOT,
            None,
            output / "html",
            output / ".doctrees",
            "html",
            confoverrides=settings,
            freshenv=True,
            warningiserror=True,
        )
        book.build(force_all=True)
    return book.statuscode


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]).resolve()))
