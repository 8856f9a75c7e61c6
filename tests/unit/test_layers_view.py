"""Lo que `capas` enseña en la terminal: inofensivo, venga de donde venga la imagen, y sin ruido."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from archives import Item, config, docker_20, tar
from muelle.cli import console
from muelle.cli import layers_view as view
from muelle.errors import MuelleError
from muelle.model import Change, Contents, Entry, FileType, LayerFiles, differences, stack
from muelle.sources import archive

NASTY = "\x1b]0;título\x07[/]\n\u202efin"
"""Cambia el título de la terminal, cierra un estilo de rich, salta de línea y vuelve la escritura."""


def nasty_image() -> Contents:
    """Una imagen con texto hostil en todos los sitios en que cabe."""
    layer = tar([Item(NASTY, data=b"1"), Item("e", "symlink", link=NASTY)])
    written = json.loads(config([layer, layer], [{"created_by": f"RUN {NASTY}"}, {"created_by": "RUN x"}]))
    written |= {"os": NASTY, "architecture": NASTY}
    manifest = [{"Config": "c.json", "RepoTags": [NASTY], "Layers": ["0.tar", "0.tar"]}]
    items = [Item("0.tar", data=layer), Item("c.json", data=json.dumps(written).encode())]
    (found,) = archive.read([tar([*items, Item("manifest.json", data=json.dumps(manifest).encode())])])
    return found


def test_no_text_of_an_image_reaches_the_terminal_as_an_order(capsys: pytest.CaptureFixture[str]) -> None:
    found = nasty_image()
    view.show(found.image)
    view.show_contents(found)
    view.compare(found, found)
    view.table([found.image, found.image])
    said = capsys.readouterr().out
    assert said.count("título") >= 8 and "[/]" in said
    assert not set(said) & set("\x1b\x07\u202e")
    assert not any(line.startswith("fin") for line in said.splitlines())


def test_a_folder_with_another_date_is_the_same_folder() -> None:
    """Todo lo que se añade a una carpeta le cambia la fecha: no es una diferencia que enseñar."""
    before = stack([LayerFiles("", (Entry("d", FileType.DIRECTORY, mode=0o755, mtime=1),))])
    after = stack(
        [
            LayerFiles(
                "",
                (
                    Entry("d", FileType.DIRECTORY, mode=0o755, mtime=2),
                    Entry("d/nuevo", FileType.FILE, 3),
                ),
            )
        ]
    )
    assert [(each.path, each.change) for each in differences(before, after)] == [("d/nuevo", Change.ADDED)]
    closed = stack([LayerFiles("", (Entry("d", FileType.DIRECTORY, mode=0o700, mtime=1),))])
    assert [(each.path, each.change) for each in differences(before, closed)] == [("d", Change.CHANGED)]


def test_writing_where_it_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    for target, why in ((tmp_path / "no" / "hay.svg", "no existe"), (tmp_path, "es una carpeta")):
        with pytest.raises(MuelleError) as caught:
            view.write(str(target), b"x")
        assert why in str(caught.value) and str(caught.value).endswith(": elige otra carpeta.")


def test_an_image_without_layers(capsys: pytest.CaptureFixture[str]) -> None:
    """`FROM scratch` y una etiqueta: ni una capa."""
    (found,) = archive.read([docker_20([], history=[{"created_by": "LABEL a=1", "empty_layer": True}])])
    view.show(found.image)
    view.show_contents(found)
    view.compare(found, found)
    said = capsys.readouterr().out
    assert "0 capas" in said and "LABEL a=1" in said and "ningún cambio" in said


def test_progress_shows_any_name_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """En una terminal, `capas --contenido 'a[/x]'` no es un estilo de rich mal cerrado."""
    screen = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=screen, force_terminal=True, width=80))
    with console.working("Leyendo las capas de a[/x]:a:"):
        pass
    assert "a[/x]:a:" in screen.getvalue()


def test_a_terminal_without_unicode_gets_what_it_can_show(tmp_path: Path) -> None:
    """En latin-1 (o en cp1252, la de Windows al redirigir) no hay «■»: sale «?», no una traza."""
    (tmp_path / "x.tar").write_bytes(docker_20([tar([Item("año")])]))
    result = subprocess.run(
        [sys.executable, "-m", "muelle", "capas", "--archivo", str(tmp_path / "x.tar"), "--contenido"],
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert (result.returncode, "Traceback" in result.stderr.decode("latin-1")) == (0, False)
    assert "+ añade año" in result.stdout.decode("latin-1")


def test_colons_are_not_emojis(capsys: pytest.CaptureFixture[str]) -> None:
    """Para rich, «:a:» es 🅰 y el «:x:» de /etc/passwd, ❌: aquí son lo que están escritos."""
    row = {"created_by": "RUN echo yo:x:1000 >> /etc/passwd"}
    (found,) = archive.read([docker_20([tar([Item("yo:x:", data=b"1")])], "x:a", history=[row])])
    view.show(found.image)
    view.show_contents(found)
    view.compare(found, found)
    said = capsys.readouterr().out
    assert "yo:x:1000" in said and "añade yo:x: 1 B" in said and "Solo de x:a: 0 capas." in said
