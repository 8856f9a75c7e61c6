// Lo que este navegador y este aparato pueden, dicho antes de traer nada.

const ENOUGH = 4; // GB: el navegador redondea y nunca dice más de 8

/** Qué impide ejecutar aquí (`stops`) o conviene saber antes (`warns`); "" si nada. */
export function hindrance() {
  if (typeof WebAssembly !== "object") {
    return { stops: "Este navegador tiene apagado WebAssembly y sin él no hay motor: enciéndelo o usa otro.", warns: "" };
  }
  if (!window.isSecureContext || !navigator.serviceWorker) {
    return {
      stops: "El motor necesita que la página llegue por HTTPS o desde esta misma máquina (localhost), "
        + "y en una ventana que no sea privada.",
      warns: "",
    };
  }
  const memory = navigator.deviceMemory;
  if (memory && memory < ENOUGH) {
    return { stops: "", warns: `Este aparato tiene ${memory} GB de memoria y puede que el motor no quepa; si no cabe, la página sigue como está.` };
  }
  if (matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600) {
    return { stops: "", warns: "Parece un teléfono: el motor pide memoria y batería, y puede que no quepa; si no cabe, la página sigue como está." };
  }
  return { stops: "", warns: "" };
}
