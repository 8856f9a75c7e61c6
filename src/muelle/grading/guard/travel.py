"""Subir una imagen y traerla: solo a un registro que sea un contenedor suyo, y traerla de él.

Un registro puede mandar a quien le pide a otra dirección. Donde el motor es de usar y tirar no hay adónde ir;
con el de quien corrige, solo lo hace la comprobación, que pone ella el registro.
"""

from __future__ import annotations

from .images import import_image
from .orders import Context, Order
from .refusals import Denied
from .things import whole


def push(at: Context) -> Order:
    """Subir una imagen que puede leer, por su nombre."""
    name = f"{at.names[0]}:{at.query['tag']}" if at.query.get("tag") else at.names[0]
    at.things.own_registry(_address(name))
    at.things.image(name)
    repository, _, tag = whole(name).rpartition(":")
    return Order("POST", f"/images/{repository}/push", (("tag", tag), _PLAIN), anonymous=True)


def pull_or_import(at: Context) -> Order:
    """Traer una imagen, con un nombre que no sea de nadie; o hacerla de un tar, que se pide igual."""
    name = str(at.query.get("fromImage", ""))
    if not name:
        return import_image(at)
    if set(at.query) - {"fromImage", "tag"}:
        raise Denied("traer una imagen y hacerla a la vez no se permite al corregir")
    if at.query.get("tag"):
        name += ("@" if at.query["tag"].startswith("sha256:") else ":") + at.query["tag"]
    at.things.own_registry(_address(name))
    if "@" not in name:
        name = at.things.free_tag(name)
    at.things.arrives(name)
    return Order("POST", "/images/create", (("fromImage", name), _PLAIN), anonymous=True)


_PLAIN = ("tlsVerify", "false")
"""Para Podman, que si no, no admite un registro sin TLS. Docker lo pasa por alto."""


def _address(name: str) -> str:
    address, slash, _ = name.partition("/")
    if not slash:
        raise Denied("al corregir no se traen imágenes de fuera")
    return address
