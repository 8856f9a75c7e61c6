// Compila los módulos de Python que la pestaña carga al empezar: leerlos y compilarlos en cada visita cuesta más
// que arrancar el intérprete. Lo hace el mismo Pyodide que los va a usar.
//
//   node bytecode.mjs PYODIDE CARPETA
//
// PYODIDE es la carpeta del paquete de npm. En CARPETA están `python_stdlib.zip` y `biblioteca.zip`, con el código
// fuente; quedan con los mismos nombres y los módulos compilados en lugar de los suyos.

import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, folder] = process.argv.slice(2);
const names = ["python_stdlib.zip", "biblioteca.zip"];
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${pyodide}/` });
for (const name of names) python.FS.writeFile(`/${name}`, fs.readFileSync(`${folder}/${name}`));
await python.runPythonAsync(fs.readFileSync(new URL("bytecode.py", import.meta.url), "utf8"));
for (const name of names) fs.writeFileSync(`${folder}/${name}`, python.FS.readFile(`/${name}`));
