// RDF terms as a reader sees them: links, short names, numbers, and the names of things.

import { ask } from "./asking.js";
import { language, locale } from "./words.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger"].map((name) => XSD + name));
const TIMES = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((name) => XSD + name));
const GROUPED = 10_000; // below it a whole number may be a year
const NAMED_AT_ONCE = 200;

const { base, ontology, root, endpoint, chosenLanguage } = document.getElementById("workbench").dataset;
const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 20 });
const whole = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 20 });

export const isNumber = (term) => NUMBERS.has(term?.datatype);
export const isTime = (term) => TIMES.has(term?.datatype);

/** A date or year as a moment, for charts; null where it is none. */
export function moment(term) {
  const match = term.value.match(/^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/);
  return match ? new Date(Date.UTC(+match[1], match[2] ? match[2] - 1 : 0, match[3] ? +match[3] : 1)) : null;
}

/** Where a link to an IRI leads: things of the dataset to their page here, web addresses to themselves. */
export function href(iri) {
  let path = null;
  if (iri.startsWith(ontology)) path = `/ns#${encodeURIComponent(iri.slice(ontology.length))}`;
  else if (iri.startsWith(base)) path = `/doc/${encodeURI(iri.slice(base.length))}`;
  if (path === null) return /^https?:\/\//.test(iri) ? iri : null;
  if (!chosenLanguage) return root + path;
  const [page, fragment] = path.split("#");
  return `${root}${page}?lang=${chosenLanguage}${fragment ? `#${fragment}` : ""}`;
}

/** An IRI with a prefix where one fits. */
export function short(iri, prefixes) {
  let best = "";
  let found = iri;
  for (const [prefix, namespace] of prefixes) {
    if (iri.startsWith(namespace) && iri.length > namespace.length && namespace.length > best.length) {
      best = namespace;
      found = `${prefix}:${iri.slice(namespace.length)}`;
    }
  }
  return found;
}

/** The text of a literal: numbers the local way, all else as it is. */
export function text(term) {
  const value = Number(term.value);
  if (!isNumber(term) || !Number.isFinite(value)) return term.value;
  const digits = term.value.match(/\.(\d+)$/)?.[1].length;
  const shown = digits ? { minimumFractionDigits: digits, maximumFractionDigits: digits } : null;
  if (shown) return new Intl.NumberFormat(locale, shown).format(value);
  return (Math.abs(value) < GROUPED ? whole : numbers).format(value);
}

/** An IRI by the name of the thing where it is known, else in short; `known` is the vocabulary. */
export const named = (iri, known) => known.names.get(iri)?.label ?? short(iri, known.prefixes);

/** Learn the names of IRIs in the reader's language, as far as the dataset has them. */
export async function learnNames(iris, known) {
  const unknown = [...new Set(iris)].filter((iri) => !known.names.has(iri) && /^https?:[^\s<>"{}|\\^`]+$/.test(iri));
  const asked = unknown.slice(0, NAMED_AT_ONCE);
  if (!asked.length) return;
  const query = `PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?name WHERE { VALUES ?thing { ${asked.map((iri) => `<${iri}>`).join(" ")} } ?thing skos:prefLabel|rdfs:label ?name }
ORDER BY ?thing ?name`;
  const { rows } = await ask(endpoint, query);
  for (const wanted of [language, "vi", null]) {
    for (const { thing, name } of rows) {
      const fits = wanted === null || name["xml:lang"] === wanted;
      if (fits && !known.names.has(thing.value)) known.names.set(thing.value, { label: name.value });
    }
  }
}
