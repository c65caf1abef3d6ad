// Small pieces that several sections use.

import { dated } from "./dates.js";
import { fill, h, link, long, number, shown } from "./dom.js";
import { AXES, gistOf, NARRATED, outcome, UNASSESSED, UNRECORDED } from "./model.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Row} Row */
/** @typedef {import("./model.js").Statement} Statement */
/** @typedef {import("./model.js").Axis} Axis */

/** A sign for each verdict, so that colour is not all there is. @type {Map<string, string>} */
const SIGNS = new Map([
  ["contradicted", "✕"],
  ["unsupported", "⊘"],
  ["partly_supported", "◐"],
  ["supported", "✓"],
  ["not_checkable", "○"],
]);

/** The type of the records of each table that shows its extension fields. @type {Map<string, string>} */
const RECORD_TYPES = new Map([
  ["statements", "statement"],
  ["events", "event"],
  ["people", "person"],
  ["organizations", "organization"],
]);

/** The class that colours a verdict. @param {string} verdict */
export const tone = (verdict) => (SIGNS.has(verdict) ? verdict : UNASSESSED);

/** @param {Data} data @param {string} verdict */
export function verdictName(data, verdict) {
  if (verdict === NARRATED) return "nobody: the article says it itself";
  return verdict === UNASSESSED ? "not assessed" : data.label("verdict", verdict);
}

/** @param {Data} data @param {string} verdict */
export function chip(data, verdict) {
  const sign = h("span", { class: "sign", "aria-hidden": "true" }, SIGNS.get(verdict) ?? "–");
  return h("span", { class: `chip ${tone(verdict)}` }, sign, verdictName(data, verdict));
}

/** The answers to both questions; what the article says itself is asked one. @param {Data} data @param {Statement} one */
export function answers(data, one) {
  const asked = AXES.filter(({ key }) => one[key] !== NARRATED);
  return h(
    "span",
    { class: "answers" },
    ...asked.map(({ key, question }) =>
      h("span", { class: `answer ${key}` }, h("span", { class: "ask" }, `${question} `), chip(data, one[key])),
    ),
  );
}

/** To whom a statement is attributed, which is not to say that they said it. @param {Data} data @param {Statement} one */
export function attribution(data, one) {
  if (one.isNarrated) return "the article’s own words";
  if (one.voices[0]?.key === UNRECORDED) return "whose words is not recorded";
  return `attributed to ${one.voices.map(({ name }) => shown(name)).join(" and ") || data.about.title}`.replace(
    "Nobody named",
    "nobody named",
  );
}

/** The finding in plain words, a sentence for each question; none where nothing was checked. @param {Statement[]} all */
export function findings(all) {
  const outcomes = AXES.map((axis) => ({ axis, ...outcome(all, axis.key) }));
  if (outcomes.every(({ checked }) => checked === 0)) return [];
  return outcomes.map(({ axis, ...found }) => `${axis.question} ${sentence(axis, found)}`);
}

/** @param {Axis} axis @param {{checked: number, failed: Statement[]}} found */
export function sentence({ noun }, { checked, failed }) {
  const does = failed.length === 1 ? "does not hold up" : "do not hold up";
  if (checked === 0) return `No ${noun} was checked.`;
  if (checked === 1) return `The one ${noun} checked ${failed.length === 1 ? does : "is not contradicted"}.`;
  const all = `of ${number(checked)} ${noun}s checked`;
  return failed.length === 0 ? `None ${all} is contradicted.` : `${number(failed.length)} ${all} ${does}.`;
}

/** What a statement says: its quotation where it is one or has no gist, else its gist. @param {Statement} statement */
export function said({ row }) {
  const isQuote = (row.kind === "direct" || row.gist === null) && row.quote !== null;
  return isQuote ? h("q", { dir: "auto" }, long(row.quote, 600)) : long(gistOf(row), 600);
}

/** @param {Statement} statement */
export const toStatement = (statement) => fragment("statements", { open: statement.id });

/**
 * A list of terms; entries without a value are left out.
 * @param {[string, import("./dom.js").Child | import("./dom.js").Child[]][]} entries
 */
