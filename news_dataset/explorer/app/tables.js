// Data: every table to take along, and the line of Python that loads it.

import { counted, h, number } from "./dom.js";
import { csv, download, json } from "./files.js";
import { copier, head } from "./parts.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Table} Table */

/** Tables that are joined from the others. */
const VIEWS = ["claims", "who_said_what", "timeline", "claim_sources"];
/** @param {string} name */
const place = (name) => (VIEWS.includes(name) ? VIEWS.indexOf(name) : VIEWS.length);

/** @param {HTMLElement} root @param {Data} data */
export function tables(root, data) {
  const left = new Map(data.leftOut.map(([name, here, all]) => [name, [here, all]]));
  const absent = data.leftOut.filter(([name]) => !data.tables.has(name) && !name.includes(" ")); // texts are no table
  root.append(
    head(
      "Data",
      "Every table as a file made by this page, and the Python that loads it, those first that are joined from the others: ",
      h("code", {}, "import news_dataset as nd"),
    ),
    ...notice(data),
    h(
      "ul",
      { class: "tables" },
      ...[...data.tables.values()]
        .filter((table) => table.count > 0 || left.has(table.name))
        .sort((a, b) => place(a.name) - place(b.name))
        .map((table) => entry(data, table, left.get(table.name)?.[1])),
      ...absent.map(([name, , all]) =>
        h(
          "li",
          {},
          h("h3", {}, name),
          h("p", { class: "count" }, counted(all, "row")),
          h("p", { class: "about" }, "Not in this page, for its size."),
          python(data, name),
        ),
      ),
    ),
    ...empty(data, left),
  );
}

/** Tables without a row, which have nothing to take along. @param {Data} data @param {Map<string, unknown>} left */
function empty(data, left) {
  const names = [...data.tables.values()]
    .filter((one) => one.count === 0 && !left.has(one.name))
    .map((one) => one.name);
  return names.length > 0 ? [h("p", { class: "meta" }, `Empty in this dataset: ${names.join(", ")}.`)] : [];
}

/** What the page leaves out. @param {Data} data */
export function notice(data) {
  if (data.leftOut.length === 0) return [];
  const said = data.leftOut.map(([name, here, all]) => `${name} (${number(here)} of ${number(all)})`).join(", ");
  return [
    h(
      "p",
      { class: "notice", role: "note" },
      `This page does not hold everything: beyond a certain size it keeps the first statements and what belongs to them. Rows here: ${said}. All other tables are whole. Python has all rows.`,
    ),
  ];
}

/** @param {Data} data @param {Table} table @param {number | undefined} all */
function entry(data, table, all) {
  const name = table.name.replaceAll(/[^a-z0-9_-]/gi, "_").slice(0, 60);
  const columns = table.columns.map((one) =>
    h("div", {}, h("dt", {}, h("code", {}, one.name), ` ${one.kind}`), h("dd", {}, one.about)),
  );
  const rows = all === undefined ? counted(table.count, "row") : `${number(table.count)} of ${counted(all, "row")}`;
  return h(
    "li",
    {},
    h("h3", {}, table.name),
    h("p", { class: "count" }, rows),
    h("p", { class: "about" }, table.about),
    h(
      "p",
      { class: "take" },
      h(
        "button",
        {
          type: "button",
          "aria-label": `${table.name} as CSV`,
          onclick: () => download(csv(table), `${name}.csv`, "text/csv"),
        },
        "CSV",
      ),
      h(
        "button",
        {
          type: "button",
          "aria-label": `${table.name} as JSON`,
          onclick: () => download(json(table), `${name}.json`, "application/json"),
        },
        "JSON",
      ),
    ),
    python(data, table.name),
    h("details", {}, h("summary", {}, counted(table.columns.length, "column")), h("dl", {}, ...columns)),
  );
}

/** @param {Data} data @param {string} name */
function python(data, name) {
  const line = `${data.about.opened}.${VIEWS.includes(name) ? `${name}()` : `load(${JSON.stringify(name)})`}`;
  return h("p", { class: "python" }, h("code", {}, line), copier(line, "copy"));
}
