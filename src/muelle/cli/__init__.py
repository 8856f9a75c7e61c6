"""La línea de órdenes: `./curso ORDEN`."""

from __future__ import annotations

import sys
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Ejecuta la orden y sale con su código; un error conocido es una frase, nunca una traza."""
    from .language import speak_spanish

    speak_spanish()
    import click

    from muelle.errors import MuelleError

    from .app import app
    from .console import fail

    try:
        status = app.main(prog_name="./curso", standalone_mode=False)
    except MuelleError as error:
        fail(str(error))
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail("Interrumpido.")
        sys.exit(INTERRUPTED)
    except Exception as error:
        from muelle.engine import explain

        known = explain(error)
        if known is None:
            raise
        fail(str(known))
        sys.exit(known.exit_code)
    sys.exit(status if isinstance(status, int) else 0)
