"""Los controles vivos: lo que ipywidgets y la página se dicen, por los «comms» del protocolo de Jupyter.

Fuente: https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
"""

from __future__ import annotations

import base64
from typing import Any

import comm
from comm.base_comm import BaseComm

from .cells import send


class _Comm(BaseComm):
    """La conversación de un control con la página."""

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **_: Any,
    ) -> None:
        """Cuenta a la página que un control nace, cambia o acaba: `comm_open`, `comm_msg`, `comm_close`."""
        send(
            {
                "kind": "comm",
                "type": msg_type,
                "comm": self.comm_id,
                "data": data or {},
                "metadata": metadata or {},
                "buffers": [base64.b64encode(each).decode() for each in buffers or ()],
            }
        )


def start() -> None:
    """Que los controles que se hagan desde ahora hablen con la página."""
    comm.create_comm = _Comm


def hear(name: str, data: dict[str, Any]) -> None:
    """Da a un control lo que alguien hizo con él en la página.

    Args:
        name: el identificador de su conversación.
        data: lo que dice la página: un cambio de estado o un aviso.
    """
    message = {"content": {"comm_id": name, "data": data}, "buffers": []}
    comm.get_comm_manager().comm_msg(None, None, message)
