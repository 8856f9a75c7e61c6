"""La línea de órdenes contra un motor de verdad, y un motor que muere mientras corre un capítulo."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import docker
import jsonschema
import nbclient
import nbformat
import psutil
import pytest

from muelle.cli import neighbours
from muelle.engine import Endpoint, private
from muelle.sources import report
from patience import PATIENCE, wait_until

pytestmark = pytest.mark.live

FOREIGN = "ajeno-a-las-ordenes"
LABELS = {"muelle": "1"}


def curso(endpoint: Endpoint, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ejecuta una orden contra ese motor."""
    return subprocess.run(
        [sys.executable, "-m", "muelle", *arguments],
        env={**os.environ, **endpoint.environment(), "COLUMNS": "120", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


def test_the_doctor_runs_a_real_container(engine_endpoint: Endpoint) -> None:
    result = curso(engine_endpoint, "diagnostico")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "✓ Un contenedor de verdad: muelle/base respondió «hola»" in result.stdout
    assert "✓ hecho" in result.stdout


def test_layers_writes_what_it_is_asked_for(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    folder = {kind: str(tmp_path / f"dibujo.{kind}") for kind in ("svg", "png", "dot", "json")}
    options = [text for kind, path in folder.items() for text in (f"--{kind}", path)]
    result = curso(engine_endpoint, "capas", "muelle/base", "--contenido", *options)
    assert result.returncode == 0, result.stderr
    assert ET.parse(folder["svg"]).getroot().tag.endswith("svg")
    assert Path(folder["png"]).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert Path(folder["dot"]).read_text(encoding="utf-8").lstrip().startswith("digraph")
    found = json.loads(Path(folder["json"]).read_text(encoding="utf-8"))
    jsonschema.validate(found, report.schema())
    changed = [change["path"] for layer in found["images"][0]["layers"] for change in layer["changes"]]
    assert "bin/busybox" in changed


def test_layers_reads_the_daemon_and_its_archive_alike(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient, tmp_path: Path
) -> None:
    archive = tmp_path / "base.tar"
    archive.write_bytes(b"".join(engine_client.api.get_image("muelle/base")))
    live = json.loads(curso(engine_endpoint, "capas", "muelle/base", "--json", "-").stdout)
    saved = json.loads(curso(engine_endpoint, "capas", "--archivo", str(archive), "--json", "-").stdout)
    of = [[layer["diff_id"] for layer in found["images"][0]["layers"]] for found in (live, saved)]
    assert of[0] == of[1] != []
    same = curso(engine_endpoint, "capas", "--comparar", "muelle/base", str(archive))
    assert f"Comparten {len(of[0])} capas" in same.stdout and "ningún cambio" in same.stdout, same.stderr
    piped = subprocess.run(
        [sys.executable, "-m", "muelle", "capas", "-", "--json", "-"],
        input=archive.read_bytes(),
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert json.loads(piped.stdout) == saved


def test_layers_compares_what_only_the_content_tells_apart(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient
) -> None:
    """El mismo tamaño y la misma fecha, como los dejan Bazel, Jib o SOURCE_DATE_EPOCH."""
    from muelle import builder

    names = [f"muelle/igual-{number}" for number in (1, 2)]
    try:
        for number, name in enumerate(names):
            order = f"echo {number} > /dato && touch -d @1700000000 /dato"
            builder.build(engine_client, f"FROM muelle/base\nRUN {order}\n", tag=name)
        result = curso(engine_endpoint, "capas", "--comparar", *names)
        failed = curso(
            engine_endpoint, "capas", names[0], "--exigir", "capas<2", "--exigir", "desperdicio<5%"
        )
    finally:
        for name in names:
            engine_client.images.remove(name, force=True)
    assert "~ cambia dato 2 B" in result.stdout, result.stderr
    assert failed.returncode == 9
    assert "(se exige capas < 2)" in failed.stderr and "desperdicio <" not in failed.stderr


def test_layers_compares(engine_endpoint: Endpoint, engine_client: docker.DockerClient) -> None:
    from muelle import builder

    builder.build(
        engine_client, "FROM muelle/base\nRUN echo x > /nueva && rm /etc/motd\n", tag="muelle/comparada"
    )
    try:
        result = curso(engine_endpoint, "capas", "--comparar", "muelle/base", "muelle/comparada")
    finally:
        engine_client.images.remove("muelle/comparada", force=True)
    assert result.returncode == 0, result.stderr
    assert "+ añade nueva 2 B" in result.stdout
    assert "− borra etc/motd" in result.stdout
    layers = len(engine_client.api.inspect_image("muelle/base")["RootFS"]["Layers"])
    assert f"Comparten {layers} capas" in result.stdout


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", 5), (b"esto no es un tar" * 100, 5), (None, 6)],
    ids=["vacío", "basura", "ausente"],
)
def test_layers_of_a_bad_file_is_one_sentence(
    engine_endpoint: Endpoint, tmp_path: Path, content: bytes | None, code: int
) -> None:
    path = tmp_path / "mala.tar"
    if content is not None:
        path.write_bytes(content)
    result = curso(engine_endpoint, "capas", "--archivo", str(path))
    assert result.returncode == code
    assert "Traceback" not in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("✗")]) == 1


@pytest.fixture
def foreign(engine_client: docker.DockerClient) -> Iterator[list[dict[str, Any]]]:
    """Un contenedor, una imagen, un volumen y una red de la persona, y lo que el motor dice de ellos."""
    api = engine_client.api
    api.tag("muelle/base", FOREIGN, tag="1")
    engine_client.volumes.create(FOREIGN)
    engine_client.networks.create(FOREIGN, driver="bridge", internal=True)
    engine_client.containers.run(f"{FOREIGN}:1", ["sleep", "600"], name=FOREIGN, detach=True)
    yield [
        api.inspect_container(FOREIGN),
        api.inspect_image(f"{FOREIGN}:1"),
        api.inspect_volume(FOREIGN),
        api.inspect_network(FOREIGN),
    ]
    api.remove_container(FOREIGN, force=True)
    api.remove_image(f"{FOREIGN}:1")
    api.remove_volume(FOREIGN)
    api.remove_network(FOREIGN)


def test_cleanup_takes_ours_and_nothing_else(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient, foreign: list[dict[str, Any]]
) -> None:
    engine_client.containers.run(
        "muelle/base", ["sleep", "600"], name="muelle-sobra", detach=True, labels=LABELS
    )
    engine_client.volumes.create("muelle-sobra", labels=LABELS)
    result = curso(engine_endpoint, "limpiar")
    assert result.returncode == 0, result.stderr
    assert engine_client.containers.list(all=True, filters={"label": "muelle=1"}) == []
    assert engine_client.volumes.list(filters={"label": "muelle=1"}) == []
    api = engine_client.api
    now = [
        api.inspect_container(FOREIGN),
        api.inspect_image(f"{FOREIGN}:1"),
        api.inspect_volume(FOREIGN),
        api.inspect_network(FOREIGN),
    ]
    assert now == foreign


@pytest.mark.parametrize(
    ("typed", "code", "left"),
    [(b"s\n", 0, 0), (b"\n", 0, 0), (b"n\n", 0, 1), (b"\x04", 0, 1), (b"\x03", 130, 1)],
    ids=["s", "Intro", "n", "fin", "Ctrl-C"],
)
def test_cleanup_asks_in_spanish(
    typed: bytes, code: int, left: int, engine_endpoint: Endpoint, engine_client: docker.DockerClient
) -> None:
    container = engine_client.containers.create("muelle/base", name="muelle-sobra", labels=LABELS)
    ours, theirs = os.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "muelle", "limpiar"],
        env={**os.environ, **engine_endpoint.environment(), "COLUMNS": "120", "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # su terminal: así le llega Ctrl-C
    )
    os.close(theirs)
    said = b""
    while b"[S/n] " not in said:
        said += os.read(ours, 4096)
    # Un Ctrl-C entre la pregunta y la lectura no la corta: `read(2)` aún no ha empezado.
    wait_until(lambda: psutil.Process(running.pid).status() == psutil.STATUS_SLEEPING, "espera la respuesta")
    os.write(ours, typed)
    with suppress(OSError):  # EIO: ya no hay nadie al otro lado
        while piece := os.read(ours, 4096):
            said += piece
    os.close(ours)
    assert running.wait(PATIENCE) == code
    assert len(engine_client.containers.list(all=True, filters={"name": "muelle-sobra"})) == left
    if left:
        container.remove()
    text = said.decode()
    assert "1 contenedor (muelle-sobra)" in text and "¿Lo quito? [S/n]" in text
    assert "Traceback" not in text and "Thing(" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="a la otra persona solo se la ve en Linux")
