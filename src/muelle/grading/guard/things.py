"""De quién es cada cosa del motor: un nombre se pregunta una vez, y lo que se usa después es su Id."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docker.api.client import APIClient
from docker.errors import APIError, NotFound

from muelle import base
from muelle.faults.listing import listed_images

from .refusals import Denied, Missing, Refusal

LABEL = "muelle.alumno"
"""La etiqueta de lo que crea un cuaderno mientras se corrige."""

PREDEFINED = frozenset(("bridge", "none", "host", "podman"))
"""Las redes que trae el motor: se ven, pero no son de nadie."""

_HEX = re.compile(r"[0-9a-f]{1,64}")
_REFERENCE = re.compile(
    r"(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?"
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Thing:
    """Algo del motor, ya resuelto.

    Args:
        id: su identificador entero (de un volumen, su nombre, que es lo mismo).
        data: lo que el motor dice de él.
    """

    id: str
    data: dict[str, Any] = field(repr=False)


class Things:
    """Las cosas de un cuaderno, y las del curso que puede leer.

    Args:
        api: el motor, con la versión fijada.
        student: el valor de su etiqueta.
    """

    def __init__(self, api: APIClient, student: str) -> None:
        self._api, self.student = api, student
        self._lock = threading.Lock()  # se pregunta desde varios hilos, y el cliente es uno
        self.steps: set[str] = set()
        """Imágenes suyas a las que el motor no pone etiqueta: pasos de sus construcciones y lo que trajo."""
        self.names: set[str] = set()
        """Nombres que puso él sobre una imagen que no lleva su etiqueta."""
        self._foreign: set[str] = set()
        found = self._ask(api.inspect_image, base.TAG)
        self._base = str(found["Id"]) if found else ""

    def container(self, name: str) -> Thing:
        """Un contenedor suyo.

        Raises:
            Missing, Denied: si no existe o es de otro.
        """
        found = self._ask(self._api.inspect_container, _asked(name))
        if found is None:
            raise Missing(f"No such container: {name}")
        return self._own(found["Id"], found["Config"].get("Labels"), name, found)

    def network(self, name: str) -> Thing:
        """Una red suya.

        Raises:
            Missing, Denied: si no existe o es de otro.
        """
        found = self._ask(self._api.inspect_network, _asked(name))
        if found is None:
            raise Missing(f"network {name} not found")
        return self._own(found["Id"], found.get("Labels"), name, found)

    def volume(self, name: str) -> Thing:
        """Un volumen suyo.

        Raises:
            Missing, Denied: si no existe o es de otro.
        """
        found = self._ask(self._api.inspect_volume, _asked(name))
        if found is None:
            raise Missing(f"get {name}: no such volume")
        return self._own(found["Name"], found.get("Labels"), name, found)

    def image(self, name: str) -> Thing:
        """Una imagen que puede leer: suya, o la base del curso.

        Raises:
            Missing, Denied: si no existe o es de otro.
        """
        found = self._ask(self._api.inspect_image, _image_name(name))
        if found is None:
            raise Missing(f"No such image: {name}")
        if whole(name) in self.names and found["Id"] not in self._foreign:
            self.steps.add(str(found["Id"]))  # el nombre estaba libre: lo que hay detrás es suyo
        if not self.readable(found["Id"], (found.get("Config") or {}).get("Labels")):
            raise Denied(f"la imagen «{name}» no es de este cuaderno")
        return Thing(found["Id"], found)

    def own_image(self, name: str) -> Thing:
        """Una imagen suya, que puede cambiar o borrar.

        Raises:
            Missing, Denied: si no existe o es de otro.
        """
        found = self.image(name)
        if found.id == self._base and whole(name) not in self.names:
            raise Denied(f"«{name}» es del curso, no de este cuaderno")
        return found

    def holds_others(self, image: Thing) -> bool:
        """Si un contenedor ajeno sale de esa imagen."""
        with self._lock:
            # Con el filtro `ancestor` y un Id entero, Podman no encuentra ninguno.
            rows = self._api.containers(all=True)
        return any(row.get("ImageID") == image.id and not self.mine(row.get("Labels")) for row in rows)

    def own_registry(self, address: str) -> None:
        """Que en esa dirección escuche un contenedor suyo.

        Raises:
            Denied: si no.
        """
        mine = {"label": f"{LABEL}={self.student}", "status": "running"}
        ports = (port for row in self._api.containers(filters=mine) for port in row.get("Ports") or [])
        if not any(f"127.0.0.1:{port.get('PublicPort')}" == address for port in ports):
            raise Denied(f"«{address[:80]}» no es un registro de este cuaderno")

    def arrives(self, name: str) -> None:
        """Apunta un nombre que se va a traer: lo que haya detrás será suyo, si no estaba ya en el motor."""
        self._foreign |= {
            str(row["Id"])
            for row in listed_images(self._api, every=True)
            if not self.readable(str(row["Id"]), row.get("Labels"))
        }
        self.names.add(whole(name))

    def exec(self, identifier: str) -> str:
        """El Id de una ejecución dentro de un contenedor suyo.

        Raises:
            Missing, Denied: si no existe o es de otro.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", identifier):
            raise Missing(f"No such exec instance: {identifier}")
        found = self._ask(self._api.exec_inspect, identifier)
        if found is None:
            raise Missing(f"No such exec instance: {identifier}")
        self.container(str(found["ContainerID"]))
        return identifier

    def readable(self, identifier: str, labels: Mapping[str, str] | None) -> bool:
        """Si una imagen es suya o del curso."""
        return (
            self.mine(labels) or identifier in self.steps or (bool(identifier) and identifier == self._base)
        )

    def mine(self, labels: Mapping[str, str] | None) -> bool:
        """Si unas etiquetas son las de este cuaderno."""
        return (labels or {}).get(LABEL) == self.student

    def free(self, kind: str, name: str) -> None:
        """Que ese nombre no sea de algo ajeno.

        Raises:
            Denied, Refusal: si lo es.
        """
        with_name = {"container": self.container, "network": self.network, "volume": self.volume}[kind]
        try:
            with_name(name)
        except Missing:
            return
        except Denied as error:
            if kind == "container":
                raise Refusal(
                    f'Conflict. The container name "/{name}" is already in use by another container.', 409
                ) from error
            raise

    def free_tag(self, name: str) -> str:
        """Un nombre de imagen que este cuaderno puede poner, con su etiqueta.

        Raises:
            Denied: si no es un nombre, o lo tiene una imagen ajena.
        """
        if not _REFERENCE.fullmatch(name):
            raise Denied(f"«{name[:80]}» no sirve de nombre para una imagen")
        target = whole(name)
        with contextlib.suppress(Missing):
            self.own_image(target)
        return target

    def note_step(self, identifier: str) -> None:
        """Apunta una imagen intermedia, por su Id entero."""
        if _HEX.fullmatch(identifier) or _DIGEST.fullmatch(identifier) or _REFERENCE.fullmatch(identifier):
            found = self._ask(self._api.inspect_image, identifier)
            if found:
                self.steps.add(str(found["Id"]))

    def _own(self, identifier: str, labels: Mapping[str, str] | None, name: str, data: Any) -> Thing:
        if not self.mine(labels):
            raise Denied(f"«{name}» no es de este cuaderno")
        return Thing(str(identifier), data)

    def _ask(self, question: Any, name: str) -> Any:
        try:
            with self._lock:
                return question(name)
        except NotFound:
            return None
        except APIError as error:
            if error.response is not None and error.response.status_code in (400, 409):
                return None  # un nombre que no puede ser, o que vale para varias
            raise


def whole(name: str) -> str:
    """Un nombre de imagen, con su etiqueta."""
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


def _asked(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise Missing(f"«{name[:80]}» no es un nombre")
    return name


def _image_name(name: str) -> str:
    if _DIGEST.fullmatch(name) or _REFERENCE.fullmatch(name):
        return name
    if re.fullmatch(r"[\w.:/-]+@sha256:[0-9a-f]{64}", name):
        return name
    raise Missing(f"No such image: {name[:80]}")


def kept_name(name: str, thing: Thing) -> str:
    """Cómo nombrar al motor una imagen ya resuelta: por su nombre si solo puede ser un nombre.

    Uno que también vale como comienzo de un Id podría acabar en otra: entonces, su Id entero.
    """
    return thing.id if _HEX.fullmatch(name) or "@" in name or _DIGEST.fullmatch(name) else name
