// What is searched: the words of a statement, everybody it names in all scripts, and what was found out about it.

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./model.js").Statement} Statement */

/** @type {Map<string, string>} */
const known = new Map();

/** Text as it is searched: without case and accents. Names and findings come again and again. @param {string} text */
function plain(text) {
  let found = known.get(text);
  if (found === undefined) {
    found = text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
    known.set(text, found);
  }
  return found;
}

/** The words of a search. @param {string | null} query */
export const wanted = (query) =>
  plain(query ?? "")
    .split(/\s+/)
    .filter(Boolean);

/** What stands behind a statement besides what its row shows, and where. @param {Data} data @param {Statement} one @returns {[string, unknown[]][]} */
function behind(data, one) {
  const events = data.where("statement_events", "statement", one.id);
  const parties = data.where("statement_participants", "statement", one.id).map((row) => row.entity);
  const people = new Set([...parties, ...one.about, ...events.map((row) => data.get("events", row.event)?.place)]);
  return [
    [
      "named",
      [...people].flatMap((id) => [id && data.name(id), ...data.where("names", "entity", id).map((row) => row.name)]),
    ],
    ["finding", one.assessments.flatMap((row) => [row.finding, row.correct_value, row.note])],
    [
      "source",
      one.assessments.flatMap((row) => data.where("citations", "assessment", row.id).map((cited) => cited.says)),
    ],
    ["event", events.flatMap((row) => [data.get("events", row.event)?.title, row.date_text])],
  ];
}

/** @param {unknown[]} texts */
const joined = (texts) => texts.map((one) => (one ? plain(String(one)) : "")).join("\n");

/** @param {Data} data @param {Statement} one */
function shownWords(data, one) {
  const { id, row, voices } = one;
  return joined([
    id,
    row.gist,
    row.quote,
    row.cue,
    row.note,
    ...voices.map(({ name }) => name),
    ...one.addressees.map((who) => data.name(who)),
  ]);
}

/** All that is searched of a statement. @param {Data} data @param {Statement} one */
function wordsOf(data, one) {
  one.shown ||= shownWords(data, one);
  one.words ||= [one.shown, ...behind(data, one).map(([, texts]) => joined(texts))].join("\n");
  return one.words;
}

/** Work that out before anybody searches, a little at a time. @param {Data} data @param {Statement[]} all */
export function prepare(data, all, from = 0) {
  const end = performance.now() + 8;
  let at = from;
  for (; at < all.length && performance.now() < end; at += 1) wordsOf(data, /** @type {Statement} */ (all[at]));
  if (at < all.length) setTimeout(() => prepare(data, all, at), 16);
}

/** Whether all words stand in or behind a statement. @param {Data} data @param {Statement} one @param {string[]} words */
export const matches = (data, one, words) =>
  words.length === 0 || words.every((word) => wordsOf(data, one).includes(word));

/** What a statement was found by, if its row does not show it: where it stands, and the words around it.
 * @param {Data} data @param {Statement} one @param {string[]} words @returns {[string, string] | null} */
export function passage(data, one, words) {
  const word = words.find((each) => !one.shown.includes(each));
  if (word === undefined) return null;
  const found = behind(data, one).flatMap(([place, texts]) => texts.map((text) => [place, String(text ?? "")]));
  const [place = "", text = ""] = found.find(([, each = ""]) => plain(each).includes(word)) ?? [];
  const tokens = text.split(/\s+/);
  const at = tokens.findIndex((token) => plain(token).includes(word));
  const [from, to] = [Math.max(0, at - 8), at + 9];
  const [before, after] = [from > 0 ? "… " : "", to < tokens.length ? " …" : ""];
  return text ? [place, `${before}${tokens.slice(from, to).join(" ").slice(0, 300)}${after}`] : null;
}
