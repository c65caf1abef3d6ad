// Overview: the two questions and their answers, what there is, and how to cite it.

import { counted, h, link, number } from "./dom.js";
import { AXES, findingOf, NARRATED, outcome, rank, statements, tally, UNASSESSED } from "./model.js";
import {
  answers,
  attribution,
  chip,
  copier,
  corrections,
  head,
  said,
  sentence,
  terms,
  tone,
  toStatement,
  verdictName,
  webOf,
} from "./parts.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./model.js").Axis} Axis */
/** @typedef {import("./model.js").Statement} Statement */

const MOST = 8;
const COUNTED = [
  ["articles", "article"],
  ["statements", "statement"],
  ["people", "person"],
  ["organizations", "organization"],
  ["events", "event"],
  ["sources", "source"],
];

/** @param {HTMLElement} root @param {Data} data */
export function overview(root, data) {
  const all = statements(data).filter((one) => !one.isWithdrawn);
  root.append(
    head(
      "Overview",
      "Two questions are asked about a claim and answered apart. What somebody did not say counts against the article, and never against them.",
    ),
    ...articles(data, all),
    ...(all.length > 0
      ? AXES.flatMap((axis) => answered(data, all, axis))
      : [h("p", { class: "empty" }, "There are no statements in this dataset.")]),
    ...meanings(data, all),
    h("h3", {}, "What there is"),
    h("ul", { class: "figures" }, ...COUNTED.map(([table = "", name = ""]) => figure(data, table, name))),
    ...aspects(data),
    h("h3", {}, "Licence, versions, citation"),
    rights(data),
  );
}

/** The articles; of several each with what was found of it, since that is theirs to answer for. @param {Data} data @param {Statement[]} all */
function articles(data, all) {
  const rows = data.rows("articles");
  const list = rows.slice(0, MOST).map((row) => {
    const mine = rows.length > 1 ? all.filter((one) => one.row.article === row.id) : [];
    const found = AXES.map((axis) => ({ axis, ...outcome(mine, axis.key) })).filter(({ checked }) => checked > 0);
    return h(
      "li",
      {},
      h("span", { class: "headline", dir: "auto" }, data.headline(row.id)),
      h(
        "span",
        { class: "meta" },
        [row.byline, row.publisher && data.name(row.publisher), row.published, data.label("genre", row.genre)]
          .filter(Boolean)
          .join(" · "),
        row.status === "reviewed" ? "" : ` · ${data.label("status", row.status)}`,
        row.derived_from
          ? ` · goes back to ${data.get("sources", row.derived_from)?.publisher ?? row.derived_from}`
          : "",
        row.url ? " · " : "",
        ...webOf(row),
      ),
      ...corrections(data, [row.id]).map((one) => h("span", { class: "meta" }, "Corrected ", one)),
      ...found.map(({ axis, ...one }) => h("span", { class: "meta" }, ` ${axis.question} ${sentence(axis, one)}`)),
    );
  });
  const more = rows.length > MOST && h("p", { class: "meta" }, `and ${number(rows.length - MOST)} more articles`);
  return [rows.length > 0 && h("ul", { class: "articles" }, ...list), more].filter((one) => one !== false);
}

/** One question: of how many statements it was asked, the answers as a bar, and what does not hold up.
 * @param {Data} data @param {Statement[]} all @param {Axis} axis */
function answered(data, all, axis) {
  const asked = all.filter((one) => one[axis.key] !== NARRATED);
  const own = all.length - asked.length;
  const { failed } = outcome(asked, axis.key);
  const about =
    axis.key === "attribution"
      ? `Asked about the ${counted(asked.length, "statement")} that ${asked.length === 1 ? "is" : "are"} attributed to somebody${own ? `; the other ${own === 1 ? "one is" : `${number(own)} are`} the article’s own words` : ""}.`
      : `Asked about all ${counted(asked.length, "statement")}, whoever is said to have made them.`;
  return [
    h("h3", {}, axis.question),
    h("p", { class: "meta" }, about),
    asked.length > 0 ? bar(data, asked, axis) : null,
    ...cards(data, failed, axis),
  ].filter((one) => one !== null);
}

/** The verdicts as one bar, in which each part leads to its statements. @param {Data} data @param {Statement[]} asked @param {Axis} axis */
function bar(data, asked, { key, question }) {
  const sorted = tally(asked.map((one) => one[key])).sort((a, b) => rank(data, a[0]) - rank(data, b[0]));
  const parts = sorted.slice(0, MOST); // there are five verdicts, but a foreign release may have any
  const others = sorted.length - parts.length;
  const pieces = parts.map(([verdict, count]) => {
    const piece = h("a", {
      href: fragment("statements", { [key]: verdict }),
      class: `piece ${tone(verdict)}`,
      "aria-label": `${question} ${verdictName(data, verdict)}: ${counted(count, "statement")}`,
    });
    piece.style.flexGrow = String(count);
    piece.append(h("b", { "aria-hidden": "true" }, count / asked.length > 0.03 ? number(count) : ""));
    return piece;
  });
  const legend = parts.map(([verdict, count]) =>
    h(
      "li",
      {},
      h("a", { href: fragment("statements", { [key]: verdict }) }, chip(data, verdict)),
      h("b", {}, number(count)),
    ),
  );
  return h(
    "figure",
    { class: `verdicts ${key}` },
    h("div", { class: "bar" }, ...pieces),
    h("ul", { class: "legend" }, ...legend),
    others > 0 && h("p", { class: "meta" }, `and ${counted(others, "other verdict")}, of no codebook`),
  );
}

