"""De quién viene el proceso de un contenedor: el parentesco, los programas del motor y su dibujo."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from muelle import draw
from muelle.model.ancestry import Ancestry, Process, trace
from muelle.sources.ancestry import read

INIT = Process(1, 0, "systemd")
SHIM = Process(
    30,
    1,
    "containerd-shim",
    ("/usr/bin/containerd-shim-runc-v2", "-namespace", "moby", "-address", "/run/containerd/containerd.sock"),
)
PROCESS = Process(31, 30, "sleep")
MANAGER = Process(20, 1, "containerd", ("/usr/bin/containerd",))
DAEMON = Process(
    10, 1, "dockerd", ("/usr/bin/dockerd", "-H", "fd://", "--containerd=/run/containerd/containerd.sock")
)
OTHER = Process(12, 1, "dockerd", ("dockerd", "--exec-root=/otro"))
OTHERS = Process(13, 12, "containerd", ("containerd", "--config", "/otro/containerd/containerd.toml"))


def of(*seen: Process) -> Ancestry:
    return trace("web", "sleep 600", PROCESS.pid, "runc", seen)


def test_with_systemd_each_is_found_by_its_address() -> None:
    found = of(INIT, DAEMON, OTHERS, MANAGER, SHIM, OTHER, PROCESS)
    assert (found.keeper, found.adopter, found.manager, found.daemon) == (SHIM, INIT, MANAGER, DAEMON)
    assert found.keeper is not None and found.keeper.program == "containerd-shim-runc-v2"


def test_a_private_daemon_is_the_father_of_its_containerd() -> None:
    shim = Process(
        30, 1, "containerd-shim", ("containerd-shim-runc-v2", "-address", "/otro/containerd/containerd.sock")
    )
    found = of(INIT, DAEMON, OTHERS, MANAGER, shim, OTHER, PROCESS)
    assert (found.manager, found.daemon) == (OTHERS, OTHER)


def test_when_nothing_tells_them_apart_none_is_chosen() -> None:
    twin = Process(21, 1, "containerd", ("/usr/bin/containerd",))
    found = of(INIT, OTHER, MANAGER, twin, SHIM, Process(14, 1, "dockerd"), PROCESS)
    assert found.keeper == SHIM and found.manager is None and found.daemon is None
    assert draw.ancestry(found).plain().count("no se sabe cuál es") == 2


def test_the_only_one_needs_no_telling() -> None:
    odd = Process(20, 1, "containerd", ("containerd", "-c", "/containerd.toml"))
    assert of(odd, Process(10, 1, "dockerd"), SHIM, PROCESS).manager == odd


def test_podman_has_no_daemon() -> None:
    conmon = Process(30, 1, "conmon", ("/usr/bin/conmon", "-r", "/usr/bin/crun", "-b", "/x"))
    found = of(INIT, DAEMON, MANAGER, conmon, PROCESS)
    assert not found.has_daemon and (found.manager, found.daemon) == (None, None)
    assert found.runtime == "crun"
    assert "dockerd" not in draw.ancestry(found).plain()


@pytest.mark.parametrize("seen", [(), (INIT,), (Process(31, 30, "sleep"),), (INIT, Process(31, 1, "sleep"))])
def test_what_is_not_seen_is_said(seen: tuple[Process, ...]) -> None:
    found = of(*seen)
    assert found.keeper is None
    text = draw.ancestry(found).plain()
    assert "no deja ver los procesos del anfitrión" in text and "PID 31" in text
    assert "dockerd" not in text and "hijo" not in text


def test_it_says_what_it_draws() -> None:
    picture = draw.ancestry(of(INIT, DAEMON, MANAGER, SHIM, PROCESS))
    drawn = "".join(ET.fromstring(picture.svg()).itertext())
    for word in ("dockerd", "containerd", "containerd-shim-runc-v2", "runc", "sleep 600", "PID 30"):
        assert word in picture.plain() and word in drawn, word
    assert "hijo del proceso 1 del anfitrión, systemd" in picture.plain()


@pytest.mark.parametrize("text", ["<b>&\"'\\N", "x" * 300, "línea\notra", "\u202eoiretsim", "]", ""])
def test_hostile_names_do_no_harm(text: str) -> None:
    shim = Process(30, 1, "containerd-shim", (text, "-address", text))
    picture = draw.ancestry(trace(text, text, 31, text, (Process(1, 0, text), shim, PROCESS)))
    ET.fromstring(picture.svg())
    assert picture._repr_html_()


def test_the_files_of_proc_are_read_whatever_the_names() -> None:
    told = (
        "1/stat:1 (systemd) S 0 1 1 0\n"
        "7/stat:7 (a) (raro) b) R 1 7 7 0\n"
        "30/stat:30 (containerd-shim) S 1 30\n"
        "30/cmdline:/usr/bin/containerd-shim-runc-v2\t-id\tabc\t\n"
        "grep: 99/stat: No such file or directory\n"
    )
    assert read(told) == [
        Process(1, 0, "systemd"),
        Process(7, 1, "a) (raro) b"),
        Process(30, 1, "containerd-shim", ("/usr/bin/containerd-shim-runc-v2", "-id", "abc")),
    ]
    assert read("") == []
