"""Lo primero que se ejecuta en el núcleo de un cuaderno: sus comprobaciones las hace quien corrige.

No se importa: el corrector manda este texto al núcleo. Da igual cómo llame el cuaderno a `muelle.check`
(con otro nombre, en un bucle, dos veces): la respuesta sale por un socket y otro proceso la juzga.
"""

from typing import Any


def _install(path: str) -> None:
    import json
    import socket

    import muelle
    from muelle import exercises
    from muelle.exercises import run

    class Checked:
        """Lo que recibe la celda: con ello no se decide nada."""

        solved = True

        def __repr__(self) -> str:
            return "Comprobado."

    def marked(value: Any) -> Any:
        return {"__puntos__": 1} if value is ... else {"__tipo__": type(value).__name__[:60]}

    def check(slug: Any, answer: Any = None, **_more: Any) -> Any:
        order = {"slug": str(slug)}
        try:
            order["answer"] = answer() if callable(answer) else answer
            text = json.dumps(order, default=marked)
        except (Exception, SystemExit) as error:
            text = json.dumps({"slug": str(slug), "error": f"{type(error).__name__}: {error}"[:300]})
        with socket.socket(socket.AF_UNIX) as channel:
            channel.connect(path)
            channel.sendall(text.encode("utf-8", "surrogatepass"))
            channel.shutdown(socket.SHUT_WR)
            while channel.recv(1024):
                pass
        return Checked()

    for room in (muelle, exercises, run):
        setattr(room, "check", check)  # noqa: B010 - mypy no deja cambiar una función por otra
