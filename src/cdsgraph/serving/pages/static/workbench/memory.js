// The queries that were run, kept in this browser and nowhere else.

const KEY = "cdsgraph.queries";
const KEPT = 50;

/** What is kept, the last query first: query, when (ISO 8601), rows (null where it failed). */
export function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.query === "string") : [];
  } catch {
    return [];
  }
}

/** Keep a query that was run; one that is kept already moves to the top. */
export function remember(query, rows) {
  const kept = [{ query, when: new Date().toISOString(), rows }, ...remembered().filter((each) => each.query !== query)];
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.slice(0, KEPT)));
  } catch {
    // A browser that keeps nothing, or is full, has no history.
  }
}

/** Forget all of them. */
export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}
