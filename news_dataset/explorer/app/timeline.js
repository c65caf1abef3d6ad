// Timeline: reported dates against those that independent sources show.

import { DAY, dated, days, placed, written } from "./dates.js";
import { counted, fill, h, number } from "./dom.js";
import { statementOf } from "./model.js";
import { chip, extensions, head, terms, toStatement } from "./parts.js";
import { axis, strip } from "./strip.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Row} Row */
/** @typedef {import("./dates.js").Days} Days */
/** @typedef {{row: Row, verdict: string | null, finding: string, places: Days[], assumed: string, text: string,
 *   right: import("./data.js").Cell, known: Days | null}} Report what is known: the event's date, else what the finding has as right */
/** @typedef {{row: Row, id: string, shown: Days | null, reports: Report[], all: number, verdict: string}} Event */

const MOST = 150;

/** @param {Data} data @returns {Event[]} */
export function events(data) {
  const found = data.rows("events").map((row) => {
    const shown = days(row.date_min, row.date_max);
    const rows = data.where("statement_events", "event", row.id);
    const reports = rows
      .filter((one) => one.date_text !== null || one.date !== null)
      .map((one) => {
        const viewed = data.where("timeline", "statement", one.statement).find((each) => each.event === row.id);
        const verdict = viewed?.reported_verdict ?? null;
        const assessed = data
          .where("assessments", "target", one.statement)
          .find((each) => each.aspect === "date" && each.verdict === verdict);
        const right = row.date ?? assessed?.correct_value ?? null;
        const known = shown ?? written(right);
        return {
          row: one,
          right,
          known,
          verdict: verdict === null ? null : String(verdict),
          finding: String(assessed?.finding ?? ""),
          text: String(one.date_text ?? one.date),
          ...placed(one, known),
        };
      });
    const verdict = data.where("timeline", "event", row.id)[0]?.event_verdict ?? null;
    return {
      row,
      id: String(row.id),
      shown,
      reports,
      all: rows.length,
      verdict: verdict === null ? "" : String(verdict),
    };
  });
  const start = (/** @type {Event} */ one) => one.shown?.from.getTime() ?? Number.MAX_VALUE;
  return found.sort(
    (a, b) =>
      start(a) - start(b) || (b.shown?.to.getTime() ?? 0) - (a.shown?.to.getTime() ?? 0) || (a.id < b.id ? -1 : 1),
  );
}

/** @param {HTMLElement} root @param {Data} data @param {URLSearchParams} params */
export function timeline(root, data, params) {
  const all = events(data);
  /** @type {(() => void)[]} */
  const drawings = [];
  const wrong = all.flatMap((event) =>
    event.reports.filter((one) => one.verdict === "contradicted").map((report) => ({ event, report })),
  );
  root.append(head("Timeline", ...lead(wrong.length)));
  if (wrong.length > 0)
    root.append(
      h("div", { class: "clashes" }, ...wrong.slice(0, 12).map((one) => clash(data, one.event, one.report, drawings))),
    );
  if (wrong.length > 12) root.append(h("p", {}, `and ${number(wrong.length - 12)} more below`));
  root.append(...overall(data, all, drawings));
  draw(root, drawings);
  const wanted = params.get("event");
  const row = [...root.querySelectorAll("[data-event]")].find(
    (one) => one instanceof HTMLElement && one.dataset.event === wanted,
  );
  row?.classList.add("wanted");
  row?.scrollIntoView({ block: "center" });
}

/** @param {number} wrong */
function lead(wrong) {
  const begin = "When events took place: as the article reports it, and as independent sources show. ";
  if (wrong === 0) return [begin, "No reported date is contradicted."];
  return [
    begin,
    h(
      "strong",
      {},
      wrong === 1 ? "One reported date does not hold up." : `${number(wrong)} reported dates do not hold up.`,
    ),
  ];
}

/** A reported date that does not hold up, beside the one that does.
 * @param {Data} data @param {Event} event @param {Report} report @param {(() => void)[]} drawings */
