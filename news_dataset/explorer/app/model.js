// Statements as the sections show them: who says them, of whom, and what became of them.

/** @typedef {import("./data.js").Row} Row */
/** @typedef {import("./data.js").Data} Data */
/** @typedef {{key: string, name: string}} Voice */
/** @typedef {{id: string, short: string, at: number, row: Row, voices: Voice[], about: string[], addressees: string[], topics: string[],
 *   verdict: string, assessments: Row[], words: string}} Statement */

/** Verdicts, the gravest first; a statement without an assessment has none. */
export const VERDICTS = ["contradicted", "partly_supported", "supported", "not_checkable"];
export const UNASSESSED = "not_assessed";

/** @type {WeakMap<Data, Statement[]>} */
const made = new WeakMap();

/** @param {Data} data @returns {Statement[]} */
export function statements(data) {
  let found = made.get(data);
  if (found === undefined) {
    const single = data.rows("articles").length < 2;
    found = data.rows("statements").map((row, at) => statement(data, row, at, single));
    made.set(data, found);
  }
  return found;
}

/** @type {WeakMap<Data, Map<string, Statement>>} */
const indexed = new WeakMap();

/** The statement with an id. @param {Data} data @param {import("./data.js").Cell | undefined} id */
export function statementOf(data, id) {
  let index = indexed.get(data);
  if (index === undefined) {
    index = new Map(statements(data).map((one) => [one.id, one]));
    indexed.set(data, index);
  }
  return index.get(String(id));
}

/** @param {Data} data @param {Row} row @param {number} at @param {boolean} single @returns {Statement} */
function statement(data, row, at, single) {
  const id = String(row.id);
  const assessments = data.where("assessments", "target", id);
  const voices = voicesOf(data, row);
  const slug = id.slice(id.indexOf("/") + 1);
  return {
    id,
    short: single ? slug.slice(slug.lastIndexOf("/") + 1) : slug,
    at,
    row,
    voices,
    addressees: data
      .where("statement_participants", "statement", id)
      .flatMap((one) => (one.role === "addressee" ? [String(one.entity ?? one.label ?? "nobody named")] : [])),
    about: (data.spokenOf.get(id) ?? []).map(String),
    topics: data.where("topics", "record", id).map((one) => String(one.topic)),
    verdict: gravest(assessments),
    assessments,
    words: plain([slug, row.gist, row.quote, row.cue, ...voices.map((one) => one.name)].join("\n")),
  };
}

/** Who says a statement: an entity, a label, nobody named, or the article itself. @param {Data} data @param {Row} row */
function voicesOf(data, row) {
  const speakers = data.where("statement_participants", "statement", row.id).filter((one) => one.role === "speaker");
  if (speakers.length === 0) return [{ key: "article", name: "The article itself" }];
  return speakers.map((one) => {
    if (one.entity !== null) return { key: String(one.entity), name: data.name(one.entity) };
    if (one.label !== null) return { key: `label ${one.label}`, name: String(one.label) };
    return { key: "nobody", name: "Nobody named" };
  });
}

/** @param {Row[]} assessments */
function gravest(assessments) {
  const ranks = assessments.map((one) => rank(String(one.verdict)));
  const first = ranks.indexOf(Math.min(...ranks));
  return first < 0 ? UNASSESSED : String(assessments[first]?.verdict);
}

/** How grave a verdict is: less is graver. @param {string} verdict */
export function rank(verdict) {
  const at = VERDICTS.indexOf(verdict);
  return at < 0 ? VERDICTS.length + Number(verdict === UNASSESSED) : at;
}

/** Text as it is searched: without case and accents. @param {string} text */
export const plain = (text) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

/**
 * How often each value occurs, the most frequent first.
 * @template T
 * @param {Iterable<T>} values
 */
export function tally(values) {
  /** @type {Map<T, number>} */
  const counts = new Map();
  for (const one of values) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
