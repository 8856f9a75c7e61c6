"""Lo que Python trae de la web solo si le hace falta."""

from __future__ import annotations

import js

from muelle.errors import MuelleError


def fetch(address: str) -> bytes:
    """Un archivo de la web; el service worker lo guarda para la próxima vez.

    Args:
        address: su dirección.

    Raises:
        MuelleError: la red o el servidor no lo dan.
    """
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception:
        raise MuelleError(_MISSING) from None
    if request.status != 200:
        raise MuelleError(_MISSING)
    return bytes(request.response.to_py())


_MISSING = "No se pudo traer el BusyBox de la imagen base: comprueba la red y repite la celda."
