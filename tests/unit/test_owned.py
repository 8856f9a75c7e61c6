"""Leer lo que cuenta el constructor, preparar el contexto y contar lo limpiado, sin motor."""

from __future__ import annotations

import io
import tarfile
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muelle.builder import Build, Step
from muelle.builder.built import context_tar
from muelle.builder.steps import StepReader
from muelle.owned import Cleaned
from muelle.owned.marks import is_marked

# Recogido de Docker 20.10 y de Podman 4.3 con el mismo Dockerfile.
DOCKER = (
    "Step 1/3 : FROM muelle/base\n ---> 030893d21918\n"
    "Step 2/3 : ENV A=1\n ---> Using cache\n ---> 5ee194e9407a\n"
    'Step 3/3 : RUN echo "ñu"; nada\n ---> [Warning] IPv4 forwarding is disabled. Networking will not work.\n'
    " ---> Running in 637b5cf01b81\nñu\n\x1b[91m/bin/sh: nada: not found\n\x1b[0m"
    "Removing intermediate container 637b5cf01b81\n ---> ea341451697a\n"
    "Successfully built ea341451697a\nSuccessfully tagged x:latest\n"
)
PODMAN = (
    "STEP 1/3: FROM muelle/base\n"
    f"STEP 2/3: ENV A=1\n--> Using cache {'5e' * 32}\n--> 5e5e5e5e5e5\n"
    'STEP 3/3: RUN echo "ñu"; nada\nñu\n/bin/sh: nada: not found\nCOMMIT x\n--> eaeaeaeaeae\n'
    f"Successfully tagged localhost/x:latest\n{'ea' * 32}\n"
)


def read(text: str, cuts: list[int] | None = None) -> tuple[Step, ...]:
    """Los pasos de un flujo partido por los sitios dados."""
    reader = StepReader()
    places = [0, *sorted(cut for cut in cuts or [] if cut < len(text)), len(text)]
    for start, end in pairwise(places):
        reader.read({"stream": text[start:end]})
    return reader.finish()


# Docker 26 cambió esta línea.
DOCKER_26 = DOCKER.replace("Removing intermediate container", " ---> Removed intermediate container")


@pytest.mark.parametrize("text", [DOCKER, DOCKER_26, PODMAN], ids=["docker", "docker-26", "podman"])
def test_every_engine_tells_the_same(text: str) -> None:
    first, second, third = read(text)
    assert (first.instruction, first.outcome) == ("FROM muelle/base", "imagen de partida")
    assert (second.instruction, second.cached) == ("ENV A=1", True)
    assert (third.number, third.instruction, third.cached) == (3, 'RUN echo "ñu"; nada', False)
    assert third.output == ("ñu", "/bin/sh: nada: not found")
    assert third.image_id.startswith("ea") and second.image_id.startswith("5e")


def test_podman_numbers_each_stage_on_its_own() -> None:
    """Con varias etapas Podman pone delante cuál es: los pasos se cuentan seguidos, como en Docker."""
    steps = read(
        f"[1/2] STEP 1/2: FROM muelle/base AS a\n[1/2] STEP 2/2: RUN echo x\nx\n--> {'5e' * 6}\n"
        "[2/2] STEP 1/2: FROM muelle/base\n[2/2] STEP 2/2: COPY --from=a /a /b\n"
        f"[2/2] COMMIT\n--> {'ea' * 6}\n"
    )
    assert [(step.number, step.image_id) for step in steps] == [
        (1, ""),
        (2, "5e" * 6),
        (3, ""),
        (4, "ea" * 6),
    ]
    assert [step.output for step in steps] == [(), ("x",), (), ()]


@given(st.lists(st.integers(0, len(DOCKER)), max_size=20))
def test_the_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    def shown(steps: tuple[Step, ...]) -> list[tuple[object, ...]]:
        return [(each.number, each.instruction, each.cached, each.output, each.image_id) for each in steps]

    assert shown(read(DOCKER, cuts)) == shown(read(DOCKER))


