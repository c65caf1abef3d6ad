// One statement in full: what is said, by whom, what it reports, and what became of it.

import { dated } from "./dates.js";
import { h, long } from "./dom.js";
import { AXES, gistOf, NARRATED, statementOf } from "./model.js";
import { assessment, copier, corrections, extensions, terms, toStatement } from "./parts.js";
import { fragment } from "./state.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./model.js").Statement} Statement */
/** @typedef {import("./data.js").Row} Row */

/** How many characters of a gist stand in a row of the list, so that its body repeats only what is longer. */
export const CUT = 400;

/** @param {Data} data @param {Statement} statement @param {{inText?: boolean}} [place] */
export function body(data, statement, { inText = false } = {}) {
  const { row } = statement;
  return h(
    "div",
    { class: "body" },
    ...words(data, row),
    terms([...people(data, statement), ...circumstances(data, statement)]),
    ...reported(data, statement),
    ...AXES.filter(({ key }) => statement[key] !== NARRATED).map((axis) => answer(data, statement, axis)),
    ...others(data, statement),
    h("p", { class: "ways" }, ...ways(data, statement, inText)),
  );
}

/** What was found on one of the two questions. @param {Data} data @param {Statement} statement @param {import("./model.js").Axis} axis */
function answer(data, statement, { key, question, aspects }) {
  const mine = statement.assessments.filter((one) => aspects.includes(String(one.aspect)));
  return h(
    "section",
    { class: `question ${key}` },
    h("h4", {}, question),
    ...mine.map((one) => assessment(data, one, question)),
    mine.length === 0 && h("p", { class: "meta" }, "Not assessed."),
  );
}

/** Assessments on neither question. @param {Data} data @param {Statement} statement */
function others(data, statement) {
  const known = AXES.filter(({ key }) => statement[key] !== NARRATED).flatMap((axis) => axis.aspects);
  return statement.assessments.filter((one) => !known.includes(String(one.aspect))).map((one) => assessment(data, one));
}

/** @param {Data} data @param {Row} row */
function words(data, row) {
  const fidelity = row.quote_fidelity ? ` (${data.label("quote_fidelity", row.quote_fidelity)})` : "";
  return [
    row.quote !== null && row.quote !== undefined
      ? h(
          "figure",
          { class: "quote" },
          h("blockquote", { dir: "auto" }, long(row.quote)),
          h("figcaption", {}, `quoted${fidelity}`),
        )
      : null,
    h("p", { class: String(row.gist ?? "").length > CUT ? "gist whole" : "gist", dir: "auto" }, long(gistOf(row))),
  ];
}

/** @param {Data} data @param {Statement} statement @returns {[string, Node[]][]} */
function people(data, { row }) {
  const rows = data.where("statement_participants", "statement", row.id);
  const roles = [...new Set(rows.map((one) => String(one.role)))];
  return roles.map((role) => {
    const mine = rows.filter((one) => one.role === role);
    return [
      data.label("statement_role", role),
      mine.map((one) => h("span", { class: "listed", dir: "auto" }, participant(data, one))),
    ];
  });
}

/** @param {Data} data @param {Row} one */
function participant(data, one) {
  if (one.entity !== null) {
    const offices = data.where("offices", "person", one.entity).map((office) => office.title);
    return `${data.name(one.entity)}${offices.length > 0 ? ` (${offices.join("; ")})` : ""}`;
  }
  return one.label === null ? "nobody named" : `“${one.label}”`;
}

/** @param {Data} data @param {Statement} statement @returns {[string, import("./dom.js").Child | Node[]][]} */
function circumstances(data, statement) {
  const { row } = statement;
  const occasion = data.get("events", row.occasion);
  const parent = row.parent === null ? undefined : statementOf(data, row.parent);
  const article = data.get("articles", row.article);
  const quantities = data.where("quantities", "statement", row.id);
  const sure = [
    data.varies("statements", "certainty") && `said ${data.label("certainty", row.certainty)}`,
    data.varies("statements", "polarity") && data.label("polarity", row.polarity),
  ];
  const fixed = corrections(data, [row.id, ...statement.assessments.map((one) => one.id)]);
  const tied = row.kind === NARRATED ? "" : data.label("statement_kind", row.kind);
  return [
    ["How it is given", [tied, row.cue ? `“${row.cue}”` : ""].filter(Boolean).join(", with the words ")],
    ["Sort of claim", data.varies("statements", "claim_type") && data.label("claim_type", row.claim_type)],
    ["How sure", sure.filter(Boolean).join("; ")],
    ["Said at", occasion ? `${occasion.title}${occasion.date === null ? "" : ` (${dated(occasion.date)})`}` : null],
    [
      "Part of",
      parent ? h("a", { href: toStatement(parent) }, `${parent.short}: ${gistOf(parent.row).slice(0, 300)}`) : null,
    ],
    ["Figures", quantities.map((one) => quantity(data, one)).join("; ")],
    ...extensions(data, "statements", row),
    ["Topics", statement.topics.map((one) => data.label("topic", one)).join(", ")],
    ["Article", article && data.rows("articles").length > 1 ? data.headline(article.id) : null],
    ["Note", row.note ? long(row.note) : null],
    ["Corrected", fixed.length > 0 ? fixed : null],
  ];
}

/** @param {Data} data @param {Row} row */
function quantity(data, row) {
  const bounds = [row.min === null ? "" : `at least ${row.min}`, row.max === null ? "" : `at most ${row.max}`];
  const amount = row.value === null ? bounds.filter(Boolean).join(", ") : row.value;
  return `“${row.as_written}”: ${amount} ${data.label("quantity_unit", row.unit)}${row.counted ? `, ${row.counted}` : ""}`;
}

/** The events that a statement reports, as reported and as shown. @param {Data} data @param {Statement} statement */
function reported(data, { row }) {
  const rows = data.where("statement_events", "statement", row.id);
  if (rows.length === 0) return [];
  const items = rows.map((one) => {
    const event = data.get("events", one.event);
    const text = one.date_text ?? one.date;
    return h(
      "li",
      { dir: "auto" },
      h("a", { href: fragment("timeline", { event: String(one.event) }) }, String(event?.title ?? one.event)),
      `, ${data.label("realis", one.realis)}`,
      text ? h("span", { class: "pair" }, " reported: ", h("b", {}, `“${text}”`)) : null,
      text || event?.date
        ? h("span", { class: "pair" }, " shown by sources: ", h("b", {}, event?.date ? dated(event.date) : "no date"))
        : null,
      event?.factuality ? h("span", { class: "pair" }, ` ${data.label("factuality", event.factuality)}`) : null,
    );
  });
  return [
    h("h4", {}, rows.length === 1 ? "Event reported" : "Events reported"),
    h("ul", { class: "events" }, ...items),
  ];
}

/** @param {Data} data @param {Statement} statement @param {boolean} inText */
function ways(data, statement, inText) {
  const link = new URL(location.href);
  link.hash = toStatement(statement);
  const hasText = data.copies.some((one) => one.article === statement.row.article);
  const there = inText
    ? h("a", { href: toStatement(statement), class: "to-statement" }, "Open in Statements")
    : hasText && h("a", { href: fragment("text", { statement: statement.id }), class: "to-text" }, "Show in the text");
  return [there, h("code", { dir: "auto" }, statement.id), copier(link.href, "copy link")];
}
