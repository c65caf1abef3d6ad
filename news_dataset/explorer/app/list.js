// Statements: search, filters, order; each row opens to all that is known of it.

import { counted, fill, h, land, number, shown } from "./dom.js";
import { AXES, rank, statements, tally } from "./model.js";
import { answers, attribution, head, said, verdictName } from "./parts.js";
import { matches, passage, prepare, wanted } from "./search.js";
import { note } from "./state.js";
import { body, CUT } from "./statement.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./model.js").Statement} Statement */
/** @typedef {{key: string, name: string, of: (one: Statement) => [string, string][]}} Filter values with their names */

const PAGE = 60;

/** @param {Data} data @returns {Filter[]} */
function filters(data) {
  const code = (/** @type {string} */ book, /** @type {import("./data.js").Cell | undefined} */ value) =>
    /** @type {[string, string][]} */ ([[String(value), data.label(book, value)]]);
  return [
    { key: "speaker", name: "Attributed to", of: (one) => one.voices.map(({ key, name }) => [key, name]) },
    { key: "about", name: "Names", of: (one) => one.about.map((id) => [id, data.name(id)]) },
    { key: "addressee", name: "Said to", of: (one) => one.addressees.map((id) => [id, data.name(id)]) },
    { key: "kind", name: "How it is given", of: (one) => code("statement_kind", one.row.kind) },
    { key: "claim", name: "Sort of claim", of: (one) => code("claim_type", one.row.claim_type) },
    ...AXES.map(({ key, question }) => ({
      key,
      name: question,
      of: (/** @type {Statement} */ one) =>
        /** @type {[string, string][]} */ ([[one[key], verdictName(data, one[key])]]),
    })),
    { key: "topic", name: "Topic", of: (one) => one.topics.map((topic) => [topic, data.label("topic", topic)]) },
    {
      key: "source",
      name: "Source",
      of: (one) => sourcesOf(data, one).map((id) => [id, sourceName(data, id)]),
    },
    {
      key: "article",
      name: "Article",
      of: (one) => [[String(one.row.article), data.headline(one.row.article)]],
    },
  ];
}

/** @param {Data} data @param {string} id */
function sourceName(data, id) {
  const row = data.get("sources", id);
  return [row?.publisher ?? id, row?.published].filter(Boolean).join(", ");
}

/** @param {Data} data @param {Statement} one */
const sourcesOf = (data, one) =>
  one.assessments.flatMap((row) => data.where("citations", "assessment", row.id).map((cited) => String(cited.source)));

/** @type {[string, string, (a: Statement, b: Statement, data: Data) => number][]} */
const ORDERS = [
  ["", "as in the article", (a, b) => a.at - b.at],
  ["attribution", "what they did not say first", (a, b, data) => rank(data, a.attribution) - rank(data, b.attribution)],
  ["content", "what is not so first", (a, b, data) => rank(data, a.content) - rank(data, b.content)],
  ["speaker", "to whom it is attributed", (a, b) => compare(a.voices[0]?.name, b.voices[0]?.name)],
  ["kind", "how it is given", (a, b) => compare(a.row.kind, b.row.kind)],
  ["claim", "sort of claim", (a, b) => compare(a.row.claim_type, b.row.claim_type)],
];
const collator = new Intl.Collator("en");
/** @param {unknown} a @param {unknown} b */
const compare = (a, b) => collator.compare(String(a ?? ""), String(b ?? ""));

/** The list with its controls. */
class List {
  /** @param {HTMLElement} root @param {Data} data @param {URLSearchParams} params */
  constructor(root, data, params) {
    this.data = data;
    this.params = params;
    this.all = statements(data);
    this.filters = filters(data).filter((one) => one.key !== "article" || data.rows("articles").length > 1);
    this.first = 0;
    this.most = PAGE;
    this.earlier = h("p", { class: "earlier" });
    this.count = h("p", { class: "count", role: "status" });
    this.list = h("ol", { class: "statements" });
    this.more = h("p", { class: "more" });
    this.clear = h("button", { type: "button", class: "quiet", onclick: () => this.reset() }, "Clear all");
    root.append(
      head(
        "Statements",
        "What is claimed, to whom it is attributed, whether they said it, and whether it is so. Open a row for its sources.",
      ),
      this.controls(),
      h("div", { class: "tally" }, this.count, this.clear),
      this.earlier,
      this.list,
      this.more,
    );
    this.show();
  }

