/* Ordenar, filtrar y contar las filas de la matriz. */
const tabla = document.getElementById("matriz");
if (tabla) {
  const cuerpo = tabla.tBodies[0],
    filas = [...cuerpo.rows],
    dicho = document.getElementById("dicho");
  const valor = (fila, n) => fila.cells[n].dataset.valor ?? fila.cells[n].textContent.trim();
  const nombre = document.getElementById("nombre"),
    estado = document.getElementById("estado");
  for (const boton of tabla.querySelectorAll(".orden"))
    boton.addEventListener("click", () => {
      const celda = boton.closest("th"),
        baja = celda.getAttribute("aria-sort") === "ascending";
      for (const otra of tabla.tHead.rows[0].cells) otra.removeAttribute("aria-sort");
      celda.setAttribute("aria-sort", baja ? "descending" : "ascending");
      const n = celda.cellIndex,
        signo = baja ? -1 : 1;
      filas.sort((a, b) => signo * valor(a, n).localeCompare(valor(b, n), "es", { numeric: true }));
      cuerpo.append(...filas);
    });
  const filtra = () => {
    const llano = (texto) =>
      texto
        .normalize("NFD")
        .replace(/[\u0300-\u036f]/g, "")
        .toLowerCase();
    let vistos = 0;
    for (const fila of filas) {
      const va =
        llano(fila.cells[0].textContent).includes(llano(nombre.value)) &&
        (!estado.value || fila.dataset.estado === estado.value);
      fila.hidden = !va;
      vistos += va;
    }
    dicho.textContent = `Se ven ${vistos} de ${filas.length}.`;
  };
  for (const e of new Set(filas.map((f) => f.dataset.estado))) estado.add(new Option(e, e));
  nombre.addEventListener("input", filtra);
  estado.addEventListener("change", filtra);
}
addEventListener("beforeprint", () => {
  for (const plegado of document.querySelectorAll("details")) plegado.open = true;
});
