// Claims that overlap get lines of their own below the words.

/** @typedef {import("./data.js").Copy} Copy */

/** A line for each claim, so that lines of claims that overlap do not meet. @param {Copy} copy */
export function laned(copy) {
  /** @type {number[]} */
  const lanes = [];
  /** @type {(number | undefined)[]} */
  let taken = [];
  for (const [, over] of copy.segments) {
    const contents = over.filter((place) => copy.spans[place]?.[0] === "content");
    taken = taken.map((one) => (one !== undefined && contents.includes(one) ? one : undefined));
    for (const place of contents) {
      if (taken.includes(place)) continue;
      const free = taken.indexOf(undefined);
      const lane = free < 0 ? taken.length : free;
      taken[lane] = place;
      lanes[place] = lane;
    }
  }
  return lanes;
}
