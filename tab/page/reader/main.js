// El lector: junta las celdas de la página, la sesión que las ejecuta y el panel que lo cuenta.

import { Cell } from "./cell.js";
import { Panel } from "./panel.js";
import { Session } from "./session.js";
import { download } from "./notebook.js";

let ready;

/** Atiende un botón de una celda: `run` (ejecutarla), `until` (todas hasta ella) o `edit`. */
export async function open(base, elements, index, action) {
  ready ??= prepare(base, elements);
  const { cells, session } = await ready;
  if (action === "edit") return cells[index].edit();
  const wanted = action === "until" ? cells.slice(0, index + 1).filter(cell => !cell.live) : [cells[index]];
  return session.run(wanted);
}

async function prepare(base, elements) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${base}pestana.css` });
  document.head.append(link);
  const about = await (await fetch(`${base}maquina/maquina.json`)).json();
  const cells = elements.map((element, index) => new Cell(element, index, about.engine));
  const panel = new Panel(base, about);
  const session = new Session(base, about, panel);
  panel.on({
    stop: () => session.stop(),
    renew: () => session.renew(),
    published: () => cells.forEach(cell => cell.restore()),
    notebook: () => download(cells, panel),
  });
  return { cells, session };
}
