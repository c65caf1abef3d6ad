// Statements as the sections show them: to whom they are attributed, of whom they speak, and what became of them.

/** @typedef {import("./data.js").Row} Row */
/** @typedef {import("./data.js").Data} Data */
/** @typedef {{key: string, name: string}} Voice */
/** @typedef {"attribution" | "content"} AxisKey */
/** @typedef {{key: AxisKey, question: string, noun: string, fails: string, aspects: string[]}} Axis */
/** @typedef {{id: string, short: string, number: string, at: number, row: Row, claim: number, voices: Voice[], about: string[],
 *   addressees: string[], topics: string[], attribution: string, content: string, assessments: Row[], shown: string, words: string,
 *   isNarrated: boolean, isWithdrawn: boolean}} Statement */

export const UNASSESSED = "not_assessed";
/** The verdict on the attribution of what is attributed to nobody. */
export const NARRATED = "narrated";
/** To whom a statement is attributed that may be attributed to somebody, and nobody recorded it. */
export const UNRECORDED = "unrecorded";

/** The two questions that are asked about a claim, which have two answers. The view `claims` has the verdicts. @type {Axis[]} */
export const AXES = [
  {
    key: "attribution",
    question: "Did they say it?",
    noun: "attribution",
    fails: "Attributions that do not hold",
    aspects: ["attribution", "quotation"],
  },
  {
    key: "content",
    question: "Is it so?",
    noun: "claim",
    fails: "Claims that do not hold",
    aspects: ["veracity", "date", "place", "quantity"],
  },
];

/** @param {string} verdict */
export const isFailed = (verdict) => verdict === "contradicted" || verdict === "unsupported";
/** Whether sources could decide, and were asked. @param {string} verdict */
export const isChecked = (verdict) => ![NARRATED, UNASSESSED, "not_checkable"].includes(verdict);

/** @type {WeakMap<Data, Statement[]>} */
const made = new WeakMap();

/** @param {Data} data @returns {Statement[]} */
export function statements(data) {
  let found = made.get(data);
  if (found === undefined) {
    const single = data.rows("articles").length < 2;
    const claims = claimsOf(data);
    found = data.rows("statements").map((row, at) => statement(data, row, at, single, claims));
    made.set(data, found);
  }
  return found;
}

/** The columns of the view `claims` that every statement has, and its row there. @param {Data} data */
function claimsOf(data) {
  const column = (/** @type {string} */ name) => data.tables.get("claims")?.column(name) ?? [];
  return {
    places: new Map(column("statement").map((id, at) => [id, at])),
    status: column("status"),
    attribution: column("attribution_verdict"),
    content: column("content_verdict"),
  };
}

/** The grounds of the verdict of a statement. @param {Data} data @param {Statement} one @param {AxisKey} axis */
export const findingOf = (data, one, axis) =>
  String(data.tables.get("claims")?.row(one.claim)[`${axis}_finding`] ?? "");

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

/** @param {Data} data @param {Row} row @param {number} at @param {boolean} single @param {ReturnType<typeof claimsOf>} claims @returns {Statement} */
function statement(data, row, at, single, claims) {
  const id = String(row.id);
  const claim = claims.places.get(id) ?? -1;
  const isNarrated = row.kind === NARRATED;
  const slug = id.slice(id.indexOf("/") + 1);
  const number = slug.slice(slug.lastIndexOf("/") + 1);
  return {
    id,
    short: single ? number : slug,
    number,
    at,
    row,
    claim,
    isNarrated,
    isWithdrawn: claims.status[claim] === "withdrawn",
    attribution: isNarrated ? NARRATED : String(claims.attribution[claim] ?? UNASSESSED),
    content: String(claims.content[claim] ?? UNASSESSED),
    voices: voicesOf(data, row),
    addressees: data
      .where("statement_participants", "statement", id)
      .flatMap((one) => (one.role === "addressee" ? [String(one.entity ?? one.label ?? "nobody named")] : [])),
    about: (data.spokenOf.get(id) ?? []).map(String),
    topics: data.where("topics", "record", id).map((one) => String(one.topic)),
    assessments: data.where("assessments", "target", id),
    shown: "",
    words: "",
  };
}

/** What a statement claims, in the curator's words, if there are any. @param {Row} row */
export const gistOf = (row) => String(row.gist ?? "(no gist)");

/** To whom a statement is attributed: an entity, a label, nobody named, nobody recorded, or the article itself. @param {Data} data @param {Row} row */
function voicesOf(data, row) {
  const speakers = data.where("statement_participants", "statement", row.id).filter((one) => one.role === "speaker");
  if (speakers.length === 0 && row.kind === "unknown") return [{ key: UNRECORDED, name: "Not recorded" }];
  if (speakers.length === 0) return [{ key: "article", name: "The article itself" }];
  return speakers.map((one) => {
    if (one.entity !== null) return { key: String(one.entity), name: data.name(one.entity) };
    if (one.label !== null) return { key: `label ${one.label}`, name: String(one.label) };
    return { key: "nobody", name: "Nobody named" };
  });
}

/** How grave a verdict is: less is graver. @param {Data} data @param {string} verdict */
export function rank(data, verdict) {
  const at = data.verdicts.indexOf(verdict);
  return at < 0 ? data.verdicts.length + Number(verdict === UNASSESSED) : at;
}

/** How many statements were checked on an axis, and which of them do not hold up.
 * @param {Statement[]} all @param {AxisKey} axis */
export function outcome(all, axis) {
  const checked = all.filter((one) => isChecked(one[axis]));
  return { checked: checked.length, failed: checked.filter((one) => isFailed(one[axis])) };
}

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
