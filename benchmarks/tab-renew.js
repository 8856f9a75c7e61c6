// Segundos desde que se pulsa «Motor nuevo» hasta que la página dice que está en marcha.
() =>
  new Promise((done) => {
    const says = document.querySelector(".pestana-dice");
    const started = performance.now();
    const watcher = new MutationObserver(() => {
      if (!says.textContent.includes("en marcha")) return;
      watcher.disconnect();
      done((performance.now() - started) / 1000);
    });
    watcher.observe(says, { childList: true, characterData: true, subtree: true });
    const buttons = [...document.querySelectorAll(".pestana-panel button")];
    buttons.find((each) => each.textContent === "Motor nuevo").click();
  });
