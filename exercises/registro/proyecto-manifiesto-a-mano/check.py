"""Pone los trozos y el manifiesto en un registro de verdad y pide al motor que traiga la imagen."""

import gzip
import hashlib
import io
import json
import tarfile

from muelle.exercises import diagnosis


def draw(rng):
    return {"palabra": f"{rng.choice(['marea', 'niebla', 'oleaje'])}-{rng.randrange(10**6)}"}


def _layer(path, text):
    data, buffer = text.encode(), io.BytesIO()
    with tarfile.open(mode="w", fileobj=buffer) as archive:
        member = tarfile.TarInfo(path)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _pieces(client, word):
    """Los mismos trozos que la función `trozos` del punto de partida."""
    layers = [_layer("uno.txt", word), _layer("dos.txt", word[::-1])]
    config = {
        "architecture": client.version()["Arch"],
        "os": "linux",
        "config": {"Cmd": ["/nada"], "Labels": {"muelle": "1"}},
        "rootfs": {"type": "layers", "diff_ids": [_digest(each) for each in layers]},
        "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "COPY"}] * 2,
    }
    return json.dumps(config).encode(), layers, [gzip.compress(each, mtime=0) for each in layers]


def _mistake(text, config, plain, layers):
    """Qué tiene de malo un manifiesto que el motor no quiere, en una frase; "" si no se ve."""
    try:
        document = json.loads(text)
        described, listed = document["config"], document["layers"]
        named = [each["digest"] for each in listed]
        sizes = [each["size"] for each in (described, *listed)]
    except ValueError:
        return "lo que das no es JSON: Python y JSON no escriben igual un diccionario."
    except (KeyError, TypeError):
        return "falta alguna de las claves de un manifiesto, o no es lo que debe ser."
    right = [_digest(each) for each in layers]
    if described["digest"] != _digest(config):
        return "la huella que das en `config` no es la de la configuración."
    if set(named) & {_digest(each) for each in plain}:
        return "lo que das como digest es el DiffID de una capa, que es la huella de la capa sin comprimir."
    if named == right[::-1]:
        return "las capas no van en el orden que dice la configuración."
    if named != right:
        return f"nombras {len(named)} de las 2 capas que hay, o alguna huella no es suya."
    if sizes != [len(each) for each in (config, *layers)]:
        return "algún trozo tiene otro tamaño que el que dices: cuenta los bytes que viajan, comprimidos."
    return ""


def check(answer, client, bench, palabra):
    config, plain, layers = _pieces(client, palabra)
    registry = bench.registry()
    try:
        registry.keep([config, *layers], "equipo/a-mano:v1", answer.encode())
        refused = bench.pull(registry, "equipo/a-mano:v1")
    except ValueError:
        refused = "no es JSON"
    mistake = _mistake(answer, config, plain, layers)
    assert not refused and not mistake, diagnosis(
        mistake or f"el motor no ha podido traer tu imagen: «{refused}».",
        "un manifiesto que el motor entienda: de cada trozo, su tipo, su digest y su tamaño.",
        "un motor solo se fía de lo que puede comprobar: huellas, tamaños y orden.",
    )
