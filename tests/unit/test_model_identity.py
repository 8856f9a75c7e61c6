"""Los nombres de las imágenes y lo que se ve al mostrar un valor en una celda."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muelle.model import familiar, familiar_names, familiar_tags, with_short_digest
from muelle.model.conversation import Conversation, Exchange
from muelle.sources import answers


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("docker.io/library/web:1", "web:1"),
        ("localhost/web:1", "localhost/web:1"),
        ("index.docker.io/library/web:1", "web:1"),
        ("docker.io/muelle/base:latest", "muelle/base:latest"),
        ("muelle/base:latest", "muelle/base:latest"),
        ("localhost:5000/web:1", "localhost:5000/web:1"),
        ("ghcr.io/library/web:1", "ghcr.io/library/web:1"),
    ],
)
def test_podman_names_are_read_like_those_of_docker(told: str, shown: str) -> None:
    assert familiar(told) == shown


def test_names_are_not_repeated_and_no_name_is_no_name() -> None:
    assert familiar_names(["localhost/a:1", "docker.io/a:1", "docker.io/library/a:1", "b:1"]) == (
        "localhost/a:1",
        "a:1",
        "b:1",
    )
    assert familiar_names(["<none>:<none>", "<none>@<none>", "app:<none>"]) == familiar_names(None) == ()


HEX = "1e3d4e41905bd674394b4b83f46c951cc6acc749c70c216f78fe1f4e39af8043"


def test_a_name_with_a_digest_is_no_tag() -> None:
    """Docker con el almacén de containerd la pone entre las etiquetas; los demás motores, aparte."""
    told = [f"127.0.0.1:5000/equipo/app@sha256:{HEX}", f"web:1@sha256:{HEX}", "web:1"]
    assert familiar_tags(told) == ("web:1",)
    history = answers.rows([{"Id": "sha256:a", "Tags": told, "CreatedBy": 'CMD ["x"]'}])
    image = answers.image({"Id": "sha256:a", "RepoTags": told}, history, lambda: None, lambda: None)
    assert (image.name, image.tags, history[0].tags) == ("web:1", ("web:1",), ("web:1",))


def test_a_digest_is_read_short_and_kept_whole() -> None:
    image = answers.image({"Id": "sha256:a"}, (), lambda: None, lambda: None)
    asked = replace(image, asked=f"equipo/app@sha256:{HEX}")
    assert (asked.name, asked.full_name) == ("equipo/app@sha256:1e3d4e41905b…", f"equipo/app@sha256:{HEX}")
    assert with_short_digest("web:1") == "web:1"


def test_an_image_of_podman_has_the_familiar_name() -> None:
    history = answers.rows([{"Id": "sha256:a", "Tags": ["docker.io/muelle/web:1"], "CreatedBy": 'CMD ["x"]'}])
    attrs = {"Id": "sha256:a", "RepoTags": ["docker.io/muelle/web:1"]}
    image = answers.image(attrs, history, lambda: None, lambda: None)
    assert (image.name, image.tags, history[0].tags) == ("muelle/web:1",) + (("muelle/web:1",),) * 2
    assert answers.with_base(image, history) == image


@pytest.mark.parametrize(
    ("told", "status"),
    [("stopped", "exited"), ("stopping", "running"), ("paused", "paused"), (None, "unknown")],
)
def test_states_are_those_of_docker(told: str | None, status: str) -> None:
    assert answers.status({"Status": told}) == status


def test_a_conversation_is_one_line_per_request() -> None:
    asked = Exchange("GET", "/containers/json", status=200, response_body=b"x" * 5000)
    shown = repr(Conversation("docker ps", (asked,)))
    assert shown == "docker ps: 1 petición\n  GET /containers/json → 200"
    assert "sin respuesta" in repr(Conversation("x", (asked, Exchange("GET", "/info"))))
