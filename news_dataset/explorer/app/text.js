// Text: the reader's own copy, with what stands where; without one, how to get it.

import { marked } from "./copy.js";
import { fill, h, link, number } from "./dom.js";
import { statementOf } from "./model.js";
import { head } from "./parts.js";
import { Reader } from "./reader.js";
import { specimen } from "./specimen.js";

/** @typedef {import("./data.js").Data} Data */

/** @param {HTMLElement} root @param {Data} data @param {URLSearchParams} params */
export function text(root, data, params) {
  const wanted = statementOf(data, params.get("statement"));
  const article = wanted?.row.article ?? params.get("article");
  const copy = data.copies.find((one) => one.article === article) ?? data.copies[0];
  const again = (/** @type {string} */ marked) => {
    fill(root);
    text(root, data, new URLSearchParams({ ...Object.fromEntries(params), article: marked }));
    root.querySelector("h2")?.focus();
  };
  if (copy === undefined) root.append(head("Text"), ...missing(data, picker(data, again)));
  else {
    new Reader(root, data, copy, params);
    root.append(h("details", {}, h("summary", {}, "Mark another copy"), picker(data, again)));
  }
}

/** Where to give the page a copy of the text. @param {Data} data @param {(article: string) => void} then */
function picker(data, then) {
  const field = h("input", { type: "file", id: "copy", accept: ".txt,text/plain" });
  const said = h("p", { class: "refusal", role: "status" });
  field.addEventListener("change", async () => {
    const [file] = field.files ?? [];
    if (file === undefined) return;
    fill(said, "Looking for the passages …");
    const found = await marked(data, file);
    field.value = ""; // so that the same file can be tried again
    if (typeof found === "string") return fill(said, found);
    data.copies = [found, ...data.copies.filter((one) => one.article !== found.article)];
    if (field.isConnected) then(found.article);
  });
  return h(
    "div",
    { class: "picker" },
    h("label", { for: "copy" }, "Your copy of the text, as a plain file"),
    field,
    said,
    h(
      "p",
      { class: "meta" },
      "It is read by this page alone and goes nowhere: the page cannot send or store anything, and forgets it when it is closed.",
    ),
  );
}

/** What to do where there is no text. @param {Data} data @param {HTMLElement} pick */
function missing(data, pick) {
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
      "The words of the article are not in this page: they belong to its publisher and are not part of the dataset. The dataset knows where in the text each statement stands, so that your own copy can be marked. Save the text of the article, without its page, as a file in UTF-8.",
    ),
    pick,
    specimen(data),
    h(
      "ul",
      { class: "articles" },
      ...rows
        .slice(0, 50)
        .map((row) =>
          h(
            "li",
            {},
            h("span", { class: "headline", dir: "auto" }, data.headline(row.id)),
            h(
              "span",
              { class: "meta" },
              row.text_length === null
                ? "no text recorded · "
                : `${slug(row.id)}.txt · ${number(Number(row.text_length))} characters · `,
              row.url ? link(row.url) : "no address known",
            ),
            row.text_sha256 ? h("span", { class: "meta hash" }, `SHA-256 ${row.text_sha256}`) : null,
          ),
        ),
    ),
    rows.length > 50 ? h("p", {}, `and ${number(rows.length - 50)} more`) : null,
    h(
      "p",
      { class: "meta" },
      "A copy that differs is no hindrance: passages are then looked for by their digests, and the page says which were found.",
    ),
    h("h3", {}, "A page with the text inside"),
    h(
      "p",
      {},
      others.length > 0
        ? "For all articles at once, from a folder with a file for each, named as above:"
        : "So that it need not be chosen each time:",
    ),
    h("pre", {}, h("code", {}, `news-dataset explore --text ${file} -o page.html`)),
  ].filter((one) => one !== null);
}
