// La máquina en Node: se arranca, se le dan órdenes por la consola serie y se le hacen peticiones al demonio.

import { V86 } from "v86";
import { dial } from "../../page/machine/tunnel.js";

const BOOT = "console=ttyS0 root=/dev/sda ro init=/init mitigations=off tsc=reliable no_timer_check quiet";
const DAEMON = 2375;
const MEBIBYTE = 1024 * 1024;
const LAST_WORDS = 1500; // lo que se cita de la consola si algo no llega, en caracteres

export class Machine {
  /**
   * @param {{wasm: string, disk: string, size: number, kernel: string, bios: string, vga: string, memory: number}} parts
   *   rutas de los archivos, tamaño del disco en bytes y memoria en MiB.
   */
  constructor(parts) {
    this.said = "";
    this.emulator = new V86({
      wasm_path: parts.wasm,
      memory_size: parts.memory * MEBIBYTE,
      vga_memory_size: 2 * MEBIBYTE,
      bios: { url: parts.bios },
      vga_bios: { url: parts.vga },
      bzimage: { url: parts.kernel },
      cmdline: BOOT,
      hda: { url: parts.disk, async: true, size: parts.size },
      net_device: { relay_url: "fetch", type: "virtio" },
      acpi: false,
      disable_speaker: true,
      autostart: true,
    });
    this.waiting = [];
    this.emulator.add_listener("serial0-output-byte", byte => {
      this.said += String.fromCharCode(byte);
      this.waiting = this.waiting.filter(check => !check());
    });
  }

  /** Espera a que la consola diga algo que cumpla `pattern` a partir de `from`. */
  hear(pattern, seconds, from = this.said.length) {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`la máquina no dijo ${pattern} en ${seconds} s: ${this.said.slice(-LAST_WORDS)}`)),
        seconds * 1000,
      );
      const check = () => {
        const match = this.said.slice(from).match(pattern);
        if (match) {
          clearTimeout(limit);
          resolve(match);
        }
        return match !== null;
      };
      if (!check()) this.waiting.push(check);
    });
  }

  /** Ejecuta una línea de shell y devuelve lo que escribió. */
  async shell(line, seconds = 900) {
    const mark = `fin-${Math.random().toString(36).slice(2, 8)}`;
    const heard = this.hear(new RegExp(`([^]*)${mark}-\\d+`), seconds);
    // Partida en dos: la consola repite lo que se le escribe, y eso no es todavía la respuesta.
    this.emulator.serial0_send(`${line}; echo ${mark}"-"$?\n`);
    return (await heard)[1].trim();
  }

  /** Espera a que el demonio acepte conexiones. */
  async ready(seconds = 900) {
    await this.hear(/maquina# /, seconds, 0);
    for (;;) {
      const probe = this.emulator.network_adapter.tcp_probe(DAEMON);
      if (await Promise.race([probe, pause(3000).then(() => false)])) return;
      await pause(500);
    }
  }

  /**
   * Una petición al demonio. Somos nosotros quienes cerramos: así no queda un puerto en TIME_WAIT en la máquina.
   *
   * @returns {Promise<{status: number, body: string}>}
   */
  request(method, path, body = "", type = "application/json") {
    return new Promise((resolve, reject) => {
      const content = Buffer.from(body);
      let heard = Buffer.alloc(0);
      const line = dial(this.emulator.network_adapter, DAEMON, {
        received: bytes => {
          heard = Buffer.concat([heard, bytes]);
          const answer = parse(heard);
          if (answer === null) return;
          line.close();
          if (answer.status < 400) resolve(answer);
          else reject(new Error(`${method} ${path}: ${answer.status} ${answer.body}`));
        },
        ended: () => reject(new Error(`${method} ${path}: el demonio colgó`)),
      });
      const head = `${method} ${path} HTTP/1.1\r\nHost: docker\r\nContent-Type: ${type}\r\n`;
      line.write(Buffer.concat([Buffer.from(`${head}Content-Length: ${content.length}\r\n\r\n`), content]));
    });
  }
}

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** La respuesta, si ya está entera; si no, null. */
function parse(heard) {
  const text = heard.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = text.slice(0, end);
  const rest = text.slice(end + 4);
  const status = Number(head.split(" ")[1]);
  const length = /^content-length: (\d+)/im.exec(head);
  if (status === 204 || status === 304) return { status, body: "" };
  if (length) return rest.length >= Number(length[1]) ? { status, body: rest } : null;
  return rest.endsWith("0\r\n\r\n") ? { status, body: joined(rest) } : null;
}

/** Los trozos de un cuerpo (`Transfer-Encoding: chunked`), seguidos. */
function joined(rest) {
  let body = "";
  for (let at = 0; ;) {
    const line = rest.indexOf("\r\n", at);
    const size = parseInt(rest.slice(at, line), 16);
    if (!size) return body;
    body += rest.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
