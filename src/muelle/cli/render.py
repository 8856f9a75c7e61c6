"""El proceso que construye la web: `python -m muelle.cli.render SALIDA MODO CACHE DIRECCION PESTAÑA`.

Va aparte para que la orden pueda seguir su progreso, y pararlo, sin mezclar su salida con la nuestra.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .paths import ROOT


def main(output: str, mode: str, cache: str, address: str, tab: str) -> int:
    """Construye el libro de forma estricta.

    Args:
        output: carpeta de salida; la web queda en `output/html`.
        mode: `force` (ejecuta todo) o `cache` (reutiliza lo ejecutado con el mismo motor el mismo día).
        cache: carpeta de esa reserva.
        address: la dirección en la que se publica; "" si no se publica.
        tab: "si" para que las celdas se puedan ejecutar en la pestaña.

    Returns:
        0 si no hubo avisos ni errores.
    """
    from jupyter_book.sphinx import build_sphinx

    status = build_sphinx(
        ROOT,
        Path(output) / "html",
        path_config=ROOT / "_config.yml",
        noconfig=True,
        confoverrides={
            "nb_execution_mode": mode,
            "nb_execution_cache_path": cache,
            "nitpicky": True,
            "html_baseurl": address,
            "muelle_pestana": tab == "si",
            "latex_individualpages": False,  # Jupyter Book la exige aunque no se haga PDF
        },
        warningiserror=True,
        keep_going=True,
    )
    return status if isinstance(status, int) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
