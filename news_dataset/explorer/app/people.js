// People and organizations: to whom statements are attributed, to whom and of whom they are.

import { h, link, number } from "./dom.js";
import { statements, tally } from "./model.js";
import { extensions, head } from "./parts.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./model.js").Statement} Statement */

const MOST_VOICES = 8;
const MOST_SUBJECTS = 25;
const MOST_ROWS = 200;

/** @param {HTMLElement} root @param {Data} data */
export function people(root, data) {
  const all = statements(data);
  root.append(
    head(
      "People and organizations",
      "To whom the article attributes statements, whether they made them or not, and whom these name. Every number leads to its statements.",
    ),
    ...matrix(data, all),
    ...roster(data, all),
  );
}

/** Who speaks of whom. @param {Data} data @param {Statement[]} all */
function matrix(data, all) {
  const names = new Map(all.flatMap((one) => one.voices.map(({ key, name }) => [key, name])));
  const cells = new Map(tally(all.flatMap((one) => pairsOf(one))));
  const spoken = tally([...new Set(all)].flatMap((one) => [...new Set(one.about)]));
  const voices = tally(
    all.flatMap((one) => (one.about.length > 0 ? [...new Set(one.voices.map(({ key }) => key))] : [])),
  );
  if (spoken.length === 0)
    return [
      h(
        "p",
        { class: "empty" },
        all.length > 0 ? "Whom the statements name is not in this page." : "There are no statements in this dataset.",
      ),
    ];
  const most = [...cells.values()].reduce((a, b) => Math.max(a, b), 1);
  const columns = voices.slice(0, MOST_VOICES);
  const subjects = spoken.slice(0, MOST_SUBJECTS);
  const rows = subjects.map(([about]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row", dir: "auto" }, data.name(about)),
      ...columns.map(([speaker]) =>
        cell(
          cells.get(JSON.stringify([speaker, about])) ?? 0,
          most,
          { speaker, about },
          `${names.get(speaker)} of ${data.name(about)}`,
        ),
      ),
    ),
  );
  const heads = columns.map(([speaker]) =>
    h("th", { scope: "col", dir: "auto" }, h("span", {}, String(names.get(speaker)))),
  );
  const left = [
    voices.length > columns.length ? `${number(voices.length - columns.length)} more voices` : "",
    spoken.length > subjects.length ? `${number(spoken.length - subjects.length)} more who are spoken of` : "",
  ].filter(Boolean);
  return [
    h("h3", {}, "Who is said to speak of whom"),
    h(
      "p",
      { class: "meta" },
      "How many statements that are attributed to one (column) name another (row). Whether they said it is another question.",
    ),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Who is said to speak of whom" },
      h(
        "table",
        { class: "matrix upright" },
        h("thead", {}, h("tr", {}, h("td", {}), ...heads)),
        h("tbody", {}, ...rows),
      ),
    ),
    left.length > 0 ? h("p", { class: "meta" }, `Not drawn: ${left.join(", ")}.`) : null,
  ].filter((one) => one !== null);
}

/** @param {Statement} one */
function pairsOf(one) {
  const abouts = [...new Set(one.about)];
  return [...new Set(one.voices.map(({ key }) => key))].flatMap((key) =>
    abouts.map((about) => JSON.stringify([key, about])),
  );
}

/** @param {number} count @param {number} most @param {Record<string, string>} filter @param {string} what */
function cell(count, most, filter, what) {
  if (count === 0) return h("td", {}, h("span", { class: "none" }, "·"));
  const words = h("a", { href: fragment("statements", filter), "aria-label": `${what}: ${count}` }, number(count));
  const box = h("td", { class: "full" }, words);
  box.style.setProperty("--share", `${Math.round(6 + (36 * count) / most)}%`);
  return box;
}

/** Everybody, with what they do in the statements. @param {Data} data @param {Statement[]} all */
function roster(data, all) {
  const speaks = new Map(tally(all.flatMap((one) => [...new Set(one.voices.map(({ key }) => key))])));
  const named = new Map(tally(all.flatMap((one) => [...new Set(one.about)])));
  const hears = new Map(tally(all.flatMap((one) => [...new Set(one.addressees)])));
  const sum = (/** @type {string} */ id) => 3 * (speaks.get(id) ?? 0) + (named.get(id) ?? 0);
  const rows = [...data.rows("people"), ...data.rows("organizations")].sort(
    (a, b) => sum(String(b.id)) - sum(String(a.id)),
  );
  if (rows.length === 0) return [];
  /** @type {[string, string, Map<string, number>][]} */
  const columns = [
    ["speaker", "attributed to them", speaks],
    ["addressee", "said to them", hears],
    ["about", "naming them", named],
  ];
  const full = columns.filter(([, , counts]) => rows.some((row) => counts.has(String(row.id))));
  const body = rows
    .slice(0, MOST_ROWS)
    .map((row) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, who(data, row)),
        ...full.map(([key, what, counts]) =>
          count(counts.get(String(row.id)), { [key]: String(row.id) }, `${row.name}: ${what}`),
        ),
      ),
    );
  const heads = full.map(([, what]) => h("th", { scope: "col" }, what));
  return [
    h("h3", {}, "Everybody"),
    h("p", { class: "meta" }, "In how many statements each of them occurs."),
    h("table", { class: "roster" }, h("thead", {}, h("tr", {}, h("td", {}), ...heads)), h("tbody", {}, ...body)),
    rows.length > MOST_ROWS
      ? h("p", { class: "meta" }, `${number(rows.length - MOST_ROWS)} more are in the tables under Data.`)
      : null,
  ].filter((one) => one !== null);
}

/** A number of statements that leads to them. @param {number | undefined} value @param {Record<string, string>} filter @param {string} what */
function count(value, filter, what) {
  if (!value) return h("td", {}, h("span", { class: "none" }, "–"));
  return h(
    "td",
    {},
    h("a", { href: fragment("statements", filter), "aria-label": `${what}, ${value}` }, number(value)),
  );
}

/** @param {Data} data @param {import("./data.js").Row} row */
function who(data, row) {
  const id = String(row.id);
  const offices = data.where("offices", "person", id).map((one) => String(one.title));
  const native = data
    .where("names", "entity", id)
    .filter((one) => one.kind === "native")
    .map((one) => String(one.name));
  const kind = row.kind ? data.label("organization_kind", row.kind) : "";
  const table = id.startsWith("person/") ? "people" : "organizations";
  const own = extensions(data, table, row).map(([name, value]) => `${name}: ${value}`);
  const wikidata = /^Q\d{1,12}$/.test(String(row.wikidata ?? ""))
    ? link(`https://www.wikidata.org/wiki/${row.wikidata}`, String(row.wikidata))
    : null;
  return [
    h("span", { class: "name", dir: "auto" }, String(row.name)),
    h(
      "span",
      { class: "meta", dir: "auto" },
      [...new Set([...native, ...offices]), kind, row.country, ...own].filter(Boolean).join(" · "),
      wikidata ? " · " : null,
      wikidata,
    ),
  ];
}
