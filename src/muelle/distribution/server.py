"""El contenedor que hace de registro: un guion de shell detrás de `nc`, y lo que guarda.

Habla la parte de la norma de distribución de OCI que usan los motores para subir y bajar imágenes
(https://github.com/opencontainers/distribution-spec). Se publica solo en 127.0.0.1, donde los motores admiten
un registro sin TLS.
"""

from __future__ import annotations

import base64
import io
import json
import posixpath
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import docker
from docker.errors import APIError
from docker.models.containers import Container

from muelle.distribution.documents import digest_of, for_architecture, index_of, media_type
from muelle.errors import EngineUnavailable, NotFound
from muelle.model.conversation import Exchange

PORT = 5000
"""En el que escucha dentro de su contenedor."""

_LISTEN = "-" + "l" * 32
"""Con más de una «l», `nc` atiende sin parar, y tantas como haya son las conexiones que caben en su cola
(networking/nc.c, en BusyBox). Con dos, si un motor sube varias capas a la vez en una máquina cargada, las que
no caben se reintentan durante medio minuto."""

_READY = f"until netstat -tln | grep -q ':{PORT} '; do sleep 0.1; done"
_READY_SECONDS = 60

_HOME = "/registro"
_ARGUMENT = 120_000
"""Lo más largo que se da en un argumento, en letras: múltiplo de cuatro y menos de los 128 KiB de Linux."""

_PROGRAM = "/registro.sh"


@dataclass(frozen=True)
class Registry:
    """Un registro en marcha.

    Args:
        container: el contenedor en el que está.
        address: `127.0.0.1:PUERTO`, visto desde el demonio: con eso empieza el nombre de una imagen suya.
    """

    container: Container
    address: str

    @property
    def script(self) -> str:
        """El programa del registro, para leerlo."""
        return program()

    def reference(self, name: str) -> str:
        """El nombre completo, con registro, de lo que aquí se llama `name` (`equipo/app:v1`)."""
        return f"{self.address}/{name}"

    def requests(self) -> tuple[Exchange, ...]:
        """Lo que se le ha pedido hasta ahora, en orden; de los cuerpos solo se sabe cuánto medían."""
        return tuple(_exchange(line) for line in self._lines("cat peticiones"))

    def stored(self) -> dict[str, int]:
        """Digest → bytes de cada trozo que guarda: capas, configuraciones y manifiestos."""
        pairs = (line.split() for line in self._lines("cd trozos; stat -c '%n %s' sha256:*"))
        return {name: int(size) for name, size in pairs if not name.endswith(".tipo")}

    def tags(self) -> dict[str, str]:
        """Nombre (`equipo/app:v1`) → digest del manifiesto al que lleva ahora."""
        listed = self._lines(
            'cd nombres; find . -type f | while read -r each; do echo "$each $(cat "$each")"; done'
        )
        pairs = (line.split() for line in listed)
        return {posixpath.normpath(name): digest for name, digest in pairs if ":sha256:" not in name}

    def read(self, digest: str) -> bytes:
        """Los bytes de un trozo.

        Raises:
            NotFound: no guarda ninguno con esa huella.
        """
        if digest not in self.stored():
            raise NotFound(f"El registro no guarda ningún trozo con la huella {digest}.")
        return self._run(f"cat trozos/{digest}")

    def spoil(self, digest: str) -> None:
        """Cambia el último bit de un trozo y deja su nombre como estaba, para ver quién se da cuenta.

        Raises:
            NotFound: no guarda ninguno con esa huella.
        """
        content = self.read(digest)
        self._put({f"trozos/{digest}": content[:-1] + bytes([content[-1] ^ 1])})

    def index(self, name: str, digest: str, architecture: str) -> dict[str, Any]:
        """Guarda un índice escrito a mano: una imagen que ya está y la misma para otra arquitectura.

        Args:
            name: cómo se llamará: `equipo/app:todas`.
            digest: el del manifiesto de la imagen que ya está.
            architecture: la que dirá la otra.

        Returns:
            El índice, ya leído.

        Raises:
            NotFound: no guarda ese manifiesto.
        """
        manifest = self.read(digest)
        config = self.read(json.loads(manifest)["config"]["digest"])
        other, other_config = for_architecture(manifest, config, architecture)
        index = index_of([(manifest, config), (other, other_config)])
        repository = name.rpartition(":")[0]
        self.keep([other_config], f"{repository}:{digest_of(other)}", other)
        self.keep([], name, index)
        return dict(json.loads(index))

    def keep(self, pieces: Sequence[bytes], name: str, document: bytes) -> None:
        """Guarda una imagen sin que nadie la suba: sus trozos y el manifiesto, o el índice, que los nombra.

        Args:
            pieces: los bytes de las capas y de la configuración.
            name: cómo se llamará: `equipo/app:v1`.
            document: los bytes del manifiesto.
        """
        contents = {f"trozos/{digest_of(each)}": each for each in (*pieces, document)}
        contents[f"trozos/{digest_of(document)}.tipo"] = f"{media_type(document)}\n".encode()
        self._put({**contents, f"nombres/{name}": f"{digest_of(document)}\n".encode()})

    def remove(self) -> None:
        """Quita el contenedor, y con él todo lo que guardaba."""
        self.container.remove(force=True)

    def _lines(self, script: str) -> list[str]:
        return self._run(script).decode().splitlines()

    def _run(self, script: str) -> bytes:
        """Lo que dice un guion de shell dentro del registro, en su carpeta."""
        try:
            _, output = self.container.exec_run(["sh", "-c", f"cd {_HOME}; {script}"], stderr=False)
        except APIError as error:
            raise EngineUnavailable(
                "El registro ya no está en marcha: vuelve a ejecutar la celda que lo arrancó."
            ) from error
        return output or b""

    def _put(self, contents: Mapping[str, bytes]) -> None:
        _put(self.container, _HOME, _tar(contents))


