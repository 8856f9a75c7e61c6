/* Lo poco que las páginas hacen por sí mismas. Sin programas ajenos ni peticiones fuera del sitio. */
(() => {
  "use strict";
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  // Lo que se guarda, se guarda en el dispositivo; en modo privado o desde un fichero puede no poderse.
  const store = {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, value);
      } catch {
        /* nada que hacer */
      }
    },
  };

  // Claro u oscuro.
  $("#muelle-tema")?.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    store.set("muelle-tema", root.dataset.theme);
  });

  // Los capítulos, en una pantalla estrecha.
  const menu = $("#muelle-menu");
  const openMenu = (open) => {
    root.classList.toggle("muelle-menu-abierto", open);
    menu.setAttribute("aria-expanded", String(open));
    $("#contenido").inert = open; // los capítulos lo tapan
  };
  // Al ensanchar la ventana, los capítulos vuelven a su sitio.
  matchMedia("(min-width: 52.01rem)").addEventListener("change", (wide) => {
    if (wide.matches && menu) openMenu(false);
  });
  menu?.addEventListener("click", () => openMenu(menu.getAttribute("aria-expanded") !== "true"));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu?.getAttribute("aria-expanded") === "true") {
      openMenu(false);
      menu.focus();
    }
    // Con una tecla sola no: quien dicta a la máquina la pulsaría sin querer (WCAG 2.1.4).
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      const field = $$("input[type=search]").find((input) => input.offsetParent);
      event.preventDefault();
      if (field) field.focus();
      else location.href = $(".muelle-ir-a-buscar").href;
    }
  });

  // Copiar el código.
  const copy = async (text) => {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  for (const block of $$("article .highlight")) {
    if (block.closest(".cell_output")) continue;
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "muelle-copiar",
      textContent: "Copiar",
    });
    button.addEventListener("click", async () => {
      await copy($("pre", block).innerText.replace(/^\$ /gm, "").trimEnd());
      button.textContent = "Copiado";
      button.classList.add("hecho");
      setTimeout(() => {
        button.textContent = "Copiar";
        button.classList.remove("hecho");
      }, 1600);
    });
    block.append(button);
  }

  // Lo que se desplaza se alcanza con el teclado.
  const reachable = () => {
    for (const box of $$("article pre, .muelle-ancha, .output.text_html, .muelle-diagrama > div")) {
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
      else if (box.tabIndex === 0 && !box.hasAttribute("role")) box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", reachable);
  addEventListener("resize", reachable);
  addEventListener("toggle", reachable, true);

  // Un enlace a algo plegado lo despliega.
  const reveal = () => {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return;
    }
    for (let box = target?.closest("details"); box; box = box.parentElement.closest("details"))
      box.open = true;
  };
  reveal();
  addEventListener("hashchange", reveal);
  // En papel, claro y sin nada plegado; después, como estaba.
  let screen = root.dataset.theme;
  let folded = [];
  addEventListener("beforeprint", () => {
    screen = root.dataset.theme;
    folded = $$("article details:not([open])");
    root.dataset.theme = "light";
    folded.forEach((box) => {
      box.open = true;
    });
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = screen;
    folded.forEach((box) => {
      box.open = false;
    });
  });

  // Por dónde va la lectura: el apartado de ahora y, en el dispositivo, los capítulos leídos.
  const links = new Map(
    $$(".muelle-en-pagina a[href^='#']").map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  if (links.size) {
    const watcher = new IntersectionObserver(
      (entries) => {
        const seen = entries.filter((entry) => entry.isIntersecting).at(-1);
        if (!seen) return;
        links.forEach((link) => {
          link.removeAttribute("aria-current");
        });
        links.get(seen.target.id)?.setAttribute("aria-current", "true");
      },
      { rootMargin: "-15% 0px -70% 0px" },
    );
    links.forEach((_, id) => {
      const place = document.getElementById(id);
      if (place) watcher.observe(place);
    });
  }
  const name = (path) => decodeURIComponent(path.split("/").pop());
  const here = name(location.pathname);
  const read = new Set((store.get("muelle-leidas") || "").split("\n").filter(Boolean));
  const mark = () => {
    for (const link of $$(".muelle-indice a")) {
      if (!read.has(name(link.pathname)) || link.classList.contains("muelle-leida")) continue;
      link.classList.add("muelle-leida");
      link.insertAdjacentHTML("beforeend", '<span class="muelle-oculto"> (leída)</span>');
    }
  };
  mark();
  const end = $(".muelle-pasos");
  if (end) {
    new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting) || read.has(here)) return;
      read.add(here);
      store.set("muelle-leidas", [...read].join("\n"));
      mark();
    }).observe(end);
  }
})();
