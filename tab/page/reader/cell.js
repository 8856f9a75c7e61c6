// Una celda de la página: su código, que se puede editar, y su salida, la publicada o la de la pestaña.

import { render } from "./outputs.js";
import { forget, keep, kept } from "./storage.js";

export class Cell {
  constructor(element, index, engine) {
    this.element = element;
    this.number = index + 1;
    this.engine = engine;
    this.shownCode = element.querySelector(".cell_input");
    this.published = this.shownCode.querySelector("pre").textContent.replace(/\n$/, "");
    this.key = `muelle-celda:${location.pathname.split("/").pop()}:${this.number}`;
    this.editor = null;
    this.live = false;
    this.state = Object.assign(document.createElement("span"), { className: "pestana-estado" });
    element.querySelector(".pestana-botones").append(this.state);
    if (kept(this.key) !== null) this.edit();
  }

  /** El código de ahora. */
  get source() {
    return this.editor ? this.editor.text() : kept(this.key) ?? this.published;
  }

  /** Cambia el código publicado por un editor. */
  async edit() {
    const { createEditor } = await import("./editor.js");
    if (this.editor) return this.editor.focus();
    const box = Object.assign(document.createElement("div"), { className: "pestana-editor highlight" });
    this.shownCode.after(box);
    this.shownCode.hidden = true;
    this.editor = createEditor(box, kept(this.key) ?? this.published, {
      label: `Código de la celda ${this.number}`,
      changed: text => text === this.published ? forget(this.key) : keep(this.key, text),
      run: () => this.element.querySelector('[data-pestana="run"]').click(),
    });
    this.editor.focus();
  }

  wait() { this.tell("en espera"); }
  unwait() { this.tell(""); }

  begin() {
    this.live = true;
    this.tell("ejecutándose…");
    this.hideOutput();
    this.output = Object.assign(document.createElement("div"), { className: "cell_output pestana-salida" });
    const mark = Object.assign(document.createElement("p"), { className: "pestana-marca" });
    mark.textContent = `En tu pestaña: Docker Engine ${this.engine}`;
    this.output.append(mark);
    this.element.append(this.output);
    this.over = new Promise(resolve => { this.done = resolve; });
  }

  show(event, controls) { if (this.output) render(this.output, event, controls); }

  finish(good) {
    this.tell(good ? "hecha" : "con un error");
    this.done();
  }

  /** La pararon a medias. */
  cut() {
    this.tell("parada");
    this.live = false;
    this.done?.();
  }

  /** Otra vez como se publicó: su código y su salida. */
  restore() {
    forget(this.key);
    this.editor?.destroy();
    this.editor = null;
    this.shownCode.hidden = false;
    this.element.querySelector(".pestana-editor")?.remove();
    this.element.querySelector(".pestana-salida")?.remove();
    for (const output of this.element.querySelectorAll(".cell_output[hidden]")) output.hidden = false;
    this.live = false;
    this.tell("");
  }

  hideOutput() {
    this.element.querySelector(".pestana-salida")?.remove();
    for (const output of this.element.querySelectorAll(".cell_output")) output.hidden = true;
  }

  tell(text) { this.state.textContent = text; }
}
