// Los controles vivos de las celdas. Lo que los dibuja se trae cuando una celda enseña el primero.

import { clean } from "./outputs.js";

const VIEW = "application/vnd.jupyter.widget-view+json";

export class Controls {
  /**
   * @param {string} base la carpeta de la pestaña.
   * @param {(message: {id: number, cell: number, comm: string, data: object}) => void} send lleva a Python lo que alguien hizo.
   */
  constructor(base, send) {
    this.base = base;
    this.send = send;
    this.forget();
  }

  /** Lo que Python dice de un control; se guarda hasta que haya quien lo dibuje. */
  hear(event, cell) {
    if (this.manager) this.manager.then(manager => manager.hear(event, cell), () => {});
    else this.heard.push([event, cell]);
  }

  /** Python ya atendió un mensaje. */
  done(id) {
    this.manager?.then(manager => manager.done(id), () => {});
  }

  /** Pone en `box` el control de `data`, si lo hay; mientras llega, y si no se puede, está su forma quieta. */
  async show(box, data) {
    const view = data[VIEW];
    if (!view) return;
    this.manager ??= this.load();
    this.shown.push([box, data]);
    try {
      await (await this.manager).show(box, view.model_id);
    } catch { /* se queda la forma quieta, que dice lo mismo */ }
  }

  async load() {
    const { Manager } = await import("./widgets.js");
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${this.base}controles.css` });
    document.head.append(style);
    const manager = new Manager(this.send);
    for (const [event, cell] of this.heard.splice(0)) manager.hear(event, cell);
    return manager;
  }

  /** Empezó otro Python: los controles de antes no tienen quien los atienda y quedan quietos. */
  forget() {
    for (const [box, data] of this.shown ?? []) box.replaceChildren(clean(data["text/html"] ?? ""));
    this.shown = [];
    this.heard = [];
    this.manager = null;
  }
}