export function terms(entries) {
  const full = entries.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return h(
    "dl",
    { class: "terms" },
    ...full.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, value))),
  );
}

/**
 * What only this dataset says of a record: its extension fields.
 * @param {Data} data @param {string} table @param {Row} row @returns {[string, string][]}
 */
export function extensions(data, table, row) {
  const columns = data.tables.get(table)?.columns.filter(({ name }) => name.startsWith("x_")) ?? [];
  return columns.flatMap(({ name, kind }) => {
    const value = row[name] ?? null;
    const label = name[2]?.toUpperCase() + name.slice(3).replaceAll("_", " ");
    if (value === null) return [];
    if (kind === "bool") return [[label, value ? "yes" : "no"]];
    return [[label, kind === "code" ? data.label(`${RECORD_TYPES.get(table)}_${name}`, value) : String(value)]];
  });
}

/** An assessment with its finding and the sources it rests on, below a question. @param {Data} data @param {Row} row @param {string} [question] */
export function assessment(data, row, question) {
  const aspect = data.label("aspect", row.aspect);
  const citations = data.where("citations", "assessment", row.id);
  const right = row.aspect === "date" ? dated(row.correct_value) : row.correct_value;
  const origin = row.independence && citations.length > 1 ? ` (${data.label("independence", row.independence)})` : "";
  return h(
    "section",
    { class: `assessment ${tone(String(row.verdict))}` },
    h("h5", {}, aspect !== question && h("span", { class: "aspect" }, aspect), chip(data, String(row.verdict))),
    h("p", { class: "finding", dir: "auto" }, long(row.finding)),
    terms([
      ["Sources show", row.correct_value === null ? null : long(right)],
      ["Note", row.note ? long(row.note) : null],
    ]),
    citations.length > 0 && h("ol", { class: "sources" }, ...citations.map((one) => citation(data, one))),
    h(
      "p",
      { class: "meta" },
      [
        citations.length > 0 ? `${number(citations.length)} cited${origin}` : "no source cited",
        row.assessed_by && `assessed by ${row.assessed_by}`,
        row.assessed_on,
      ]
        .filter(Boolean)
        .join(" · "),
    ),
  );
}

/** @param {Data} data @param {Row} row */
function citation(data, row) {
  const source = data.get("sources", row.source);
  const stance = h("span", { class: "stance" }, data.label("stance", row.stance));
  if (source === undefined) return h("li", {}, stance, ` ${row.source}`);
  return h(
    "li",
    {},
    h(
      "span",
      { class: "publisher", dir: "auto" },
      [source.publisher, dated(source.published)].filter(Boolean).join(", "),
    ),
    " ",
    stance,
    h("span", { class: "says", dir: "auto" }, long(row.says ?? "")),
    h("span", { class: "web" }, ...webOf(source)),
  );
}

/** Where a page is found, and its copy in an archive. @param {Row} row */
export function webOf(row) {
  return [
    row.url ? link(row.url) : null,
    row.archived_url ? " · " : null,
    row.archived_url ? link(row.archived_url, "archived copy") : null,
  ];
}

/** A button that copies a text, and says so. @param {string} text @param {string} words */
export function copier(text, words) {
  const button = h("button", { type: "button", class: "quiet" }, words);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      fill(button, "Copied");
    } catch {
      fill(button, "Copying is not allowed here: select the text");
    }
    setTimeout(() => fill(button, words), 2000);
  });
  return button;
}

/** The head of a section. @param {string} title @param {...import("./dom.js").Child} lead */
export function head(title, ...lead) {
  return h(
    "header",
    { class: "head" },
    h("h2", { tabindex: "-1" }, title),
    lead.length > 0 && h("p", { class: "lead" }, ...lead),
  );
}

/** What was corrected in some records, and when, the oldest first. @param {Data} data @param {(import("./data.js").Cell | undefined)[]} ids */
export function corrections(data, ids) {
  const rows = ids.flatMap((id) => data.where("corrections", "record", id));
  return rows.map((one) => h("span", { class: "listed", dir: "auto" }, `${dated(one.corrected_on)}: ${one.says}`));
}
