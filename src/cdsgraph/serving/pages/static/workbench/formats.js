// The formats that an answer can be had in: media type and suffix of the file.

export const RESULTS = {
  JSON: ["application/sparql-results+json", "json"],
  CSV: ["text/csv", "csv"],
  TSV: ["text/tab-separated-values", "tsv"],
  XML: ["application/sparql-results+xml", "xml"],
};

export const GRAPHS = {
  Turtle: ["text/turtle", "ttl"],
  "JSON-LD": ["application/ld+json", "jsonld"],
  "N-Triples": ["application/n-triples", "nt"],
  "RDF/XML": ["application/rdf+xml", "rdf"],
};

/** Offer a text as a file to be saved. */
export function save(text, mediaType, name) {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
