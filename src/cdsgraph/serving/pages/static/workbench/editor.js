// The editor in place of the text area: highlighting, completion, prefixes declared by themselves, errors in place.

import { offers } from "./completion.js";
import { prefixesOf } from "./tokens.js";

/** Where the server says an error is (line and column from 1, in characters) as an offset of the document. */
function offsetOf(doc, line, column) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("");
  return at.from + Math.min(before.length, at.length);
}

function theme({ EditorView, HighlightStyle, tags }) {
  const colours = HighlightStyle.define([
    { tag: tags.keyword, color: "var(--keyword)", fontWeight: "600" },
    { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--variable)" },
    { tag: [tags.namespace, tags.typeName, tags.className, tags.propertyName, tags.url], color: "var(--name)" },
    { tag: [tags.string, tags.number, tags.literal, tags.bool], color: "var(--string)" },
    { tag: tags.comment, color: "var(--comment)", fontStyle: "italic" },
  ]);
  const look = EditorView.theme({
    "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: ".88rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.55", minHeight: "14rem", maxHeight: "70vh", overflow: "auto" },
    ".cm-content": { caretColor: "var(--ink)", fontVariantLigatures: "none", padding: ".6rem 0" },
    ".cm-cursor": { borderLeftColor: "var(--ink)" },
    ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
    ".cm-activeLine": { backgroundColor: "transparent" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      backgroundColor: "color-mix(in srgb, var(--link) 28%, transparent)",
    },
    "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", color: "inherit" },
    ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--quiet)", borderRadius: "8px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", fontSize: ".82rem", maxHeight: "16rem", maxWidth: "min(34rem, 92vw)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--card)" },
    ".cm-completionDetail": { fontFamily: "var(--text)", fontStyle: "normal", color: "inherit", opacity: ".85" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
    ".cm-tooltip.cm-completionInfo": { padding: ".5rem .7rem", maxWidth: "22rem", fontFamily: "var(--text)", fontSize: ".82rem", whiteSpace: "pre-wrap" },
    // The library underlines with an image in a data: address, which the policy forbids.
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--failure) 2px", textUnderlineOffset: "3px" },
    ".cm-diagnostic-error": { borderLeftColor: "var(--failure)", fontFamily: "var(--text)", fontSize: ".85rem" },
  });
  return [look, colours];
}

/** Declares the prefixes that are typed and known, in the same step, so that one undo takes both back. */
function declaring(known) {
  return (transaction) => {
    if (!transaction.docChanged || !transaction.isUserEvent("input")) return transaction;
    const { declared, used, end } = prefixesOf(transaction.newDoc.toString());
    const missing = [...used].filter((prefix) => !declared.has(prefix) && known().prefixes.has(prefix)).sort();
    if (!missing.length) return transaction;
    const lines = missing.map((prefix) => `PREFIX ${prefix}: <${known().prefixes.get(prefix)}>`).join("\n");
    const insert = end ? `\n${lines}` : `${lines}\n\n`;
    return [transaction, { changes: { from: end, insert }, sequential: true }];
  };
}

/**
 * What is typed or put over a selection takes its place here and not by the browser, which would keep the colours of what
 * goes in a style attribute that the policy forbids.
 */
function replacing({ EditorView }) {
  return EditorView.domEventHandlers({
    beforeinput(event, view) {
      const { from, to } = view.state.selection.main;
      if (event.inputType !== "insertText" || !event.data || from === to || view.composing) return false;
      const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
      const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
      if (!handled) view.dispatch(insert());
      return true;
    },
    // A composition cannot be taken from the browser: it finds the selection gone.
    compositionstart(event, view) {
      if (!view.state.selection.main.empty) view.dispatch(view.state.update(view.state.replaceSelection(""), { userEvent: "delete.selection" }));
      return false;
    },
  });
}

/**
 * An editor in `parent` with the text of `area`, which stays the same as the editor's. `known` gives the vocabulary as
 * far as it has come; `run` is called for Ctrl+Enter, `changed` after each change by hand.
 */
export function editor({ parent, area, label, library, known, run, changed }) {
  const { EditorView, EditorState, keymap, Prec } = library;
  // In a shadow root the library adopts style sheets; in the page it would need style elements, which the policy forbids.
  const root = parent.attachShadow({ mode: "open" });
  const [look, colours] = theme(library);
  let whole = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        library.lineNumbers(),
        library.history(),
        library.drawSelection(),
        library.bracketMatching(),
        library.closeBrackets(),
        library.SparqlLanguage.configure({ props: [library.styleTags({ "PrefixedName Pname_ns Pname_ln": library.tags.propertyName })] }),
        library.syntaxHighlighting(colours),
        library.indentUnit.of("  "),
        library.autocompletion({
          override: [(context) => offers(context.state.doc.toString(), context.pos, known(), context.explicit)],
          icons: false,
        }),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": "keys", spellcheck: "false", tabindex: "0" }),
        EditorState.transactionFilter.of(declaring(known)),
        replacing(library),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          if (!whole) changed();
        }),
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        keymap.of([
          ...library.closeBracketsKeymap,
          ...library.completionKeymap,
          ...library.historyKeymap,
          ...library.defaultKeymap,
        ]),
      ],
    }),
  });
  parent.hidden = false;
  area.hidden = true;
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    setText(text) {
      whole = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      whole = false;
      view.dispatch(library.setDiagnostics(view.state, []));
    },
    /** Mark an error at a line and column, or none where `problem` is null. */
    mark(problem) {
      const found = [];
      if (problem?.line) {
        const from = offsetOf(view.state.doc, problem.line, problem.column ?? 1);
        const line = view.state.doc.lineAt(from);
        const to = Math.min(from + 1, line.to);
        found.push({ from: from === to ? Math.max(line.from, from - 1) : from, to, severity: "error", message: problem.detail });
      }
      view.dispatch(library.setDiagnostics(view.state, found));
    },
    /** Put the cursor at a line and column. */
    goTo(line, column) {
      view.dispatch({ selection: { anchor: offsetOf(view.state.doc, line, column ?? 1) }, scrollIntoView: true });
      view.focus();
    },
  };
}
