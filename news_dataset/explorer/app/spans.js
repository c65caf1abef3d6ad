// Spans back from somebody's own copy of a text, by the rule of docs/text.md: exact, by their digests, or not at all.

/** @typedef {{start: number, end: number, length: number, digest: string, prefix: string, suffix: string}} Span */
/** @typedef {[number, number]} Place start and end in a copy, in code points */
/** @typedef {"exact" | "relocated" | "ambiguous" | "orphan"} State */

const CONTEXT = 32;
const AT_ONCE = 4000;
const MARK = /^\p{M}*$/u;
const encoder = new TextEncoder();

/** Full case folding of one character in form NFKD: as Unicode's CaseFolding.txt has it. @param {string} one */
function folded(one) {
  if (one === "ı") return one; // it folds to i in Turkish alone
  if (/\p{Script=Cherokee}/u.test(one)) return one.toUpperCase(); // these fold to capitals
  return one.toLowerCase().toUpperCase().toLowerCase(); // ẞ to ß, to SS, to ss
}

/** What one code point leaves in the skeleton. @param {string} letter @returns {string[]} */
function bones(letter) {
  const parts = [...letter.normalize("NFKD")].map(folded).join("");
  return [...parts].filter((one) => /[\p{L}\p{N}]/u.test(one));
}

/** @param {BufferSource} bytes @param {number} digits */
async function digestOf(bytes, digits) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...found.slice(0, digits / 2)].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/** The first hex digits of the SHA-256 of skeleton characters. @param {string[]} characters @param {number} digits */
const hashOf = (characters, digits) => digestOf(encoder.encode(characters.join("")), digits);

/** The SHA-256 of a file. @param {ArrayBuffer} bytes */
export const sha256 = (bytes) => digestOf(bytes, 64);

/** A text with its skeleton and the way back from it. */
export class Text {
  /** @param {string} words */
  constructor(words) {
    this.words = words;
    this.letters = [...words];
    /** @type {string[]} */
    this.skeleton = [];
    /** For each character of the skeleton the code point it comes from. @type {number[]} */
    this.origins = [];
    for (const [at, letter] of this.letters.entries()) {
      for (const one of bones(letter)) {
        this.skeleton.push(one);
        this.origins.push(at);
      }
    }
  }

  /** The span from one code point to another, with its digests. @param {number} start @param {number} end @returns {Promise<Span>} */
  async span(start, end) {
    const later = this.origins.findIndex((one) => one >= start);
    const at = later < 0 ? this.origins.length : later;
    const until = this.origins.findLastIndex((one) => one < end) + 1;
    const [words, before, after] = [
      [at, until],
      [Math.max(0, at - CONTEXT), at],
      [until, until + CONTEXT],
    ].map((one) => this.skeleton.slice(...one));
    const [digest, prefix, suffix] = await Promise.all([
      hashOf(words ?? [], 16),
      hashOf(before ?? [], 8),
      hashOf(after ?? [], 8),
    ]);
    return { start, end, length: until - at, digest, prefix, suffix };
  }
}

/** Finds spans in a text by digest and sides. All sides are hashed once, the words only beside a side that fits. */
export class Finder {
  /** @param {Text} copy */
  constructor(copy) {
    this.copy = copy;
    /** Where a side of some hash begins, and where it ends. @type {Map<string, number[]>} */
    this.begins = new Map();
    /** @type {Map<string, number[]>} */
    this.ends = new Map();
  }

  /** @param {Text} copy */
  static async of(copy) {
    const finder = new Finder(copy);
    const last = copy.skeleton.length;
    const side = (/** @type {number} */ end) => copy.skeleton.slice(Math.max(0, end - CONTEXT), Math.min(end, last));
    for (let at = 0; at <= last + CONTEXT; at += AT_ONCE) {
      const ends = Array.from({ length: Math.min(AT_ONCE, last + CONTEXT + 1 - at) }, (_, place) => at + place);
      const hashes = await Promise.all(ends.map((end) => hashOf(side(end), 8)));
      for (const [place, end] of ends.entries()) {
        if (end <= last) push(finder.ends, hashes[place] ?? "", end);
        if (end >= CONTEXT) push(finder.begins, hashes[place] ?? "", end - CONTEXT);
      }
    }
    return finder;
  }

