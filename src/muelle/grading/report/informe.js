/* Ordenar, filtrar y contar las filas de la matriz, y repartirla en hojas al imprimirla. */
const FIJAS = 3, // columnas que van en todas las hojas: quién, su estado y sus puntos
  POR_HOJA = 36; // ejercicios que caben a lo ancho de una hoja apaisada
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

  /* La matriz con solo los ejercicios de `desde` a `hasta`; lo ordenado y lo filtrado se queda como está. */
  const trozo = (desde, hasta) => {
    const copia = tabla.cloneNode(true);
    copia.removeAttribute("id");
    for (const fila of copia.rows)
      for (const celda of [...fila.cells].slice(FIJAS).filter((_, n) => n < desde || n >= hasta))
        celda.remove();
    return copia;
  };
  const papel = document.createElement("div");
  papel.className = "papel";
  addEventListener("beforeprint", () => {
    const ejercicios = tabla.tHead.rows[0].cells.length - FIJAS,
      hojas = Math.ceil(ejercicios / POR_HOJA) || 1,
      cada = Math.ceil(ejercicios / hojas);
    papel.replaceChildren(...Array.from({ length: hojas }, (_, n) => trozo(n * cada, (n + 1) * cada)));
    tabla.parentElement.after(papel);
  });
  addEventListener("afterprint", () => papel.remove());
}
addEventListener("beforeprint", () => {
  for (const plegado of document.querySelectorAll("details")) plegado.open = true;
});
