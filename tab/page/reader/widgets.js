// Lo que dibuja los controles de ipywidgets: el gestor de Jupyter con sus controles básicos y nada más.

import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import * as controls from "@jupyter-widgets/controls";
import { Widget } from "@lumino/widgets";
import { clean } from "./outputs.js";

/** Un control que enseña HTML, sin que nada de él pueda ser un programa. */
const safe = View => class extends View {
  update() {
    // Sin llamar al suyo: pone el HTML tal cual, y con eso basta para que se ejecute.
    this.content.replaceChildren(clean(this.model.get("value")));
    controls.StringView.prototype.update.call(this);
  }
};

const LIBRARIES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": {
    ...controls,
    HTMLView: safe(controls.HTMLView),
    HTMLMathView: safe(controls.HTMLMathView),
  },
};

/** La conversación de un control con Python. */
class Comm {
  constructor(id, cell, manager) {
    this.comm_id = id;
    this.target_name = "jupyter.widget";
    this.cell = cell;
    this.manager = manager;
  }

  on_msg(heard) { this.heard = heard; }
  on_close(closed) { this.closed = closed; }
  close() { /* quien lo cierra es Python */ }

  send(data, callbacks) {
    const id = this.manager.next++;
    this.manager.waiting.set(id, callbacks);
    this.manager.send({ id, cell: this.cell, comm: this.comm_id, data });
    return String(id);
  }
}

export class Manager extends ManagerBase {
  /** @param {(message: object) => void} send véase `Controls`. */
  constructor(send) {
    super();
    this.send = send;
    this.next = 1;
    this.waiting = new Map();
    this.comms = new Map();
  }

  async loadClass(name, library) {
    const found = LIBRARIES[library]?.[name];
    if (!found) throw new Error(`la pestaña no tiene el control ${name} de ${library}`);
    return found;
  }

  callbacks() { return {}; }
  _create_comm() { return Promise.reject(new Error("los controles los hace Python")); }
  _get_comm_info() { return Promise.resolve({}); }

  /** Algo que Python dice de un control que enseña la celda `cell`. */
  hear({ type, comm: id, data, metadata, buffers }, cell) {
    const message = { content: { comm_id: id, data }, metadata, buffers: buffers.map(bytes) };
    if (type === "comm_open") {
      const comm = new Comm(id, cell, this);
      this.comms.set(id, comm);
      this.handle_comm_open(comm, message).catch(() => {});
    } else if (type === "comm_msg") this.has_model(id) && this.get_model(id).then(() => this.comms.get(id).heard(message));
    else this.comms.get(id)?.closed?.(message);
  }

  /** Python atendió un mensaje: el control puede enviar el siguiente. */
  done(id) {
    this.waiting.get(id)?.iopub?.status?.({ content: { execution_state: "idle" } });
    this.waiting.delete(id);
  }

  async show(box, id) {
    const view = await this.create_view(await this.get_model(id));
    const place = Object.assign(document.createElement("div"), { className: "pestana-control" });
    box.replaceChildren(place);
    Widget.attach(view.luminoWidget, place);
  }
}

const bytes = text => new DataView(Uint8Array.from(atob(text), letter => letter.charCodeAt(0)).buffer);
