// Conexiones TCP entre la página y los puertos de la máquina.

const AGAIN = 1000; // milisegundos hasta volver a llamar: la red de v86 no repite un SYN que nadie contestó

/**
 * Abre una conexión con un puerto de la máquina.
 *
 * @param adapter la red de v86 (`emulator.network_adapter`).
 * @param {number} port el puerto, dentro de la máquina.
 * @param {{opened?: () => void, received: (bytes: Uint8Array) => void, ended: () => void}} hear a quién avisar.
 *   `ended` se llama una sola vez, cuando la máquina no enviará más.
 * @returns {{write: (bytes: Uint8Array) => void, close: () => void}} `close` termina nuestro lado.
 */
export function dial(adapter, port, hear) {
  const waiting = [];
  let connection, timer, up = false, over = false;

  function finish() {
    if (over) return;
    over = true;
    clearInterval(timer);
    hear.ended();
  }

  function call() {
    const mine = connection = adapter.connect(port);
    mine.on("connect", () => {
      if (mine !== connection || up) return;
      up = true;
      clearInterval(timer);
      for (const bytes of waiting.splice(0)) mine.write(bytes);
      hear.opened?.();
    });
    mine.on("data", bytes => { if (mine === connection) hear.received(bytes.slice()); });
    mine.on("shutdown", () => { if (mine === connection) finish(); });
    mine.on("close", () => { if (mine === connection && up) finish(); });
    onRelease(mine, () => { if (mine === connection && up) finish(); });
  }

  call();
  timer = setInterval(() => {
    const old = connection;
    call();
    old.close();
  }, AGAIN);

  return {
    write: bytes => up ? connection.write(bytes) : waiting.push(bytes),
    close: () => { clearInterval(timer); connection.close(); },
  };
}

/** Llama a `tell` cuando v86 olvida una conexión: tras cerrar nuestro lado, es lo único que dice que acabó. */
export function onRelease(connection, tell) {
  const release = connection.release;
  connection.release = function () {
    release.call(this);
    tell();
  };
}
