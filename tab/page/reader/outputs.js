// Lo que una celda escribe y enseña, puesto en la página sin que nada de ello pueda ser un programa.

import DOMPurify from "dompurify";

const MOST = 400000; // letras que se muestran de una celda; más llenaría la página

/**
 * Añade a una salida una cosa que pasó en su celda.
 *
 * @param {Controls} controls quien pone los controles vivos (véase `controls.js`).
 */
export function render(output, event, controls) {
  if (event.kind === "stream") write(output, event);
  else if (event.kind === "display") {
    const box = shown(event.data);
    output.append(box);
    controls.show(box, event.data);
  }
  else if (event.kind === "clear") output.replaceChildren(output.firstElementChild);
  else if (event.kind === "error") output.append(block("output traceback", event.text));
}

function write(output, { name, text }) {
  const last = output.lastElementChild;
  const same = last?.dataset.stream === name;
  const box = same ? last : block(name === "stderr" ? "output stderr" : "output stream", "");
  box.dataset.stream = name;
  if (!same) output.append(box);
  const pre = box.firstElementChild;
  const room = MOST - pre.textContent.length;
  if (room <= 0) return;
  pre.append(text.slice(0, room));
  if (text.length >= room) pre.append("\n… (la salida es más larga de lo que cabe aquí)");
}

function shown(data) {
  const html = data["text/html"] ?? data["image/svg+xml"];
  if (html === undefined) return block("output text_plain", data["text/plain"] ?? "");
  const box = Object.assign(document.createElement("div"), { className: "output text_html" });
  box.append(clean(html));
  return box;
}

/** Un trozo de página con ese HTML, sin nada que se pueda ejecutar. */
export function clean(html) {
  return DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true, ADD_TAGS: ["use"], FORBID_TAGS: ["form"] });
}

function block(classes, text) {
  const box = Object.assign(document.createElement("div"), { className: classes });
  const pre = document.createElement("pre");
  pre.textContent = text;
  box.append(pre);
  return box;
}
