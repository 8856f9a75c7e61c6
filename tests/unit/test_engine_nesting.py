"""Un motor dentro de un contenedor con cgroup v2: los procesos se apartan y los controladores se reparten."""

from __future__ import annotations

from pathlib import Path

import pytest

from muelle.engine.private import nesting


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """El grupo de un contenedor, con archivos corrientes: guardan lo último que se les escribe."""
    for name, text in (
        ("cgroup.type", "domain\n"),
        ("cgroup.controllers", "cpu pids\n"),
        ("cgroup.subtree_control", "\n"),
        ("cgroup.procs", "7\n"),
    ):
        (tmp_path / name).write_text(text, encoding="ascii")
    return tmp_path


def read(group: Path) -> dict[str, str]:
    return {
        str(path.relative_to(group)): path.read_text(encoding="ascii")
        for path in group.rglob("*")
        if path.is_file()
    }


def test_processes_are_set_aside_and_controllers_shared(group: Path) -> None:
    nesting.make_room(group)
    after = read(group)
    assert after["muelle/cgroup.procs"] == "7"
    assert after["cgroup.subtree_control"] == "+pids"


@pytest.mark.parametrize("case", ["una máquina", "ya repartidos", "cgroup v1"])
def test_elsewhere_nothing_is_touched(group: Path, case: str) -> None:
    if case == "ya repartidos":
        (group / "cgroup.subtree_control").write_text("pids cpu\n", encoding="ascii")
    else:
        (group / "cgroup.type").unlink()
    if case == "cgroup v1":
        (group / "cgroup.controllers").unlink()
    before = read(group)
    nesting.make_room(group)
    assert read(group) == before
