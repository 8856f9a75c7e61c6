"""Lo que el guardián responde él mismo, sin preguntar al motor."""

from __future__ import annotations


class Refusal(Exception):
    """Una respuesta del guardián en lugar de la del motor.

    Args:
        message: una frase sin punto final.
        status: el código HTTP.
    """

    status = 400

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class Denied(Refusal):
    """La petición no se permite; el mensaje dice por qué."""

    status = 403


class Missing(Refusal):
    """Lo que se nombra no existe; con las palabras del motor, que el SDK reconoce."""

    status = 404
