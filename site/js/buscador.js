/* El buscador: pregunta, en la propia página, al índice que hace Sphinx (`searchindex.js`). Compara raíces de
   palabras (`Stemmer`, de `site/ext/busqueda.py`): «imagen», «imágenes» e «imagenes» dan lo mismo. */
(() => {
  "use strict";
  const WORD = /[\p{L}\p{N}_]+/gu;
  const query = (new URLSearchParams(location.search).get("q") || "").trim();
  for (const field of document.querySelectorAll('input[name="q"]')) field.value = query;

  const stem = new Stemmer().stemWord;
  const stems = (text) =>
    (text.toLowerCase().match(WORD) || [])
      .filter((word) => !stopwords.includes(word))
      .map((word) => stem(word));
  const wanted = [...new Set(stems(query))];
  const begins = (root, other) => other === root || (root.length > 2 && other.startsWith(root));
  const hit = (word) => wanted.some((root) => begins(root, stem(word)));
  const hasAll = (text) => {
    const found = stems(text);
    return wanted.every((root) => found.some((other) => begins(root, other)));
  };

  // Las páginas que tienen una raíz -> sus puntos: más en un título que en el texto, y más entera que al principio.
  const holders = (index, root) => {
    const points = new Map();
    for (const [table, worth] of [
      [index.terms, 1],
      [index.titleterms, 3],
    ]) {
      for (const [term, ids] of Object.entries(table)) {
        if (!begins(root, term)) continue;
        for (const id of [ids].flat()) points.set(id, Math.max(points.get(id) || 0, worth + (term === root)));
      }
    }
    return points;
  };

  // Los apartados y las palabras del glosario de una página que dicen lo que se busca, los más breves primero.
  const places = (index, id) =>
    [...Object.entries(index.alltitles), ...Object.entries(index.indexentries)]
      .filter(([text]) => hasAll(text))
      .flatMap(([text, where]) =>
        where.filter(([page, anchor]) => page === id && anchor).map(([, anchor]) => ({ text, anchor })),
      )
      .sort((one, other) => one.text.length - other.text.length);

  // Las páginas que tienen todas las palabras; primero, las que tratan de ellas.
  const search = (index) => {
    const tables = wanted.map((root) => holders(index, root));
    const found = index.titles
      .map((title, id) => ({ title, id, address: `${index.docnames[id]}.html` }))
      .filter((page) => tables.length && tables.every((points) => points.has(page.id)));
    for (const page of found) {
      page.inside = places(index, page.id);
      const early = stems(page.title).findIndex((other) => wanted.some((root) => begins(root, other)));
      page.points =
        tables.reduce((sum, points) => sum + points.get(page.id), 0) +
        page.inside.length +
        (hasAll(page.title) ? 100 - 10 * early : 0);
    }
    return found.sort(
      (one, other) => other.points - one.points || one.title.localeCompare(other.title, "es"),
    );
  };

  const make = (tag, className, ...content) => {
    const element = Object.assign(document.createElement(tag), { className });
    element.append(...content);
    return element;
  };
  const link = (text, address) => Object.assign(make("a", "", text), { href: address });

  // El primer párrafo que dice lo que se busca, marcado y recortado.
  const quote = (content) => {
    const texts = [...content.querySelectorAll("article :is(p, li, dd, td)")].map((block) =>
      block.textContent.trim(),
    );
    const text = texts.find(hasAll) || texts.find((block) => block.match(WORD)?.some(hit));
    if (!text) return "";
    const first = [...text.matchAll(WORD)].find(([word]) => hit(word)).index;
    const start = first > 120 ? text.indexOf(" ", first - 80) + 1 : 0;
    const end = text.length > start + 230 ? text.lastIndexOf(" ", start + 230) : text.length;
    const pieces = text
      .slice(start, end)
      .split(/([\p{L}\p{N}_]+)/u)
      .map((piece) => (hit(piece) ? make("mark", "", piece) : piece));
    return make("p", "context", start ? "…" : "", ...pieces, end < text.length ? "…" : "");
  };

  const show = (found) => {
    const output = document.getElementById("search-results");
    const count = found.length === 1 ? "Una página tiene" : `${found.length} páginas tienen`;
    output.querySelector(".search-summary").textContent = found.length
      ? `${count} «${query}».`
      : `Ninguna página tiene «${query}». Comprueba que está bien escrito o prueba con menos palabras.`;
    const list = make("ul", "search");
    for (const page of found) {
      const item = make("li", "", link(page.title, page.address));
      const inside = page.inside
        .slice(0, 4)
        .flatMap(({ text, anchor }) => [" · ", link(text, `${page.address}#${anchor}`)]);
      if (inside.length) item.append(make("p", "muelle-apartados", ...inside.slice(1)));
      list.append(item);
      // Desde un fichero no se puede leer otra página para citarla.
      if (location.protocol === "file:") continue;
      fetch(page.address)
        .then((answer) => answer.text())
        .then((html) => item.append(quote(new DOMParser().parseFromString(html, "text/html"))))
        .catch(() => {
          /* sin cita, el enlace vale igual */
        });
    }
    if (found.length) output.append(list);
  };

  window.Search = {
    setIndex: (index) => {
      if (query) show(search(index));
    },
  };
})();
