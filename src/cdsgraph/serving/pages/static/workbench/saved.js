// Saved questions: found by their words, their parameters as a form, put into the query as terms.

import { ask } from "./asking.js";
import { make } from "./elements.js";
import { language, word } from "./words.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const DEFAULT_BASE = "https://w3id.org/cdsgraph/";
const OFFERED = 500;
// What may hold `?_name` without meaning it (strings, IRIs, comments) comes first; the last branch is a parameter.
const PLACES =
  /"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*|[?$]_(\w+)/gs;

const { base, endpoint } = document.getElementById("workbench").dataset;

const whole = (value) => (value.split("/", 1)[0].includes(":") ? value : base + value.replace(/^\/+/, ""));

function term({ type }, value) {
  if (type === "iri") return `<${whole(value.trim()).replace(/[\s<>"{}|\\^`]/g, encodeURIComponent)}>`;
  if (type === "date") return `"${value}"^^<${XSD}date>`;
  if (type === "number") return `"${value}"^^<${XSD}decimal>`;
  return JSON.stringify(value);
}

/** The query with its parameters replaced by the values given; a parameter without a value stays as it is. */
export function rendered(saved, values) {
  const known = new Map(saved.params.map((each) => [each.name, each]));
  const text = saved.query
    .replace(/^#\+[^\n]*\n?/gm, "")
    .trim()
    .replaceAll(new RegExp(`${DEFAULT_BASE.replaceAll(".", "\\.")}(?=(?:id|def|graph)/)`, "g"), base);
  const put = (token, name) => (name && known.has(name) && values[name] ? term(known.get(name), values[name]) : token);
  return `${text.replace(PLACES, put)}\n`;
}

/** Things of the same class as the default of a parameter, to choose from. */
async function offer(list, iri) {
  const query = `PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?name WHERE { <${iri}> a ?class . FILTER(STRSTARTS(STR(?class), "http") && ?class != skos:Concept)
?thing a ?class ; skos:prefLabel ?name . FILTER(LANG(?name) = "${language}") } ORDER BY ?name LIMIT ${OFFERED}`;
  const { rows } = await ask(endpoint, query);
  list.replaceChildren(
    ...rows.map(({ thing, name }) => {
      const value = thing.value.startsWith(base) ? thing.value.slice(base.length) : thing.value;
      return make("option", { value }, name.value);
    }),
  );
}

/** Fill a form with the parameters of a saved query. */
export function fill(form, saved) {
  const fields = saved.params.map((each) => {
    const type = each.type === "date" ? "date" : "text";
    const attributes = { name: each.name, type, value: each.default ?? "", required: true, autocomplete: "off" };
    if (each.type === "number") attributes.inputmode = "decimal";
    if (each.type !== "iri") return make("label", {}, each.label[language], make("input", attributes));
    const list = make("datalist", { id: `things-${each.name}` });
    const input = make("input", { ...attributes, list: list.id });
    if (each.default) input.addEventListener("focus", () => offer(list, whole(each.default)).catch(() => {}), { once: true });
    return make("label", {}, each.label[language], input, list);
  });
  form.replaceChildren(...fields);
  form.hidden = !fields.length;
}

/** The first field without a value, told; null when the form is complete. */
export function lacking(form, saved) {
  const empty = saved.params.find((each) => !form.elements.namedItem(each.name)?.value);
  return empty ? word("saved.missing", { name: empty.label[language] }) : null;
}
