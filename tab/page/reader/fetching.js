// Traer un archivo grande diciendo por dónde va; si la red se corta a medias, se sigue desde donde se quedó.

const ATTEMPTS = 5;
const PAUSE = 1000; // milisegundos antes del primer reintento; después, el doble cada vez

/** Lo que llegó no es lo que se pedía. */
export class WrongContent extends Error {}

/**
 * @param {string} url la dirección.
 * @param {number} size cuántos bytes ha de tener.
 * @param {(received: number, total: number) => void} progress a quién contarle los bytes que van llegando.
 * @returns {Promise<ArrayBuffer>}
 */
export async function fetchWhole(url, size, progress) {
  const parcel = { whole: new Uint8Array(size), at: 0, pieces: 0 };
  for (let attempt = 1; parcel.at < size; attempt++) {
    try {
      await receive(url, parcel, progress);
    } catch (error) {
      if (error instanceof WrongContent || attempt === ATTEMPTS) throw error;
      await new Promise(resolve => setTimeout(resolve, PAUSE * 2 ** attempt));
    }
  }
  if (parcel.pieces > 1) await remember(url, parcel.whole);
  return parcel.whole.buffer;
}

/** Guarda lo que llegó en varias veces: el service worker solo guarda lo que llega de una. */
async function remember(url, bytes) {
  const version = /\/pestana\/([^/]+)\//.exec(url)[1];
  try {
    await (await caches.open(`pestana-${version}`)).put(url, new Response(bytes));
  } catch { /* sin sitio: la próxima vez se trae otra vez */ }
}

/** Recibe desde donde iba; si se corta, lo recibido queda en `parcel`. */
async function receive(url, parcel, progress) {
  const answer = await fetch(url, parcel.at ? { headers: { Range: `bytes=${parcel.at}-` } } : {});
  if (!answer.ok) throw new WrongContent(`el servidor respondió ${answer.status}`);
  const type = answer.headers.get("content-type") ?? "";
  if (type.startsWith("text/html")) throw new WrongContent("el servidor dio una página en lugar del archivo");
  if (answer.status === 200) parcel.at = 0; // no sabe dar solo lo que falta
  parcel.pieces += 1;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (parcel.at + value.length > parcel.whole.length) throw new WrongContent("el archivo es de otra versión");
    parcel.whole.set(value, parcel.at);
    parcel.at += value.length;
    progress(parcel.at, parcel.whole.length);
  }
  if (parcel.at < parcel.whole.length) throw new Error("la conexión se cortó");
}
