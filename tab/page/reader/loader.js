// Lo único que carga una página que solo se lee: pone los botones y, cuando alguien pulsa uno, trae lo demás.
// Va como programa clásico, no como módulo: así también funciona, para explicarse, en una página abierta como archivo.
(() => {
  "use strict";
  const script = document.currentScript.src;
  const base = new URL("VERSION/", script).href;
  const cells = [...document.querySelectorAll("div.cell")].filter(cell => cell.querySelector(".cell_input pre"));
  const style = document.createElement("style");
  style.textContent = `
    .pestana-botones { display: flex; flex-wrap: wrap; gap: .4rem; padding: .4rem .7rem; background: var(--codigo-fondo, var(--muelle-surface)); border-left: 4px solid var(--codigo-borde); }
    .pestana-botones button { font: inherit; font-size: .82rem; padding: .25rem .7rem; min-height: 28px; border: 1px solid var(--muelle-border); border-radius: 6px; background: var(--muelle-background); color: var(--muelle-text-base); cursor: pointer; }
    @media print { .pestana-botones { display: none; } }`;
  document.head.append(style);

  async function act(index, action) {
    if (location.protocol === "file:") return explain(cells[index], FILE);
    try {
      const reader = await import(`${base}lector.js`);
      await reader.open(base, cells, index, action);
    } catch (error) {
      explain(cells[index], `No se pudo traer lo que hace falta para ejecutar (${error.message}): comprueba la red y vuelve a pulsar.`);
    }
  }

  const FILE = "Esta página está abierta como archivo y el motor necesita que la sirva un servidor. "
    + "En la carpeta de la web, escribe «python3 -m http.server» y abre http://localhost:8000.";

  function explain(cell, text) {
    let note = cell.querySelector(".pestana-aviso");
    if (!note) {
      note = Object.assign(document.createElement("p"), { className: "pestana-aviso" });
      note.setAttribute("role", "alert");
      note.style.cssText = "margin: 0; padding: .5rem .9rem; font-size: .9rem";
      cell.querySelector(".pestana-botones").after(note);
    }
    note.textContent = text;
  }

  cells.forEach((cell, index) => {
    const bar = Object.assign(document.createElement("div"), { className: "pestana-botones" });
    for (const [action, text] of [["run", "▶ Ejecutar"], ["until", "Ejecutar hasta aquí"], ["edit", "Editar"]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      button.dataset.pestana = action;
      button.setAttribute("aria-label", `${text.replace("▶ ", "")}: celda ${index + 1}`);
      button.addEventListener("click", () => act(index, action));
      bar.append(button);
    }
    cell.querySelector(".cell_input").after(bar);
  });
})();
