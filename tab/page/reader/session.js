// Una sesión: la máquina y Python en marcha, y las celdas que esperan su turno.

import { Controls } from "./controls.js";
import { Machine } from "./machine.js";
import { connectWire, NoWire } from "./wire.js";
import { WrongContent } from "./fetching.js";
import { hindrance } from "./device.js";
import { kept, keep, PROGRESS } from "./storage.js";

const AGREED = "muelle-pestana";

export class Session {
  constructor(base, about, panel) {
    this.base = base;
    this.about = about;
    this.panel = panel;
    this.queue = [];
    this.running = null;
    this.machine = null;
    this.generation = 0;
    this.accepted = false; // aunque el navegador no lo recuerde, no se pregunta dos veces
    this.cells = new Map(); // por su número: las que se han ejecutado
    this.controls = new Controls(base, message => {
      this.python?.postMessage({ control: { ...message, generation: this.generation } });
    });
  }

  /** Ejecuta unas celdas, una detrás de otra; antes pone en marcha lo que falte. */
  async run(cells) {
    if (!await this.agreed()) return;
    for (const cell of cells) cell.wait();
    this.queue.push(...cells);
    this.started ??= this.start().then(() => true, error => {
      this.fail(error);
      return false;
    });
    if (await this.started) await this.next();
  }

  /** Si la persona dijo que sí a traer el motor; la primera vez se le pregunta. */
  async agreed() {
    if (this.started || this.accepted) return true;
    const problem = hindrance();
    if (problem.stops) {
      this.panel.say(problem.stops);
      return false;
    }
    this.accepted = kept(AGREED) === this.about.key || await this.panel.ask(problem.warns);
    if (this.accepted) keep(AGREED, this.about.key);
    return this.accepted;
  }

  async start() {
    const root = new URL("../../", this.base).href;
    this.panel.step("Trayendo la máquina");
    this.machine = new Machine();
    // Lo que se trae pasa ya por el service worker, que lo guarda para la próxima vez.
    this.wire ??= await this.connect(`${root}servicio.js`);
    await Promise.all([this.startMachine(), this.startPython()]);
    this.panel.ready();
    keepThisPage();
  }

  /** El cable con Python, que es el mismo aunque después haya otro motor. */
  async connect(address) {
    const wire = await connectWire(address, () => this.machine, () => this.panel.note(FULL));
    await this.announce();
    return wire;
  }

  /** Dice si otra pestaña de este curso tiene ya un motor: este será otro. */
  async announce() {
    if (!navigator.locks) return;
    const { held } = await navigator.locks.query();
    if (held.some(lock => lock.name === LOCK)) this.panel.note(TWO);
    navigator.locks.request(LOCK, { mode: "shared" }, () => new Promise(() => {}));
  }

  async startMachine() {
    await this.machine.start(this.base, this.about, (received, total) => this.panel.received(received, total));
    this.machine.worker.onerror = () => this.broken();
  }

  startPython() {
    this.controls.forget();
    this.python = new Worker(`${this.base}python.js`, { type: "module" });
    return new Promise((resolve, reject) => {
      this.python.onerror = event => reject(new Error(event.message || "Python no arranca"));
      this.python.onmessage = ({ data }) => {
        if (data.ready) {
          this.python.onerror = event => this.broken(event);
          resolve();
        } else if (data.failed) {
          reject(new Error(data.failed));
          if (this.running) this.broken();
        } else if (data.event) this.happened(data.id, data.event);
        else if (data.heard) this.attended(data);
        else if (data.done) this.finished(data.done);
      };
      this.python.postMessage({ start: { base: this.base, wire: this.wire, progress: kept(PROGRESS) } });
    });
  }

  /** Da a Python la celda siguiente, si no está ya con otra. */
  async next() {
    if (this.running || !this.queue.length) return;
    this.running = this.queue.shift();
    this.cells.set(this.running.number, this.running);
    this.running.begin();
    this.panel.running(this.running.number, this.queue.length);
    const cell = { id: this.running.number, code: this.running.source, name: `celda ${this.running.number}` };
    this.python.postMessage({ run: { ...cell, generation: this.generation } });
    await this.running.over;
  }

