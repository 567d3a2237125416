// Queries to the endpoint of this server: the answer with the time it took, or why there is none.

import { rowsOf } from "./triples.js";
import { hasWord, language, word } from "./words.js";

const RESULTS = "application/sparql-results+json, application/n-triples";

/** Why there is no answer: title, detail, advice, and the line and column of the query where they are known. */
export class Failure extends Error {
  constructor(told) {
    super(told.detail);
    this.told = told;
  }
}

/** A problem with its remedy in the detail, and what its status means to somebody who asks. */
export function advised(problem) {
  return {
    ...problem,
    detail: [problem.detail, problem.remedy].filter(Boolean).join(". "),
    advice: hasWord(`error.${problem.status}`) ? word(`error.${problem.status}`) : "",
  };
}

async function failure(answer) {
  const told = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
  const [vietnamese, english] = (told.title ?? `${answer.status}`).split(" · ");
  return new Failure(advised({ ...told, status: answer.status, title: language === "en" ? (english ?? vietnamese) : vietnamese }));
}

/** The answer to a query in one of the media types accepted. Throws Failure, or AbortError when `signal` stops it. */
export async function fetched(endpoint, query, accept, signal) {
  let answer;
  try {
    answer = await fetch(endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/sparql-query", Accept: accept },
      body: query,
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure({ title: word("error.network"), detail: "", advice: "" });
  }
  if (!answer.ok) throw await failure(answer);
  return answer;
}

/** The answer as `{names, rows}` (of a graph with `graph`: true, a row a triple) or `{boolean}`, with `milliseconds`. */
export async function ask(endpoint, query, signal) {
  const begun = performance.now();
  const answer = await fetched(endpoint, query, RESULTS, signal);
  const told = answer.headers.get("content-type").includes("json")
    ? await answer.json()
    : { triples: await answer.text() };
  const milliseconds = performance.now() - begun;
  if ("triples" in told) {
    const names = ["subject", "predicate", "object"].map((name) => word(`graph.${name}`));
    return { graph: true, names, rows: rowsOf(told.triples, names), milliseconds };
  }
  if ("boolean" in told) return { boolean: told.boolean, milliseconds };
  return { names: told.head.vars, rows: told.results.bindings, milliseconds };
}
