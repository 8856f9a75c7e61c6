// El service worker de la web: hace de cable entre Python, que espera, y la página, que tiene la máquina;
// y guarda lo que se usó, para que la segunda visita no necesite red.
//
// Python pide `…/__maquina__/PAGINA/ORDEN?…` con XMLHttpRequest síncrono; la página PAGINA contesta.

const WIRE = /\/__maquina__\/([^/]+)\/(\w+)$/;
const KEPT = "pestana-VERSION";

// Lo que va comprimido: pesa poco en cualquier servidor y llega siempre con su tipo.
const PACKED = "COMPRIMIDOS".split(" ");
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm", zip: "application/zip" };

self.addEventListener("install", event => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", event => event.waitUntil(Promise.all([self.clients.claim(), forgetOldVersions()])));
self.addEventListener("message", event => event.source.postMessage({ page: event.source.id }));

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  const wire = WIRE.exec(url.pathname);
  if (wire) event.respondWith(ask(wire[1], wire[2], url.searchParams, event.request));
  else if (event.request.method === "GET") event.respondWith(serve(event, url));
});

/** Pregunta a la página y devuelve su respuesta: un código y unos bytes. */
async function ask(page, order, parameters, request) {
  const client = await self.clients.get(page);
  if (!client) return new Response(null, { status: 410 }); // esa página ya no está
  const body = request.method === "POST" ? new Uint8Array(await request.arrayBuffer()) : null;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise(resolve => { port1.onmessage = ({ data }) => resolve(data); });
  client.postMessage({ order, parameters: Object.fromEntries(parameters), body }, [port2]);
  const { status, bytes } = await answer;
  return new Response(bytes, { status });
}

/** Lo de la pestaña no cambia nunca en su dirección: si se guardó, vale. Lo demás, de la red si la hay. */
async function serve(event, url) {
  const { request } = event;
  const kept = await caches.open(KEPT).catch(() => null);
  if (!kept) return fetch(request);
  const fixed = url.pathname.includes("/pestana/VERSION/");
  if (fixed) {
    const found = await kept.match(request, { ignoreVary: true });
    if (found) return found;
  }
  try {
    const answer = await (fixed && PACKED.some(name => url.pathname.endsWith(`/VERSION/${name}`)) ? unpacked(url) : fetch(request));
    // Sin esperar a que se guarde: quien lo pidió lo recibe según llega.
    if (answer.status === 200 && !request.headers.has("range")) event.waitUntil(keep(kept, request, answer.clone()));
    return answer;
  } catch (error) {
    const found = await kept.match(request, { ignoreVary: true, ignoreSearch: true });
    if (found) return found;
    throw error;
  }
}

/** Trae un archivo comprimido y lo da descomprimido. */
async function unpacked(url) {
  const answer = await fetch(`${url.href}.gzip`);
  if (answer.status !== 200) return answer;
  let body = new Blob([await answer.arrayBuffer()]);
  const [first, second] = new Uint8Array(await body.slice(0, 2).arrayBuffer());
  // Hay servidores que, por su nombre, lo dan ya descomprimido.
  if (first === 0x1f && second === 0x8b) body = body.stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(body, { headers: { "content-type": TYPES[url.pathname.split(".").pop()] } });
}

/** Guarda una respuesta; si el navegador no tiene sitio, se sigue sin guardar. */
async function keep(kept, request, answer) {
  try {
    await kept.put(request, answer);
  } catch (error) {
    if (error.name !== "QuotaExceededError") return; // se cortó a medias: ya lo guardará otra vez
    for (const client of await self.clients.matchAll()) client.postMessage({ full: true });
  }
}

/** Borra lo guardado por versiones anteriores de la pestaña. */
async function forgetOldVersions() {
  const names = await caches.keys();
  await Promise.all(names.filter(name => name.startsWith("pestana-") && name !== KEPT).map(name => caches.delete(name)));
}
