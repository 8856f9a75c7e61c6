"""Lo que se gasta al leer las capas de un archivo, para que ninguno agote la memoria ni la paciencia."""

from __future__ import annotations

from dataclasses import dataclass

from .limits import FREE_IMPLIED, MAX_ENTRIES, MAX_IMPLIED, MAX_NAMES, MAX_STEPS, ExcessError


@dataclass
class Budget:
    """Lo que queda por gastar en las entradas de todo un archivo."""

    entries: int = MAX_ENTRIES
    names: int = MAX_NAMES
    implied: int = FREE_IMPLIED
    steps: int = MAX_STEPS

    def spend(self, names: int) -> None:
        """Una entrada con tantos bytes de nombres.

        Raises:
            ExcessError: si se acaba.
        """
        self.entries -= 1
        self.names -= names
        self.implied += MAX_IMPLIED
        if self.entries < 0:
            raise ExcessError(
                f"La imagen tiene más de {MAX_ENTRIES} archivos: es más de lo que el curso lee."
            )
        if self.names < 0:
            raise ExcessError(
                f"Los nombres de la imagen pasan de {MAX_NAMES // 2**20} MiB: es más de lo que el curso lee."
            )

    def imply(self, names: int) -> None:
        """Una carpeta que se da por hecha.

        Raises:
            ExcessError: si se acaba.
        """
        self.implied -= 1
        self.names -= names
        if self.implied < 0 or self.names < 0:
            raise ExcessError(
                "Casi todas las carpetas de la imagen se dan por hechas, por rutas larguísimas: "
                "leerla costaría más de lo que el curso gasta en un archivo."
            )

    def walk(self, steps: int) -> None:
        """Pasos por enlaces, o cosas que se quitan.

        Raises:
            ExcessError: si se acaba.
        """
        self.steps -= steps
        if self.steps < 0:
            raise ExcessError(
                "Las rutas de la imagen van de enlace en enlace o se sustituyen sin fin: "
                "leerla costaría más de lo que el curso gasta en un archivo."
            )
