// A graph as rows: N-Triples (https://www.w3.org/TR/n-triples/), one triple a line, as the endpoint writes them.

const TRIPLE = /^(<[^>]*>|_:\S+) <([^>]*)> (<[^>]*>|_:\S+|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z\d-]+)|\^\^<([^>]*)>)?) \.$/;
const ESCAPED = /\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|(.))/g;
const MEANT = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

const plain = (text) =>
  text.replace(ESCAPED, (_, four, eight, one) => (four || eight ? String.fromCodePoint(parseInt(four ?? eight, 16)) : (MEANT[one] ?? one)));

const node = (text) => (text.startsWith("<") ? { type: "uri", value: plain(text.slice(1, -1)) } : { type: "bnode", value: text });

/** Subject, predicate and object of each triple, in the way of SPARQL's JSON results, under the three `names`. */
export function rowsOf(text, names) {
  const found = [];
  for (const line of text.split("\n")) {
    const match = line.match(TRIPLE);
    if (!match) continue;
    const [, subject, predicate, object, literal, lang, datatype] = match;
    const value = literal === undefined ? node(object) : { type: "literal", value: plain(literal), ...(lang && { "xml:lang": lang }), ...(datatype && { datatype }) };
    found.push({ [names[0]]: node(subject), [names[1]]: { type: "uri", value: plain(predicate) }, [names[2]]: value });
  }
  return found;
}
