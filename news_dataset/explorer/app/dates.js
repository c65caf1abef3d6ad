// Dates as text in EDTF, as days to draw, and as people write them.

/** @typedef {import("./data.js").Cell} Cell */
/** @typedef {{from: Date, to: Date}} Days both inclusive, at midnight UTC */

export const DAY = 86_400_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const LONG = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "long",
  year: "numeric",
  timeZone: "UTC",
});
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** @param {Cell | undefined} text @returns {Date | null} */
export function day(text) {
  const match = /^(-?\d{4,6})-(\d\d)-(\d\d)$/.exec(String(text ?? ""));
  if (match === null) return null;
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  if (Number(match[1]) >= 0 && Number(match[1]) < 100) date.setUTCFullYear(Number(match[1]));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The days between two columns of a row; null where an end is open or unknown. @param {Cell | undefined} min @param {Cell | undefined} max */
export function days(min, max) {
  const [from, to] = [day(min), day(max)];
  return from === null || to === null || from > to ? null : { from, to };
}

/** The days of a date in EDTF that is a day, or an interval of two. @param {Cell | undefined} text */
export function written(text) {
  const [from = "", to = from] = String(text ?? "").split("/");
  return days(from, to);
}

/** A date in EDTF as people write it; what is not a plain day, month or year stays as it is. @param {Cell | undefined} text */
export function dated(text) {
  const parts = String(text ?? "").split("/");
  const [from, to] = parts.map(day);
  if (parts.length !== 2 || !from || !to || String(parts[0]).slice(0, 7) !== String(parts[1]).slice(0, 7))
    return parts.map(one).join(" – ");
  return `${short(from).replace(/ \w+$/, "")} – ${LONG.format(to).replace(",", "")}`; // the same month is said once
}

/** @param {string} text */
function one(text) {
  const whole = day(text);
  if (whole !== null) return LONG.format(whole).replace(",", "");
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? day(`${text}-01`) : null;
  return month === null ? text : MONTH.format(month);
}

/** A day without its year, for marks. @param {Date} date @param {boolean} [weekday] */
export function short(date, weekday = true) {
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { day: "numeric", month: "short", timeZone: "UTC" };
  return date.toLocaleDateString("en-GB", weekday ? { weekday: "short", ...form } : form).replace(",", "");
}

/**
 * Where a reported date may be drawn, and what had to be assumed for it.
 * @param {import("./data.js").Row} report a row of statement_events
 * @param {Days | null} shown what sources show
 * @returns {{places: Days[], assumed: string}}
 */
export function placed(report, shown) {
  const certain = days(report.date_min, report.date_max);
  if (certain !== null) return { places: [certain], assumed: "" };
  const masked = /^XXXX-(\d\d-\d\d)$/.exec(String(report.date ?? ""));
  if (masked !== null && shown !== null) {
    const there = day(`${String(shown.from.getUTCFullYear()).padStart(4, "0")}-${masked[1]}`);
    const assumed = `The year is not given; drawn in ${shown.from.getUTCFullYear()}.`;
    if (there !== null) return { places: [{ from: there, to: there }], assumed };
  }
  const weekday = WEEKDAYS.indexOf(String(report.date_text ?? "").toLowerCase());
  if (report.date === null && weekday >= 0 && shown !== null) return weekdays(weekday, shown);
  return { places: [], assumed: "" };
}

/** A weekday alone may be any: drawn is the first within, else the nearest before and after. @param {number} weekday @param {Days} shown */
function weekdays(weekday, shown) {
  const ahead = (weekday - shown.from.getUTCDay() + 7) % 7;
  const next = new Date(shown.from.getTime() + ahead * DAY);
  const fits = next <= shown.to;
  const found = fits ? [next] : [new Date(next.getTime() - 7 * DAY), next];
  const name = `${WEEKDAYS[weekday]?.slice(0, 1).toUpperCase()}${WEEKDAYS[weekday]?.slice(1)}`;
  const assumed = `Which ${name} is not said; drawn ${fits ? "is the one that fits" : "are the nearest before and after"}.`;
  return { places: found.map((date) => ({ from: date, to: date })), assumed };
}
