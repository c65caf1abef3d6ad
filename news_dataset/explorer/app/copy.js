// The visitor's own copy of an article, marked here: this page reads it, and it goes nowhere.

import { Finder, restore, sha256, Text } from "./spans.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Row} Row */
/** @typedef {import("./data.js").Copy} Copy */
/** @typedef {{role: string, target: string | null, span: import("./spans.js").Span}} Pointer */

const MAX_BYTES = 5 * 1024 * 1024;
const MAX_LETTERS = 300_000; // of a copy that differs: each is hashed with those beside it

/** What is wrong with a file, in words for the visitor. */
class Refusal extends Error {}

/** Mark a file as the copy of an article. @param {Data} data @param {File} file @returns {Promise<Copy | string>} the copy, or why there is none */
export async function marked(data, file) {
  try {
    return await copied(data, file);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** @param {Data} data @param {File} file @returns {Promise<Copy>} */
async function copied(data, file) {
  if (globalThis.crypto?.subtle === undefined)
    throw new Refusal(
      "Browsers work out no digests for a page that came by plain http: save this page and open it from the disk.",
    );
  if (file.size > MAX_BYTES) throw new Refusal(`${file.name} is larger than 5 MiB.`);
  const bytes = await file.arrayBuffer();
  const copy = new Text(decoded(bytes, file.name));
  const hash = await sha256(bytes);
  const articles = data.rows("articles");
  const same = articles.filter((row) => row.text_sha256 === hash);
  const named = articles.filter((row) => `${row.id}.txt` === `article/${file.name}`);
  const chosen = [same, named, articles].find((rows) => rows.length > 0) ?? [];
  if (same.length === 0 && copy.letters.length > MAX_LETTERS)
    throw new Refusal(
      `${file.name} differs from the annotated text, and is too long to look for passages here: use the command below.`,
    );
  const finder = same.length > 0 ? null : await Finder.of(copy);
  const found = await Promise.all(chosen.map((row) => markedAs(data, row, copy, file.name, finder)));
  const best = found.sort((a, b) => missing(a) - missing(b))[0];
  if (best === undefined || best.spans.length === 0)
    throw new Refusal("This page does not hold the places of passages, for its size: use the command below.");
  if (missing(best) === 1)
    throw new Refusal(`${file.name} is the text of none of the articles: no passage stands in it.`);
  return best;
}

/** The share of spans that are not in a copy. @param {Copy} copy */
const missing = ({ states, spans }) => (spans.length > 0 ? (states.orphan ?? 0) / spans.length : 1);

/** @param {ArrayBuffer} bytes @param {string} name */
function decoded(bytes, name) {
  try {
    // a byte order mark stays the first code point of the text
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal(`${name} is not UTF-8: save it as a plain text in UTF-8.`);
  }
}

/** @param {Data} data @param {Row} article @param {Text} copy @param {string} file @param {Finder | null} finder @returns {Promise<Copy>} */
async function markedAs(data, article, copy, file, finder) {
  const pointers = pointersOf(data, article);
  const spans = pointers.map(({ span }) => span);
  const found = await restore(spans, finder);
  /** @type {Record<string, number>} */
  const states = { exact: 0, relocated: 0, ambiguous: 0, orphan: 0 };
  for (const { state } of found) states[state] = (states[state] ?? 0) + 1;
  /** @type {import("./data.js").Marked[]} */
  const all = pointers.map(({ role, target }, at) => [role, target, found[at]?.places ?? []]);
  return { article: String(article.id), file, words: copy.words, states, spans: all };
}

/** Everything that points into the text of an article. @param {Data} data @param {Row} article @returns {Pointer[]} */
function pointersOf(data, article) {
  const mine = data.where("statements", "article", article.id);
  const of = (/** @type {string} */ table) => mine.flatMap((one) => data.where(table, "statement", one.id));
  const pointer = (/** @type {Row} */ row, /** @type {unknown} */ role, /** @type {unknown} */ target) => ({
    role: String(role),
    target: target === null || target === undefined ? null : String(target),
    span: /** @type {import("./spans.js").Span} */ (/** @type {unknown} */ (row)),
  });
  return [
    ...of("evidence").map((row) => pointer(row, row.role, row.statement)),
    ...data.where("mentions", "article", article.id).map((row) => pointer(row, "mention", row.referent ?? row.event)),
    ...of("quantities").map((row) => pointer(row, "quantity", row.statement)),
  ];
}
