"""El nodo `plegable`: un `<details>` con su `<summary>`, para las directivas que se pliegan."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class plegable(nodes.General, nodes.Element):  # type: ignore[misc]  # noqa: N801  (docutils nombra así los nodos)
    """Un bloque que se pliega. Atributos: `resumen` (texto) y `abierto` (si empieza desplegado)."""


def visit(self: Any, node: plegable) -> None:
    """Abre el `<details>`."""
    attributes = {"open": "open"} if node.get("abierto") else {}
    self.body.append(self.starttag(node, "details", **attributes))
    self.body.append(f"<summary>{self.encode(node['resumen'])}</summary>\n")


def depart(self: Any, node: plegable) -> None:  # noqa: ARG001
    """Cierra el `<details>`."""
    self.body.append("</details>\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra el nodo."""
    app.add_node(plegable, html=(visit, depart))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
