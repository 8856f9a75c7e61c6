// «Descargar mi cuaderno»: el `.ipynb` del capítulo con el código tal como está en la página y el progreso de
// sus ejercicios, que es lo que `corregir` necesita para saber con qué valores se respondió.

import { kept, PROGRESS } from "./storage.js";

/** Descarga el cuaderno de esta página con lo que hay escrito en sus celdas. */
export async function download(cells, panel) {
  const link = document.querySelector('a[href$=".ipynb"]');
  if (!link) return panel.note("Esta página no tiene cuaderno que descargar.");
  const notebook = await (await fetch(link.href)).json();
  fill(notebook, cells);
  sign(notebook, JSON.parse(kept(PROGRESS) ?? "null"));
  const blob = new Blob([JSON.stringify(notebook, null, 1) + "\n"], { type: "application/x-ipynb+json" });
  const anchor = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(blob),
    download: decodeURIComponent(link.href.split("/").pop()),
  });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60000);
  panel.note("Tu cuaderno se ha descargado.");
}

/** Pone en el cuaderno el código de cada celda de la página, que es la siguiente con el mismo código publicado. */
export function fill(notebook, cells) {
  let at = 0;
  for (const target of notebook.cells) {
    if (target.cell_type !== "code") continue;
    const source = [].concat(target.source).join("").trimEnd();
    const found = cells.findIndex((cell, index) => index >= at && cell.published.trimEnd() === source);
    if (found < 0) continue;
    target.source = cells[found].source.split(/(?<=\n)/);
    at = found + 1;
  }
}

/** Deja bajo cada ejercicio lo que `muelle.check` dejaría: la semilla de sus valores, el sorteo y los intentos. */
export function sign(notebook, progress) {
  if (!progress) return;
  for (const cell of notebook.cells) {
    const slug = cell.metadata.muelle?.ejercicio;
    if (!slug) continue;
    const { round = 0, attempts = 0 } = progress.exercises[slug] ?? {};
    const ticket = `<span data-muelle="${slug}|${progress.seed}:${round}|${attempts}"></span>`;
    const data = { "text/html": ticket, "text/plain": `${attempts} intentos` };
    cell.outputs = [{ output_type: "display_data", data, metadata: {} }];
  }
}