function clash(data, event, report, drawings) {
  const box = h("div", { class: "strip" });
  const statement = statementOf(data, report.row.statement);
  const reported = report.places.map((one) => ({ days: one, tone: "line-contradicted" }));
  const label = report.places.length > 1 ? "?" : "";
  const shown = report.known;
  const isElsewhere = shown !== null && report.places.some((one) => one.to < shown.from || one.from > shown.to);
  if (shown !== null && isElsewhere) {
    const domain = around([shown, ...report.places], 0.09);
    drawings.push(inside(box, (width) => [strip({ shown, reported, domain, label }, width), axis(domain, width)]));
  }
  const gap = apart(report);
  return h(
    "article",
    { class: "clash" },
    h("h3", { dir: "auto" }, String(event.row.title)),
    h(
      "div",
      { class: "versus" },
      h("p", { class: "reported" }, h("span", {}, "The article says"), h("b", { dir: "auto" }, report.text)),
      h(
        "p",
        { class: "shown" },
        h("span", {}, "Sources show"),
        h("b", { dir: "auto" }, report.right === null ? "no date" : dated(report.right)),
      ),
    ),
    isElsewhere && box,
    isElsewhere && h("p", { class: "meta" }, gap, " ", report.assumed),
    h("p", { class: "finding", dir: "auto" }, report.finding.slice(0, 1000)),
    statement && h("p", {}, h("a", { href: toStatement(statement) }, `Statement ${statement.short} and its sources`)),
  );
}

/** How far a reported day is off. @param {Report} report */
function apart(report) {
  const [only, ...others] = report.places;
  if (only === undefined || others.length > 0 || report.known === null) return "";
  const off = Math.round((report.known.from.getTime() - only.to.getTime()) / DAY);
  return off === 0 ? "" : `${counted(Math.abs(off), "day")} ${off > 0 ? "too early" : "too late"}.`;
}

/** All events, the dense part on one axis. @param {Data} data @param {Event[]} all @param {(() => void)[]} drawings */
function overall(data, all, drawings) {
  if (all.length === 0) return [h("p", { class: "empty" }, "There are no events in this dataset.")];
  const dated = all.filter((one) => one.shown !== null);
  const window = densest(dated);
  const inside = dated.filter((one) => window.includes(one));
  const groups = /** @type {[string, Event[], boolean][]} */ ([
    ["Earlier", dated.filter((one) => !window.includes(one) && isBefore(one, window)), false],
    ["", inside, true],
    ["Later", dated.filter((one) => !window.includes(one) && !isBefore(one, window)), false],
    ["Without a date that sources show", all.filter((one) => one.shown === null), false],
  ]);
  const domain = around(
    inside.flatMap((one) => [/** @type {Days} */ (one.shown), ...one.reports.flatMap((report) => report.places)]),
    0.04,
  );
  return [
    h("h3", {}, "All events"),
    key(),
    ...groups.flatMap(([name, members, drawn]) => group(data, name, members, drawn ? domain : null, drawings)),
  ];
}

function key() {
  const mark = (/** @type {string} */ name, /** @type {string} */ words) =>
    h("li", {}, h("span", { class: `mark ${name}`, "aria-hidden": "true" }), words);
  return h(
    "ul",
    { class: "key" },
    mark("solid", "shown by independent sources"),
    mark("ring contradicted", "reported, contradicted"),
    mark("ring", "reported otherwise"),
  );
}

/** @param {Data} data @param {string} name @param {Event[]} members @param {[Date, Date] | null} domain @param {(() => void)[]} drawings */
function group(data, name, members, domain, drawings) {
  if (members.length === 0) return [];
  const clashing = members.filter((one) => one.reports.some((report) => report.verdict === "contradicted"));
  const kept = new Set([...clashing, ...members].slice(0, MOST)); // what is contradicted is drawn in any case
  const shown = members.filter((one) => kept.has(one));
  const rows = shown.map((one) => eventRow(data, one, domain, drawings));
  const line = h("div", { class: "strip axis" });
  if (domain !== null) drawings.push(inside(line, (width) => [axis(domain, width)]));
  const rest = members.length - shown.length;
  return [
    name ? h("h4", {}, name) : null,
    domain === null ? null : h("div", { class: "axisrow" }, h("span"), line),
    h("ol", { class: domain === null ? "eventlist" : "eventlist drawn" }, ...rows),
    rest > 0 ? h("p", { class: "meta" }, `${number(rest)} more events are not drawn; their table is under Data`) : null,
  ].filter((one) => one !== null);
}

