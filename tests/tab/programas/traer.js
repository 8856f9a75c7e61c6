() => {
  const buttons = [...document.querySelectorAll(".pestana-panel button")];
  return buttons.find((button) => button.textContent === "Traer el motor");
};
