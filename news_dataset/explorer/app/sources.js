// Sources: every page that an assessment cites, with what it was cited for.

import { dated } from "./dates.js";
import { counted, h, number } from "./dom.js";
import { statementOf, tally } from "./model.js";
import { head, webOf } from "./parts.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Row} Row */

const MOST = 200;

/** @param {HTMLElement} root @param {Data} data */
export function sources(root, data) {
  const rows = data.rows("sources");
  const cited = new Map(tally(data.rows("citations").map((row) => row.source ?? null)));
  const sorted = [...rows].sort((a, b) => (cited.get(b.id ?? null) ?? 0) - (cited.get(a.id ?? null) ?? 0));
  const kinds = tally(rows.map((row) => data.label("source_kind", row.kind)));
  root.append(
    head("Sources", "The pages that the findings rest on, those most cited first."),
    rows.length === 0
      ? h("p", { class: "empty" }, "There are no sources in this dataset.")
      : h(
          "p",
          { class: "meta" },
          `${counted(rows.length, "source")}: ${kinds
            .slice(0, 8)
            .map(([kind, count]) => `${kind}: ${number(count)}`)
            .join(" · ")}`,
        ),
    h("ol", { class: "sourcelist" }, ...sorted.slice(0, MOST).map((row) => entry(data, row))),
  );
  if (rows.length > MOST)
    root.append(h("p", { class: "meta" }, `${number(rows.length - MOST)} more are in the tables under Data.`));
}

/** @param {Data} data @param {Row} row */
function entry(data, row) {
  const citations = data.where("citations", "source", row.id);
  const targets = new Set(citations.map((one) => data.get("assessments", one.assessment)?.target));
  const mine = [...targets].filter((one) => statementOf(data, one) !== undefined);
  const stances = tally(citations.map((one) => data.label("stance", one.stance)));
  const origin = row.derived_from ? (data.get("sources", row.derived_from)?.publisher ?? row.derived_from) : null;
  return h(
    "li",
    {},
    h("span", { class: "publisher", dir: "auto" }, String(row.publisher ?? row.id)),
    h(
      "span",
      { class: "meta", dir: "auto" },
      [data.label("source_kind", row.kind), dated(row.published), origin && `goes back to ${origin}`]
        .filter(Boolean)
        .join(" · "),
    ),
    h("span", { class: "web" }, ...webOf(row)),
    h(
      "span",
      { class: "uses" },
      mine.length > 0
        ? h("a", { href: fragment("statements", { source: String(row.id) }) }, counted(mine.length, "statement"))
        : "",
      mine.length > 0 ? " · " : "",
      citations.length > 0
        ? stances.map(([stance, count]) => `${stance} ${number(count)}×`).join(" · ")
        : "not cited by an assessment",
    ),
  );
}
