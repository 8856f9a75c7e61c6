"""El panel de un contenedor: su estado mientras se arranca, se para, se pausa y se mata."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import docker
import requests
from docker.errors import APIError
from docker.errors import NotFound as DockerNotFound

from muelle import draw, owned
from muelle.draw.pictures.containers import STATES
from muelle.errors import MuelleError, NameTaken
from muelle.faults import plain_errors
from muelle.model import short_id
from muelle.sources import answers
from muelle.widgets import pages
from muelle.widgets.shown import Shown

if TYPE_CHECKING:
    import ipywidgets as w

    from muelle.widgets.controls.containers import PanelControls

# botón: (método del SDK, orden, petición, estados en los que sirve)
ACTIONS = {
    "Arrancar": ("start", "docker start", "start", ("created", "exited")),
    "Pausar": ("pause", "docker pause", "pause", ("running",)),
    "Reanudar": ("unpause", "docker unpause", "unpause", ("paused",)),
    "Parar": ("stop", "docker stop", "stop", ("running",)),
    "Matar": ("kill", "docker kill", "kill", ("running",)),
}
_GRACE = 2  # segundos que espera «Parar» antes de matar: en clase, diez se hacen largos
_FEED_SECONDS = 0.5  # lo que se espera a Podman, que solo da los eventos de un plazo que no ha acabado


class ContainerPanel(Shown):
    """Panel de un contenedor.

    Attributes:
        name: el del contenedor.
        status: su estado según el motor; "" si no se sabe o ya no existe.
        state: lo que se muestra de él, en HTML.
    """

    def __init__(self, client: docker.DockerClient, container: Any) -> None:
        self._client, self._id = client, str(container.id)
        self.name = str(container.name)
        self._created = _seconds(container.attrs["Created"])
        self.status = self.state = ""
        self._message = ""
        self._false: set[tuple[str, float]] = set()
        self.refresh()

    @cached_property
    def controls(self) -> PanelControls:
        """Los controles vivos; se hacen la primera vez que se piden."""
        from muelle.widgets.controls.containers import PanelControls

        return PanelControls(self)

    def view(self) -> w.Widget:
        """Los botones y, debajo, el estado y el camino recorrido."""
        return self.controls.box()

    def static(self) -> str:
        """El estado, el camino recorrido y qué pide cada botón."""
        rows = [
            (name, pages.term(f"{command} {self.name}"), pages.term(self._request(path)))
            for name, (_, command, path, _) in ACTIONS.items()
        ]
        asked = pages.table("Qué pide cada botón", ("Botón", "Orden", "Petición"), rows)
        body = self.state + pages.fold("Qué pide cada botón", asked)
        return pages.section("panel", f"Panel del contenedor {self.name}", body)

    def refresh(self) -> None:
        """Vuelve a preguntar al motor y redibuja."""
        try:
            with plain_errors():
                status, exit_code = self._ask()
                path = draw.lifecycle(self._events(), title=f"El camino del contenedor {self.name}")
            body = pages.paragraph(self._sentence(status, exit_code)) + path._repr_html_()
        except MuelleError as problem:
            status, body = "", pages.paragraph(f"✗ {problem}")
        note = pages.paragraph(self._message) if self._message else ""
        self.status, self.state = status, pages.live(f"Estado de {self.name}", note + body)

    def _ask(self) -> tuple[str, int | None]:
        """El estado según el motor; "" si el contenedor ya no existe."""
        try:
            state = self._client.api.inspect_container(self._id)["State"]
        except DockerNotFound:
            return "", None
        return answers.status(state), state.get("ExitCode")

    def _sentence(self, status: str, exit_code: int | None) -> str:
        if not status:
            return f"{self.name} ya no existe."
        ended = f", con código de salida {exit_code}" if status == "exited" else ""
        return f"{self.name} ({short_id(self._id)}) está {STATES.get(status, status)}{ended}."

    def _events(self) -> list[tuple[str, float]]:
        """Los eventos de este contenedor que el motor recuerda, desde que se creó.

        Podman no da ninguno si el final que se le pide ya pasó (medido en 4.3 y 5.8): entonces se le
        vuelve a preguntar con un final que está por llegar, y responde cuando llega.
        """
        now = self._client.api.info().get("SystemTime")
        if not now:
            return []
        return self._heard(_seconds(now)) or self._heard(_seconds(now) + _FEED_SECONDS)

    def _heard(self, until: float) -> list[tuple[str, float]]:
        """Los eventos hasta `until`, en segundos desde 1970."""
        stream = self._client.api.events(
            since=f"{self._created - 1:.9f}",
            until=f"{until:.9f}",
            filters={"container": self._id, "type": "container"},
            decode=True,
        )
        heard = [(str(event["Action"]), event["timeNano"] / 1e9) for event in stream]
        return [event for event in heard if event not in self._false]

    def act(self, name: str) -> None:
        """Hace lo que dice un botón y vuelve a preguntar.

        Args:
            name: el botón, de `ACTIONS`.
        """
        method = ACTIONS[name][0]
        self._message = ""
        options = {"timeout": _GRACE} if method == "stop" else {}
        try:
            getattr(self._client.api, method)(self._id, **options)
        except APIError as answer:
            self._message = self._refusal(name, answer)
        except requests.RequestException:
            self._message = ""  # lo dice `refresh`
        self.refresh()

    def _refusal(self, name: str, answer: APIError) -> str:
        """Por qué no se hizo: porque este motor no sabe, o porque el estado había cambiado."""
        method, command, _, useful = ACTIONS[name]
        code = answer.response.status_code if answer.response is not None else "sin código"
        if self._ask()[0] not in useful:
            return f"✗ El motor no lo aceptó ({code}): el contenedor ya no estaba como parecía."
        self._forget_last(method)
        hint = ": sin ser root hace falta cgroup v2" if method == "pause" else ""
        return f"✗ Este motor no puede hacer {command} en esta máquina ({code}){hint}."

    def _forget_last(self, action: str) -> None:
        """Podman avisa de una pausa aunque no la haya hecho: ese evento no cuenta."""
        events = self._events()
        if events and events[-1][0] == action:
            self._false.add(events[-1])

    def _request(self, path: str) -> str:
        return f"POST /containers/{self.name}/{path}"


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
    with plain_errors(f"el contenedor {name}"):
        container = client.containers.get(name)
    if any(container.labels.get(key) != value for key, value in owned.LABELS.items()):
        raise NameTaken(
            f"El contenedor {name} no lo creó el curso, así que el panel no lo toca: usa otro nombre."
        )
    return ContainerPanel(client, container)
