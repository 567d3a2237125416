// The workbench: what the reader does to the query and to its answer, put together from the modules beside this one.

import { advised, ask, Failure, fetched } from "./asking.js";
import { asCode } from "./code.js";
import { vocabulary } from "./completion.js";
import { choices, draw } from "./chart.js";
import { editor } from "./editor.js";
import { byId, copy, make } from "./elements.js";
import { GRAPHS, RESULTS, save } from "./formats.js";
import { forget, remember, remembered } from "./memory.js";
import { fill, lacking, rendered } from "./saved.js";
import { showTable } from "./table.js";
import { learnNames } from "./terms.js";
import { tabs } from "./tabs.js";
import { formOf, limitOf } from "./tokens.js";
import { count, inSeconds, language, locale, word } from "./words.js";

const LONGEST_LINK = 8_000; // characters of an address that browsers and mail programs pass on
const RAW_SHOWN = 200_000;
const TICK = 90; // milliseconds between the numbers of the clock

const { dataset } = byId("workbench");
const area = byId("query");
const state = { known: { prefixes: new Map(), classes: [], properties: [], classByIri: new Map(), propertyByName: new Map(), names: new Map() }, answer: null, running: null, saved: null, catalogue: null, problem: null, desk: null };

const graphAsked = () => ["CONSTRUCT", "DESCRIBE"].includes(formOf(state.answer?.query ?? area.value));

// The address keeps the query, and behind the # how its answer is looked at.

function viewOf() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

function address(query, view) {
  const parameters = new URLSearchParams({ query });
  if (dataset.chosenLanguage) parameters.set("lang", dataset.chosenLanguage);
  const hash = new URLSearchParams(view).toString();
  return `${dataset.endpoint}?${parameters}${hash ? `#${hash}` : ""}`;
}

function keepInAddress(query, view) {
  const link = address(query, view);
  if (link.length <= LONGEST_LINK) history.replaceState(null, "", link);
}

function keepView(changes) {
  if (!state.answer) return;
  keepInAddress(state.answer.query, { ...viewOf(), ...changes });
}

// Running a query.

function showProblem(told) {
  state.problem = told;
  byId("problem").hidden = !told;
  byId("to-problem").hidden = !told?.line;
  byId("problem-title").textContent = told?.title ?? "";
  byId("problem-detail").textContent = told?.detail ?? "";
  byId("problem-advice").textContent = told?.advice ?? "";
  byId("problem-place").textContent = told?.line ? word("place", { line: told.line, column: told.column }) : "";
  state.desk?.mark(told);
}

function running(on) {
  byId("run").disabled = on;
  byId("stop").hidden = !on;
  byId("answer").setAttribute("aria-busy", String(on));
}

async function run() {
  state.running?.abort();
  const query = area.value;
  const aborting = new AbortController();
  state.running = aborting;
  const begun = performance.now();
  const clock = setInterval(() => {
    byId("elapsed").textContent = word("running", { seconds: inSeconds(performance.now() - begun) });
  }, TICK);
  byId("status").textContent = "";
  showProblem(null);
  running(true);
  try {
    const answer = await ask(dataset.endpoint, query, aborting.signal);
    if (state.running !== aborting) return;
    state.answer = { ...answer, query };
    remember(query, answer.rows?.length ?? null);
    keepInAddress(query, viewOf());
    showAnswer();
  } catch (error) {
    if (state.running !== aborting) return;
    if (error.name === "AbortError") byId("status").textContent = word("cancelled");
    else if (error instanceof Failure) {
      remember(query, null);
      keepInAddress(query, viewOf());
      showProblem(error.told);
      byId("answer").hidden = true;
    } else throw error;
  } finally {
    clearInterval(clock);
    if (state.running === aborting) {
      state.running = null;
      byId("elapsed").textContent = "";
      running(false);
      showHistory();
    }
  }
}

// The answer.

function told(answer) {
  const seconds = inSeconds(answer.milliseconds);
  if ("boolean" in answer) return word("done.ask", { seconds });
  if (answer.graph) return word("done.graph", { rows: count(answer.rows.length), seconds });
  const { length } = answer.rows;
  const first = length === 1 ? word("done.one", { seconds }) : word("done", { rows: count(length), seconds });
  const limit = limitOf(answer.query);
  return `${first}. ${limit !== null && length === limit && limit > 0 ? word("limited", { n: count(limit) }) : word("whole")}`;
}

