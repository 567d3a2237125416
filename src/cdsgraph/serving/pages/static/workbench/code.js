// The query as a command and as a program that ask this server for it.

const curl = (address, query, graph) => `curl '${address}' \\
  -H 'Accept: ${graph ? "text/turtle" : "text/csv"}' \\
  --data-urlencode query@- <<'SPARQL'
${query.trimEnd()}
SPARQL
`;

// In a raw string of three quotes the text may hold neither these nor a backslash at its end.
const literal = (text) => (text.includes('"""') || text.includes("\\") ? JSON.stringify(text) : `"""\n${text.trimEnd()}\n"""`);

const python = (address, query, form) => {
  const graph = form === "CONSTRUCT" || form === "DESCRIBE";
  const format = graph ? "TURTLE" : form === "ASK" ? "JSON" : "CSV";
  const uses = format === "CSV" ? "from io import BytesIO\n\nimport pandas as pd\n" : "";
  const shown = {
    CSV: "pd.read_csv(BytesIO(endpoint.query().convert()))",
    JSON: 'endpoint.query().convert()["boolean"]',
    TURTLE: "endpoint.query().convert().decode()",
  };
  return `${uses}from SPARQLWrapper import ${format}, SPARQLWrapper

endpoint = SPARQLWrapper("${address}")
endpoint.setReturnFormat(${format})
endpoint.setMethod("POST")
endpoint.setQuery(${literal(query)})
print(${shown[format]})
`;
};

/** The code in a language (curl or python) for a query of that form. */
export function asCode(language, address, query, form) {
  if (language === "curl") return curl(address, query, form === "CONSTRUCT" || form === "DESCRIBE");
  return python(address, query, form);
}
