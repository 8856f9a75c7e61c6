// Python, en su propio hilo: carga Pyodide y la biblioteca del curso y ejecuta celdas de una en una.
//
// Recibe: {start: {base, wire, progress}}, {run: {id, code, name, generation}}, {control: {id, cell, comm, data, generation}}.
// Envía: {step}, {ready}, {failed}, {id, event}, {id, done}, {id, heard}.

import { instance } from "@viz-js/viz";

let python;

onmessage = ({ data }) => {
  if (data.start) start(data.start).catch(error => postMessage({ failed: String(error?.message ?? error) }));
  else if (data.control) hear(data.control);
  else if (data.run) run(data.run).catch(error => postMessage({ id: data.run.id, failed: String(error?.message ?? error) }));
};

async function start({ base, wire, progress }) {
  const fetched = fetch(`${base}python/biblioteca.zip`).then(answer => answer.arrayBuffer());
  const drawing = instance();
  const { loadPyodide } = await import(`${base}python/pyodide.mjs`);
  python = await loadPyodide({ indexURL: `${base}python/` });
  postMessage({ step: "biblioteca" });
  python.unpackArchive(await fetched, "zip", { extractDir: "/curso" });
  const viz = await drawing;
  self.dibuja = (source, format) => viz.renderString(source, { format, engine: "dot" });
  self.cuenta = text => postMessage(JSON.parse(text));
  python.globals.set("PUESTA", JSON.stringify({ base, wire, progress }));
  await python.runPythonAsync("import sys; sys.path.insert(0, '/curso'); from muelle_tab import setup; setup.start(PUESTA)");
  postMessage({ ready: true });
}

async function run(cell) {
  python.globals.set("CELDA", JSON.stringify(cell));
  await python.runPythonAsync("await setup.run(CELDA)");
}

function hear(message) {
  python.globals.set("AVISO", JSON.stringify(message));
  python.runPython("setup.hear(AVISO)");
}
