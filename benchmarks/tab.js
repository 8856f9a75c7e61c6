async (base) => {
  const source = `
    onmessage = async () => {
      const { loadPyodide } = await import("${base}python/pyodide.mjs");
      const python = await loadPyodide({ indexURL: "${base}python/" });
      const library = await (await fetch("${base}python/biblioteca.zip")).arrayBuffer();
      python.unpackArchive(library, "zip", { extractDir: "/curso" });
      python.runPython("import sys; sys.path.insert(0, '/curso'); import docker");
      postMessage("ya");
    };`;
  const blob = new Blob([source], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(blob), { type: "module" });
  await new Promise((done) => {
    worker.onmessage = done;
    worker.postMessage(0);
  });
};
