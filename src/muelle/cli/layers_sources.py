"""De dónde salen las imágenes que se piden: un motor, un archivo, una carpeta OCI o la entrada estándar."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .console import step, working

if TYPE_CHECKING:
    import docker

    from muelle.model import Contents, Image

STDIN = "-"

_SUFFIXES = (".tar", ".tgz", ".gz", ".zst", ".xz", ".bz2", ".oci")
"""Cómo acaba el nombre de un archivo de imágenes."""


@dataclass
class Sources:
    """Lee lo que se pide, cada cosa una vez.

    Args:
        inside: si hace falta lo que hay dentro de las capas.
        digests: si además hay que saber si dos archivos tienen el mismo contenido.
        platform: de las imágenes de un archivo, solo las de esta plataforma; "" son todas.
    """

    inside: bool = False
    digests: bool = False
    platform: str = ""
    _client: docker.DockerClient | None = None
    _stdin_read: bool = False

    def images(self, name: str) -> list[Image | Contents]:
        """Las imágenes de un nombre: la del motor, o todas las del archivo o la carpeta que sea."""
        if is_archive(name):
            return list(self.archive(name))
        return [self._from_engine(name)]

    def archive(self, name: str) -> list[Contents]:
        """Las imágenes de un archivo, una carpeta OCI o la entrada estándar (`-`).

        Raises:
            NotFound: si no existe, o no hay en él nada de la plataforma que se pide.
        """
        from muelle.errors import BadArchive, NotFound
        from muelle.model import is_platform
        from muelle.sources import archive

        if name == STDIN:
            try:
                with working("Leyendo la entrada estándar"):
                    found = archive.read(self._stdin(), digests=self.digests)
            except BadArchive as error:
                hint = "Llegaba por una tubería: mira si la orden de antes acabó bien."
                raise BadArchive(f"{error} {hint}") from error
        else:
            with working(f"Leyendo {Path(name).name or name}"):
                found = archive.read_file(Path(name), digests=self.digests)
        chosen = [each for each in found if self.platform in ("", each.image.platform)]
        chosen = chosen or [each for each in found if is_platform(self.platform, each.image.platform)]
        if not chosen:
            there = ", ".join(dict.fromkeys(each.image.platform for each in found))
            raise NotFound(f"En {told(name)} no hay ninguna imagen de {self.platform}: hay de {there}.")
        return chosen

    def _stdin(self) -> Iterator[bytes]:
        from muelle.errors import MuelleError
        from muelle.sources.limits import PIECE

        if self._stdin_read:
            raise MuelleError("La entrada estándar solo se lee una vez: guarda uno de los dos en un archivo.")
        self._stdin_read = True
        if sys.stdin is None or sys.stdin.isatty():
            raise MuelleError(
                "Por la entrada estándar no llega ningún archivo: "
                "usa una tubería, como «docker save imagen:1 | ./curso capas -»."
            )
        return iter(lambda: sys.stdin.buffer.read(PIECE), b"")

    def _from_engine(self, name: str) -> Image | Contents:
        from muelle.errors import NotFound
        from muelle.model import is_platform
        from muelle.sources import daemon

        if self._client is None:
            from muelle import engine

            self._client = engine.connect(progress=step)
        with working(f"Leyendo las capas de {name}"):
            of = daemon.image(self._client, name)
            if self.platform and not is_platform(self.platform, of.platform):
                raise NotFound(f"La imagen {name} de tu motor es de {of.platform}, no de {self.platform}.")
            return daemon.contents(self._client, name, self.digests) if self.inside else of


def is_archive(name: str) -> bool:
    """Si lo que se pide es la entrada estándar, un archivo o una carpeta.

    Lo es si empieza como una ruta, o si hay un archivo que se llame así y acabe como uno de imágenes: un
    archivo `web` que estuviera en la carpeta no ha de tapar la imagen `web`.
    Una carpeta que se llame como una imagen (`muelle/base`) solo lo es si dentro hay un `index.json`.
    """
    if name == STDIN or name.startswith(("/", "./", "../", "~", ".\\", "..\\")) or name in (".", ".."):
        return True
    path = Path(name)
    try:
        layout = any((path / name).is_file() for name in ("index.json", "manifest.json"))
        return layout or (path.suffix in _SUFFIXES and path.exists())
    except (OSError, ValueError):  # un nombre que no puede ser una ruta
        return False


def told(name: str) -> str:
    """Una fuente, para una frase."""
    return "la entrada estándar" if name == STDIN else name


def merged(given: Sequence[Image | Contents]) -> list[Image | Contents]:
    """Cada imagen una vez, con todos los nombres con que se pidió."""
    from muelle.model import Contents

    found: dict[tuple[str, str], Image | Contents] = {}
    for each in given:
        image = each.image if isinstance(each, Contents) else each
        key = (image.id, image.platform)
        if key in found:
            seen = found[key]
            before = seen.image if isinstance(seen, Contents) else seen
            image = replace(before, tags=tuple(dict.fromkeys((*before.tags, *image.tags))))
            each = replace(seen, image=image) if isinstance(seen, Contents) else image
        found[key] = each
    return list(found.values())