def test_cleanup_does_not_take_what_another_person_is_using(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    container = engine_client.containers.create("muelle/base", labels=LABELS)
    with ExitStack() as stack:
        with monkeypatch.context() as someone:
            someone.setattr(os, "getuid", lambda: 65534)
            stack.enter_context(neighbours.present(engine_endpoint.url))
        result = curso(engine_endpoint, "limpiar")
    assert result.returncode == 1
    assert "nobody" in result.stderr and "añade --si" in result.stderr
    container.remove()


def test_exercises_start_fail_and_hint(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    home = {"MUELLE_HOME": str(tmp_path)}
    listed = curso(engine_endpoint, "ejercicios", **home)
    assert listed.returncode == 0
    assert "Resueltos: 0 de" in listed.stdout
    hint = curso(engine_endpoint, "ejercicios", "pista", "cuantas-capas", **home)
    assert "Pista 1" in hint.stdout or "pista 1" in hint.stdout.lower()
    unknown = curso(engine_endpoint, "ejercicios", "comprobar", "no-existe", **home)
    assert unknown.returncode == 6
    assert unknown.stderr.startswith("✗")


CELLS = (
    "import muelle\nclient = muelle.connect()\nprint('empieza')",
    "client.containers.run('muelle/base', ['sleep', '300'], labels=muelle.LABELS)",
)


def test_an_engine_killed_while_a_chapter_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Un mensaje claro, nada colgado, y la orden siguiente funciona."""
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "casa"))
    monkeypatch.setenv("MUELLE_ENGINE", "privado")
    private.start()
    pid = private.status().pid
    assert pid is not None
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])

    def kill_when_busy() -> None:
        client = private.running()
        assert client is not None
        api = client.client().api
        wait_until(api.containers, "la celda arranca su contenedor")
        psutil.Process(pid).kill()

    killer = threading.Thread(target=kill_when_busy)
    killer.start()
    try:
        with pytest.raises(nbclient.exceptions.CellExecutionError) as caught:
            nbclient.NotebookClient(notebook, timeout=int(PATIENCE), kernel_name="python3").execute()
        killer.join()
        text = str(caught.value.traceback)
        assert "✗ " in text
        assert "Traceback" not in text
        again = subprocess.run(
            [sys.executable, "-m", "muelle", "diagnostico"],
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert "✓ Un contenedor de verdad" in again.stdout, again.stdout + again.stderr
    finally:
        private.stop(keep_data=False)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_book_interrupted_leaves_no_process(
    engine_endpoint: Endpoint, tmp_path: Path, how: signal.Signals
) -> None:
    """Ctrl-C o un plazo agotado a media construcción: ni Sphinx ni núcleos quedan detrás."""
    command = [sys.executable, "-m", "muelle", "libro", "--salida", str(tmp_path / "web")]
    environment = {**os.environ, **engine_endpoint.environment(), "MUELLE_HOME": str(tmp_path / "casa")}
    building = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, encoding="utf-8")
    assert building.stderr is not None
    for line in building.stderr:
        if "Ejecutando" in line:
            break

    def started() -> list[psutil.Process]:
        found = psutil.Process(building.pid).children(recursive=True)
        return found if any(_is_kernel(each) for each in found) else []

    children = wait_until(started, "arranca el primer núcleo")
    building.send_signal(how)
    said = building.communicate(timeout=PATIENCE)[1]
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    for each in alive:
        each.kill()
    assert "✗ Interrumpido" in said
    assert building.returncode == 130
    assert not alive, [each.cmdline() for each in alive]


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return "ipykernel" in " ".join(process.cmdline())
    except psutil.Error:  # acabó mientras se le miraba
        return False
