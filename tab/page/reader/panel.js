// El panel: qué va a pasar, qué pasa y qué se puede hacer. Se anuncia también a quien no lo ve.

const MEGABYTE = 1e6;
const MEMORY = "0,9 GB"; // recién arrancada, según benchmarks/tab.py; después, menos

export class Panel {
  constructor(base, about) {
    this.about = about;
    this.box = make("section", { className: "pestana-panel", ariaLabel: "El motor de esta pestaña" });
    this.status = make("p", { className: "pestana-dice", role: "status" });
    this.extra = make("p", { className: "pestana-nota" });
    this.bar = make("progress", { max: 1, ariaLabel: "Lo traído" });
    this.bar.hidden = true;
    this.buttons = make("div", { className: "pestana-acciones" }); // lo que se puede hacer ahora
    this.always = make("div", { className: "pestana-acciones" }); // lo que se puede hacer siempre
    this.licences = make("a", { className: "pestana-licencias", textContent: "Licencias y código fuente" });
    this.licences.href = new URL("licencias.txt", base).href;
    this.box.append(this.status, this.bar, this.extra, this.buttons, this.always, this.licences);
    document.body.append(this.box);
    document.documentElement.classList.add("pestana-con-panel");
  }

  /** Los botones del motor y qué hace cada uno. */
  on(actions) {
    this.actions = [["Parar", actions.stop], ["Motor nuevo", actions.renew]];
    offer(this.always, [["Volver a lo publicado", actions.published], ["Descargar mi cuaderno", actions.notebook]]);
  }

  /** Dice lo que va a pasar y pregunta. */
  ask(warning) {
    const size = Math.round((this.about.state.size + this.about.page) / MEGABYTE);
    this.say(
      `Para ejecutar celdas, esta pestaña traerá un motor de Docker de verdad (${size} MB, solo esta vez) `
      + `y usará ${MEMORY} de memoria. Nada de lo que hagas sale de ella. ${warning}`,
    );
    return new Promise(resolve => {
      const answer = yes => () => {
        this.buttons.replaceChildren();
        if (!yes) this.say("No se ha traído nada. Cuando quieras, pulsa ▶ otra vez.");
        resolve(yes);
      };
      offer(this.buttons, [["Traer el motor", answer(true)], ["Ahora no", answer(false)]]);
      this.buttons.firstElementChild.focus();
    });
  }

  say(text) {
    this.status.textContent = text;
    this.bar.hidden = true;
  }

  /** Un aviso que no quita lo que se está diciendo, ni otro aviso. */
  note(text) {
    if (!this.extra.textContent.includes(text)) this.extra.append(`${text} `);
  }

  step(text) {
    this.say(`${text}…`);
    offer(this.buttons, this.actions);
  }

  received(bytes, total) {
    this.bar.hidden = false;
    this.bar.value = bytes / total;
    if (bytes === total) this.step("Arrancando la máquina y Python");
  }

  ready() {
    this.say(`En tu pestaña: Docker Engine ${this.about.engine}, en marcha.`);
    offer(this.buttons, this.actions);
  }

  running(number, waiting) {
    const more = waiting === 0 ? "" : waiting === 1 ? " Espera otra." : ` Esperan otras ${waiting}.`;
    this.say(`Ejecutando la celda ${number}.${more}`);
  }

  idle(number, good) {
    this.say(good ? `La celda ${number} está hecha.` : `La celda ${number} acabó con un error: mira su salida.`);
  }
}

/** Pone unos botones en una caja, en lugar de los que hubiera. */
function offer(box, choices) {
  box.replaceChildren(...choices.map(([text, act]) => {
    const button = make("button", { type: "button", textContent: text });
    button.addEventListener("click", act);
    return button;
  }));
}

function make(tag, properties) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  return element;
}
