"""Un motor al que se puede llegar: su dirección, por qué se eligió y las maneras de hablarle.

Todo lo que habla con un motor pasa por aquí. Para llegar a uno de otra manera (el que se ejecuta en la
pestaña de un navegador) basta otra clase con estos métodos, dada a `muelle.engine.use`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import docker
from docker.tls import TLSConfig

from muelle.engine import neutral

if TYPE_CHECKING:
    import socket

REQUEST_SECONDS = 60.0
"""Lo que el cliente espera cada respuesta del motor, en segundos."""


@dataclass(frozen=True)
class Tls:
    """El material TLS de una conexión. None: no se da.

    Args:
        ca: archivo del certificado de la autoridad.
        cert: archivo del certificado del cliente; `key`, el de su clave.
        verify: si se comprueba la identidad del servidor.
    """

    ca: str | None
    cert: str | None
    key: str | None
    verify: bool

    def config(self) -> TLSConfig:
        """Lo mismo en la forma que entiende el SDK.

        Raises:
            docker.errors.TLSParameterError: si falta alguno de los archivos.
        """
        pair = (self.cert, self.key) if self.cert and self.key else None
        return TLSConfig(client_cert=pair, ca_cert=self.ca, verify=self.verify)


@dataclass(frozen=True)
class Discarded:
    """Un motor que se probó y no sirvió.

    Args:
        url: la dirección que se probó.
        origin: de dónde salió esa dirección.
        reason: por qué no sirvió, en una frase.
        denied: si existe pero este usuario no puede hablar con él.
    """

    url: str
    origin: str
    reason: str
    denied: bool = False


@dataclass(frozen=True)
class Endpoint:
    """La dirección de un motor y por qué se eligió.

    Args:
        url: como en `DOCKER_HOST`: `unix://…`, `tcp://…`, `ssh://…`, `npipe://…`.
        origin: por qué se eligió, para leerlo: «la variable DOCKER_HOST».
        tls: material TLS, si la conexión lo usa.
        private: si es el motor privado que arranca el curso.
        discarded: los que se probaron antes y no sirvieron.
    """

    url: str
    origin: str
    tls: Tls | None = None
    private: bool = False
    discarded: tuple[Discarded, ...] = ()

    @property
    def socket_path(self) -> Path | None:
        """El archivo del socket, si la conexión va por un socket Unix."""
        for prefix in ("http+unix://", "unix://"):
            if self.url.startswith(prefix):
                return Path(self.url.removeprefix(prefix) or "/var/run/docker.sock")
        return None

    @property
    def shown(self) -> str:
        """La dirección para leerla, sin la carpeta ni el nombre de la persona.

        Un socket que no está donde los ponen los motores se queda en su nombre (`unix:///…/docker.sock`).
        """
        scheme, mark, rest = self.url.partition("://")
        if scheme in ("unix", "http+unix", "npipe"):
            home = str(Path.home())
            if home != "/" and (rest == home or rest.startswith(home + "/")):
                rest = "~" + rest[len(home) :]
            elif scheme != "npipe" and not rest.startswith(("/var/run/", "/run/")):
                rest = f"/…/{rest.rpartition('/')[2]}"
            return f"{scheme}{mark}{rest}"
        user, at, machine = rest.rpartition("@")
        return f"{scheme}{mark}…@{machine}" if at and user else self.url

    @property
    def transport(self) -> str:
        """Por dónde van los bytes: socket Unix, tubería con nombre (named pipe), TCP, TCP+TLS o SSH."""
        scheme = self.url.partition("://")[0]
        if scheme in ("unix", "http+unix"):
            return "socket Unix"
        if scheme == "npipe":
            return "tubería con nombre (named pipe)"
        if scheme == "ssh":
            return "SSH"
        return "TCP+TLS" if self.tls or scheme == "https" else "TCP"

    def client(self, timeout: float = REQUEST_SECONDS) -> docker.DockerClient:
        """Un cliente nuevo del SDK, con la versión de la API acordada con el motor.

        Args:
            timeout: segundos que se espera cada respuesta.

        Raises:
            docker.errors.DockerException: si el motor no responde o no se entiende.
        """
        return neutral.Client(
            base_url=self.url,
            version="auto",
            timeout=timeout,
            tls=self.tls.config() if self.tls else False,
            use_ssh_client=self.url.startswith("ssh://"),
        )

    def connect(self) -> socket.socket:
        """Una conexión desnuda con el motor, para hablarle HTTP a mano; la cierra quien la pide.

        Raises:
            MuelleError: si se llega por TLS o por SSH.
            OSError: si el motor no acepta la conexión.
        """
        from muelle.engine import transport  # aquí dentro: en una página web no hay sockets

        return transport.connect(self.url, tls=self.tls is not None)

    def environment(self) -> dict[str, str]:
        """Las variables con las que la orden `docker` habla con este mismo motor.

        `DOCKER_CONTEXT` vacía: el contexto de la persona no se impone a la dirección.
        """
        variables = {"DOCKER_HOST": self.url, "DOCKER_CONTEXT": ""}
        if self.tls:
            material = self.tls.cert or self.tls.ca
            if material:
                variables["DOCKER_CERT_PATH"] = str(Path(material).parent)
            variables["DOCKER_TLS_VERIFY"] = "1" if self.tls.verify else ""
        return variables
