"""El núcleo de las celdas: ejecuta una y cuenta lo que escribe y lo que enseña, según pasa."""

from __future__ import annotations

import ast
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

Tell = Callable[[dict[str, Any]], None]

_main = types.ModuleType("__main__")
_main.__dict__["__builtins__"] = __builtins__
_tell: list[Tell] = []


class _Stream:
    """Lo que una celda escribe: va a la página línea a línea."""

    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        self._name = name

    def write(self, text: str) -> int:
        if text:
            send({"kind": "stream", "name": self._name, "text": text})
        return len(text)

    def flush(self) -> None:
        """Nada que vaciar: todo sale al escribirse."""

    def isatty(self) -> bool:
        return False


def start(tell: Tell) -> None:
    """Prepara el núcleo.

    Args:
        tell: recibe cada cosa que pasa en una celda.
    """
    _tell[:] = [tell]
    sys.modules["__main__"] = _main
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")  # type: ignore[assignment]


def send(event: dict[str, Any]) -> None:
    """Cuenta algo a la página."""
    for tell in _tell:
        tell(event)


async def run(code: str, name: str) -> bool:
    """Ejecuta una celda.

    Args:
        code: su código.
        name: cómo se llama, para las trazas.

    Returns:
        Si acabó bien.
    """
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = ast.parse(code, f"<{name}>")
        last = tree.body[-1] if tree.body else None
        shown = isinstance(last, ast.Expr) and not code.rstrip().endswith(";")
        if shown:
            tree.body.pop()
        await _evaluate(compile(tree, f"<{name}>", "exec", flags=flags))
        if shown:
            assert isinstance(last, ast.Expr)
            value = await _evaluate(compile(ast.Expression(last.value), f"<{name}>", "eval", flags=flags))
            if value is not None:
                _main.__dict__["_"] = value
                display(value)
    except BaseException as error:
        send({"kind": "error", "text": explain(error)})
        return False
    return True


async def _evaluate(code: types.CodeType) -> Any:
    value = eval(code, _main.__dict__)
    return await value if code.co_flags & _COROUTINE else value


_COROUTINE = 0x80
"""`inspect.CO_COROUTINE`: la celda usó `await`."""


FULL = (
    "La celda pidió más memoria de la que tiene Python en esta pestaña: pide menos, o pulsa «Parar» para "
    "empezar con otro Python; el motor y sus contenedores siguen."
)


def explain(error: BaseException) -> str:
    """Lo que se enseña de un error: una frase si el curso lo conoce; si no, la traza de la celda."""
    from muelle.errors import MuelleError
    from muelle.faults import explain as known

    if isinstance(error, MemoryError):
        return FULL
    fault = (
        error if isinstance(error, MuelleError) else known(error) if isinstance(error, Exception) else None
    )
    if fault is not None:
        return str(fault)
    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<celda"):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip()


def bundle(value: Any) -> dict[str, Any]:
    """Las formas en que un valor se puede enseñar, por su tipo MIME."""
    method = getattr(value, "_repr_mimebundle_", None)
    if method is not None:
        given = method(include=None, exclude=None)
        data: dict[str, Any] = given[0] if isinstance(given, tuple) else given
        if data:
            return data
    forms: dict[str, Any] = {"text/plain": repr(value)}
    for name, kind in _METHODS.items():
        form = getattr(value, name, lambda: None)() if not isinstance(value, type) else None
        if form:
            forms[kind] = form
    return forms


_METHODS = {"_repr_html_": "text/html", "_repr_svg_": "image/svg+xml", "_repr_markdown_": "text/markdown"}


def display(*values: Any, **_: Any) -> None:
    """Enseña valores en la salida de la celda."""
    for value in values:
        send({"kind": "display", "data": bundle(value)})


def clear_output(wait: bool = False) -> None:  # noqa: ARG001
    """Borra lo que la celda enseñó hasta ahora."""
    send({"kind": "clear"})


class HTML:
    """Un trozo de HTML que se enseña tal cual."""

    def __init__(self, data: str) -> None:
        self.data = data

    def _repr_html_(self) -> str:
        return self.data
