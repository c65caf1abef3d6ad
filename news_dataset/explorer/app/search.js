// What is searched: the words of a statement, everybody it names in all scripts, and what was found out about it.

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./model.js").Statement} Statement */

/** Text as it is searched: without case and accents. @param {string} text */
export const plain = (text) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

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
const joined = (texts) => plain(texts.filter((one) => one !== null && one !== undefined).join("\n"));

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

/** Whether all words stand in or behind a statement. @param {Data} data @param {Statement} one @param {string[]} words */
export function matches(data, one, words) {
  if (words.length === 0) return true;
  one.words ||= [shownWords(data, one), ...behind(data, one).map(([, texts]) => joined(texts))].join("\n");
  return words.every((word) => one.words.includes(word));
}

/** What a statement was found by, if its row does not show it: where it stands, and the words around it.
 * @param {Data} data @param {Statement} one @param {string[]} words @returns {[string, string] | null} */
export function passage(data, one, words) {
  const shown = shownWords(data, one);
  const word = words.find((each) => !shown.includes(each));
  if (word === undefined) return null;
  const found = behind(data, one).flatMap(([place, texts]) => texts.map((text) => [place, String(text ?? "")]));
  const [place = "", text = ""] = found.find(([, each = ""]) => plain(each).includes(word)) ?? [];
  const tokens = text.split(/\s+/);
  const at = tokens.findIndex((token) => plain(token).includes(word));
  const [from, to] = [Math.max(0, at - 8), at + 9];
  const [before, after] = [from > 0 ? "… " : "", to < tokens.length ? " …" : ""];
  return text ? [place, `${before}${tokens.slice(from, to).join(" ").slice(0, 300)}${after}`] : null;
}