  controls() {
    const search = h("input", {
      type: "search",
      id: "q",
      placeholder: "words, names in any script, findings",
      autocomplete: "off",
      spellcheck: "false",
    });
    search.value = this.params.get("q") ?? "";
    search.addEventListener("input", () => this.set("q", search.value));
    const sort = choice(
      "sort",
      "Order",
      ORDERS.map(([key, name]) => [key, name]),
      this.params.get("sort"),
      (value) => this.set("sort", value),
    );
    const fields = this.filters.map((filter) => this.filterField(filter)).filter((one) => one !== null);
    const form = h(
      "form",
      { class: "controls", role: "search", "aria-label": "Search and filter statements" },
      h("div", { class: "field search" }, h("label", { for: "q" }, "Search"), search),
      ...fields,
      sort,
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    return form;
  }

  /** @param {Filter} filter */
  filterField(filter) {
    const chosen = this.params.get(filter.key);
    if (filter.key === "source" && !chosen) return null; // Sources leads here; there are too many to choose from
    /** @type {Map<string, string>} */
    const names = new Map();
    const counts = tally(
      this.all.flatMap((one) => {
        const found = filter.of(one);
        for (const [key, name] of found) names.set(key, name);
        return [...new Set(found.map(([key]) => key))];
      }),
    );
    if (counts.length < 2 && !chosen) return null;
    if (chosen && !names.has(chosen)) counts.push([chosen, 0]);
    /** @type {[string, string][]} */
    const options = counts.map(([key, count]) => [key, `${names.get(key) ?? key} (${number(count)})`]);
    return choice(filter.key, filter.name, [["", "all"], ...options], chosen, (value) => this.set(filter.key, value));
  }

  /** @param {string} key @param {string} value */
  set(key, value) {
    if (value) this.params.set(key, value);
    else this.params.delete(key);
    this.restart();
    note("statements", this.params);
  }

  restart() {
    this.first = 0;
    this.most = PAGE;
    this.show();
  }

  reset() {
    for (const key of [...this.params.keys()]) this.params.delete(key);
    note("statements", this.params);
    for (const field of document.querySelectorAll(".controls select, .controls input")) {
      if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = "";
    }
    this.restart();
    document.getElementById("q")?.focus();
  }

  /** The statements that are wanted, in the order that is wanted. */
  found() {
    const filters = this.filters.filter((one) => this.params.get(one.key));
    const words = wanted(this.params.get("q"));
    const order = ORDERS.find(([key]) => key === this.params.get("sort"))?.[2] ?? ORDERS[0]?.[2];
    return this.all
      .filter((one) => matches(this.data, one, words))
      .filter((one) => filters.every((filter) => filter.of(one).some(([key]) => key === this.params.get(filter.key))))
      .sort((a, b) => order?.(a, b, this.data) || a.at - b.at);
  }

  show() {
    const found = this.found();
    const open = this.params.get("open");
    const place = found.findIndex((one) => one.id === open);
    if (place >= this.most) {
      this.first = place - (place % PAGE); // what a link opens must be there, if not all that comes before it
      this.most = this.first + PAGE;
    }
    const rows = found.slice(this.first, this.most);
    fill(this.list, ...rows.map((one) => this.item(one, one.id === open)));
    fill(
      this.count,
      found.length === this.all.length
        ? counted(found.length, "statement")
        : `${number(found.length)} of ${counted(this.all.length, "statement")}`,
    );
    this.clear.hidden = ![...this.params.keys()].some((key) => key !== "open");
    const rest = found.length - this.first - rows.length;
    const next = () => this.showMore();
    const back = () => this.showEarlier();
    this.earlier.hidden = this.first === 0;
    fill(
      this.earlier,
      this.first > 0 && h("button", { type: "button", onclick: back }, `Show the ${number(this.first)} before`),
    );
    fill(
      this.more,
      rest > 0 && h("button", { type: "button", onclick: next }, `Show ${number(Math.min(PAGE, rest))} more`),
      rest > 0 && ` ${number(rest)} are not shown yet`,
      found.length === 0 &&
        (this.all.length === 0
          ? "There are no statements in this dataset."
          : "No statement fits. Clear a filter, or search for less."),
    );
  }

  showEarlier() {
    this.first = 0;
    this.show();
  }

  showMore() {
    const at = this.most - this.first;
    this.most += PAGE;
    this.show();
    const button = this.list.children[at]?.querySelector("button");
    if (button instanceof HTMLElement) button.focus();
  }

  /** @param {Statement} one @param {boolean} isOpen */
  item(one, isOpen) {
    const found = passage(this.data, one, wanted(this.params.get("q")));
    const button = h(
      "button",
      { type: "button", class: "row", "aria-expanded": String(isOpen) },
      h("span", { class: "no" }, one.number),
      h("span", { class: "who", dir: "auto" }, attribution(this.data, one)),
      h(
        "span",
        { class: "what", dir: "auto" },
        said({ ...one, row: { ...one.row, gist: cut(one.row.gist), quote: cut(one.row.quote) } }),
      ),
      h("span", { class: "tags" }, this.tags(one)),
      answers(this.data, one),
      found && h("span", { class: "found", dir: "auto" }, h("span", { class: "ask" }, `${found[0]}: `), found[1]),
    );
    const item = h("li", { class: isOpen ? "open" : "" }, h("h3", {}, button));
    item.dataset.id = one.id;
    button.addEventListener("click", () => this.toggle(item, one));
    if (isOpen) item.append(body(this.data, one));
    return item;
  }

  /** What sort of statement it is, as far as that tells statements apart. @param {Statement} one */
  tags(one) {
    const { data } = this;
    const article = data.rows("articles").length > 1 && data.headline(one.row.article);
    return [
      !one.isNarrated && data.label("statement_kind", one.row.kind),
      data.varies("statements", "claim_type") && data.label("claim_type", one.row.claim_type),
      one.isWithdrawn && "withdrawn",
      article && cut(article, 60),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** @param {HTMLElement} item @param {Statement} one */
  toggle(item, one) {
    const opens = !item.classList.contains("open");
    for (const other of this.list.querySelectorAll("li.open")) {
      other.classList.remove("open");
      other.querySelector(".body")?.remove();
      other.querySelector("button.row")?.setAttribute("aria-expanded", "false");
    }
    if (opens) {
      item.classList.add("open");
      item.querySelector("button.row")?.setAttribute("aria-expanded", "true");
      item.append(body(this.data, one));
      this.params.set("open", one.id);
    } else this.params.delete("open");
    note("statements", this.params);
    item.scrollIntoView({ block: "nearest" });
  }
}

/** @param {import("./data.js").Cell | undefined} text @param {number} [most] */
function cut(text, most = CUT) {
  const whole = String(text ?? "");
  return text === null || text === undefined ? null : whole.length > most ? `${whole.slice(0, most)}…` : whole;
}

/**
 * A labelled choice.
 * @param {string} key @param {string} name @param {string[][]} options @param {string | null} value
 * @param {(value: string) => void} then
 */
export function choice(key, name, options, value, then) {
  const select = h(
    "select",
    { id: `f-${key}` },
    ...options.map(([one = "", text = ""]) => h("option", { value: one }, shown(text).slice(0, 90))),
  );
  select.value = value ?? "";
  select.addEventListener("change", () => then(select.value));
  return h("div", { class: "field" }, h("label", { for: `f-${key}` }, name), select);
}

/** @param {HTMLElement} root @param {Data} data @param {URLSearchParams} params */
export function list(root, data, params) {
  new List(root, data, params);
  land(root.querySelector("li.open"), "start");
  setTimeout(() => prepare(data, statements(data)), 300);
}
