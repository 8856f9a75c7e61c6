"""La conversación para leerla: el bloque del terminal y la tabla de peticiones, en HTML y en texto."""

from __future__ import annotations

from html import escape

from muelle.model.conversation import Conversation, Exchange
from muelle.model.text import visible

from .summary import full_text, human_bytes, request_summary, response_summary
from .tidy import short_ids

MAX_LINES = 40
MAX_COLUMNS = 400
MAX_ROWS = 30
_CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"} | {127: 0x2421}
"""De un carácter de control, que ni HTML ni un terminal deben recibir, a su dibujo (`\x07` → `␇`)."""
HEADINGS = ("N.º", "Petición", "Respuesta", "Cuerpos", "Tiempo", "Qué se dijeron")

STYLE = """<style>
.muelle-terminal, .muelle-conversacion {
  border: 1px solid var(--muelle-border, var(--jp-border-color1, #888));
  border-radius: 6px; margin: .6em 0; overflow-x: auto;
  background: var(--muelle-surface, var(--jp-layout-color1, #f6f8fa));
  color: var(--muelle-text-base, var(--jp-content-font-color1, #1b1f24)); }
.muelle-terminal pre, .muelle-conversacion pre { background: transparent; border: 0; margin: 0;
  padding: .6em .9em; color: inherit; font-size: .85em; line-height: 1.4; white-space: pre; }
.muelle-terminal p { margin: 0; padding: 0 .9em .5em; font-size: .85em; }
.muelle-conversacion table { border-collapse: collapse; width: 100%; margin: 0; font-size: .85em; }
.muelle-conversacion caption { caption-side: top; text-align: left; padding: .5em .9em; font-weight: 600;
  color: inherit; }
.muelle-conversacion th, .muelle-conversacion td { text-align: left; vertical-align: top; padding: .3em .9em;
  border-top: 1px solid var(--muelle-border, var(--jp-border-color1, #888)); }
.muelle-conversacion td.numero { text-align: right; white-space: nowrap; }
.muelle-conversacion code { background: transparent; color: inherit; padding: 0; overflow-wrap: anywhere; }
.muelle-conversacion td:nth-child(2) { min-width: 15em; }
.muelle-conversacion details pre { max-height: 22em; overflow: auto; }
@media (max-width: 640px) {
  .muelle-conversacion thead { display: none; }
  .muelle-conversacion tr { display: block; padding: .4em .9em;
    border-top: 1px solid var(--muelle-border, var(--jp-border-color1, #888)); }
  .muelle-conversacion td { display: inline-block; border: 0; padding: 0 .8em 0 0; }
  .muelle-conversacion td:nth-child(2) { min-width: 0; }
  .muelle-conversacion td:last-child { display: block; padding: 0; }
}
</style>"""


def _visible(shown: str) -> str:
    """Sin nada que no se vea o dé la vuelta al texto: lo escribe un contenedor o lo responde un motor."""
    return visible(shown.replace("\r\n", "\n").translate(_CONTROLS), keep="\t\n")


def bounded(text: str, lines: int = MAX_LINES) -> str:
    """El texto hasta `lines` líneas de un ancho razonable, y cuántas faltan."""
    every = text.rstrip("\n").split("\n")
    shown = [line if len(line) <= MAX_COLUMNS else line[:MAX_COLUMNS] + "…" for line in every[:lines]]
    left = len(every) - lines
    if left > 0:
        shown.append("… (1 línea más)" if left == 1 else f"… ({left} líneas más)")
    return "\n".join(shown)


def status(exchange: Exchange) -> str:
    """Cómo respondió el demonio, en una línea."""
    if not exchange.status:
        return "sin respuesta"
    if exchange.upgraded:
        return f"{exchange.status} (pasa a {exchange.upgraded})"
    return f"{exchange.status} {exchange.reason}".strip()


def route(exchange: Exchange) -> str:
    """La ruta con los identificadores cortos, sin versión ni consulta."""
    return short_ids(exchange.path)


