// Lo que el `docker` de dentro de la máquina le dice al demonio: se pasa de uno a otro y se guarda una copia.

import { dial } from "./tunnel.js";

const DAEMON = 2375;

export class Recorder {
  constructor(network) {
    this.network = network;
    this.heard = [];
  }

  /** Lo oído desde la última vez: por conexión, una lista de [quién, milisegundos, bytes o null si colgó]. */
  take() {
    return this.heard.splice(0);
  }

  /** Atiende una conexión del cliente y la pasa al demonio. */
  relay(client) {
    const events = [];
    this.heard.push(events);
    const note = (who, bytes) => events.push([who, performance.now(), bytes?.slice() ?? null]);
    let over = false;
    const daemon = dial(this.network, DAEMON, {
      received: bytes => { note("daemon", bytes); client.write(bytes); },
      ended: () => {
        if (over) return;
        over = true;
        note("daemon");
        client.close();
      },
    });
    const hangUp = () => { note("client"); daemon.close(); };
    client.on("data", bytes => { note("client", bytes); daemon.write(bytes.slice()); });
    client.on("shutdown", hangUp);
    client.on("close", hangUp);
    client.accept();
  }
}