/** @param {Data} data @param {Statement[]} failed @param {Axis} axis */
function cards(data, failed, { key, fails }) {
  if (failed.length === 0) return [];
  const list = failed
    .slice(0, MOST)
    .map((one) =>
      h(
        "li",
        { class: tone(one[key]) },
        h("a", { href: toStatement(one), class: "claim" }, said(one)),
        h("span", { class: "meta", dir: "auto" }, attribution(data, one)),
        answers(data, one),
        h("p", { class: "finding", dir: "auto" }, findingOf(data, one, key).slice(0, 600)),
      ),
    );
  const rest = failed.length - list.length;
  return [
    h("h4", {}, fails),
    h("ol", { class: `worst ${key}` }, ...list),
    rest > 0 ? h("p", {}, h("a", { href: fragment("statements", { sort: key }) }, `and ${number(rest)} more`)) : null,
  ];
}

/** What the verdicts mean that occur. @param {Data} data @param {Statement[]} all */
function meanings(data, all) {
  const codes = [...new Set(all.flatMap((one) => AXES.map(({ key }) => one[key])))].sort(
    (a, b) => rank(data, a) - rank(data, b),
  );
  const defined = codes
    .filter((code) => code !== NARRATED)
    .slice(0, MOST)
    .map((code) => {
      const definition = code === UNASSESSED ? "No assessment answers this." : data.code("verdict", code)?.definition;
      return h("div", {}, h("dt", {}, chip(data, code)), h("dd", {}, String(definition ?? "")));
    });
  return defined.length > 0 ? [h("h3", {}, "What the verdicts mean"), h("dl", { class: "terms" }, ...defined)] : [];
}

/** @param {Data} data @param {string} table @param {string} name */
function figure(data, table, name) {
  const left = data.leftOut.find(([one]) => one === table);
  const count = left ? left[2] : data.rows(table).length;
  return count > 0 && h("li", {}, h("b", {}, number(count)), ` ${count === 1 ? name : table}`);
}

/** How each aspect fared. @param {Data} data */
function aspects(data) {
  const rows = data.rows("assessments");
  if (rows.length === 0) return [];
  const verdicts = [...new Set(rows.map((row) => String(row.verdict)))]
    .sort((a, b) => rank(data, a) - rank(data, b))
    .slice(0, MOST);
  const counts = new Map(tally(rows.map((row) => JSON.stringify([row.aspect, row.verdict]))));
  const line = (/** @type {string} */ aspect, /** @type {number} */ sum) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, data.label("aspect", aspect)),
      ...verdicts.map((verdict) =>
        h("td", {}, number(counts.get(JSON.stringify([aspect, verdict])) ?? 0).replace(/^0$/, "–")),
      ),
      h("td", {}, number(sum)),
    );
  const sums = tally(rows.map((row) => String(row.aspect)));
  const of = (/** @type {string[]} */ wanted) => sums.filter(([aspect]) => wanted.includes(aspect));
  const listed = AXES.flatMap((axis) => axis.aspects);
  const groups = [...AXES.map((axis) => of(axis.aspects)), sums.filter(([aspect]) => !listed.includes(aspect))];
  const heads = [...verdicts.map((one) => chip(data, one)), "all"].map((one) =>
    h("th", { scope: "col" }, h("span", {}, one)),
  );
  const targets = new Set(rows.map((row) => row.target));
  return [
    h("h3", {}, "What was checked"),
    h(
      "p",
      { class: "meta" },
      `This table counts assessments, not statements: ${counted(rows.length, "assessment")} of ${number(targets.size)} statements and events, each in one or several respects.`,
    ),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Assessments by question and verdict" },
      h(
        "table",
        { class: "numbers upright" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "question"), ...heads)),
        ...groups
          .filter((group) => group.length > 0)
          .map((group) => h("tbody", {}, ...group.map(([aspect, sum]) => line(aspect, sum)))),
      ),
    ),
  ];
}

/** @param {Data} data */
function rights(data) {
  const { description, license, license_url, covers, versions, citation, bibtex } = data.about;
  const said = Object.entries(versions ?? {}).map(([kind, version]) => `${kind} ${version}`);
  const take = (/** @type {string} */ words) =>
    h("span", { class: "citation" }, words, " ", copier(words, "copy"), bibtex ? copier(bibtex, "copy BibTeX") : null);
  return h(
    "div",
    { class: "rights" },
    terms([
      ["About", description ?? null],
      [
        "Licence",
        license
          ? h("span", {}, link(license_url, license), ". ", covers ?? "")
          : "not stated: this dataset has no description of itself",
      ],
      ["Versions", said.join(" · ")],
      ["Cite as", citation ? take(citation) : null],
    ]),
  );
}
