// The answer as a table: sorted by a column, a part at a time, things by their names.

import { make } from "./elements.js";
import { href, isNumber, isTime, learnNames, named, text } from "./terms.js";
import { count, locale, word } from "./words.js";

const AT_ONCE = 100;

const collator = new Intl.Collator(locale, { numeric: true });

function compare(one, two) {
  if (!one || !two) return one ? -1 : two ? 1 : 0;
  if (isNumber(one) && isNumber(two)) return Number(one.value) - Number(two.value);
  return collator.compare(one.value, two.value);
}

function cell(term, numeric, known) {
  const box = make("td", { class: numeric ? "number" : isTime(term) ? "day" : null });
  if (!term) return box;
  if (term.type === "uri") {
    const address = href(term.value);
    const shown = named(term.value, known);
    box.append(address ? make("a", { href: address, title: term.value, "data-iri": term.value }, shown) : shown);
  } else {
    box.append(text(term));
    if (term["xml:lang"]) {
      box.lang = term["xml:lang"];
      box.append(make("span", { class: "tag" }, ` @${term["xml:lang"]}`));
    }
  }
  return box;
}

/** Fill `parent` with the rows of an answer; `known` is the vocabulary. */
export function showTable(parent, { names, rows }, known) {
  if (!rows.length) {
    parent.replaceChildren(make("p", {}, word("empty")));
    return;
  }
  const numeric = new Set(names.filter((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || isNumber(row[name]))));
  let sorted = rows;
  let shown = 0;
  const body = make("tbody");
  const told = make("p", { class: "quiet told", role: "status" });
  const more = make("button", { type: "button", class: "plain" });

  async function nameThings(links) {
    // A table without names is still the answer.
    await learnNames(links.map((link) => link.dataset.iri), known).catch(() => {});
    for (const link of links) link.textContent = named(link.dataset.iri, known);
  }

  function append() {
    const next = sorted.slice(shown, shown + AT_ONCE).map((row) =>
      make("tr", {}, ...names.map((name) => cell(row[name], numeric.has(name), known))),
    );
    body.append(...next);
    shown += next.length;
    const left = rows.length - shown;
    told.replaceChildren(left ? word("shown", { shown: count(shown), n: count(rows.length) }) : "");
    more.hidden = !left;
    more.textContent = word("more", { n: count(Math.min(left, AT_ONCE)) });
    nameThings(next.flatMap((row) => [...row.querySelectorAll("a[data-iri]")]));
  }

  function sortBy(name, heading) {
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    for (const each of heading.parentElement.children) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    sorted = [...rows].sort((one, two) => {
      if (!one[name] || !two[name]) return compare(one[name], two[name]);
      return ascending ? compare(one[name], two[name]) : compare(two[name], one[name]);
    });
    body.replaceChildren();
    shown = 0;
    append();
  }

  const headings = names.map((name) => {
    const button = make("button", { type: "button", title: word("sort", { name }) }, name);
    const heading = make("th", { scope: "col", class: numeric.has(name) ? "number" : null }, button);
    button.addEventListener("click", () => sortBy(name, heading));
    return heading;
  });
  const table = make("table", { class: "rows" }, make("thead", {}, make("tr", {}, ...headings)), body);
  more.addEventListener("click", append);
  append();
  parent.replaceChildren(
    make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": word("table.name") }, table),
    make("p", { class: "told" }, more),
    told,
  );
}
