// El cable con Python: las órdenes que el service worker trae y lo que la máquina contesta.

const TURN = 20000; // lo más que se deja esperando una petición, en milisegundos: después, Python vuelve a pedir
const TOO_LONG = 30000; // si en este tiempo el service worker no atiende, es que el navegador no lo deja

/** El navegador no deja instalar el service worker. */
export class NoWire extends Error {}

/**
 * Instala el service worker y empieza a contestarle.
 *
 * @param {string} address la dirección de `servicio.js`.
 * @param {() => object} machine da la máquina de ahora (véase `Machine`).
 * @param {() => void} full se llama si al navegador no le queda sitio para guardar.
 * @returns {Promise<string>} la dirección que Python ha de usar.
 */
export async function connectWire(address, machine, full) {
  if (!navigator.serviceWorker) throw new NoWire();
  const lines = new Map();
  const page = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new NoWire()), TOO_LONG);
    navigator.serviceWorker.addEventListener("message", async ({ data, ports }) => {
      if (data.page) {
        clearTimeout(limit);
        resolve(data.page);
      } else if (data.full) full();
      else if (data.order) ports[0].postMessage(await answer(data, machine(), lines));
    });
    navigator.serviceWorker.startMessages();
    register(address).then(worker => worker.postMessage("¿quién soy?"), () => reject(new NoWire()));
  });
  return new URL(`__maquina__/${page}/`, address).href;
}

/** Registra el service worker y espera a que atienda a esta página. */
async function register(address) {
  await navigator.serviceWorker.register(address);
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise(resolve => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  }
  return navigator.serviceWorker.controller;
}

/** Cumple una orden de Python. Códigos: 200 hay bytes, 202 todavía no, 204 hecho o no habrá más, 404 no existe. */
async function answer({ order, parameters, body }, machine, lines) {
  if (order === "open") {
    const line = machine.open(Number(parameters.port));
    lines.set(String(line.id), line);
    return { status: 200, bytes: new TextEncoder().encode(String(line.id)) };
  }
  if (order === "recording") {
    return { status: 200, bytes: new TextEncoder().encode(JSON.stringify(await recorded(machine))) };
  }
  const line = lines.get(parameters.line);
  if (!line) return { status: 404, bytes: null };
  if (body?.length) line.write(body);
  if (order === "close") {
    line.close();
    lines.delete(parameters.line);
    return { status: 204, bytes: null };
  }
  if (order === "send") return { status: 204, bytes: null };
  const bytes = await line.read(Math.min(Number(parameters.milliseconds), TURN));
  if (bytes === null) return { status: 204, bytes: null };
  return bytes.length ? { status: 200, bytes } : { status: 202, bytes: null };
}

/** La grabación, con los bytes en base64 para que quepan en un JSON. */
async function recorded(machine) {
  const conversations = await machine.recording();
  return conversations.map(events => events.map(([who, at, bytes]) => [who, at, bytes && base64(bytes)]));
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