function showAnswer() {
  const { answer } = state;
  byId("status").textContent = told(answer);
  byId("plain-answer").replaceChildren();
  byId("answer").hidden = false;
  byId("views").hidden = false;
  byId("starters")?.setAttribute("hidden", "");
  const chartable = Boolean(answer.rows?.length) && !answer.graph;
  views.button("chart").hidden = !chartable;
  const table = byId("view-table");
  if (answer.rows) showTable(table, answer, state.known);
  else table.replaceChildren(make("p", { class: "answer" }, word(String(answer.boolean))));
  const formats = graphAsked() ? GRAPHS : RESULTS;
  byId("raw-form").elements.format.replaceChildren(...Object.keys(formats).map((name) => make("option", {}, name)));
  if (chartable) offerColumns(answer);
  views.select(viewOf().view ?? "table");
}

function offerColumns(answer) {
  const { x, y, series, first } = choices(answer);
  const wanted = { ...first, ...Object.fromEntries(Object.entries(viewOf()).filter(([key]) => key in first)) };
  const form = byId("chart-form").elements;
  const options = (names) => names.map((name) => make("option", { value: name }, name));
  form.x.replaceChildren(...options(x));
  form.y.replaceChildren(...options(y));
  form.series.replaceChildren(make("option", { value: "" }, word("chart.nothing")), ...options(series));
  for (const [name, value] of Object.entries(wanted)) {
    if ([...form[name].options].some((option) => option.value === value)) form[name].value = value;
  }
}

async function showChart() {
  const parent = byId("chart");
  const form = byId("chart-form").elements;
  const drawable = Boolean(form.y.value && form.x.value);
  byId("chart-form").hidden = !drawable;
  if (!drawable) {
    parent.replaceChildren(make("p", {}, word("chart.none")));
    return;
  }
  const { answer } = state;
  const plot = await import(dataset.plot);
  const chosen = { mark: form.mark.value, x: form.x.value, y: form.y.value, series: form.series.value };
  const things = answer.rows.flatMap((row) => [row[chosen.x], row[chosen.series]]).filter((term) => term?.type === "uri");
  await learnNames(things.map((term) => term.value), state.known).catch(() => {});
  if (state.answer === answer) draw(parent, answer, chosen, state.known, plot, Math.max(parent.clientWidth, 300));
}

async function asText() {
  const name = byId("raw-form").elements.format.value;
  const [mediaType, suffix] = (graphAsked() ? GRAPHS : RESULTS)[name];
  const answer = await fetched(dataset.endpoint, state.answer.query, mediaType);
  return { text: await answer.text(), mediaType, suffix };
}

async function showRaw() {
  const { answer } = state;
  const name = byId("raw-form").elements.format.value;
  const current = () => state.answer === answer && byId("raw-form").elements.format.value === name;
  byId("raw").setAttribute("aria-label", word("raw.name"));
  byId("raw").textContent = "";
  byId("raw-note").textContent = word("raw.loading");
  try {
    const { text } = await asText();
    if (!current()) return;
    byId("raw").textContent = text.slice(0, RAW_SHOWN);
    byId("raw-note").textContent = text.length > RAW_SHOWN ? word("raw.cut", { n: count(RAW_SHOWN) }) : "";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (current()) byId("raw-note").textContent = `${error.told.title}. ${error.told.detail}`;
  }
}

function showCode() {
  const { query } = state.answer;
  const endpoint = new URL(dataset.endpoint, location.href).href;
  byId("code").textContent = asCode(byId("code-form").elements.language.value, endpoint, query, formOf(query));
}

const SHOW = { chart: showChart, raw: showRaw, code: showCode };
const views = tabs(byId("views").querySelector("[role=tablist]"), (name) => {
  keepView({ view: name });
  SHOW[name]?.();
});

// Saved questions and the history.

function putIn(query) {
  if (state.desk) state.desk.setText(query);
  area.value = query;
  showProblem(null);
}

const valuesOf = (saved) => Object.fromEntries(saved.params.map(({ name }) => [name, byId("params").elements.namedItem(name).value]));

