"""Lo que deja en el motor el cuaderno de un estudiante, y cómo se quita sin tocar nada de nadie más."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Sequence

import docker
from docker.errors import APIError

from muelle.owned.steps import StepReader, made

from .policy import LABEL


def clean(client: docker.DockerClient, student: str) -> None:
    """Quita del motor todo lo que lleva la etiqueta de un estudiante."""
    mine = {"label": f"{LABEL}={student}"}
    for row in client.api.containers(all=True, filters=mine):
        with contextlib.suppress(APIError):
            client.api.remove_container(row["Id"], force=True, v=True)
    for row in client.api.images(filters=mine):
        for name in [tag for tag in row.get("RepoTags") or [] if tag != "<none>:<none>"] or [row["Id"]]:
            with contextlib.suppress(APIError):
                client.api.remove_image(name, force=True)
    for row in client.api.networks(filters=mine):
        with contextlib.suppress(APIError):
            client.api.remove_network(row["Id"])
    for row in client.api.volumes(filters=mine).get("Volumes") or []:
        with contextlib.suppress(APIError):
            client.api.remove_volume(row["Name"], force=True)


def images(client: docker.DockerClient) -> frozenset[str]:
    """El Id de cada imagen del motor, con nombre o sin él."""
    return frozenset(row["Id"] for row in client.api.images(all=True))


def clean_steps(client: docker.DockerClient, built: Sequence[str], before: Collection[str]) -> None:
    """Quita los pasos que dejaron las construcciones de un estudiante, salvo el que ya use otra imagen.

    Args:
        built: los de `Guard.steps`. Salen de un texto en el que también escribe el estudiante.
        before: las imágenes que había antes de empezar (`images`): esas no se tocan.
    """
    for step in reversed(built):
        with contextlib.suppress(APIError):
            found = client.api.inspect_image(step)
            if not found.get("RepoTags") and found["Id"] not in before:
                client.api.remove_image(found["Id"])


def steps(answer: bytes) -> list[str]:
    """Las imágenes nuevas de una construcción, por lo que el motor contó de ella."""
    reader = StepReader()
    for line in answer.splitlines():
        if line.startswith(b"{"):
            with contextlib.suppress(ValueError):
                reader.read(json.loads(line))
    return made(reader.finish())
