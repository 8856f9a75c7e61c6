"""El panel de un contenedor: su estado mientras se arranca, se para, se pausa y se mata."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import docker
import ipywidgets as w
import requests
from docker.errors import APIError
from docker.errors import NotFound as DockerNotFound

from muelle import draw, owned
from muelle.draw.container import STATES
from muelle.errors import EngineUnavailable, NameTaken, NotFound
from muelle.model import short_id
from muelle.sources import answers

from . import pages
from .shown import Shown

# botón: (método del SDK, orden, petición, estados en los que sirve)
_ACTIONS = {
    "Arrancar": ("start", "docker start", "start", ("created", "exited")),
    "Pausar": ("pause", "docker pause", "pause", ("running",)),
    "Reanudar": ("unpause", "docker unpause", "unpause", ("paused",)),
    "Parar": ("stop", "docker stop", "stop", ("running",)),
    "Matar": ("kill", "docker kill", "kill", ("running",)),
}
_GRACE = 2  # segundos que espera «Parar» antes de matar: en clase, diez se hacen largos
_FEED_SECONDS = 0.5  # lo que se espera a Podman, que solo da los avisos de un plazo que no ha acabado


class ContainerPanel(Shown):
    """Panel de un contenedor."""

    def __init__(self, client: docker.DockerClient, container: Any) -> None:
        self._client, self._id = client, str(container.id)
        self._name = str(container.name)
        self._created = _seconds(container.attrs["Created"])
        self.buttons = {
            name: w.Button(description=name, tooltip=f"{command} {self._name}")
            for name, (_, command, _, _) in _ACTIONS.items()
        }
        for name, button in self.buttons.items():
            button.on_click(self._doing(name))
        self._state = w.HTML()
        self._message = ""
        self._false: set[tuple[str, float]] = set()
        self.refresh()

    def view(self) -> w.Widget:
        """Los botones y, debajo, el estado y el camino recorrido."""
        row = w.HBox(list(self.buttons.values()), layout=w.Layout(flex_flow="row wrap"))
        return w.VBox([row, self._state])

    def static(self) -> str:
        """El estado, el camino recorrido y qué pide cada botón."""
        rows = [
            (name, pages.term(f"{command} {self._name}"), pages.term(self._request(path)))
            for name, (_, command, path, _) in _ACTIONS.items()
        ]
        asked = pages.table("Qué pide cada botón", ("Botón", "Orden", "Petición"), rows)
        body = self._state.value + pages.fold("Qué pide cada botón", asked)
        return pages.section("panel", f"Panel del contenedor {self._name}", body)

    def refresh(self) -> None:
        """Vuelve a preguntar al motor y redibuja."""
        try:
            status, exit_code = self._ask()
            path = draw.lifecycle(self._events(), title=f"El camino del contenedor {self._name}")
            body = pages.paragraph(self._sentence(status, exit_code)) + path._repr_html_()
        except requests.RequestException:
            status, body = "", pages.paragraph("✗ El motor no responde: comprueba que sigue en marcha.")
        for name, button in self.buttons.items():
            button.disabled = status not in _ACTIONS[name][3]
        note = pages.paragraph(self._message) if self._message else ""
        self._state.value = pages.live(f"Estado de {self._name}", note + body)

    def _ask(self) -> tuple[str, int | None]:
        """El estado según el motor; "" si el contenedor ya no existe."""
        try:
            state = self._client.api.inspect_container(self._id)["State"]
        except DockerNotFound:
            return "", None
        return answers.status(state), state.get("ExitCode")

    def _sentence(self, status: str, exit_code: int | None) -> str:
        if not status:
            return f"{self._name} ya no existe."
        ended = f", con código de salida {exit_code}" if status == "exited" else ""
        return f"{self._name} ({short_id(self._id)}) está {STATES.get(status, status)}{ended}."

    def _events(self) -> list[tuple[str, float]]:
        """Los avisos de este contenedor que el motor recuerda, desde que se creó.

        Podman no da ninguno si el final que se le pide ya pasó (medido en 4.3 y 5.8): entonces se le
        vuelve a preguntar con un final que está por llegar, y responde cuando llega.
        """
        now = self._client.api.info().get("SystemTime")
        if not now:
            return []
        return self._heard(_seconds(now)) or self._heard(_seconds(now) + _FEED_SECONDS)

    def _heard(self, until: float) -> list[tuple[str, float]]:
        """Los avisos hasta `until`, en segundos desde 1970."""
        stream = self._client.api.events(
            since=f"{self._created - 1:.9f}",
            until=f"{until:.9f}",
            filters={"container": self._id, "type": "container"},
            decode=True,
        )
        heard = [(str(event["Action"]), event["timeNano"] / 1e9) for event in stream]
        return [event for event in heard if event not in self._false]

    def _doing(self, name: str) -> Callable[[Any], None]:
        method = _ACTIONS[name][0]

        def act(_button: Any) -> None:
            self._message = ""
            options = {"timeout": _GRACE} if method == "stop" else {}
            try:
                getattr(self._client.api, method)(self._id, **options)
            except APIError as answer:
                self._message = self._refusal(name, answer)
            except requests.RequestException:
                self._message = ""  # lo dice `refresh`
            self.refresh()
            self._keep_focus(name)

        return act

    def _keep_focus(self, pressed: str) -> None:
        """Un botón que se desactiva pierde el foco: quien va con el teclado sigue en el primero que sirve."""
        useful = [button for button in self.buttons.values() if not button.disabled]
        if useful and self.buttons[pressed].disabled:
            useful[0].focus()

    def _refusal(self, name: str, answer: APIError) -> str:
        """Por qué no se hizo: porque este motor no sabe, o porque el estado había cambiado."""
        method, command, _, useful = _ACTIONS[name]
        code = answer.response.status_code if answer.response is not None else "sin código"
        if self._ask()[0] not in useful:
            return f"✗ El motor no lo aceptó ({code}): el contenedor ya no estaba como parecía."
        self._forget_last(method)
        hint = ": sin ser root hace falta cgroup v2" if method == "pause" else ""
        return f"✗ Este motor no puede hacer {command} en esta máquina ({code}){hint}."

    def _forget_last(self, action: str) -> None:
        """Podman avisa de una pausa aunque no la haya hecho: ese aviso no cuenta."""
        events = self._events()
        if events and events[-1][0] == action:
            self._false.add(events[-1])

    def _request(self, path: str) -> str:
        return f"POST /containers/{self._name}/{path}"


def _seconds(stamp: str) -> float:
    """Segundos desde 1970 de una fecha del motor (`2026-01-02T03:04:05.123456789Z`)."""
    # Python 3.10 no entiende nanosegundos ni la «Z».
    tidy = re.sub(r"(\.\d{6})\d*", r"\1", stamp).replace("Z", "+00:00")
    match = re.search(r"\.(\d{1,5})(?=[+-])", tidy)
    if match:
        tidy = tidy.replace(match.group(0), f".{match.group(1):0<6}", 1)
    return datetime.fromisoformat(tidy).timestamp()


def container_panel(client: docker.DockerClient, name: str) -> ContainerPanel:
    """Botones para arrancar, pausar, parar y matar un contenedor del curso, con su estado a la vista.

    Args:
        name: nombre o identificador de un contenedor que creó el curso.

    Raises:
        NotFound: no existe.
        NameTaken: existe, pero no lo creó el curso.
        EngineUnavailable: el motor no responde.
    """
    try:
        container = client.containers.get(name)
    except DockerNotFound:
        raise NotFound(f"No hay ningún contenedor que se llame {name}: créalo antes.") from None
    except requests.RequestException:
        raise EngineUnavailable("El motor no responde: comprueba que sigue en marcha y repite.") from None
    if any(container.labels.get(key) != value for key, value in owned.LABELS.items()):
        raise NameTaken(
            f"El contenedor {name} no lo creó el curso, así que el panel no lo toca: usa otro nombre."
        )
    return ContainerPanel(client, container)
