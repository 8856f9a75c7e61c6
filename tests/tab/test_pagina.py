"""La página con la pestaña: lo que carga, lo que dice y lo que hace cuando algo va mal."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from faulty import faulty
from playwright.sync_api import Browser, expect
from reader import CELL, START, Reader, program

from muelle.grading import submission

PAGE = "book/01-arquitectura.html"

NAVIGATOR = "Object.defineProperty(navigator, '%s', {value: %s})"
HOSTILE = """class Malo:
    def _repr_html_(self):
        return '<img src=x onerror="window.malo=1"><script>window.malo=1</script><b>visto</b>'
Malo()"""

FILLS = """import muelle
client = muelle.connect()
lleno = client.containers.create("muelle/base", ["sh", "-c", "%s"], labels=muelle.LABELS)
lleno.start()
print("acabó con", lleno.wait()["StatusCode"])
lleno.remove(force=True)
print("y el motor responde" if client.ping() else "")"""
PROGRESS = {
    "version": 1,
    "seed": "0123abcd",
    "exercises": {"quien-falla": {"attempts": 3, "solved": True, "hints": 0, "round": 1}},
}
KEEP = "text => localStorage.setItem('muelle-progreso', text)"
UNCOMPILED = """import sys, muelle, ipywidgets
muelle.connect()
specs = [module.__spec__ for module in list(sys.modules.values()) if module.__spec__]
print("sin compilar:", [spec.name for spec in specs if str(spec.origin).endswith(".py")])"""
BASES = """from muelle import base
print("bases:", [len(base.archive(each)) > 1_000_000 for each in ("386", "amd64", "arm64")])"""
CONTROL = """import ipywidgets as w
texto = w.HTML(value="<img src=x onerror='window.malo=1'>")
boton = w.Button(description="Cuenta")
veces = []
def al_pulsar(_):
    veces.append(1)
    texto.value = f"{len(veces)} pulsaciones <img src=x onerror='window.malo=1'>"
    print("anotado")