def terminal_block(command: str, output: str, exit_code: int | None, note: str = "") -> str:
    """El bloque que imita un terminal: la orden y lo que mostró, acotado a una pantalla.

    Args:
        exit_code: se dice cuando no es 0.
        note: una frase más, debajo.
    """
    text = f"$ {command}\n{bounded(short_ids(output))}".rstrip("\n")
    notes = [note] if note else [f"Código de salida: {exit_code}"] if exit_code else []
    below = "".join(f"<p>{escape(each)}</p>" for each in notes)
    return _visible(
        f'{STYLE}<div class="muelle-terminal" role="group" aria-label="Terminal" tabindex="0">'
        f"<pre>{escape(text)}</pre>{below}</div>"
    )


def _details(exchange: Exchange) -> str:
    parts = []
    for label, text in (
        ("Petición", full_text(exchange.request_headers, exchange.request_body, exchange.query)),
        ("Respuesta", full_text(exchange.response_headers, exchange.response_body)),
    ):
        if text:
            parts.append(f"{label}\n{bounded(text)}")
    if not parts:
        return ""
    text = escape("\n".join(parts))
    return f'<details><summary>Ver entero</summary><pre tabindex="0">{text}</pre></details>'


def _row(number: int, exchange: Exchange) -> str:
    said = [text for text in (request_summary(exchange), response_summary(exchange)) if text]
    summary = "<br>".join(escape(text) for text in said)
    size = human_bytes(exchange.request_bytes + exchange.response_bytes)
    return (
        f'<tr><td class="numero">{number}</td>'
        f"<td><code>{escape(exchange.method)} {escape(route(exchange))}</code></td>"
        f"<td>{escape(status(exchange))}</td>"
        f'<td class="numero">{size}</td><td class="numero">{exchange.duration * 1000:.0f} ms</td>'
        f"<td>{summary}{_details(exchange)}</td></tr>"
    )


def _more(conversation: Conversation) -> str:
    """Cuántas peticiones quedan sin enseñar."""
    left = len(conversation.exchanges) - MAX_ROWS
    return "… y 1 petición más" if left == 1 else f"… y {left} peticiones más"


def exchanges_table(conversation: Conversation) -> str:
    """La tabla de peticiones y respuestas, con el JSON plegado."""
    exchanges = conversation.exchanges
    if not exchanges:
        return f'{STYLE}<div class="muelle-conversacion"><p>No hubo ninguna petición al demonio.</p></div>'
    rows = "".join(_row(number, each) for number, each in enumerate(exchanges[:MAX_ROWS], 1))
    if len(exchanges) > MAX_ROWS:
        rows += f'<tr><td colspan="6">{_more(conversation)}</td></tr>'
    headings = "".join(f'<th scope="col">{each}</th>' for each in HEADINGS)
    return _visible(
        f'{STYLE}<div class="muelle-conversacion" role="group" aria-label="Peticiones" tabindex="0">'
        f"<table><caption>Lo que se dijeron cliente y demonio: {escape(conversation.title)}</caption>"
        f"<thead><tr>{headings}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def plain(command: str, conversation: Conversation, note: str = "") -> str:
    """Lo mismo, en texto."""
    lines = (
        [f"$ {command}", bounded(short_ids(conversation.output))] if conversation.output else [f"$ {command}"]
    )
    if note:
        lines.append(note)
    elif conversation.exit_code:
        lines.append(f"Código de salida: {conversation.exit_code}")
    lines.append("")
    for number, each in enumerate(conversation.exchanges[:MAX_ROWS], 1):
        lines.append(f"{number:>2}. {each.method} {route(each)} → {status(each)}")
        lines += [f"      {text}" for text in (request_summary(each), response_summary(each)) if text]
    if len(conversation.exchanges) > MAX_ROWS:
        lines.append(_more(conversation))
    return _visible("\n".join(lines))
