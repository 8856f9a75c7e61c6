"""Qué hay dentro de la imagen base: tres capas pequeñas, elegidas para mirarlas.

1. El «sistema operativo»: BusyBox, un enlace por cada orden y las carpetas que todo Linux espera.
2. Un servicio: una página web y la orden `servir`.
3. Un retoque: la orden `saludo` y un `/etc/motd` que tapa el de la primera capa.
"""

from __future__ import annotations

from dataclasses import dataclass

from .binary import busybox, manifest

DIRECTORY, FILE, LINK = "directorio", "archivo", "enlace"


@dataclass(frozen=True)
class Entry:
    """Un miembro de la capa.

    Args:
        path: relativa a la raíz, sin `/` inicial ni final.
        kind: DIRECTORY, FILE o LINK.
        mode: permisos.
        content: los bytes del archivo, o el destino del enlace.
    """

    path: str
    kind: str
    mode: int = 0o755
    content: bytes = b""


@dataclass(frozen=True)
class LayerContent:
    """Una capa y la fila del historial que la explica."""

    created_by: str
    entries: tuple[Entry, ...]


SYSTEM_DIRECTORIES = (
    *("bin", "dev", "etc", "home", "proc", "run", "sys"),
    *("usr", "usr/bin", "usr/local", "usr/local/bin", "var", "var/log"),
)

PASSWD = """\
root:x:0:0:root:/root:/bin/sh
www-data:x:33:33:servidor web:/www:/bin/false
alumno:x:1000:1000:alumno:/home:/bin/sh
nobody:x:65534:65534:nadie:/:/bin/false
"""

GROUP = """\
root:x:0:
www-data:x:33:
alumno:x:1000:
nogroup:x:65534:
"""

OS_RELEASE = """\
NAME="BusyBox"
ID=busybox
PRETTY_NAME="BusyBox, imagen base de Arquitectura de Docker"
"""

PAGE = """\
<!doctype html>
<html lang="es">
<meta charset="utf-8">
<title>Hola desde un contenedor</title>
<h1>Hola desde un contenedor</h1>
<p>Esta página vive en una capa de la imagen <code>muelle/base</code>.</p>
</html>
"""

SERVE = """\
#!/bin/sh
# servir [PUERTO]: sirve /www en primer plano; «exec» deja a httpd como PID 1.
exec httpd -f -h /www -p "${1:-80}"
"""

GREET = """\
#!/bin/sh
# saludo: quién soy, visto desde dentro del contenedor.
cat /etc/motd
echo "Contenedor: $(hostname)"
echo "Usuario:    $(id -un)"
echo "PID:        $$"
"""


def _directory(path: str, mode: int = 0o755) -> Entry:
    return Entry(path, DIRECTORY, mode)


def _text(path: str, text: str, mode: int = 0o644) -> Entry:
    return Entry(path, FILE, mode, text.encode())


def system_layer(architecture: str) -> LayerContent:
    """La primera capa. Los enlaces son relativos: valen aunque la raíz esté montada en otro sitio."""
    names = [name for name in manifest()["applets"] if name != "busybox"]
    return LayerContent(
        "COPY sistema/ /",
        (
            *(_directory(path) for path in SYSTEM_DIRECTORIES),
            _directory("root", 0o700),
            _directory("tmp", 0o1777),
            Entry("bin/busybox", FILE, 0o755, busybox(architecture)),
            *(Entry(f"bin/{name}", LINK, 0o777, b"busybox") for name in names),
            Entry("usr/bin/env", LINK, 0o777, b"../../bin/busybox"),
            _text("etc/group", GROUP),
            _text("etc/motd", "Un sistema recién instalado.\n"),
            _text("etc/os-release", OS_RELEASE),
            _text("etc/passwd", PASSWD),
        ),
    )


def web_layer() -> LayerContent:
    """La segunda capa. Repite las carpetas que ya existen porque un tar de capa lleva sus permisos."""
    return LayerContent(
        "COPY servicio/ /",
        (
            *(_directory(path) for path in ("usr", "usr/local", "usr/local/bin", "www")),
            _text("usr/local/bin/servir", SERVE, 0o755),
            _text("www/index.html", PAGE),
        ),
    )


def greeting_layer() -> LayerContent:
    """La tercera capa: añade un archivo y cambia otro de la primera."""
    return LayerContent(
        "COPY saludo/ /",
        (
            *(_directory(path) for path in ("etc", "usr", "usr/local", "usr/local/bin")),
            _text("etc/motd", "Hola desde muelle/base.\n"),
            _text("usr/local/bin/saludo", GREET, 0o755),
        ),
    )


def layers(architecture: str) -> tuple[LayerContent, ...]:
    """Las tres capas, de abajo arriba."""
    return (system_layer(architecture), web_layer(), greeting_layer())