  /** Algo que pasó en una celda, mientras se ejecuta o al tocar uno de sus controles. */
  happened(number, event) {
    if (event.kind === "comm") this.controls.hear(event, number);
    else this.cells.get(number)?.show(event, this.controls);
  }

  /** Python atendió lo que alguien hizo con un control. */
  attended({ heard, progress }) {
    this.remember(progress);
    this.controls.done(heard);
  }

  remember(progress) {
    if (progress && !keep(PROGRESS, progress)) this.panel.note(UNKEPT);
  }

  finished({ good, progress }) {
    this.remember(progress);
    const cell = this.running;
    this.running = null;
    cell.finish(good);
    if (!good) this.drop();
    this.panel.idle(cell.number, good);
    this.next();
  }

  /** Las que esperaban ya no esperan. */
  drop() {
    for (const cell of this.queue.splice(0)) cell.unwait();
  }

  /** Para la celda que corre: acaba su Python y empieza otro; el motor sigue como está. */
  async stop() {
    if (!this.python) return;
    this.python.terminate();
    this.drop();
    this.running?.cut();
    this.running = null;
    this.panel.step("Parada. Empieza otro Python: las variables se pierden y los contenedores siguen");
    this.started = this.startPython().then(() => { this.panel.ready(); return true; }, error => { this.fail(error); return false; });
    await this.started;
  }

  /** Otra máquina, como recién hecha: sin los contenedores ni las imágenes de antes. */
  async renew() {
    if (!this.machine) return;
    if (this.running) await this.stop();
    this.panel.step("Empezando un motor nuevo");
    this.machine.stop();
    this.machine = new Machine();
    this.generation += 1;
    this.started = this.startMachine().then(() => { this.panel.ready(); return true; }, error => { this.fail(error); return false; });
    await this.started;
  }

  /** Algo no arrancó: se dice qué y se puede volver a intentar. */
  fail(error) {
    this.machine?.stop();
    this.python?.terminate();
    this.machine = this.python = this.started = null;
    this.drop();
    this.panel.say(sentence(error));
  }

  /** Un hilo murió en marcha: casi siempre, por falta de memoria. */
  broken() {
    this.running?.cut();
    this.running = null;
    this.fail(new Broken());
  }
}

/** Un hilo de la página murió. */
class Broken extends Error {}

const LOCK = "muelle-motor";
const TWO = "Otra pestaña tiene ya un motor en marcha: el de esta es otro y pide otra vez esa memoria.";
const FULL = "El navegador no tiene sitio para guardar el motor: la próxima vez habrá que traerlo otra vez.";
const UNKEPT = "El navegador no deja guardar tu progreso: descarga tu cuaderno antes de cerrar la pestaña.";

const HEAVY = /__maquina__|\/maquina\/(estado|disco)/; // pasó ya por el service worker, y no hace falta dos veces

/** Lo que la página cargó antes de tener quien lo guardara se pide otra vez, para que se guarde. */
function keepThisPage() {
  const loaded = performance.getEntriesByType("resource").map(entry => entry.name);
  for (const url of new Set([location.href.split("#")[0], ...loaded])) {
    if (url.startsWith(location.origin) && !HEAVY.test(url)) {
      fetch(url, { cache: "force-cache" }).catch(() => {});
    }
  }
}

/** Qué pasó y qué hacer, en una frase. */
function sentence(error) {
  if (error instanceof NoWire) {
    return "El navegador no deja a esta página instalar lo que necesita (pasa en las ventanas privadas y sin HTTPS): "
      + "ábrela en una ventana normal.";
  }
  if (error instanceof WrongContent) {
    return `No se pudo usar lo que se trajo (${error.message}): recarga la página y vuelve a pulsar.`;
  }
  if (error instanceof Broken) {
    return "Un hilo de la página dejó de funcionar, casi siempre por falta de memoria: vuelve a pulsar y empezará otro motor. "
      + "Lo que escribiste en las celdas sigue aquí.";
  }
  if (error instanceof RangeError || /memory/i.test(error.message)) {
    return "No hay memoria para el motor: cierra otras pestañas y vuelve a pulsar.";
  }
  if (/fetch|network|conexión/i.test(error.message)) {
    return "La red se cortó mientras se traía el motor: vuelve a pulsar y seguirá donde estaba.";
  }
  return `El motor no arrancó (${error.message}): recarga la página y vuelve a pulsar.`;
}