  /** Where a span stands: with both sides if that is anywhere, else with one. @param {Span} span @returns {Promise<Place[]>} */
  async places(span) {
    const behind = await this.here(this.ends.get(span.prefix) ?? [], span);
    const before = await this.here(
      (this.begins.get(span.suffix) ?? []).map((one) => one - span.length),
      span,
    );
    const both = behind.filter((at) => before.includes(at));
    const either = [
      ...behind.filter((at) => !this.isInsideWord(at + span.length)),
      ...before.filter((at) => !this.isInsideWord(at)),
    ];
    const found = [...new Set(both.length > 0 ? both : either)].sort((a, b) => a - b);
    return found.map((at) => this.place(at, span.length));
  }

  /** The places among some at which the span's own characters stand. @param {number[]} places @param {Span} span */
  async here(places, { length, digest }) {
    const { skeleton, origins } = this.copy;
    const found = [];
    for (const at of new Set(places)) {
      const end = at + length;
      if (at < 0 || end > skeleton.length || (await hashOf(skeleton.slice(at, end), 16)) !== digest) continue;
      const isWhole = (/** @type {number} */ edge) => origins[edge - 1] !== origins[edge];
      if (isWhole(at) && isWhole(end)) found.push(at);
    }
    return found;
  }

  /** Whether two small letters, or two digits, touch here. @param {number} at */
  isInsideWord(at) {
    const { skeleton, origins, letters } = this.copy;
    if (at <= 0 || at >= skeleton.length) return false;
    const gap = letters.slice(Number(origins[at - 1]) + 1, origins[at]).join("");
    return MARK.test(gap) && skeleton.slice(at - 1, at + 1).every((one) => /[\p{Ll}\p{Nd}]/u.test(one));
  }

  /** @param {number} at @param {number} length @returns {Place} */
  place(at, length) {
    const { letters, origins } = this.copy;
    let end = Number(origins[at + length - 1]) + 1;
    const isAccent = (/** @type {string} */ one) => MARK.test(one) && bones(one).length === 0;
    while (end < letters.length && isAccent(letters[end] ?? "")) end += 1;
    return [Number(origins[at]), end];
  }
}

/** @param {Map<string, number[]>} lists @param {string} key @param {number} value */
function push(lists, key, value) {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Leave to spans with several places the only one between their neighbours. @param {{start: number, places: Place[]}[]} found @param {number} length */
function settle(found, length) {
  const placed = found
    .flatMap(({ start, places: [only, ...others] }) => (only && others.length === 0 ? [{ start, at: only[0] }] : []))
    .sort((a, b) => a.start - b.start || a.at - b.at);
  for (const one of found.filter(({ places }) => places.length > 1)) {
    const low = placed.findLast(({ start }) => start < one.start)?.at ?? 0;
    const high = placed.find(({ start }) => start >= one.start)?.at ?? length;
    const between = one.places.filter(([at]) => low <= at && at <= high);
    if (between.length === 1) one.places = between;
  }
}

/** What became of spans in a copy, in their order; without a finder the copy is the annotated text.
 * @param {Span[]} spans @param {Finder | null} finder @returns {Promise<{state: State, places: Place[]}[]>} */
export async function restore(spans, finder) {
  if (finder === null) return spans.map(({ start, end }) => ({ state: "exact", places: [[start, end]] }));
  const found = [];
  // what has no letters and no digits has no digest by which it could be found
  for (const span of spans) found.push({ start: span.start, places: span.length ? await finder.places(span) : [] });
  settle(found, finder.copy.letters.length);
  const state = (/** @type {number} */ count) => (count === 0 ? "orphan" : count === 1 ? "relocated" : "ambiguous");
  return found.map(({ places }) => ({ state: state(places.length), places }));
}
