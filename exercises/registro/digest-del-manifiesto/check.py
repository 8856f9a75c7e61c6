"""Guarda el manifiesto en un registro de verdad y compara con el digest que le da."""

import hashlib
import json

from muelle.exercises import diagnosis


def draw(rng):
    def piece(size):
        return {"digest": f"sha256:{rng.getrandbits(256):064x}", "size": size}

    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **piece(rng.randint(400, 900))},
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **piece(rng.randint(200, 9000))}
            for _ in range(rng.randint(1, 3))
        ],
    }
    return {"manifiesto": json.dumps(manifest, indent=3)}


def _sum(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def check(answer, manifiesto):
    document = json.loads(manifiesto)
    right = _sum(manifiesto)
    mistakes = {
        _sum(json.dumps(document)): "la huella del manifiesto vuelto a escribir.",
        _sum(json.dumps(document, separators=(",", ":"))): "la huella del manifiesto vuelto a escribir.",
        document["config"]["digest"]: "el digest de la configuración, que el manifiesto nombra.",
        right.removeprefix("sha256:"): "la huella correcta, sin decir con qué algoritmo se hizo.",
    }
    assert answer.strip() == right, diagnosis(
        mistakes.get(answer.strip(), "una huella que no es la de esos bytes."),
        "el SHA-256 de los bytes del manifiesto, tal como están guardados.",
        "quien fija una imagen por digest se fía de esos bytes y de ningunos otros.",
    )
