"""Lo que el libro dice del disco del motor: qué capas guarda una sola vez."""

from __future__ import annotations

import secrets

import docker

from muelle import builder

LETTER_BYTES = 2_000_000
COPY = "COPY carta.txt /carta.txt\n"
DOCKERFILES = {
    "muelle/compartir-sola": f"FROM scratch\n{COPY}",
    "muelle/compartir-encima": f"FROM muelle/base\n{COPY}",
    "muelle/compartir-igual": f'FROM muelle/base\n{COPY}CMD ["true"]\n',
}


def test_stacks_are_shared_not_layers(engine_client: docker.DockerClient) -> None:
    """El mismo tar ocupa otra vez si lo de debajo es distinto, y no ocupa más si es lo mismo."""
    # comprueba: comparte-pilas
    letter = {"carta.txt": secrets.token_hex(LETTER_BYTES // 2)}
    grown = []
    try:
        for tag, dockerfile in DOCKERFILES.items():
            before = engine_client.df()["LayersSize"]
            builder.build(engine_client, dockerfile, letter, tag=tag)
            grown.append(engine_client.df()["LayersSize"] - before)
        tops = {engine_client.api.inspect_image(tag)["RootFS"]["Layers"][-1] for tag in DOCKERFILES}
        assert len(tops) == 1, "la carta es el mismo tar en las tres"
        alone, above, same = grown
        assert alone >= LETTER_BYTES
        assert above >= LETTER_BYTES, "sobre otra base, otra vez"
        assert same < LETTER_BYTES, "sobre la misma base, ni un byte más"
    finally:
        for tag in DOCKERFILES:
            if engine_client.api.images(tag):
                engine_client.images.remove(tag, force=True)
