"""Lo que Python trae de la web solo si le hace falta."""

from __future__ import annotations

import js

from muelle.errors import MuelleError

FOUND = 200


def fetch(address: str, what: str) -> bytes:
    """Un archivo de la web; el service worker lo guarda para la próxima vez.

    Args:
        address: su dirección.
        what: qué es, para quien lea que no se pudo traer.

    Raises:
        MuelleError: la red o el servidor no lo dan.
    """
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception:
        raise MuelleError(f"No se pudo traer {what}: comprueba la red y repite la celda.") from None
    if request.status != FOUND:
        raise MuelleError(f"El servidor respondió {request.status} al pedirle {what}: recarga la página.")
    return bytes(request.response.to_py())
