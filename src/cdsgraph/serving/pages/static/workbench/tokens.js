// What can be known of a SPARQL text without parsing it whole, so that it holds while the text is being written.

const TOKEN = new RegExp(
  [
    "(?<space>\\s+|#[^\\n]*)",
    "(?<string>(?:\"\"\"(?:[^\"\\\\]|\\\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\\\]|\\\\.|'(?!''))*'''|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*')" +
      "(?:@[A-Za-z-]+|\\^\\^(?:<[^<>\\s]*>|[\\p{L}\\d_.-]*:[\\p{L}\\d_.-]*))?)",
    "(?<iri><[^<>\"{}|^`\\\\\\s]*>)",
    "(?<variable>[?$][\\p{L}\\d_]+)",
    "(?<name>(?:[\\p{L}_][\\p{L}\\d_.-]*)?:(?:[\\p{L}\\d_:%-]|\\.(?=[\\p{L}\\d_:%-])|\\\\.)*)",
    "(?<number>[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)",
    "(?<word>[A-Za-z_][A-Za-z\\d_]*)",
    "(?<sign>.)",
  ].join("|"),
  "gsu",
);

export const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** The tokens of a text, without spaces and comments: kind, text, start, end. */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined);
    if (kind !== "space") found.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return found;
}

const isWord = (token, word) => token?.kind === "word" && token.text.toUpperCase() === word;

/** Prefixes that the text declares (prefix to namespace), those it uses, and where the last declaration ends. */
export function prefixesOf(text) {
  const declared = new Map();
  const used = new Set();
  let end = 0;
  const all = tokens(text);
  all.forEach((token, at) => {
    if (token.kind === "name") {
      const prefix = token.text.slice(0, token.text.indexOf(":"));
      if (isWord(all[at - 1], "PREFIX")) {
        declared.set(prefix, all[at + 1]?.kind === "iri" ? all[at + 1].text.slice(1, -1) : "");
        end = (all[at + 1]?.kind === "iri" ? all[at + 1] : token).to;
      } else if (prefix !== "_") used.add(prefix);
    } else if (isWord(token, "BASE") && all[at + 1]?.kind === "iri") end = all[at + 1].to;
    else if (token.kind === "string") {
      const datatype = token.text.match(/\^\^([\p{L}\d_.-]*):[\p{L}\d_.-]*$/u);
      if (datatype) used.add(datatype[1]);
    }
  });
  return { declared, used, end };
}

/** The form of the query (SELECT, ASK, CONSTRUCT, DESCRIBE), or null. */
export function formOf(text) {
  const first = tokens(text).find((token) => token.kind === "word" && /^(SELECT|ASK|CONSTRUCT|DESCRIBE)$/i.test(token.text));
  return first ? first.text.toUpperCase() : null;
}

/** The LIMIT of the whole query, null where it has none. */
export function limitOf(text) {
  const all = tokens(text);
  const end = all.findLastIndex((token) => token.text === "}");
  const at = all.findIndex((token, index) => index > end && isWord(token, "LIMIT"));
  return at < 0 || all[at + 1]?.kind !== "number" ? null : Number(all[at + 1].text);
}

/**
 * Where the last of the tokens leaves the reader: `place` is subject, predicate, object, end, inside (an expression or
 * the like) or outside (of every group); with the subject and predicate at hand. `triples` are those that were read.
 */
export function walk(all) {
  const groups = [];
  const triples = [];
  let here = { place: "outside" };
  const enter = (place, subject) => {
    groups.push(here);
    here = { place, subject, predicate: null };
  };
  const leave = () => {
    here = groups.pop() ?? { place: "outside" };
  };
  const take = (token) => {
    if (here.place === "subject") Object.assign(here, { subject: token, place: "predicate", predicate: null });
    else if (here.place === "predicate") Object.assign(here, { predicate: token, place: "object" });
    else if (here.place === "object") {
      triples.push({ subject: here.subject, predicate: here.predicate, object: token });
      here.place = "end";
    }
  };
  all.forEach((token, at) => {
    const before = all[at - 1];
    const { text, kind } = token;
    if (text === "{") enter(here.values ? "inside" : "subject");
    else if (text === "}") {
      leave();
      if (here.values) here.values = false;
      if (here.place !== "outside") here.place = "subject";
    } else if (here.place === "predicate" && (text === "(" || text === ")" || text === "^" || text === "!")) return;
    else if (text === "[") {
      const node = { kind: "node", text: `[${token.from}` };
      take(node);
      enter("predicate", node);
    } else if (text === "(") enter("inside");
    else if (text === "]") leave();
    else if (text === ")") {
      if (here.place !== "inside") return;
      leave();
      if (here.place === "object") here.place = "end";
    } else if (here.place === "outside" || here.place === "inside") {
      return;
    } else if (text === ".") here.place = "subject";
    else if (text === ";") here.place = "predicate";
    else if (text === "," && here.place === "end") here.place = "object";
    else if ((text === "/" || text === "|") && here.place === "object") Object.assign(here, { place: "predicate", path: true });
    else if (kind === "word") {
      const said = text.toUpperCase();
      if (here.place === "predicate" && text === "a") take({ ...token, kind: "iri", text: `<${RDF_TYPE}>` });
      else if (here.place === "object" && (said === "TRUE" || said === "FALSE")) take(token);
      else {
        here.place = "subject";
        if (said === "VALUES") here.values = true;
      }
    } else if (kind !== "sign") {
      if (here.values || isWord(before, "GRAPH") || isWord(before, "SERVICE") || isWord(before, "FILTER")) return;
      if (here.place === "end") here.place = "subject";
      take(token);
    }
  });
  return { ...here, triples };
}

/** The IRI that a token names, null where it names none; `namespaces` holds the prefixes. */
export function iriOf(token, namespaces) {
  if (token?.kind === "iri") return token.text.slice(1, -1);
  if (token?.kind !== "name") return null;
  const at = token.text.indexOf(":");
  const namespace = namespaces.get(token.text.slice(0, at));
  return namespace === undefined ? null : namespace + token.text.slice(at + 1);
}

/** The classes that the text gives to a subject, as IRIs. */
export function classesOf(subject, triples, namespaces) {
  return triples
    .filter((triple) => triple.subject?.text === subject.text && iriOf(triple.predicate, namespaces) === RDF_TYPE)
    .map((triple) => iriOf(triple.object, namespaces))
    .filter((iri) => iri !== null);
}