def test_an_error_of_the_engine_is_noted_and_its_step_unfinished() -> None:
    reader = StepReader()
    reader.read({"stream": "Step 1/2 : FROM x\n ---> 030893d21918\nStep 2/2 : RUN false\n"})
    reader.read({"errorDetail": {"code": 1}, "error": "returned a non-zero code: 1"})
    assert reader.error == "returned a non-zero code: 1"
    assert reader.finish()[-1].outcome == "no terminó"


def test_the_context_has_what_was_asked_and_not_what_is_ignored() -> None:
    files = {
        "a.txt": "hola",
        "run.sh": "#!/bin/sh\n",
        "vacia": None,
        "secreto/clave": b"x",
        "x.log": "no",
        "importante.log": "sí",
        ".dockerignore": "# comentario\n*.log\nsecreto\n!importante.log\n",
    }
    data, sent = context_tar("FROM muelle/base\n", files)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        found = {each.name: each for each in tar}
    assert set(found) == set(sent)
    assert set(sent) == {"Dockerfile", "a.txt", "run.sh", "vacia", "importante.log", ".dockerignore"}
    assert found["run.sh"].mode == 0o755 and found["a.txt"].mode == 0o644 and found["vacia"].isdir()


def test_a_dockerignore_that_is_not_text_is_no_trouble() -> None:
    _, sent = context_tar("FROM x\n", {".dockerignore": b"\xff\n*.log\n", "a": "1", "x.log": "no"})
    assert set(sent) == {"Dockerfile", ".dockerignore", "a"}


def test_the_same_context_is_the_same_tar() -> None:
    assert context_tar("FROM x\n", {"a": "1"}) == context_tar("FROM x\n", {"a": "1"})


@pytest.mark.parametrize("labels", [None, {}, {"muelle": "0"}, {"muelle.base": "1"}, {"otra": "1"}])
def test_without_the_exact_label_it_is_not_ours(labels: dict[str, str] | None) -> None:
    assert not is_marked(labels)


def test_what_was_cleaned_up_is_said_in_spanish() -> None:
    assert str(Cleaned()) == "No había nada del curso que quitar."
    assert str(Cleaned(containers=1, images=2, networks=1)) == "Quitado: 1 contenedor, 2 imágenes, 1 red."
    assert str(Cleaned(volumes=2, kept=("la red «r»: en uso",))).endswith(
        "No se pudo quitar la red «r»: en uso"
    )


def test_the_table_escapes_what_a_person_writes() -> None:
    built = Build("sha256:1", "x", (Step(1, "RUN echo '<b>'"),), ("Dockerfile",), 1, "")
    assert "&lt;b&gt;" in built._repr_html_() and "<b>" not in built._repr_html_()
    assert "1. RUN echo '<b>'" in str(built)


def test_a_build_is_shown_in_few_lines() -> None:
    built = Build(
        "sha256:" + "ab" * 32, "web:1", (Step(1, "FROM muelle/base"),), ("Dockerfile",), 10, "x" * 999
    )
    assert repr(built) == "web:1: 1 paso\n1. FROM muelle/base  [imagen de partida]"
    assert repr(Cleaned(images=2)) == "Quitado: 2 imágenes."


def test_a_full_disk_is_not_blamed_on_the_dockerfile() -> None:
    from muelle.builder.built import _refusal

    assert "disco" in _refusal("Error processing tar file(exit status 1): write /g: no space left on device")
    assert "Dockerfile" in _refusal("dockerfile parse error line 1: unknown instruction: FORM")


def test_the_folder_of_podman_is_not_shown() -> None:
    """La ruta de la máquina donde Podman desempaquetó el contexto no le dice nada a nadie."""
    from muelle.builder.built import _failure

    said = 'checking on sources under "/var/tmp/libpod_builder38/build": copier: stat: "/a": no such file'
    step = Step(2, "COPY ../a /")
    assert "sources under el contexto: copier" in _failure((step,), said)
