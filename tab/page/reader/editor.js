// El editor de una celda: CodeMirror 6 con Python. Se trae la primera vez que alguien edita.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// Los mismos colores que el código publicado: las clases son las de Pygments.
const colours = HighlightStyle.define([
  { tag: tags.keyword, class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s2" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.operator, class: "o" },
]);

/**
 * Pone un editor en `parent`.
 *
 * @param {{label: string, changed: (text: string) => void, run: () => void}} hooks su nombre para quien no ve,
 *   a quién contar cada cambio y qué hacer con Mayús+Intro.
 */
export function createEditor(parent, text, { label, changed, run }) {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        // Tab no se toma: con el teclado, del editor se sale.
        keymap.of([{ key: "Shift-Enter", run: () => { run(); return true; } }, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping, // sin una caja que se desplace y a la que el teclado no llega
        history(),
        closeBrackets(),
        bracketMatching(),
        python(),
        indentUnit.of("    "),
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.updateListener.of(update => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
  return { text: () => view.state.doc.toString(), focus: () => view.focus(), destroy: () => view.destroy() };
}
