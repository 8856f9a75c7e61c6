() => {
  const state = document.querySelector(".pestana-estado")?.textContent;
  const said = document.querySelector(".pestana-dice").textContent;
  const over = ["hecha", "con un error", "parada"].includes(state) || said.includes("vuelve a pulsar");
  return over && `${state} · ${said} · ${document.querySelector(".pestana-salida")?.textContent}`;
};
