"""Lo que tarda y pesa la pestaña, en cocientes dentro de una misma ejecución.

    python benchmarks/tab.py CARPETA

CARPETA es la de una web hecha con `./curso libro --pestana`. Se compara con Pyodide, tal como está en npm, e
`import docker`, solos y en el mismo navegador. Los segundos son de esta máquina y de este rato; los
cocientes, no tanto. Los bytes, los de un servidor que no comprime.
"""

from __future__ import annotations

import functools
import gzip
import shutil
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import psutil
from playwright.sync_api import BrowserContext, Page, sync_playwright

from muelle.engine.install import which
from muelle.engine.private.folders import home

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tab import npm
from tab import site as tab_site

PAGE = "book/01-arquitectura.html"
PATIENCE = 1_800_000
FIRST = "import muelle\nclient = muelle.connect()\nprint(client.version()['Version'])"
RUN = "print(client.containers.run('muelle/base', ['saludo'], remove=True))"


def _script(name: str) -> str:
    """Una función de JavaScript de esta carpeta, para ejecutarla en la página."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip().removesuffix(";")


BARE = _script("tab.js")
RENEW = _script("tab-renew.js")


class Counter(SimpleHTTPRequestHandler):
    """Un servidor que cuenta los bytes que da."""

    sent = 0

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Lo que en la web va comprimido, a quien lo pide sin su service worker se le da descomprimido."""
        packed = Path(f"{self.translate_path(self.path)}.gzip")
        if not packed.is_file():
            return super().send_head()
        content = gzip.decompress(packed.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def copyfile(self, source: object, outputfile: object) -> None:
        super().copyfile(source, outputfile)  # type: ignore[arg-type]
        path = Path(self.translate_path(self.path))
        Counter.sent += path.stat().st_size if path.is_file() else 0

    def log_message(self, format: str, *args: object) -> None:
        """Calla."""


def cell(page: Page, code: str, accept: bool = False) -> float:
    """Ejecuta un código en la primera celda y devuelve los segundos desde que se pulsa hasta que acaba."""
    box = page.locator("div.cell:has(> .pestana-botones)").first
    box.locator('[data-pestana="edit"]').click()
    box.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    before = box.locator(".pestana-salida").count()
    started = time.monotonic()
    box.locator('[data-pestana="run"]').click()
    if accept:
        page.get_by_role("button", name="Traer el motor").click()
    state = box.locator(".pestana-estado")
    if before:
        state.filter(has_text="ejecutándose").wait_for(timeout=PATIENCE)
    state.filter(has_text="hecha").wait_for(timeout=PATIENCE)
    return time.monotonic() - started


def alone(folder: Path) -> None:
    """Deja en una carpeta Pyodide y los paquetes del curso sin tocar: con lo que se compara."""
    modules = npm.install(home() / "pestana", print)
    shutil.copytree(modules / "pyodide", folder / "python")
    (folder / "python" / tab_site.LIBRARY).write_bytes(tab_site.library())


def memory(profile: str) -> int:
    """Lo que ocupa la página: bytes (PSS) del mayor de los procesos de Chromium que dibujan páginas."""
    mine = f"--user-data-dir={profile}"
    browser = next(each for each in psutil.process_iter(["cmdline"]) if mine in (each.info["cmdline"] or []))
    drawing = [each for each in browser.children(recursive=True) if "--type=renderer" in each.cmdline()]
    return max(int(each.memory_full_info().pss) for each in drawing)


def visit(context: BrowserContext, address: str, accept: bool) -> tuple[Page, float, int]:
    """Una visita hasta la primera respuesta del SDK: la página, los segundos y los bytes traídos."""
    page = context.new_page()
    page.goto(f"{address}/{PAGE}", wait_until="networkidle")
    before = Counter.sent
    return page, cell(page, FIRST, accept), Counter.sent - before


def serve(folder: Path) -> str:
    """Sirve una carpeta y da su dirección."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Counter, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def main(site: Path) -> None:
    """Mide y escribe la tabla."""
    address = serve(site)
    chromium = which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as play, tempfile.TemporaryDirectory() as profile:
        other = Path(profile) / "solo"
        alone(other)
        bare_browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = bare_browser.new_page()
        there = serve(other)
        page.goto(f"{there}/python/package.json", wait_until="networkidle")
        started = time.monotonic()
        page.evaluate(BARE, f"{there}/")
        bare = time.monotonic() - started
        bare_browser.close()
        reader = f"{profile}/lector"
        browser = play.chromium.launch_persistent_context(
            reader, executable_path=chromium, args=["--no-sandbox"]
        )
        page, first, weight = visit(browser, address, accept=True)
        at_first = memory(reader)
        run = [cell(page, RUN) for _ in range(3)]
        after = memory(reader)
        renewed = page.evaluate(RENEW)
        page.close()
        _, again, weight_again = visit(browser, address, accept=False)
        browser.close()
    rows = (
        ("bytes hasta la primera respuesta", f"{weight / 1e6:.1f} MB"),
        ("bytes de la segunda visita", f"{weight_again / 1e6:.1f} MB"),
        ("Pyodide solo, con import docker", f"{bare:.1f} s"),
        ("primera respuesta del SDK", f"{first:.1f} s: {first / bare:.2f} x Pyodide solo"),
        ("lo mismo en la segunda visita", f"{again:.1f} s: {again / first:.2f} x la primera"),
        ("un motor nuevo", f"{renewed:.1f} s: {renewed / first:.2f} x la primera"),
        ("memoria: al empezar · tras tres", f"{at_first / 1e9:.2f} GB · {after / 1e9:.2f} GB"),
        ("containers.run, seguidos", " · ".join(f"{each:.1f} s" for each in run)),
    )
    for name, value in rows:
        print(f"{name:36}{value.replace('.', ',')}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
