"""Fabrica una imagen de tantas capas, la carga e intenta crear un contenedor."""

import hashlib
import io
import json
import secrets
import tarfile

from docker.errors import APIError

from muelle.exercises import AnswerError, diagnosis


def draw(rng):
    return {"capas": rng.randint(130, 140)}


def _tar(files):
    buffer = io.BytesIO()
    with tarfile.open(mode="w", fileobj=buffer) as archive:
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _image(client, tag, count):
    """Un archivo de `docker load` con `count` capas de un archivo cada una."""
    layers = [_tar([(f"piso-{n}", b"x")]) for n in range(count)]
    info = client.version()
    config = {
        "architecture": info["Arch"],
        "os": "linux",
        "config": {"Cmd": ["/nada"], "Labels": {"muelle": "1"}},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(t).hexdigest()}" for t in layers]},
        "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "COPY piso /"} for _ in layers],
    }
    names = [f"{n}/layer.tar" for n in range(count)]
    manifest = [{"Config": "config.json", "RepoTags": [tag], "Layers": names}]
    files = [("config.json", json.dumps(config).encode()), *zip(names, layers, strict=True)]
    return _tar([*files, ("manifest.json", json.dumps(manifest).encode())])


def _fits(client, bench, count):
    tag = f"muelle/prueba:{secrets.token_hex(6)}"
    bench.keep_tag(tag)
    try:
        answers = client.api.load_image(_image(client, tag, count), quiet=False)
        if any("error" in message for message in answers):
            return False
        bench.create(tag)
    except (APIError, AnswerError):
        return False
    return True


def check(answer, client, bench, capas):
    assert not answer["formato"], diagnosis(
        "el formato de las imágenes fija un número máximo de capas.",
        "lo que dice la especificación OCI, no lo que aguanta un motor.",
        "si el límite es del motor, la misma imagen puede valer en una máquina y no en otra.",
    )
    fits = bench.once(f"cabe una imagen de {capas} capas", lambda: _fits(client, bench, capas))
    assert answer["motor"] == fits, diagnosis(
        f"tu motor {'puede' if answer['motor'] else 'no puede'} con {capas} capas, "
        f"y al intentarlo {'pudo' if fits else 'no pudo'}.",
        "lo que hace tu motor al crear el contenedor.",
        "apilar capas es trabajo del controlador de almacenamiento, y cada uno llega hasta donde llega.",
    )
