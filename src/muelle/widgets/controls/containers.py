"""Los controles del panel de un contenedor: un botón por cada cosa que se le puede pedir."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from muelle.widgets.containers import ACTIONS, ContainerPanel


class PanelControls:
    """Lo que se toca de un panel.

    Args:
        panel: el que habla con el motor y guarda el estado.
    """

    def __init__(self, panel: ContainerPanel) -> None:
        self._panel = panel
        self.buttons = {
            name: w.Button(description=name, tooltip=f"{command} {panel.name}")
            for name, (_, command, _, _) in ACTIONS.items()
        }
        for name, button in self.buttons.items():
            button.on_click(self._doing(name))
        self.state = w.HTML()
        self._show()

    def box(self) -> w.Widget:
        """Los botones y, debajo, el estado y el camino recorrido."""
        row = w.HBox(list(self.buttons.values()), layout=w.Layout(flex_flow="row wrap"))
        return w.VBox([row, self.state])

    def _show(self) -> None:
        for name, button in self.buttons.items():
            button.disabled = self._panel.status not in ACTIONS[name][3]
        self.state.value = self._panel.state

    def _doing(self, name: str) -> Callable[[Any], None]:
        def act(_button: Any) -> None:
            self._panel.act(name)
            self._show()
            self._keep_focus(name)

        return act

    def _keep_focus(self, pressed: str) -> None:
        """Un botón que se desactiva pierde el foco: quien va con el teclado sigue en el primero que sirve."""
        useful = [button for button in self.buttons.values() if not button.disabled]
        if useful and self.buttons[pressed].disabled:
            useful[0].focus()
