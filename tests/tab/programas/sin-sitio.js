// Un navegador que no guarda nada y en el que se puede matar el hilo de Python con `muere()`.
(() => {
  Storage.prototype.setItem = () => {
    throw new DOMException("lleno", "QuotaExceededError");
  };
  const threads = [];
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      threads.push(this);
    }
  };
  window.muere = () => {
    const last = threads.at(-1);
    last.terminate();
    last.dispatchEvent(new ErrorEvent("error", { message: "muerto" }));
  };
})();
