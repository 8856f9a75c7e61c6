"""Medidas del sitio: Lighthouse y tiempos, el nuestro y el de Jupyter Book tal cual, en la misma tanda.

    python benchmarks/site.py [--paginas bienvenida,01-arquitectura] [--json FICHERO]

Construye el libro desde cero con nuestra configuración y con la de serie (mismas páginas y celdas), y lo
vuelve a construir sin cambios. Luego sirve los dos con gzip y pasa Lighthouse (teléfono, red y procesador
simulados) por las páginas elegidas. Hace falta un motor de Docker, Chromium y Node.js (`npm`): Lighthouse se
baja de npm.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from muelle.engine import find
from muelle.errors import MuelleError

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = "/usr/bin/chromium"
LIGHTHOUSE = "lighthouse@13"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml", ".txt")

# Lo que las páginas necesitan para leerse: nuestras directivas, sin nuestro aspecto.
DIRECTIVES = ("ficha", "prediccion", "apunte", "afirmacion", "ejercicio")

BUILD = """
import sys
from pathlib import Path
from jupyter_book.sphinx import build_sphinx
source, output, config, mode = sys.argv[1:]
cache = f"{output}/cache"
overrides = {"nb_execution_mode": mode, "nb_execution_cache_path": cache, "latex_individualpages": False}
status = build_sphinx(source, f"{output}/html", path_config=config, noconfig=True, confoverrides=overrides,
                      doctreedir=f"{output}/doctrees", quiet=True)
sys.exit(status if isinstance(status, int) else 1)
"""

# La nuestra se mide con la misma función que usa `./curso libro`.
COURSE = """
import os
import sys
from pathlib import Path
from muelle.cli import book
book.build(Path(sys.argv[1]), "medidas", publish=sys.argv[2] == "force", environment=dict(os.environ))
"""

EXECUTE = """
import sys
from pathlib import Path
import jupytext
from nbclient import NotebookClient
for name in sys.argv[1:]:
    path = Path(name)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(jupytext.read(path), timeout=300, resources=where).execute()
