// The drawing of the timeline: days shown by sources as solid marks, reported days as rings, on one axis.

import * as Plot from "@observablehq/plot";
import { DAY, short } from "./dates.js";

/** @typedef {import("./dates.js").Days} Days */
/** @typedef {{days: Days, tone: string}} Reported */
/** @typedef {{shown: Days | null, reported: Reported[], domain: [Date, Date], label?: string, height?: number}} Strip */

/** The middle of days, since a mark stands on a whole day. @param {Days} days */
const middle = (days) => new Date((days.from.getTime() + days.to.getTime() + DAY) / 2);
/** @param {Days} days */
const end = (days) => new Date(days.to.getTime() + DAY);

/** With a label days are written beside the marks; without one a height is given.
 * @param {Strip} strip @param {number} width */
export function strip({ shown, reported, domain, label, height = 96 }, width) {
  const y = label === undefined ? height / 2 : 44;
  const far =
    shown === null ? [] : reported.map((one) => ({ from: middle(one.days), to: middle(shown), tone: one.tone }));
  const plot = Plot.plot({
    width,
    height,
    margin: 0,
    marginLeft: 12,
    marginRight: 12,
    x: { type: "utc", domain, axis: null },
    y: { type: "linear", domain: [0, height], range: [0, height], axis: null },
    marks: [
      Plot.ruleX(ticks(domain, width), { x: noon, stroke: "var(--grid)" }),
      Plot.ruleY([y], { stroke: "var(--rule)" }),
      Plot.link(far, {
        x1: "from",
        x2: "to",
        y1: y,
        y2: y,
        stroke: (/** @type {any} */ one) => `var(--${one.tone})`,
        strokeWidth: 2,
      }),
      ...solid(shown, y),
      Plot.dot(reported, {
        x: (/** @type {Reported} */ one) => middle(one.days),
        y,
        r: 5.5,
        fill: "var(--paper)",
        strokeWidth: 2.5,
        stroke: (/** @type {Reported} */ one) => `var(--${one.tone})`,
      }),
      ...(label === undefined ? [] : words(shown, reported, y, domain, label, width)),
    ],
  });
  return plain(plot);
}

/** @param {Days | null} shown @param {number} y */
function solid(shown, y) {
  if (shown === null) return [];
  const single = shown.from.getTime() === shown.to.getTime();
  return single
    ? [Plot.dot([shown], { x: middle, y, r: 6, fill: "var(--ink)" })]
    : [Plot.rect([shown], { x1: (one) => one.from, x2: end, y1: y - 6, y2: y + 6, fill: "var(--ink)", rx: 6 })];
}

/** Reported days above the line, shown ones below it, so that they never meet.
 * @param {Days | null} shown @param {Reported[]} reported @param {number} y @param {[Date, Date]} domain @param {string} label @param {number} width */
function words(shown, reported, y, domain, label, width) {
  const place = (/** @type {Date} */ date) => 12 + ((+date - +domain[0]) / (+domain[1] - +domain[0])) * (width - 24);
  const text = (
    /** @type {Date} */ date,
    /** @type {string} */ said,
    /** @type {number} */ dy,
    /** @type {string} */ fill,
  ) => {
    const x = place(date);
    const half = said.length * 3.6;
    const anchor = /** @type {"start" | "end" | "middle"} */ (
      x < half + 8 ? "start" : x > width - half - 8 ? "end" : "middle"
    );
    const dx = anchor === "start" ? -7 : anchor === "end" ? 7 : 0;
    return Plot.text([0], {
      x: () => date,
      y: () => y,
      text: () => said,
      dy,
      dx,
      fill,
      textAnchor: anchor,
      fontWeight: 600,
      fontSize: 13,
    });
  };
  const days =
    shown === null
      ? ""
      : shown.from.getTime() === shown.to.getTime()
        ? short(shown.from)
        : `${short(shown.from)} – ${short(shown.to)}`;
  return [
    ...reported.map((one) => text(middle(one.days), `${short(one.days.from)}${label}`, -20, `var(--${one.tone})`)),
    ...(shown === null ? [] : [text(middle(shown), days, 22, "var(--ink)")]),
  ];
}

/** Where a day is marked: in its middle. @param {Date} one */
const noon = (one) => new Date(+one + DAY / 2);

/** The axis alone. @param {[Date, Date]} domain @param {number} width */
export function axis(domain, width) {
  const at = ticks(domain, width);
  const near = +domain[1] - +domain[0] < 21 * DAY; // then the day of the week may be what matters
  const long = +domain[1] - +domain[0] > 1100 * DAY;
  return plain(
    Plot.plot({
      width,
      height: 22,
      margin: 0,
      marginLeft: 12,
      marginRight: 12,
      x: { type: "utc", domain, axis: null },
      y: { type: "linear", domain: [0, 22], range: [0, 22], axis: null },
      marks: [
        Plot.text(at, {
          x: noon,
          y: 11,
          fill: "var(--soft)",
          fontSize: 12.5,
          textAnchor: "middle",
          text: (/** @type {Date} */ one) => (long ? String(one.getUTCFullYear()) : short(one, near)),
        }),
      ],
    }),
  );
}

/** Round days on the axis: as many as have room for their words. @param {[Date, Date]} domain @param {number} width @returns {Date[]} */
function ticks(domain, width) {
  const edge = ((+domain[1] - +domain[0]) * 26) / width;
  const [from, to] = [new Date(+domain[0] + edge), new Date(+domain[1] - edge)];
  const most = Math.max(2, Math.floor(width / 84));
  return steps(from, to).find((found) => found.length <= most) ?? [];
}

/** Days to choose from, the closest first; none is in the list of intervals that are too long. @param {Date} from @param {Date} to */
function steps(from, to) {
  const every = (/** @type {import("@observablehq/plot").LiteralTimeInterval} */ interval) =>
    Plot.utcInterval(interval).range(from, to);
  const days = +to - +from < 60 * DAY ? every("day") : [];
  const each = [1, 2, 3, 4, 7].map((step) => days.filter((_, at) => at % step === 0));
  const month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), 1));
  const firsts = [month, ...every("month")].filter((one, at, all) => all.findIndex((other) => +other === +one) === at);
  const halves = +to - +from < 800 * DAY ? firsts.flatMap((one) => [one, new Date(+one + 14 * DAY)]) : [];
  const years = /** @type {const} */ ([
    "3 months",
    "6 months",
    "year",
    "2 years",
    "5 years",
    "10 years",
    "50 years",
    "100 years",
  ]);
  const inside = halves.filter((one) => one >= from && one <= to);
  return [...each, inside, every("month"), ...years.map(every)].filter((found) => found.length > 0);
}

/** Without the style element that Plot adds, which the page's policy would refuse; the page's own styles say the same.
 * @param {Element} plot */
function plain(plot) {
  plot.setAttribute("aria-hidden", "true"); // the words beside it say all it shows
  for (const one of plot.querySelectorAll("style")) one.remove();
  return plot;
}
