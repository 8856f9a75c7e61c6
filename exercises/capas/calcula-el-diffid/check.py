"""Importa el tar y compara con el DiffID que da el motor."""

import gzip
import hashlib
import io
import secrets
import tarfile

from muelle.exercises import diagnosis


def draw(rng):
    return {"texto": f"{rng.choice(['marea', 'viento', 'puerto'])} número {rng.randrange(10**6)}"}


def _layer(text):
    """El mismo tar que la función `capa` del punto de partida."""
    data, buffer = text.encode(), io.BytesIO()
    with tarfile.open(mode="w", fileobj=buffer) as archive:
        member = tarfile.TarInfo("texto.txt")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _sum(data):
    return hashlib.sha256(data).hexdigest()


def check(answer, client, bench, texto):
    layer = _layer(texto)
    tag = secrets.token_hex(6)
    bench.keep_tag(f"muelle/prueba:{tag}")
    client.api.import_image_from_data(layer, repository="muelle/prueba", tag=tag, changes="LABEL muelle=1")
    (diff_id,) = bench.layers(f"muelle/prueba:{tag}")
    mistakes = {
        _sum(texto.encode()): "la huella del texto, no la del tar que lo envuelve.",
        _sum(gzip.compress(layer, mtime=0)): "la huella del tar comprimido.",
        diff_id.removeprefix("sha256:"): "la huella correcta, sin decir con qué algoritmo se hizo.",
    }
    assert answer == diff_id, diagnosis(
        mistakes.get(answer.removeprefix("sha256:"), "una huella que no es la de esa capa."),
        "el mismo DiffID que da el motor al meter ese tar.",
        "una capa tiene dos nombres: uno por lo que contiene y otro por los bytes con los que viaja.",
    )