/** @param {Data} data @param {Event} event @param {[Date, Date] | null} domain @param {(() => void)[]} drawings */
function eventRow(data, event, domain, drawings) {
  const box = h("div", { class: "strip" });
  const { shown } = event;
  const reported = event.reports.flatMap((one) =>
    one.places.map((place) => ({ days: place, tone: one.verdict === "contradicted" ? "line-contradicted" : "soft" })),
  );
  if (domain !== null)
    drawings.push(inside(box, (width, height) => [strip({ shown, reported, domain, height }, width)]));
  const place = event.row.place ? data.name(event.row.place) : "";
  const when = event.row.date === null ? "no date shown" : dated(event.row.date);
  const item = h(
    "li",
    {},
    h(
      "div",
      { class: "event" },
      h("p", { class: "title", dir: "auto" }, String(event.row.title)),
      h(
        "p",
        { class: "meta", dir: "auto" },
        [
          when,
          place,
          data.label("event_type", event.row.type),
          event.row.factuality === "confirmed"
            ? ""
            : event.row.factuality && data.label("factuality", event.row.factuality),
          event.all === 0 ? "in no statement" : `in ${counted(event.all, "statement")}`,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      terms(extensions(data, "events", event.row)),
      event.verdict &&
        data.varies("timeline", "event_verdict") &&
        h("p", { class: "report" }, "the event itself: ", chip(data, event.verdict)),
      ...event.reports.slice(0, 20).map((one) => reportLine(data, one)),
    ),
    domain === null ? null : box,
  );
  item.dataset.event = event.id;
  return item;
}

/** @param {Data} data @param {Report} report */
function reportLine(data, report) {
  const statement = statementOf(data, report.row.statement);
  const words = [`reported: “${report.text}” `, report.verdict === null ? null : chip(data, report.verdict)];
  return h(
    "p",
    { class: "report", dir: "auto" },
    ...words,
    " ",
    statement && h("a", { href: toStatement(statement) }, `statement ${statement.short}`),
  );
}

/** @param {Event} event @param {Event[]} window */
const isBefore = (event, window) => (event.shown?.from.getTime() ?? 0) < (window[0]?.shown?.from.getTime() ?? 0);

/** The most events of which none lies more than a year from the next. @param {Event[]} dated */
function densest(dated) {
  /** @type {Event[][]} */
  const runs = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const one of dated) {
    const { from, to } = /** @type {Days} */ (one.shown);
    const isLong = to.getTime() - from.getTime() > 366 * DAY;
    if (isLong || from.getTime() - last > 366 * DAY || runs.length === 0) runs.push([]);
    runs.at(-1)?.push(one);
    last = isLong ? Number.NEGATIVE_INFINITY : Math.max(last, to.getTime());
  }
  return runs.reduce((best, run) => (run.length >= best.length ? run : best), /** @type {Event[]} */ ([]));
}

/** From the first to the last day, with room at both ends. @param {Days[]} all @param {number} room @returns {[Date, Date]} */
function around(all, room) {
  const from = all.reduce((least, one) => Math.min(least, one.from.getTime()), Number.MAX_SAFE_INTEGER);
  const to = all.reduce((most, one) => Math.max(most, one.to.getTime()), Number.MIN_SAFE_INTEGER) + DAY;
  const more = Math.max((to - from) * room, DAY);
  return [new Date(from - more), new Date(to + more)];
}

/** How to draw in a box of whatever size it has then.
 * @param {HTMLElement} box @param {(width: number, height: number) => Element[]} make */
function inside(box, make) {
  return () => {
    fill(box);
    if (box.clientWidth > 40) fill(box, ...make(box.clientWidth, box.clientHeight));
  };
}

/** Draw, and again whenever the width changes. @param {HTMLElement} root @param {(() => void)[]} drawings */
function draw(root, drawings) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (!root.isConnected) return observer.disconnect();
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    for (const one of drawings) one();
  });
  observer.observe(root);
  width = root.clientWidth;
  for (const one of drawings) one();
}
