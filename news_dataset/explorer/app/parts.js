// Small pieces that several sections use.

import { dated } from "./dates.js";
import { fill, h, link, long, shown } from "./dom.js";
import { UNASSESSED, VERDICTS } from "./model.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Row} Row */
/** @typedef {import("./model.js").Statement} Statement */

/** A sign for each verdict, so that colour is not all there is. @type {Map<string, string>} */
const SIGNS = new Map([
  ["contradicted", "✕"],
  ["partly_supported", "◐"],
  ["supported", "✓"],
  ["not_checkable", "○"],
]);

/** The class that colours a verdict. @param {string} verdict */
export const tone = (verdict) => (VERDICTS.includes(verdict) ? verdict : UNASSESSED);

/** @param {Data} data @param {string} verdict */
export const verdictName = (data, verdict) =>
  verdict === UNASSESSED ? "not assessed" : data.label("verdict", verdict);

/** @param {Data} data @param {string} verdict */
export function chip(data, verdict) {
  const sign = h("span", { class: "sign", "aria-hidden": "true" }, SIGNS.get(verdict) ?? "–");
  return h("span", { class: `chip ${tone(verdict)}` }, sign, verdictName(data, verdict));
}

/** @param {Data} data @param {Statement} statement */
export const speakers = (data, statement) =>
  statement.voices.map((one) => shown(one.name)).join(" and ") || data.about.title;

/** What a statement says: its quotation where it is one, else its gist. @param {Statement} statement */
export function said({ row }) {
  const isQuote = row.kind === "direct" && row.quote !== null;
  return isQuote ? h("q", { dir: "auto" }, long(row.quote, 600)) : long(row.gist, 600);
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

/** An assessment with its finding and the sources it rests on. @param {Data} data @param {Row} row */
export function assessment(data, row) {
  const citations = data.where("citations", "assessment", row.id);
  return h(
    "section",
    { class: `assessment ${tone(String(row.verdict))}` },
    h("h4", {}, chip(data, String(row.verdict)), h("span", { class: "aspect" }, data.label("aspect", row.aspect))),
    h("p", { class: "finding", dir: "auto" }, long(row.finding)),
    terms([
      [
        "Right would be",
        row.correct_value === null ? null : long(row.aspect === "date" ? dated(row.correct_value) : row.correct_value),
      ],
      ["Sources", citations.length ? data.label("independence", row.independence) : "none cited"],
      ["Assessed", [row.assessed_by, row.assessed_on].filter(Boolean).join(", ")],
      ["Note", row.note ? long(row.note) : null],
    ]),
    citations.length > 0 && h("ol", { class: "sources" }, ...citations.map((one) => citation(data, one))),
  );
}

/** @param {Data} data @param {Row} row */
function citation(data, row) {
  const source = data.get("sources", row.source);
  const stance = h("span", { class: "stance" }, data.label("stance", row.stance));
  if (source === undefined) return h("li", {}, stance, ` ${row.source}`);
  const when = source.published === null ? "" : `, ${source.published}`;
  return h(
    "li",
    {},
    h("span", { class: "publisher", dir: "auto" }, `${source.publisher}${when}`),
    " ",
    stance,
    h("span", { class: "says", dir: "auto" }, long(row.says ?? "")),
    h("span", { class: "web" }, link(source.url)),
  );
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
