// La máquina, en su propio hilo: v86 restaura la instantánea y aquí se abren y cierran sus conexiones.
//
// Recibe: {start}, {open: {id, port}}, {write: {id, bytes}}, {close: id}, {recording}.
// Envía: {progress}, {ready}, {failed}, {id, opened}, {id, bytes}, {id, ended}, {recording}.

import { V86 } from "v86";
import { Recorder } from "./recorder.js";
import { dial } from "./tunnel.js";

const MEBIBYTE = 1024 * 1024;
const CLIENT = 2376; // donde el `docker` de dentro llama a la página (`DOCKER_HOST`), que lo pasa al demonio

let emulator, recorder;
const lines = new Map();

// Primero, los oídos: un módulo que espera algo antes de ponerlos pierde los mensajes de mientras tanto.
onmessage = ({ data }) => {
  if (data.start) start(data.start).catch(error => postMessage({ failed: String(error?.message ?? error) }));
  else if (data.open) open(data.open);
  else if (data.write) lines.get(data.write.id)?.write(data.write.bytes);
  else if (data.close !== undefined) lines.get(data.close)?.close();
  else if (data.recording) postMessage({ recording: recorder.take() });
};

/** Restaura la instantánea y pone en hora la máquina. */
async function start({ state, wasm, disk, memory, size, part }) {
  emulator = new V86({
    wasm_path: wasm,
    memory_size: memory * MEBIBYTE,
    vga_memory_size: 2 * MEBIBYTE,
    initial_state: { buffer: state },
    hda: { url: disk, async: true, size, use_parts: true, fixed_chunk_size: part },
    net_device: { relay_url: "fetch", type: "virtio" },
    preserve_mac_from_state_image: true,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    // Compilar al vuelo lo que se ejecuta una sola vez cuesta más que interpretarlo.
    disable_jit: true,
    autostart: false,
  });
  await new Promise(resolve => emulator.add_listener("emulator-ready", resolve));
  const network = emulator.network_adapter;
  // Nada sale de la pestaña: lo que la máquina pida por HTTP a otro sitio no llega a ninguna parte.
  network.fetch = () => Promise.reject(new Error("la máquina no tiene red de salida"));
  recorder = new Recorder(network);
  emulator.add_listener("tcp-connection", call => { if (call.sport === CLIENT) recorder.relay(call); });
  emulator.run();
  setClock();
  postMessage({ ready: true });
}

/** El reloj de la máquina se quedó en el día de la instantánea, o se paró con el portátil dormido. */
function setClock() {
  emulator.serial0_send(`date -s @${Math.floor(Date.now() / 1000)} > /dev/null\n`);
}

// Un hilo que no corre no cuenta el tiempo: si el reloj de la página saltó, se vuelve a poner en hora.
const BEAT = 10000;
const JUMP = 5000;
let last = Date.now();
setInterval(() => {
  const now = Date.now();
  if (emulator && now - last > BEAT + JUMP) setClock();
  last = now;
}, BEAT);

function open({ id, port }) {
  lines.set(id, dial(emulator.network_adapter, port, {
    opened: () => postMessage({ id, opened: true }),
    received: bytes => postMessage({ id, bytes }, [bytes.buffer]),
    ended: () => {
      lines.get(id)?.close();
      lines.delete(id);
      postMessage({ id, ended: true });
    },
  }));
}