def program() -> str:
    """El guion de shell que hace de registro."""
    return files(__package__).joinpath("registro.sh").read_text(encoding="utf-8")


def start(client: docker.DockerClient, image: str, name: str, labels: Mapping[str, str]) -> Registry:
    """Pone en marcha un registro vacío.

    Args:
        client: el motor que lo alojará.
        image: una imagen con `sh` y `nc` de BusyBox.
        name: el del contenedor; ha de estar libre.
        labels: las del contenedor.

    Raises:
        EngineUnavailable: el motor no puede publicar un puerto; se dice por qué.
    """
    container = client.containers.create(
        image,
        ["nc", _LISTEN, "-p", str(PORT), "-e", _PROGRAM],
        name=name,
        labels=dict(labels),
        ports={f"{PORT}/tcp": ("127.0.0.1", None)},
    )
    folders = [_HOME, *(f"{_HOME}/{each}" for each in ("trozos", "nombres", "subidas"))]
    contents = {_PROGRAM: program().encode(), f"{_HOME}/peticiones": b""}
    try:
        container.start()
        _put(container, "/", _tar(contents, folders))
        container.exec_run(["timeout", str(_READY_SECONDS), "sh", "-c", _READY])
        container.reload()
        bound = container.attrs["NetworkSettings"]["Ports"][f"{PORT}/tcp"][0]["HostPort"]
    except (APIError, LookupError, TypeError) as error:
        container.remove(force=True)
        reason = getattr(error, "explanation", None) or "no dice en cuál"
        raise EngineUnavailable(
            f"Este motor no puede publicar un puerto en 127.0.0.1 ({reason}), "
            "y sin él no llega a un registro suyo."
        ) from error
    return Registry(container, f"127.0.0.1:{bound}")


def _put(container: Container, folder: str, archive: bytes) -> None:
    """Deja en un contenedor en marcha lo que lleva un tar."""
    try:
        container.put_archive(folder, archive)
    except APIError:
        # Hay motores que no pueden: compilados con el Go más nuevo, en un núcleo sin `fchmodat2` (anterior a
        # Linux 6.6), para cambiar los permisos buscan /proc donde no lo hay.
        _unpack(container, folder, archive)


def _unpack(container: Container, folder: str, archive: bytes) -> None:
    """Lo mismo sin el motor: el tar llega a trozos, en los argumentos de `sh`, y lo abre el contenedor."""
    text = base64.b64encode(archive).decode()
    for at in range(0, len(text), _ARGUMENT):
        container.exec_run(
            ["sh", "-c", 'echo "$0" | base64 -d >> /tmp/llegada.tar', text[at : at + _ARGUMENT]]
        )
    container.exec_run(["sh", "-c", f"tar -xf /tmp/llegada.tar -C {folder}; rm /tmp/llegada.tar"])


def _tar(contents: Mapping[str, bytes], folders: Sequence[str] = ()) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for folder in folders:
            member = tarfile.TarInfo(folder.lstrip("/"))
            member.type, member.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(member)
        for path, content in contents.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _exchange(line: str) -> Exchange:
    """`0 512 GET /v2/app/blobs/sha256:… 200 OK` → el intercambio."""
    received, sent, method, target, status, reason = line.split(" ", 5)
    path, _, query = target.partition("?")
    return Exchange(
        method,
        path,
        query,
        status=int(status),
        reason=reason,
        request_bytes=int(received),
        response_bytes=int(sent),
    )
