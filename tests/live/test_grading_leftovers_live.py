"""Lo que deja el cuaderno de un estudiante: se quita, y lo que no se deja se dice."""

from __future__ import annotations

import docker
import pytest

from muelle import base
from muelle.grading.guard import LABEL
from muelle.grading.leftovers import clean, clean_at

pytestmark = pytest.mark.live

STUDENT = "prueba-restos"
IMAGE = "muelle/prueba-restos:1"


def test_what_cannot_be_removed_is_said(engine_client: docker.DockerClient) -> None:
    """Una imagen suya con la que alguien ajeno tiene un contenedor en marcha."""
    base.ensure(engine_client)
    made = engine_client.containers.create(base.NAME, "true", labels={LABEL: STUDENT})
    made.commit(*IMAGE.split(":"), changes=f"LABEL {LABEL}={STUDENT}", pause=False)
    foreign = engine_client.containers.run(IMAGE, ["sleep", "600"], detach=True, labels={LABEL: ""})
    try:
        (problem,) = clean(engine_client, STUDENT)
        assert "la imagen" in problem
        assert foreign.status != "exited"
    finally:
        foreign.remove(force=True)
    assert clean(engine_client, STUDENT) == []
    assert not engine_client.images.list(filters={"label": f"{LABEL}={STUDENT}"})


def test_an_engine_that_is_gone_is_said() -> None:
    (problem,) = clean_at("unix:///nadie/escucha.sock", STUDENT)
    assert "lo que creó este cuaderno" in problem
