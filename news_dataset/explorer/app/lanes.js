// A text in pieces, each with the spans over it; claims that overlap get lines of their own below the words.

/** @typedef {import("./data.js").Copy} Copy */
/** @typedef {[string, number[]]} Piece words, and the numbers of the spans over them */

/** Cut a text where spans begin and end. @param {Copy} copy @returns {Piece[]} */
export function pieces(copy) {
  const letters = [...copy.words];
  /** @type {Map<number, [number[], number[]]>} */
  const changes = new Map([0, letters.length].map((at) => [at, [[], []]]));
  const change = (/** @type {number} */ at) => {
    const found = changes.get(at) ?? [[], []];
    changes.set(at, found);
    return found;
  };
  for (const [span, [, , places]] of copy.spans.entries()) {
    for (const [start, end] of places) {
      change(start)[1].push(span);
      change(end)[0].push(span);
    }
  }
  /** @type {Set<number>} */
  const over = new Set();
  const cuts = [...changes].sort((a, b) => a[0] - b[0]);
  return cuts.slice(0, -1).map(([at, [ends, begins]], place) => {
    for (const span of ends) over.delete(span);
    for (const span of begins) over.add(span);
    return [letters.slice(at, cuts[place + 1]?.[0]).join(""), [...over].sort((a, b) => a - b)];
  });
}

/** A line for each span that has one, so that lines of spans that overlap do not meet.
 * @param {Piece[]} cut @param {(span: number) => boolean} isDrawn */
export function laned(cut, isDrawn) {
  /** @type {number[]} */
  const lanes = [];
  /** @type {(number | undefined)[]} */
  let taken = [];
  for (const [, over] of cut) {
    const drawn = over.filter(isDrawn);
    taken = taken.map((one) => (one !== undefined && drawn.includes(one) ? one : undefined));
    for (const span of drawn) {
      if (taken.includes(span)) continue;
      const free = taken.indexOf(undefined);
      const lane = free < 0 ? taken.length : free;
      taken[lane] = span;
      lanes[span] = lane;
    }
  }
  return lanes;
}
