// What marked text looks like, before there is any: a sentence of examples/second-article, whose town is invented.

import { h } from "./dom.js";

/** Words, their roles, and the verdict that colours the line below them. @type {[string, string[], string?][]} */
const SENTENCE = [
  ["Mayor Mira Example and Zoë Sample, the harbour master", ["source"], "supported"],
  [", ", []],
  ["agreed", ["cue"]],
  [" last week that ", []],
  ["the new footbridge over the harbour is to open on ", ["content"], "contradicted"],
  ["Monday, 9 June", ["date", "content"], "contradicted"],
  [".", []],
];

/** @param {import("./data.js").Data} data */
export function specimen(data) {
  const words = SENTENCE.map(([part, roles, verdict]) => {
    if (roles.length === 0) return part;
    const names = roles.map((role) => data.label("evidence_role", role)).join(" · ");
    const element = h("span", { class: `seg ${roles.map((role) => `r-${role}`).join(" ")}`, title: names }, part);
    const colour = `var(--line-${verdict})`;
    if (verdict !== undefined)
      element.style.setProperty(
        "--lines",
        `linear-gradient(${colour}, ${colour}) 0 calc(100% - 10px) / 100% 2px no-repeat`,
      );
    return element;
  });
  const key = ["source", "cue", "date"].map((role) =>
    h("span", { class: `sample r-${role}` }, data.label("evidence_role", role)),
  );
  return h(
    "figure",
    { class: "specimen" },
    h("blockquote", {}, ...words),
    h(
      "figcaption",
      { class: "meta" },
      "What it looks like, in an article that is invented: ",
      ...key.flatMap((one) => [one, " "]),
      "and what is claimed, underlined. An orange line says that it is not so: the town’s notice has a Tuesday.",
    ),
  );
}
