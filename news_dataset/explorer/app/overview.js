// Overview: what is in the dataset, how much of it holds up, and how to cite it.

import { counted, h, link, number } from "./dom.js";
import { rank, statements, tally, UNASSESSED, VERDICTS } from "./model.js";
import { chip, copier, head, said, speakers, terms, tone, toStatement, verdictName } from "./parts.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */

const MOST = 8;
const COUNTED = [
  ["articles", "article"],
  ["statements", "statement"],
  ["people", "person"],
  ["organizations", "organization"],
  ["events", "event"],
  ["assessments", "assessment"],
  ["sources", "source"],
];

/** @param {HTMLElement} root @param {Data} data */
export function overview(root, data) {
  const all = statements(data);
  const counts = new Map(tally(all.map((one) => one.verdict)));
  root.append(
    head("Overview", ...lead(counts, all.length)),
    ...articles(data),
    all.length > 0
      ? bar(data, counts, all.length)
      : h("p", { class: "empty" }, "There are no statements in this dataset."),
    ...worst(data, all),
    h("h3", {}, "What there is"),
    h("ul", { class: "figures" }, ...COUNTED.map(([table = "", name = ""]) => figure(data, table, name))),
    ...aspects(data),
    h("h3", {}, "Licence, versions, citation"),
    rights(data),
  );
}

/** @param {Map<string, number>} counts @param {number} all */
function lead(counts, all) {
  if (all === 0) return [];
  const of = (/** @type {string} */ verdict) => counts.get(verdict) ?? 0;
  const checkable = all - of("not_checkable") - of(UNASSESSED);
  return [
    `Of ${counted(all, "statement")}, ${number(checkable)} could be checked against sources. `,
    `${number(of("supported"))} hold up, ${number(of("partly_supported"))} hold up in part, `,
    h("strong", {}, `${number(of("contradicted"))} ${of("contradicted") === 1 ? "is" : "are"} contradicted`),
    ".",
  ];
}

/** @param {Data} data */
function articles(data) {
  const rows = data.rows("articles");
  const shownRows = rows
    .slice(0, MOST)
    .map((row) =>
      h(
        "li",
        {},
        h("span", { class: "headline", dir: "auto" }, `${row.headline}`),
        h(
          "span",
          { class: "meta" },
          [row.byline, row.publisher && data.name(row.publisher), row.published, row.genre, row.status]
            .filter(Boolean)
            .join(" · "),
          row.url ? " · " : "",
          row.url ? link(row.url) : null,
        ),
      ),
    );
  const more = rows.length > MOST && h("p", { class: "meta" }, `and ${number(rows.length - MOST)} more articles`);
  return [rows.length > 0 && h("ul", { class: "articles" }, ...shownRows), more].filter((one) => one !== false);
}

/** The verdicts as one bar, in which each part leads to its statements.
 * @param {Data} data @param {Map<string, number>} counts @param {number} all */
function bar(data, counts, all) {
  const sorted = [...counts].sort((a, b) => rank(a[0]) - rank(b[0]));
  const parts = sorted.slice(0, MOST); // there are four verdicts, but a foreign release may have any
  const others = sorted.slice(MOST);
  const pieces = parts.map(([verdict, count]) => {
    const href = fragment("statements", { verdict });
    const piece = h("a", {
      href,
      class: `piece ${tone(verdict)}`,
      "aria-label": `${verdictName(data, verdict)}: ${counted(count, "statement")}`,
    });
    piece.style.flexGrow = String(count);
    piece.append(h("b", { "aria-hidden": "true" }, count / all > 0.03 ? number(count) : ""));
    return piece;
  });
  const legend = parts.map(([verdict, count]) =>
    h(
      "li",
      {},
      h("a", { href: fragment("statements", { verdict }) }, chip(data, verdict)),
      h("b", {}, number(count)),
      h(
        "span",
        { class: "definition" },
        String(data.code("verdict", verdict)?.definition ?? (verdict === UNASSESSED ? "Nobody has checked it." : "")),
      ),
    ),
  );
  return h(
    "figure",
    { class: "verdicts" },
    h("div", { class: "bar" }, ...pieces),
    h("ul", { class: "legend" }, ...legend),
    others.length > 0 && h("p", { class: "meta" }, `and ${counted(others.length, "other verdict")}, of no codebook`),
  );
}

/** @param {Data} data @param {import("./model.js").Statement[]} all */
function worst(data, all) {
  const found = all.filter((one) => one.verdict === "contradicted");
  if (found.length === 0) return [];
  const list = found
    .slice(0, MOST)
    .map((one) =>
      h(
        "li",
        {},
        h("a", { href: toStatement(one), class: "claim" }, said(one)),
        h("span", { class: "meta", dir: "auto" }, speakers(data, one)),
        h(
          "p",
          { class: "finding", dir: "auto" },
          `${one.assessments.find((row) => row.verdict === "contradicted")?.finding ?? ""}`.slice(0, 600),
        ),
      ),
    );
  const rest = found.length - list.length;
  return [
    h("h3", {}, "What does not hold up"),
    h("ol", { class: "worst" }, ...list),
    ...(rest > 0
      ? [h("p", {}, h("a", { href: fragment("statements", { verdict: "contradicted" }) }, `and ${number(rest)} more`))]
      : []),
  ];
}

/** @param {Data} data @param {string} table @param {string} name */
function figure(data, table, name) {
  const left = data.leftOut.find(([one]) => one === table);
  const count = left ? left[2] : data.rows(table).length;
  return h("li", {}, h("b", {}, number(count)), ` ${count === 1 ? name : table}`);
}

/** How each aspect fared. @param {Data} data */
function aspects(data) {
  const rows = data.rows("assessments");
  if (rows.length === 0) return [];
  const verdicts = [...VERDICTS, ...new Set(rows.map((row) => String(row.verdict)))].filter(
    (one, at, all) => all.indexOf(one) === at,
  );
  const counts = new Map(tally(rows.map((row) => JSON.stringify([row.aspect, row.verdict]))));
  const body = tally(rows.map((row) => String(row.aspect))).map(([aspect, sum]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, data.label("aspect", aspect)),
      ...verdicts.map((verdict) =>
        h("td", {}, number(counts.get(JSON.stringify([aspect, verdict])) ?? 0).replace(/^0$/, "–")),
      ),
      h("td", {}, number(sum)),
    ),
  );
  const heads = [...verdicts.map((one) => chip(data, one)), "all"].map((one) => h("th", { scope: "col" }, one));
  return [
    h("h3", {}, "What was checked"),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Assessments by aspect and verdict" },
      h(
        "table",
        { class: "numbers" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "aspect"), ...heads)),
        h("tbody", {}, ...body),
      ),
    ),
  ];
}

/** @param {Data} data */
function rights(data) {
  const { license, license_url, covers, versions, citation, bibtex } = data.about;
  const said = Object.entries(versions ?? {}).map(([kind, version]) => `${kind} ${version}`);
  return h(
    "div",
    { class: "rights" },
    terms([
      [
        "Licence",
        license
          ? h("span", {}, link(license_url, license), ". ", covers ?? "")
          : "not stated: this dataset has no description of itself",
      ],
      ["Versions", said.join(" · ")],
      [
        "Cite as",
        citation
          ? h(
              "span",
              { class: "citation" },
              citation,
              " ",
              copier(citation, "copy"),
              bibtex ? copier(bibtex, "copy BibTeX") : null,
            )
          : null,
      ],
    ]),
  );
}
