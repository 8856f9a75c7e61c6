"""Las órdenes sobre imágenes: hacerlas sin traer nada, leerlas, nombrarlas y quitarlas."""

from __future__ import annotations

import json

from . import context, dockerfile
from .orders import Context, Make, Order
from .refusals import Denied, Missing, Refusal
from .things import LABEL, Things, kept_name


def read_image(action: str) -> Make:
    """Leer una imagen suya o la base."""

    def make(at: Context) -> Order:
        found = at.things.image(at.names[0])
        name = kept_name(at.names[0], found) if action == "/get" else found.id
        return Order("GET", f"/images/{name}{action}", at.pairs())

    return make


def save_images(at: Context) -> Order:
    """Empaquetar imágenes suyas o la base."""
    names = [kept_name(name, at.things.image(name)) for name in at.query.get("names", [])]
    if not names:
        raise Refusal("faltan los nombres")
    return Order("GET", "/images/get", tuple(("names", name) for name in names))


def delete_image(at: Context) -> Order:
    """Quitar una imagen suya, o un nombre de ella.

    A la fuerza, Docker la quita de debajo de un contenedor parado, y Podman, con el contenedor en marcha.
    """
    found = at.things.own_image(at.names[0])
    last = len(found.data.get("RepoTags") or ()) <= 1 or kept_name(at.names[0], found) == found.id
    if at.query.get("force") == "1" and last and at.things.holds_others(found):
        raise Refusal(f"conflict: unable to delete {at.names[0]}: image is being used by a container", 409)
    return Order("DELETE", f"/images/{kept_name(at.names[0], found)}", at.pairs())


def tag_image(at: Context) -> Order:
    """Poner otro nombre a una imagen que puede leer."""
    found = at.things.image(at.names[0])
    target = at.things.free_tag(_full(at.query.get("repo", ""), at.query.get("tag", "")))
    at.things.names.add(target)
    return Order("POST", f"/images/{found.id}/tag", _repository(target))


def _full(repository: str, tag: str) -> str:
    return f"{repository}:{tag}" if tag else repository


def _repository(target: str) -> tuple[tuple[str, str], ...]:
    repository, _, tag = target.rpartition(":")
    return (("repo", repository), ("tag", tag))


def build(at: Context) -> Order:
    """Construir: otro contexto, otro Dockerfile y la etiqueta puesta."""
    things, query = at.things, dict(at.query)
    tags = [things.free_tag(name) for name in query.pop("t", []) if name]
    arguments = json.loads(query.get("buildargs", "{}"))
    named = {name: value for name, value in arguments.items() if isinstance(value, str)}

    def change(text: str) -> str:
        return dockerfile.rewrite(text, named, lambda name: _local(things, name))

    body, query["dockerfile"] = context.rewrite(at.asked.body, query.pop("dockerfile", ""), change)
    labels = {**json.loads(query.get("labels", "{}")), LABEL: things.student}
    query |= {"labels": json.dumps(labels), "rm": "1", "forcerm": "1", "pull": "0"}
    # Con `rm` y `forcerm` no quedan contenedores de paso, que no llevarían la etiqueta.
    if "target" in query:
        query["target"] = query["target"].lower()
    pairs = (*(("t", tag) for tag in tags), *query.items())
    return Order("POST", "/build", pairs, body, "application/x-tar", builds=True)


def _local(things: Things, name: str) -> str:
    try:
        return things.image(name).id.removeprefix("sha256:")
    except Missing as error:
        raise Denied(f"al corregir no se traen imágenes de fuera, y aquí no hay ninguna «{name}»") from error


def commit(at: Context) -> Order:
    """Hacer una imagen de un contenedor suyo."""
    found = at.things.container(str(at.query.get("container", "")))
    name = _full(at.query.get("repo", ""), at.query.get("tag", ""))
    target = _repository(at.things.free_tag(name)) if name else ()
    kept = [(key, at.query[key]) for key in ("comment", "author", "pause") if key in at.query]
    pairs = (("container", found.id), *target, *kept, *_changes(at))
    return Order("POST", "/commit", pairs, b"{}")


def import_image(at: Context) -> Order:
    """Hacer una imagen de un tar que va dentro de la petición."""
    if at.query.get("fromSrc") != "-":
        raise Denied("al corregir no se traen imágenes de fuera")
    name = _full(at.query.get("repo", ""), at.query.get("tag", ""))
    target = _repository(at.things.free_tag(name)) if name else ()
    message = [("message", at.query["message"])] if "message" in at.query else []
    pairs = (("fromSrc", "-"), *target, *message, *_changes(at))
    return Order("POST", "/images/create", pairs, at.asked.body, "application/x-tar")


def load_images(at: Context) -> Order:
    """Cargar imágenes: solo para quien comprueba, que las hace él."""
    return Order("POST", "/images/load", at.pairs(), at.asked.body, "application/x-tar", loads=True)


def _changes(at: Context) -> list[tuple[str, str]]:
    done = dockerfile.changes(at.query.get("changes", []))
    return [("changes", line) for line in (*done, f"LABEL {LABEL}={at.things.student}")]