boton.on_click(al_pulsar)
w.VBox([boton, texto])"""

pytestmark = pytest.mark.timeout(3600)


def origin(address: str) -> str:
    """El origen de una dirección: protocolo, nombre y puerto."""
    return "/".join(address.split("/")[:3])


def test_a_page_that_is_only_read_loads_the_small_loader_and_no_more(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{PAGE}", wait_until="networkidle")
    context.close()
    assert [url for url in asked if "/pestana/" in url] == [f"{address}/pestana/cargador.js"]
    assert not [url for url in asked if "servicio" in url]


def test_what_will_happen_is_said_before_anything_is_fetched(chromium: Browser, address: str) -> None:
    reader = Reader(chromium, f"{address}/{PAGE}")
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.press(0)
    expect(reader.says).to_have_text(re.compile(r"\d+ MB, solo esta vez.*memoria.*Nada de lo que hagas sale"))
    assert reader.says.get_attribute("role") == "status"
    reader.page.get_by_role("button", name="Ahora no").click()
    expect(reader.says).to_have_text(re.compile("No se ha traído nada"))
    assert not [url for url in asked if "estado.bin" in url or "pyodide" in url]
    reader.context.close()


def test_a_page_opened_as_a_file_says_what_to_type(chromium: Browser, site: Path) -> None:
    reader = Reader(chromium, (site / PAGE).as_uri())
    reader.press(0)
    expect(reader.page.locator(".pestana-aviso")).to_have_text(re.compile("python3 -m http.server"))
    reader.context.close()


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("delete window.WebAssembly", "tiene apagado WebAssembly"),
        (
            NAVIGATOR % ("serviceWorker", "undefined"),
            "ventana que no sea privada",
        ),
        (
            NAVIGATOR % ("deviceMemory", "2"),
            "Este aparato tiene 2 GB de memoria",
        ),
    ],
)
def test_what_this_browser_cannot_do_is_said_first(
    chromium: Browser, address: str, before: str, sentence: str
) -> None:
    context = chromium.new_context()
    context.add_init_script(before)
    reader = Reader(chromium, f"{address}/{PAGE}", context)
    reader.press(0)
    expect(reader.says).to_have_text(re.compile(sentence))
    context.close()


def test_a_refused_service_worker_is_one_sentence(chromium: Browser, address: str) -> None:
    context = chromium.new_context()
    context.add_init_script("navigator.serviceWorker.register = () => Promise.reject(new Error('no'))")
    reader = Reader(chromium, f"{address}/{PAGE}", context)
    reader.press(0)
    reader.page.get_by_role("button", name="Traer el motor").click()
    expect(reader.says).to_have_text(re.compile("ábrela en una ventana normal"), timeout=START)
    context.close()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("html", "dio una página en lugar del archivo"),
        ("longer", "de otra versión"),
        ("missing", "respondió 404"),
    ],
)
def test_what_is_not_the_machine_is_not_used(
    chromium: Browser, site: Path, fault: str, sentence: str
) -> None:
    with faulty(site, fault) as address:
        reader = Reader(chromium, f"{address}/{PAGE}")
        reader.press(0)
        reader.page.get_by_role("button", name="Traer el motor").click()
        expect(reader.says).to_have_text(re.compile(f"{sentence}.*recarga la página"), timeout=START)
        reader.context.close()


def test_the_tab_from_the_first_cell_to_the_second_visit(chromium: Browser, site: Path) -> None:
    """Una descarga que se corta, ejecutar, editar, parar, motor nuevo y otra visita, sin red."""
    with faulty(site, "cut") as address:
        visit(Reader(chromium, f"{address}/{PAGE}"))


def visit(reader: Reader) -> None:
    reader.start(0)
    assert reader.ended(0).state == "hecha"

    # Lo que se carga para empezar va compilado: si algo nuevo se carga, que también.
    assert "sin compilar: []" in reader.run(1, UNCOMPILED).output

    # La imagen base de cualquier arquitectura: hay quien necesita la que no es la suya.
    assert "bases: [True, True, True]" in reader.run(1, BASES).output

    # Lo que una celda enseña no puede ser un programa.
    assert "visto" in reader.run(1, HOSTILE).output
    assert reader.page.evaluate("window.malo") is None

    # Un control se toca y Python lo oye; lo que lo dibuja se trae al enseñar el primero.
    drawn = reader.page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert not [url for url in drawn if "/widgets-" in url]
    reader.run(1, CONTROL)
    control = reader.page.locator(".pestana-control")
    control.get_by_role("button", name="Cuenta").click()
    expect(control).to_contain_text("1 pulsaciones", timeout=CELL)
    expect(reader.cells.nth(1).locator(".pestana-salida")).to_contain_text("anotado")
    assert reader.page.evaluate("window.malo") is None

    # Un error es una frase o la traza de la celda, y la página sigue.
    ran = reader.run(1, "1 / 0")
    assert ran.state == "con un error"
    assert "ZeroDivisionError" in ran.output

    # Una celda que no acaba se para; el motor sigue y Python empieza otra vez.
    reader.write(1, "while True: pass")
    reader.press(1)
    expect(reader.cells.nth(1).locator(".pestana-estado")).to_have_text("ejecutándose…", timeout=START)
    reader.page.get_by_role("button", name="Parar").click()
    expect(reader.cells.nth(1).locator(".pestana-estado")).to_have_text("parada")
    expect(reader.says).to_have_text(re.compile("en marcha"), timeout=START)

    # Un contenedor de verdad, y un motor nuevo en el que ya no está.
    mine = "import muelle\nclient = muelle.connect()\nclient.containers.create('muelle/base', name='mio')\n"
    count = "print(len(client.containers.list(all=True)), 'contenedores')"
    assert "1 contenedores" in reader.run(1, mine + count).output
    reader.page.get_by_role("button", name="Motor nuevo").click()
    expect(reader.says).to_have_text(re.compile("en marcha"), timeout=START)
    assert "0 contenedores" in reader.run(1, count).output

    # Lo escrito en una celda sigue ahí al volver, también sin red.
    reader.context.set_offline(True)
    reader.page.reload()
    expect(reader.cells.nth(1).locator('[data-pestana="run"]')).to_be_visible()
    reader.press(1)
    expect(reader.cells.nth(1).locator(".pestana-estado")).to_have_text(
        re.compile("hecha|con un error"), timeout=START + CELL
    )
    expect(reader.cells.nth(1).locator(".pestana-salida")).to_contain_text("NameError")

    # Lo publicado vuelve.
    reader.page.get_by_role("button", name="Volver a lo publicado").click()
    assert reader.page.locator(".pestana-salida").count() == 0
    assert reader.page.locator("div.cell .cell_output[hidden]").count() == 0
    assert not reader.errors
    reader.context.close()


def test_what_goes_wrong_is_one_sentence_and_the_tab_goes_on(chromium: Browser, address: str) -> None:
    """Sin sitio para guardar, otra pestaña, lo que llena la memoria o el disco y un hilo que muere."""
    context = chromium.new_context()
    context.add_init_script(program("sin-sitio"))
    reader = Reader(chromium, f"{address}/{PAGE}", context)
    devtools = context.new_cdp_session(reader.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin(address), "quotaSize": 1_000_000})
    reader.start(0)
    assert reader.ended(0).state == "hecha"
    expect(reader.note).to_have_text(re.compile("no tiene sitio para guardar el motor"))

    # El progreso que no se pudo guardar se dice.
    assert reader.run(1, 'import muelle\nmuelle.hint("quien-falla")').state == "hecha"
    expect(reader.note).to_have_text(re.compile("no deja guardar tu progreso"))

    # Otra pestaña lo sabe.
    other = Reader(chromium, f"{address}/{PAGE}", context)
    other.press(0)
    other.page.get_by_role("button", name="Traer el motor").click()
    expect(other.note).to_have_text(re.compile("Otra pestaña tiene ya un motor"), timeout=START)
    other.page.close()

    # Lo que no cabe en Python, en el disco o en la memoria de la máquina no se lleva por delante lo demás.
    assert reader.run(1, "import antigravity").state in ("hecha", "con un error")
    ran = reader.run(1, "[bytearray(2**31 - 64) for _ in range(3)]")
    assert "más memoria de la que tiene Python" in ran.output
    for fills in ("dd if=/dev/zero of=/lleno bs=1M", "tail /dev/zero"):
        ran = reader.run(1, FILLS % fills)
        assert "acabó con 0" not in ran.output
        assert "y el motor responde" in ran.output, ran.output

    # Si un hilo muere se dice, y al volver a pulsar hay otro motor.
    reader.page.evaluate("window.muere()")
    expect(reader.says).to_have_text(re.compile("Un hilo de la página dejó de funcionar.*vuelve a pulsar"))
    assert "otra vez" in reader.run(1, "print('otra vez')").output
    context.close()


def test_what_i_wrote_is_there_when_i_come_back(chromium: Browser, address: str) -> None:
    reader = Reader(chromium, f"{address}/{PAGE}")
    reader.write(1, "mi_celda = 1")
    reader.page.goto(f"{address}/book/mitos.html")
    reader.page.go_back()
    reader.press(1, "edit")
    expect(reader.cells.nth(1).locator(".cm-content")).to_have_text("mi_celda = 1")
    reader.context.close()


def test_my_notebook_carries_what_i_wrote_and_can_be_graded(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    """Lo descargado se entrega tal cual, y `corregir` juzga cada respuesta con los valores de su dueño."""
    reader = Reader(chromium, f"{address}/{PAGE}")
    reader.page.evaluate(KEEP, json.dumps(PROGRESS))
    right = "respuesta = \"permiso\"\nmuelle.check('quien-falla', respuesta)"
    wrong = "respuesta = {'siguen': True, 'crear': False, 'propia': False}\n"
    for slug, code in (
        ("quien-falla", right),
        ("quien-trabaja", f"{wrong}muelle.check('quien-trabaja', respuesta)"),
    ):
        reader.write(reader.asks(slug), code)
    reader.press(0)
    reader.page.get_by_role("button", name="Ahora no").click()
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("button", name="Descargar mi cuaderno").click()
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    waiting.value.save_as(work / "ana.ipynb")
    reader.context.close()

    read = submission.read(work / "ana.ipynb")
    assert read.chapter == "01-arquitectura"
    assert (read.seed, read.tries["quien-falla"], read.rounds["quien-falla"]) == ("0123abcd", 3, 1)
    assert read.tries["quien-trabaja"] == 0
    order = [sys.executable, "-m", "muelle", "corregir", str(work), "--salida", str(report)]
    done = subprocess.run(order, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with (report / "notas.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["ejercicio"]: row for row in csv.DictReader(stream, delimiter=";")}
    # Con sus valores, y no con otros: de otro modo, una respuesta buena se corregiría como mala.
    assert {slug: row["resuelto"] for slug, row in rows.items()} == {
        "quien-falla": "sí",
        "quien-trabaja": "no",
        "ficha-del-motor": "no",
    }
