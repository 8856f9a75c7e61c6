"""Lo que corre fuera de aquí (`.github`, `.devcontainer`): se lee y sus órdenes existen."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from muelle.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COURSE = re.compile(r"(?:\./|python )curso\b([^\n;&|\"]*)")


def course_commands(text: str) -> list[list[str]]:
    """Los argumentos de cada `./curso …` de un texto."""
    return [found.split() for found in COURSE.findall(text)]


def wrong(arguments: list[str]) -> str:
    """Qué no existe de una orden del curso; "" si existe todo."""
    command: click.Command = app
    for word in arguments:
        options = [name for parameter in command.params for name in parameter.opts] + ["--help", "-h"]
        if word.startswith("-"):
            if word.partition("=")[0] not in options:
                return word
        elif isinstance(command, click.Group):
            if word not in command.commands:
                return word
            command = command.commands[word]
    return ""


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_checker_sees_what_does_not_exist() -> None:
    assert wrong(["libro", "--publicar"]) == ""
    assert wrong(["libro", "--publico"]) == "--publico"
    assert wrong(["motor", "arranca"]) == "arranca"
    assert wrong(["pruebos"]) == "pruebos"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow(path: Path) -> None:
    """Se lee, tiene plazo y permisos mínimos, y cada orden y cada archivo que nombra existen."""
    check(path.read_text("utf-8"))


def test_the_workflow_for_a_classroom() -> None:
    """El de la guía docente, para copiar: vale lo mismo que los de aquí, y no necesita ningún secreto."""
    guide = (ROOT / "book" / "guia-docente.md").read_text("utf-8")
    (text,) = [block for block in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "corregir" in block]
    check(text)
    assert "secrets" not in text
    assert course_commands(text)[0][0] == "corregir"


def check(text: str) -> None:
    """Lo que se exige a cualquiera."""
    workflow = yaml.safe_load(text)
    assert workflow["permissions"]["contents"] == "read"
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
    for step in steps(workflow):
        assert ("run" in step) != ("uses" in step), step
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", step["uses"]), "fijada por su huella"
            kept = step.get("with", {}).get("persist-credentials")
            assert kept is False or not step["uses"].startswith("actions/checkout@")
            continue
        assert not [arguments for arguments in course_commands(step["run"]) if wrong(arguments)]
        for name in re.findall(r"(?:bash|python3?) ((?:tests|tools|\.ci)/\S+)", step["run"]):
            assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_who_can_write_runs_nothing_downloaded(path: Path) -> None:
    """Un trabajo con permiso de escritura no clona, no instala y no ejecuta lo que haya en el repositorio."""
    for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
        if "write" not in job.get("permissions", {}).values():
            continue
        assert not [step for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert not [step for step in job["steps"] if re.search(r"curso|pip|curl|python", step.get("run", ""))]


def test_every_workflow_is_here() -> None:
    assert [path.name for path in WORKFLOWS] == [
        "pestana.yml",
        "pruebas.yml",
        "publicar.yml",
        "semanal.yml",
    ]


def test_the_site_is_published_with_the_newest_engine() -> None:
    """Quien lee tiene el de hoy: antes de construir se pone al día, igual que en la revisión semanal."""

    def at(workflow: str, word: str) -> tuple[int, str]:
        """La posición y el texto del primer paso con esa palabra."""
        found = steps(yaml.safe_load((ROOT / ".github" / "workflows" / workflow).read_text("utf-8")))
        return next((place, step["run"]) for place, step in enumerate(found) if word in step.get("run", ""))

    installed, engine = at("publicar.yml", "get.docker.com")
    built, _ = at("publicar.yml", "./curso libro")
    assert installed < built
    assert engine.splitlines()[0] == at("semanal.yml", "get.docker.com")[1].strip()
    assert "containerd-snapshotter" in engine and "grep -q io.containerd.snapshotter" in engine


def test_continuous_integration_runs_the_command_of_the_readme() -> None:
    """`.ci/run` se puede ejecutar y hace lo mismo que `./curso pruebas`."""
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert course_commands(run.read_text("utf-8")) == [["pruebas"]]


def test_devcontainer() -> None:
    """Se lee, trae un motor dentro, y sus órdenes existen."""
    file = ROOT / ".devcontainer" / "devcontainer.json"
    config = json.loads(re.sub(r"^\s*//.*$", "", file.read_text("utf-8"), flags=re.MULTILINE))
    assert list(config["features"]) == ["ghcr.io/devcontainers/features/docker-in-docker:2"]
    used = course_commands(config["onCreateCommand"])
    assert used == [["diagnostico"]]
    assert not wrong(used[0])
