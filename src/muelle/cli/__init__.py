"""La línea de órdenes: `./curso ORDEN`."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from muelle.errors import MuelleError

INTERRUPTED = 130


def main() -> NoReturn:
    """Ejecuta la orden y sale con su código; un error conocido es una frase, nunca una traza."""
    for stream in (sys.stdout, sys.stderr):  # lo que una salida no sepa escribir («■» en cp1252), como «?»
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    _stop_like_ctrl_c()
    try:
        status = _run()
    except BaseException as error:
        if not _is_interruption(error):
            raise
        # Con `print`: la interrupción pudo caer mientras se importaba quien da color.
        print("✗ Interrumpido.", file=sys.stderr)
        status = INTERRUPTED
    problem = _unwritten()
    if problem and not status:  # con otro código, ya se dijo
        print(f"✗ La salida no se pudo escribir ({problem}).", file=sys.stderr)
        status = 1
    sys.exit(status)


def _unwritten() -> str:
    """Escribe lo que falte de la salida; si no se puede, lo tira y devuelve por qué.

    Si no se tirara, Python lo intentaría otra vez al salir y lo diría a su manera.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        from muelle.errors import system_reason

        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        return "" if isinstance(error, BrokenPipeError) else system_reason(error)  # `| head`: no es un fallo
    return ""


def _run() -> int:
    """Ejecuta la orden, dice en una frase los errores conocidos y devuelve su código de salida."""
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
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort as abort:
        raise KeyboardInterrupt from abort
    except Exception as error:
        from muelle.engine import explain

        known = explain(error) or _unwritable(error)
        if known is None:
            raise
        fail(str(known))
        return known.exit_code
    return status if isinstance(status, int) else 0


def _is_interruption(error: BaseException) -> bool:
    """Si es un Ctrl-C; antes de Python 3.12, el que cae al crear una clase llega envuelto en otro error."""
    return isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt)


def _stop_like_ctrl_c() -> None:
    """Que la paren (`kill`, el plazo de una integración continua, cerrar la terminal) recoja como Ctrl-C."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows no tiene SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # con `nohup` se respeta
            signal.signal(number, interrupt)


def _unwritable(error: Exception) -> MuelleError | None:
    """La frase para un archivo que el sistema no dejó leer o escribir; None si fue otra cosa."""
    from muelle.errors import MuelleError

    read_only = isinstance(error, OSError) and error.errno == errno.EROFS
    if not read_only and not isinstance(error, PermissionError):
        return None
    name = getattr(error, "filename", None)
    if read_only:
        where = f"«{name}» está" if name else "Lo que hay que escribir está"
        return MuelleError(f"{where} en un sitio de solo lectura: trabaja en una carpeta tuya.")
    what = f"usar «{name}»" if name else "leer o escribir un archivo"
    return MuelleError(
        f"El sistema no deja {what}: mira de quién es y sus permisos, o trabaja en una carpeta tuya."
    )
