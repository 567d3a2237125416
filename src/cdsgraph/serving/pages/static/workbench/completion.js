// What to offer at the cursor: keywords, variables, prefixes, classes, and properties that things of the class have.

import { classesOf, iriOf, prefixesOf, RDF_TYPE, tokens, walk } from "./tokens.js";
import { count, word } from "./words.js";

const KEYWORDS = (
  "SELECT DISTINCT WHERE FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES ORDER BY DESC ASC LIMIT OFFSET GROUP HAVING " +
  "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT EXISTS NOT IN AS ASK CONSTRUCT DESCRIBE PREFIX FROM NAMED " +
  "LANG DATATYPE STR REGEX CONTAINS STRSTARTS LCASE UCASE YEAR MONTH COALESCE IF BOUND ISIRI ROUND CONCAT REPLACE"
).split(" ");
const RANKS = 90;

/** Prefixes, classes and properties of the dataset; without them (the server is busy) only keywords are offered. */
export async function vocabulary(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const told = answer.ok ? await answer.json() : { prefixes: {}, classes: [], properties: [] };
  const byIri = (terms) => new Map(terms.map((term) => [term.iri, term]));
  return {
    prefixes: new Map(Object.entries(told.prefixes)),
    classes: told.classes,
    properties: told.properties,
    classByIri: byIri(told.classes),
    propertyByName: new Map(told.properties.map((term) => [term.name, term])),
    names: new Map([...byIri(told.properties), ...byIri(told.classes)]),
  };
}

const ranked = (options) => options.map((option, at) => ({ ...option, boost: RANKS - Math.min(at, 2 * RANKS) }));

function ofTerms(terms, type, told) {
  return ranked(
    terms.map((term) => ({
      label: /^[\p{L}_][\p{L}\d_-]*:[\p{L}\d_-]+$/u.test(term.name) ? term.name : `<${term.iri}>`,
      type,
      detail: term.label === term.name ? undefined : term.label,
      info: [told(term), term.definition].filter(Boolean).join("\n\n"),
    })),
  );
}

/** The properties that things of all these classes have, in their order of use; all of them without a class known. */
function propertiesOf(classes, known) {
  const lists = classes.map((iri) => known.classByIri.get(iri)?.properties).filter((list) => list?.length);
  if (!lists.length) return known.properties;
  const [first, ...others] = lists.sort((one, two) => one.length - two.length);
  return first.filter((name) => others.every((list) => list.includes(name))).map((name) => known.propertyByName.get(name));
}

/** The options for the token that ends at `position` of a text: `{from, options}`, null where nothing is to be offered. */
export function offers(text, position, known, explicit) {
  const all = tokens(text);
  const inside = all.find((token) => token.from < position && position <= token.to && token.kind !== "sign");
  if (inside && ["string", "iri", "number"].includes(inside.kind)) return null;
  if (/#[^\n<>]*$/.test(text.slice(0, position).replace(/<[^<>\s]*>/g, ""))) return null;
  const from = inside ? inside.from : /[?$]$/.test(text.slice(0, position)) ? position - 1 : position;
  const { place, subject, predicate, path, triples } = walk(all.filter((token) => token.to <= from));
  const namespaces = new Map([...known.prefixes, ...prefixesOf(text).declared]);
  const ofType = place === "object" && !path && iriOf(predicate, namespaces) === RDF_TYPE;
  if (from === position && !explicit && !ofType) return null;
  const written = text.slice(from, position);
  const variables = [...new Set(all.filter((each) => each.kind === "variable" && each.from !== from).map((each) => each.text))];
  const options = [];
  if (ofType) {
    options.push(...ofTerms(known.classes, "class", (term) => word("class", { n: count(term.things) })));
  } else if (place === "predicate") {
    const everywhere = walk(all.filter((token) => token !== inside)).triples;
    const classes = path ? [] : classesOf(subject, [...triples, ...everywhere], namespaces);
    options.push({ label: "a", type: "keyword", boost: RANKS, detail: "rdf:type" });
    options.push(...ofTerms(propertiesOf([...new Set(classes)], known), "property", () => word("property")));
  }
  if (place !== "predicate" && !ofType) {
    options.push(...KEYWORDS.map((label) => ({ label, type: "keyword" })));
    const prefixes = [...known.prefixes].map(([label, detail]) => ({ label: `${label}:`, type: "namespace", detail }));
    options.push(...prefixes);
    if (written.includes(":")) options.push(...ofTerms(known.classes, "class", (term) => word("class", { n: count(term.things) })));
  }
  options.push(...variables.map((label) => ({ label, type: "variable" })));
  return { from, options, validFor: /^[?$\p{L}\d_:.-]*$/u };
}
