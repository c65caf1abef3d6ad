// Text: the reader's own copy, with what stands where; without one, how to get it.

import { h, link, number } from "./dom.js";
import { statementOf } from "./model.js";
import { head } from "./parts.js";
import { Reader } from "./reader.js";

/** @typedef {import("./data.js").Data} Data */

/** @param {HTMLElement} root @param {Data} data @param {URLSearchParams} params */
export function text(root, data, params) {
  const wanted = statementOf(data, params.get("statement"));
  const article = wanted?.row.article ?? params.get("article");
  const copy = data.copies.find((one) => one.article === article) ?? data.copies[0];
  if (copy === undefined) root.append(head("Text"), ...missing(data));
  else new Reader(root, data, copy, params);
}

/** What to do where there is no text. @param {Data} data */
function missing(data) {
  const rows = data.rows("articles");
  const slug = (/** @type {unknown} */ id) =>
    String(id)
      .replace(/^article\//, "")
      .replaceAll(/[^a-z0-9-]/g, "");
  const [only, ...others] = rows;
  const file = others.length > 0 ? "texts" : `${slug(only?.id)}.txt`;
  return [
    h(
      "p",
      {},
      "The words of the article are not in this page: they belong to its publisher and are not part of the dataset. The dataset knows where in the text each statement stands, so your own copy can be marked:",
    ),
    h(
      "ol",
      { class: "steps" },
      h(
        "li",
        {},
        others.length > 0
          ? "Save the text of each article, without its page, as UTF-8 in a folder; name each file as below."
          : "Save the text of the article, without its page, as a file in UTF-8.",
      ),
      h(
        "li",
        {},
        "Write this page again:",
        h("pre", {}, h("code", {}, `news-dataset explore --text ${file} -o page.html`)),
      ),
    ),
    h(
      "ul",
      { class: "articles" },
      ...rows
        .slice(0, 50)
        .map((row) =>
          h(
            "li",
            {},
            h("span", { class: "headline", dir: "auto" }, String(row.headline)),
            h(
              "span",
              { class: "meta" },
              `${slug(row.id)}.txt · ${number(Number(row.text_length))} characters · `,
              row.url ? link(row.url) : "no address known",
            ),
            h("span", { class: "meta hash" }, `SHA-256 ${row.text_sha256}`),
          ),
        ),
    ),
    rows.length > 50 ? h("p", {}, `and ${number(rows.length - 50)} more`) : null,
    h(
      "p",
      { class: "meta" },
      "A copy that differs is no hindrance: spans are then looked for by their digests, and the page says which were found.",
    ),
  ].filter((one) => one !== null);
}