"""


@dataclass(frozen=True)
class Score:
    """Lo que dice Lighthouse de una página.

    Args:
        site: «curso» o «de serie».
        page: la dirección dentro del sitio.
        performance, accessibility, best_practices, seo: de 0 a 100.
        kilobytes: lo que pasó por la red, comprimido.
        paint_ms: hasta que se pinta lo más grande (LCP), en milisegundos simulados.
    """

    site: str
    page: str
    performance: int
    accessibility: int
    best_practices: int
    seo: int
    kilobytes: float
    paint_ms: int


class GzipHandler(SimpleHTTPRequestHandler):
    """Sirve una carpeta como lo haría GitHub Pages: comprimida y con caducidad."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Responde con el fichero, comprimido si es texto."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=31536000")
        if path.suffix in COMPRESSED:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Calla."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Sirve una carpeta en la máquina y da su dirección."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(GzipHandler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def step(doing: str) -> None:
    """Dice por dónde va: la medida entera dura unos diez minutos."""
    print(f"· {doing}", file=sys.stderr, flush=True)


def timed(command: list[str]) -> float:
    """Segundos que tarda una orden.

    Raises:
        SystemExit: la orden falla; se muestra lo que dijo.
    """
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"Falló la medida:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def default_config(folder: Path) -> Path:
    """Escribe la configuración de serie, con lo justo para que las páginas se lean."""
    path = folder / "_config.yml"
    local = {name: str(ROOT / "site" / "ext") for name in DIRECTIVES}
    path.write_text(
        yaml.safe_dump(
            {
                "title": "Arquitectura de Docker",
                "only_build_toc_files": True,
                "execute": {"timeout": 180},
                "exclude_patterns": [
                    ".venv",
                    "src",
                    "tests",
                    "notebooks",
                    "exercises",
                    "site",
                    "tools",
                ],
                "sphinx": {"local_extensions": local, "config": {"language": "es"}},
            }
        ),
        encoding="utf-8",
    )
    return path


def build(site: str, output: Path, config: Path, mode: str) -> float:
    """Segundos que tarda una construcción.

    Args:
        site: «curso» (el nuestro) o «de serie».
        output: carpeta de construcción.
        config: la configuración de serie; la nuestra está en su sitio.
        mode: `force` o `cache`.
    """
    if site == "curso":
        return timed([sys.executable, "-c", COURSE, str(output), mode])
    return timed([sys.executable, "-c", BUILD, str(ROOT), str(output), str(config), mode])


def lighthouse(site: str, url: str, page: str, report: Path) -> Score:
    """Pasa Lighthouse por una página.

    Args:
        site: de qué sitio es, para el informe.
        url: la dirección del servidor.
        page: la dirección dentro del sitio.
        report: dónde deja Lighthouse su informe.
    """
    program = shutil.which("lighthouse")
    command = (
        [program] if program else ["npm", "exec", "--yes", f"--package={LIGHTHOUSE}", "--", "lighthouse"]
    )
    command += [
        f"{url}/{page}",
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    subprocess.run(
        command, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, stderr=subprocess.DEVNULL
    )
    data = json.loads(report.read_text(encoding="utf-8"))
    scores = [round(100 * (data["categories"][name]["score"] or 0)) for name in CATEGORIES]
    audits = data["audits"]
    return Score(
        site,
        page,
        *scores,
        round(audits["total-byte-weight"]["numericValue"] / 1000, 1),
        round(audits["largest-contentful-paint"]["numericValue"]),
    )


def measure(pages: list[str], sources: list[Path]) -> tuple[list[Score], dict[str, float]]:
    """Construye, cronometra y pasa Lighthouse.

    Args:
        pages: nombres de página, sin carpeta ni extensión.
        sources: los capítulos con celdas, para ejecutarlos solos.
    """
    scores, seconds = [], {}
    with tempfile.TemporaryDirectory(prefix="muelle-medidas-") as name:
        work = Path(name)
        find(progress=step)  # el motor ya está en marcha cuando empieza a contar el tiempo
        configs = {"curso": ROOT / "_config.yml", "de serie": default_config(work)}
        step("Ejecutando los cuadernos solos")
        seconds["solo ejecutar"] = timed([sys.executable, "-c", EXECUTE, *map(str, sources)])
        for site, config in configs.items():
            output = work / site
            step(f"Construyendo el sitio {site}, desde cero y sin cambios")
            seconds[f"{site}, desde cero"] = build(site, output, config, "force")
            build(site, output, config, "cache")
            seconds[f"{site}, sin cambios"] = build(site, output, config, "cache")
            with served(output / "html") as url:
                for page in pages:
                    step(f"Lighthouse: {page}, sitio {site}")
                    scores.append(lighthouse(site, url, f"book/{page}.html", work / "informe.json"))
    return scores, seconds


def report(scores: list[Score], seconds: dict[str, float]) -> str:
    """El informe, en español."""
    lines = [
        "Lighthouse, teléfono, red y procesador simulados, gzip",
        "sitio     página                             rend. acces. práct.  SEO       KB  LCP ms",
    ]
    for score in scores:
        lines.append(
            f"{score.site:9} {score.page:34} {score.performance:5} {score.accessibility:6} "
            f"{score.best_practices:6} {score.seo:4} {score.kilobytes:8.1f} {score.paint_ms:7}"
        )
    lines += ["", "Segundos"]
    lines += [f"{name:24} {value:6.1f}" for name, value in seconds.items()]
    full = seconds["curso, desde cero"] / seconds["solo ejecutar"]
    again = seconds["curso, sin cambios"] / seconds["de serie, sin cambios"]
    lines += [
        "",
        f"Construir ejecutando / solo ejecutar: {full:.2f} (se pide 1,30 o menos)",
        f"Sin cambios, curso / de serie: {again:.2f} (se pide 0,50 o menos)",
    ]
    return "\n".join(lines)


def main() -> None:
    """Mide e imprime el informe."""
    parser = argparse.ArgumentParser(
        description="Mide el sitio y lo compara con el de Jupyter Book tal cual."
    )
    parser.add_argument(
        "--paginas",
        default="bienvenida,01-arquitectura,04-capas-por-dentro,05-construir",
        help="páginas, separadas por comas",
    )
    parser.add_argument("--json", type=Path, help="deja también las cifras en este fichero")
    options = parser.parse_args()
    books = sorted((ROOT / "book").glob("*.md"))
    sources = [path for path in books if "kernelspec" in path.read_text("utf-8")[:400]]
    try:
        scores, seconds = measure(options.paginas.split(","), sources)
    except MuelleError as error:
        sys.exit(f"✗ {error}")
    print(report(scores, seconds))
    if options.json:
        figures = {"lighthouse": [asdict(score) for score in scores], "segundos": seconds}
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
