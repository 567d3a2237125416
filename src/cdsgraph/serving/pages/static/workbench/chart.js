// The answer as a chart of two of its columns, one line or set of marks a series.

import { make } from "./elements.js";
import { isNumber, isTime, moment, named, text } from "./terms.js";
import { count, locale, word } from "./words.js";

const DRAWN = 2_000;
const SERIES = 6; // as many colours as the style has
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "1 2", "10 4"];
const SYMBOLS = ["circle", "square", "triangle", "diamond2", "cross", "star"];
const DIGIT = 7.5; // width of a digit in the axis, in pixels
const SVG = "http://www.w3.org/2000/svg";

const colour = (at) => `var(--series-${at + 1})`;

/** What a column holds: number, time or text. */
function kindOf(name, rows) {
  const terms = rows.map((row) => row[name]).filter(Boolean);
  if (!terms.length) return "none";
  if (terms.every(isNumber)) return "number";
  return terms.every(isTime) ? "time" : "text";
}

/** The columns that can stand for x, y and series, and a first choice of them and of the kind of chart. */
export function choices({ names, rows }) {
  const kinds = new Map(names.map((name) => [name, kindOf(name, rows)]));
  const of = (...wanted) => names.filter((name) => wanted.includes(kinds.get(name)));
  const y = of("number");
  const x = [...of("time"), ...of("text"), ...of("number")].filter((name, _, all) => all.length > 1 || !y.includes(name));
  const first = x.find((name) => name !== y[0]);
  return {
    x,
    y,
    series: of("text"),
    first: { x: first, y: y[0], series: "", mark: kinds.get(first) === "time" ? "line" : kinds.get(first) === "number" ? "dot" : "bar" },
    kinds,
  };
}

function legend(series, mark) {
  const list = make("ul", { class: "legend" });
  series.forEach((name, at) => {
    const key = document.createElementNS(SVG, "svg");
    key.setAttribute("viewBox", "0 0 28 12");
    key.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(SVG, mark === "line" ? "line" : "rect");
    const shape = mark === "line" ? { x1: 0, x2: 28, y1: 6, y2: 6, stroke: colour(at), "stroke-width": 2.5, "stroke-dasharray": DASHES[at] } : { x: 6, y: 0, width: 14, height: 12, fill: colour(at) };
    for (const [attribute, value] of Object.entries(shape)) line.setAttribute(attribute, value);
    key.append(line);
    list.append(make("li", {}, key, name));
  });
  return list;
}

/** The series with the most points, as many as can be told apart, in the order in which they begin. */
function largest(points) {
  const sizes = new Map();
  for (const { series } of points) sizes.set(series, (sizes.get(series) ?? 0) + 1);
  const kept = new Set([...sizes.keys()].sort((one, two) => sizes.get(two) - sizes.get(one)).slice(0, SERIES));
  return { series: [...sizes.keys()].filter((name) => kept.has(name)), all: sizes.size };
}

/**
 * Draw the columns `chosen` ({mark, x, y, series}) of an answer into `parent`, with the library `plot`; `known` is the
 * vocabulary with the names of things.
 */
export function draw(parent, { names, rows }, chosen, known, plot, width) {
  const { kinds } = choices({ names, rows });
  const written = (term) => (term.type === "uri" ? named(term.value, known) : text(term));
  const value = (term, kind) => (kind === "number" ? Number(term.value) : kind === "time" ? moment(term) : written(term));
  const drawn = rows.slice(0, DRAWN);
  const points = drawn
    .filter((row) => row[chosen.x] && row[chosen.y])
    .map((row) => ({
      x: value(row[chosen.x], kinds.get(chosen.x)),
      y: Number(row[chosen.y].value),
      series: chosen.series && row[chosen.series] ? written(row[chosen.series]) : "",
      told: [chosen.x, chosen.y, chosen.series].filter((name) => name && row[name]).map((name) => `${name}: ${written(row[name])}`).join("\n"),
    }));
  const { series, all } = largest(points);
  const time = kinds.get(chosen.x) === "time";
  if (time || kinds.get(chosen.x) === "number") points.sort((one, two) => one.x - two.x);
  const asBand = chosen.mark === "bar";
  const bands = asBand && time ? points.map((point) => ({ ...point, x: point.x.toISOString().slice(0, 10) })) : points;
  const marks = [plot.ruleY([0], { strokeOpacity: asBand ? 0.6 : 0 })];
  series.forEach((name, at) => {
    const those = bands.filter((point) => point.series === name);
    const common = { x: "x", y: "y", title: "told" };
    const stroke = colour(at);
    const beside = series.length > 1 ? { fx: "x", x: "series" } : { x: "x" };
    if (asBand) marks.push(plot.barY(those, { ...beside, y1: 0, y2: "y", title: "told", fill: stroke, insetLeft: 1, insetRight: 1 }));
    if (chosen.mark === "line") marks.push(plot.line(those, { x: "x", y: "y", stroke, strokeWidth: 2, strokeDasharray: DASHES[at] }));
    if (!asBand) marks.push(plot.dot(those, { ...common, stroke, fill: stroke, symbol: SYMBOLS[at], r: 4 }));
  });
  const grouped = asBand && series.length > 1;
  const long = !time && kinds.get(chosen.x) === "text";
  const cut = (each) => (each.length > 22 ? `${each.slice(0, 21)}…` : each);
  const across = {
    type: asBand ? "band" : time ? "utc" : long ? "point" : "linear",
    label: chosen.x,
    tickRotate: long && !grouped ? -35 : 0,
    ...(time && !asBand ? { ticks: 6, tickFormat: (each) => days.format(each) } : {}),
    ...(long ? { tickFormat: cut } : {}),
  };
  const days = new Intl.DateTimeFormat(locale, { year: "numeric", month: "2-digit", timeZone: "UTC" });
  const numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  // The library writes a style element into the chart, which the policy forbids in a page: a document aside takes it.
  const aside = document.implementation.createHTMLDocument("");
  const svg = plot.plot({
    document: aside,
    width,
    height: Math.round(Math.min(440, Math.max(280, width * 0.5))),
    marginLeft: 28 + DIGIT * Math.max(...points.map(({ y }) => numbers.format(Math.round(y)).length)),
    marginBottom: long ? 110 : 44,
    ...(grouped ? { x: { axis: null }, fx: across } : { x: across }),
    y: { label: chosen.y, grid: true, tickFormat: (each) => numbers.format(each) },
    marks,
  });
  svg.querySelectorAll("style").forEach((style) => style.remove());
  const name = word("chart.name", { x: chosen.x, y: chosen.y });
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", name);
  svg.querySelectorAll("g[aria-label], g[aria-description]").forEach((group) => {
    group.removeAttribute("aria-label");
    group.removeAttribute("aria-description");
  });
  const notes = [];
  if (rows.length > DRAWN) notes.push(word("chart.cut", { n: count(DRAWN) }));
  if (all > SERIES) notes.push(word("chart.series", { n: count(SERIES), all: count(all) }));
  if (points.length < drawn.length) notes.push(word("chart.skipped", { n: count(drawn.length - points.length) }));
  parent.replaceChildren(
    ...(series.length > 1 ? [legend(series, chosen.mark)] : []),
    document.adoptNode(svg),
    ...notes.map((note) => make("p", { class: "quiet" }, note)),
  );
}