async function open(name, { asked = true } = {}) {
  state.catalogue ??= fetch(dataset.catalogue, { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  const saved = (await state.catalogue).queries.find((each) => each.name === name);
  if (!saved) return;
  state.saved = saved;
  byId("chosen-name").textContent = saved.question[language] || saved.name;
  byId("chosen-summary").textContent = saved.summary[language];
  fill(byId("params"), saved);
  byId("chosen").hidden = false;
  for (const link of document.querySelectorAll("[data-saved]")) {
    if (link.dataset.saved === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  putIn(rendered(saved, valuesOf(saved)));
  if (!asked) return;
  byId("chosen-name").focus();
  const missing = lacking(byId("params"), saved);
  if (missing) byId("status").textContent = missing;
  else await run();
}

function close() {
  state.saved = null;
  byId("chosen").hidden = true;
  for (const link of document.querySelectorAll("[data-saved]")) link.removeAttribute("aria-current");
}

function filter() {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
  const wanted = plain(byId("find-text").value.trim()).split(/\s+/).filter(Boolean);
  const found = new Set();
  for (const theme of document.querySelectorAll(".theme")) {
    const name = plain(theme.querySelector("summary").textContent);
    let some = false;
    for (const item of theme.querySelectorAll("li")) {
      const text = `${plain(item.textContent)} ${name}`;
      item.hidden = !wanted.every((each) => text.includes(each));
      if (!item.hidden) found.add(item.querySelector("a").dataset.saved);
      some ||= !item.hidden;
    }
    theme.hidden = !some;
    theme.open = some && wanted.length > 0;
  }
  byId("found").textContent = wanted.length ? (found.size ? word("saved.count", { n: count(found.size) }) : word("saved.none")) : "";
}

function showHistory() {
  const kept = remembered();
  const times = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short" });
  byId("history").hidden = false;
  byId("history-none").hidden = kept.length > 0;
  byId("history-clear").hidden = !kept.length;
  byId("history-list").replaceChildren(
    ...kept.map(({ query, when, rows }) => {
      const gist = query.replace(/^\s*(?:PREFIX|BASE)[^\n]*$/gim, "").replace(/\s+/g, " ").trim();
      const button = make("button", { type: "button", title: query.slice(0, 600) }, make("code", {}, gist.slice(0, 120)));
      const outcome = Number.isInteger(rows) ? ` · ${word("history.rows", { n: count(rows) })}` : "";
      button.append(make("span", { class: "quiet" }, `${times.format(new Date(when))}${outcome}`));
      button.addEventListener("click", () => {
        close();
        putIn(query);
        run();
      });
      return make("li", {}, button);
    }),
  );
}

// What the reader touches.

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
byId("stop").addEventListener("click", () => state.running?.abort());
byId("to-problem").addEventListener("click", () => state.desk?.goTo(state.problem.line, state.problem.column));
byId("share").addEventListener("click", async () => {
  const link = address(area.value, state.answer?.query === area.value ? viewOf() : {});
  if (link.length > LONGEST_LINK) byId("status").textContent = word("share.long");
  else {
    history.replaceState(null, "", link);
    byId("status").textContent = word((await copy(location.href)) ? "share.done" : "share.address");
  }
});
byId("chart-form").addEventListener("change", () => {
  const form = byId("chart-form").elements;
  keepView({ mark: form.mark.value, x: form.x.value, y: form.y.value, series: form.series.value });
  showChart();
});
byId("raw-form").addEventListener("change", showRaw);
byId("code-form").addEventListener("change", showCode);
byId("download").addEventListener("click", async () => {
  const { text, mediaType, suffix } = await asText();
  save(text, mediaType, `${state.saved?.name ?? "cdsgraph"}.${suffix}`);
});
for (const [button, source, note] of [["copy-raw", "raw", "raw-note"], ["copy-code", "code", "status"]]) {
  byId(button).addEventListener("click", async () => {
    if (await copy(byId(source).textContent)) byId(note).textContent = word("copy.done");
  });
}
for (const form of ["chart-form", "raw-form", "code-form"]) byId(form).addEventListener("submit", (event) => event.preventDefault());
byId("params").addEventListener("input", () => putIn(rendered(state.saved, valuesOf(state.saved))));
byId("params").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
byId("close-chosen").addEventListener("click", () => {
  close();
  state.desk?.focus();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-saved]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.dataset.saved);
});
byId("find-text")?.addEventListener("input", filter);
byId("history-clear").addEventListener("click", () => {
  forget();
  showHistory();
});

// What the page comes with.

for (const id of ["share", "keys", "find"]) byId(id)?.removeAttribute("hidden");
showHistory();
const [library] = await Promise.all([
  import(dataset.codemirror),
  vocabulary(dataset.completion)
    .then((known) => Object.assign(state.known, known))
    .catch(() => {}),
]);
state.desk = editor({
  parent: byId("editor"),
  area,
  label: byId("query-label").textContent,
  library,
  known: () => state.known,
  run,
  changed: () => {
    if (state.problem) showProblem(null);
  },
});
byId("query-label").addEventListener("click", () => state.desk.focus());
if (dataset.problem) showProblem(advised(JSON.parse(dataset.problem)));
else if (new URLSearchParams(location.search).has("query")) await run();
else if (dataset.example) await open(dataset.example, { asked: false });
byId("workbench").dataset.ready = "true";
