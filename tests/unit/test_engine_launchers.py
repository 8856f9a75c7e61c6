"""Las maneras de arrancar un motor privado: un archivo cada una, y el cerrojo que las ordena."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from muelle.engine import private
from muelle.engine.private import launchers
from muelle.engine.private.folders import folder

NEW = """
from muelle.engine.private.launcher import Kind, Launcher

LAUNCHER = Launcher(
    title="el de la prueba",
    names=("prueba",),
    order=-1,
    root=ROOT,
    lacks=lambda: None,
    prepare=lambda paths, tell: Kind("prueba", ("motor", str(paths.data)), {}),
    erase=lambda paths: (paths.root / "borrado-por-prueba").touch(),
    daemons=("motor-de-prueba",),
    helpers=("ayudante-de-prueba",),
)
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "casa"))


def test_a_new_launcher_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Se elige, se borra lo suyo y se reconocen sus programas sin tocar otro archivo."""
    (tmp_path / "prueba_de_motor.py").write_text(NEW.replace("ROOT", str(os.geteuid() == 0)))
    monkeypatch.setattr(launchers, "__path__", [*launchers.__path__, str(tmp_path)])
    paths = folder()
    paths.root.mkdir(parents=True)
    assert launchers.choose(paths, lambda _: None).name == "prueba"
    launchers.erase(paths, "prueba")
    assert (paths.root / "borrado-por-prueba").exists()
    assert "motor-de-prueba" in launchers.daemons()
    assert {"motor-de-prueba", "ayudante-de-prueba"} <= launchers.programs()


def test_every_kind_belongs_to_one_launcher() -> None:
    names = [name for launcher in launchers.known() for name in launcher.names]
    assert len(names) == len(set(names)) >= 4
    assert {"dockerd", "podman", "containerd", "conmon"} <= launchers.programs()


@pytest.mark.skipif(os.name == "nt", reason="en Windows no hay motor privado")
def test_erasing_the_engine_keeps_its_lock() -> None:
    """Quien lo espera y quien llegue después han de tener el mismo."""
    paths = folder()
    paths.root.mkdir(parents=True, mode=0o700)
    with paths.lock.open("w") as waited:
        private.stop(keep_data=False)
        assert os.fstat(waited.fileno()).st_ino == paths.lock.stat().st_ino
