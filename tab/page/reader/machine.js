// La máquina vista desde la página: traerla, restaurarla y abrir conexiones con ella.

import { fetchWhole } from "./fetching.js";

/** Una conexión con un puerto de la máquina; lo que llega espera hasta que alguien lo lee. */
class Line {
  constructor(machine, id) {
    this.machine = machine;
    this.id = id;
    this.arrived = [];
    this.ended = false;
    this.wake = null;
  }

  write(bytes) {
    this.machine.worker.postMessage({ write: { id: this.id, bytes } });
  }

  close() {
    this.machine.worker.postMessage({ close: this.id });
  }

  /** Lo que haya llegado; espera si no hay nada, como mucho `milliseconds`. `null`: no llegará más. */
  async read(milliseconds) {
    if (!this.arrived.length && !this.ended) {
      await new Promise(resolve => {
        const limit = setTimeout(resolve, milliseconds);
        this.wake = () => { clearTimeout(limit); resolve(); };
      });
      this.wake = null;
    }
    if (this.arrived.length) return joined(this.arrived.splice(0));
    return this.ended ? null : new Uint8Array(0);
  }

  hear(message) {
    if (message.bytes) this.arrived.push(message.bytes);
    if (message.ended) this.ended = true;
    this.wake?.();
  }
}

export class Machine {
  constructor() {
    this.lines = new Map();
    this.nextId = 1;
    this.recordings = [];
  }

  /**
   * Trae lo que falte y restaura la máquina.
   *
   * @param {string} base la carpeta de la pestaña, con su barra final.
   * @param {object} about lo que dice `maquina.json`.
   * @param {(received: number, total: number) => void} progress bytes que van llegando.
   */
  async start(base, about, progress) {
    const state = await fetchWhole(`${base}maquina/estado.bin.zst`, about.state.size, progress);
    this.worker = new Worker(`${base}maquina.js`, { type: "module" });
    await new Promise((resolve, reject) => {
      this.worker.onerror = event => reject(new Error(event.message || "el hilo de la máquina no arranca"));
      this.worker.onmessage = ({ data }) => {
        if (data.ready) resolve();
        else if (data.failed) reject(new Error(data.failed));
        else this.hear(data);
      };
      const start = {
        state,
        wasm: `${base}maquina/v86.wasm`,
        disk: `${base}maquina/disco/disco.img.zst`,
        memory: about.memory,
        size: about.disk.size,
        part: about.disk.part,
      };
      this.worker.postMessage({ start }, [state]);
    });
  }

  hear(message) {
    if (message.recording) this.recordings.shift()?.(message.recording);
    else if (message.id !== undefined) {
      this.lines.get(message.id)?.hear(message);
      if (message.ended) this.lines.delete(message.id);
    }
  }

  /** Abre una conexión con un puerto de la máquina. */
  open(port) {
    const line = new Line(this, this.nextId++);
    this.lines.set(line.id, line);
    this.worker.postMessage({ open: { id: line.id, port } });
    return line;
  }

  /** Lo que el `docker` de dentro y el demonio se han dicho desde la última vez. */
  recording() {
    return new Promise(resolve => {
      this.recordings.push(resolve);
      this.worker.postMessage({ recording: true });
    });
  }

  stop() {
    this.worker?.terminate();
  }
}

export function joined(pieces) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
