"""Lo que dice un `exec` o un `attach`: tras la respuesta del motor, por la misma conexión, sigue el programa.

El SDK lee la respuesta con un archivo con memoria intermedia y, después, los bytes directamente del socket:
los que llegaron junto a la respuesta se quedan en la memoria y se pierden, hasta ocho mil. Pasa cuando quien
pregunta va más lento que quien contesta, y entonces un `exec` parece no haber escrito nada
(https://github.com/docker/docker-py/issues/3332). Aquí se leen del mismo archivo que la respuesta.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from docker.utils.socket import STDOUT
from requests import Response

_HEADER = struct.Struct(">BxxxL")
_PIECE = 65536


def frames(response: Response, *, tty: bool) -> Iterator[tuple[int, bytes]]:
    """Los trozos que escribe el programa, según llegan y sin perder ninguno.

    Args:
        response: la respuesta del motor, que dejó la conexión abierta.
        tty: si el programa tiene un terminal: entonces los bytes llegan sin marcar.

    Yields:
        De qué salida es (1, la normal; 2, la de errores) y los bytes. El formato está en
        https://docs.docker.com/reference/api/engine/ (ContainerAttach).
    """
    reader: io.BufferedReader = response.raw._fp.fp
    if tty:
        while piece := reader.read1(_PIECE):
            yield STDOUT, piece
        return
    while len(header := reader.read(_HEADER.size)) == _HEADER.size:
        kind, left = _HEADER.unpack(header)
        while left and (piece := reader.read1(min(left, _PIECE))):
            left -= len(piece)
            yield kind, piece
