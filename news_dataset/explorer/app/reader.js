// One text with its marks, and the way from words to statements and back.

import { counted, fill, h, number, shown } from "./dom.js";
import { laned, pieces } from "./lanes.js";
import { choice } from "./list.js";
import { AXES, statementOf, statements, UNASSESSED } from "./model.js";
import { answers, attribution, head, said, tone } from "./parts.js";
import { note } from "./state.js";
import { body } from "./statement.js";

/** @typedef {import("./data.js").Data} Data */
/** @typedef {import("./data.js").Copy} Copy */
/** @typedef {import("./model.js").Statement} Statement */

const ROLES = ["content", "quote", "source", "cue", "addressee", "trigger", "date", "place", "quantity", "mention"];
const LANES = 5;
/** What has a line below it in the colour of a verdict: on what is claimed, and on whether they said it. @type {Map<string, import("./model.js").AxisKey>} */
const LINES = new Map([
  ["content", "content"],
  ["source", "attribution"],
]);
const FOUND = new Map([
  ["exact", "where they were annotated"],
  ["relocated", "found again"],
  ["ambiguous", "in more than one place"],
  ["orphan", "not found"],
]);

/** One text with its marks, its legend and the statement in hand. */
export class Reader {
  /** @param {HTMLElement} root @param {Data} data @param {Copy} copy @param {URLSearchParams} params */
  constructor(root, data, copy, params) {
    this.data = data;
    this.copy = copy;
    this.params = params;
    this.mine = statements(data).filter((one) => one.row.article === copy.article);
    /** @type {Map<string, HTMLElement[]>} */
    this.marks = new Map();
    /** @type {HTMLElement[]} */
    this.stops = [];
    this.panel = h("div", { class: "panel", role: "region", "aria-label": "Statement in hand", tabindex: "-1" });
    this.index = h("ol", { class: "index" }, ...this.mine.map((one) => this.entry(one)));
    this.words = h("div", {
      class: "words",
      dir: "auto",
      role: "group",
      "aria-label": "Text with marks; arrow keys go from statement to statement",
    });
    for (const one of this.segments()) this.words.append(one);
    const hidden = (params.get("hide") ?? "").split(",");
    root.append(
      head("Text", this.lead()),
      ...this.articles(),
      this.legend(hidden),
      h(
        "div",
        { class: "reader" },
        this.words,
        h("aside", { "aria-label": "Statements of this text" }, this.panel, this.index),
      ),
    );
    for (const role of hidden) if (ROLES.includes(role)) this.words.classList.add(`no-${role}`);
    this.listen();
    this.choose(statementOf(data, params.get("statement")), false);
  }

  lead() {
    const { states, file, spans } = this.copy;
    const found = [...FOUND].filter(([state]) => (states[state] ?? 0) > 0);
    const said = found
      .map(([state, words]) => `${states[state] === spans.length ? "all" : number(states[state] ?? 0)} ${words}`)
      .join(", ");
    return `${file}: ${counted(spans.length, "marked passage")}, ${said || "none"}. Click marked words for their statement.`;
  }

  articles() {
    if (this.data.copies.length < 2) return [];
    /** @type {[string, string][]} */
    const options = this.data.copies.map((one) => [one.article, this.data.headline(one.article)]);
    return [
      h(
        "form",
        { class: "controls" },
        choice("article", "Article", options, this.copy.article, (value) => {
          location.hash = `#text?${new URLSearchParams({ article: value })}`;
        }),
      ),
    ];
  }

  /** @param {string[]} hidden */
  legend(hidden) {
    const there = ROLES.filter((role) =>
      this.copy.spans.some(([one]) => role === (ROLES.includes(one) ? one : "mention")),
    );
    const boxes = there.map((role) => {
      const box = h("input", { type: "checkbox", id: `role-${role}` });
      box.checked = !hidden.includes(role);
      box.addEventListener("change", () => this.toggle(role, box.checked));
      const line = LINES.has(role) ? `, underlined: ${AXES.find(({ key }) => key === LINES.get(role))?.question}` : "";
      const name = `${role === "mention" ? "names" : this.data.label("evidence_role", role)}${line}`;
      return h("li", {}, box, h("label", { for: `role-${role}` }, h("span", { class: `sample r-${role}` }, name)));
    });
    return h("ul", { class: "roles", "aria-label": "What is marked" }, ...boxes);
  }

  /** @param {string} role @param {boolean} isShown */
  toggle(role, isShown) {
    this.words.classList.toggle(`no-${role}`, !isShown);
    const hidden = ROLES.filter((one) => this.words.classList.contains(`no-${one}`));
    if (hidden.length > 0) this.params.set("hide", hidden.join(","));
    else this.params.delete("hide");
    note("text", this.params);
  }

  segments() {
    const cut = pieces(this.copy);
    const lanes = laned(cut, (span) => LINES.has(this.copy.spans[span]?.[0] ?? ""));
    const seen = new Set();
    return cut.map(([words, over]) => {
      if (over.length === 0) return shown(words);
      const element = h("span", { class: "seg" }, words);
      element.dataset.spans = over.join(" ");
      this.dress(element, over, lanes);
      for (const place of over) {
        const [role, target] = this.copy.spans[place] ?? [];
        if (role === "mention" || target === null || target === undefined) continue;
        const many = this.marks.get(target);
        if (many === undefined) this.marks.set(target, [element]);
        else many.push(element);
        if (role === "content" && !seen.has(place)) this.stop(element);
        seen.add(place);
      }
      return element;
    });
  }

  /** Colours: a tint for the innermost role, and a line below for each claim. @param {HTMLElement} element @param {number[]} over @param {number[]} lanes */
  dress(element, over, lanes) {
    const roles = over.map((place) => this.copy.spans[place]?.[0] ?? "");
    element.title = shown([...new Set(over.map((place) => this.role(place)))].join(" · "));
    const inner = roles.filter((role) => role !== "content" && role !== "mention");
    const tints = inner.sort((a, b) => ROLES.indexOf(b) - ROLES.indexOf(a));
    if (tints[0] !== undefined) element.classList.add(`r-${ROLES.includes(tints[0]) ? tints[0] : "mention"}`);
    if (roles.includes("mention")) element.classList.add("named");
    const lines = over.flatMap((place) => {
      const [role = "", target] = this.copy.spans[place] ?? [];
      const axis = LINES.get(role);
      if (axis === undefined) return [];
      const verdict = tone(statementOf(this.data, target)?.[axis] ?? "");
      const colour = verdict === UNASSESSED ? "var(--rule)" : `var(--line-${verdict})`;
      const below = 3 * Math.min(lanes[place] ?? 0, LANES - 1);
      return `linear-gradient(${colour}, ${colour}) 0 calc(100% - ${13 - below}px) / 100% 2px no-repeat`;
    });
    if (lines.length > 0) element.style.setProperty("--lines", lines.join(", "));
    if (roles.includes("content")) element.classList.add("r-content");
  }

  /** What a span is, and of which statement. @param {number} place */
  role(place) {
    const [role = "", target = null] = this.copy.spans[place] ?? [];
    if (role === "mention") return target === null ? "a name that is not resolved" : this.data.name(target);
    return `${this.data.label("evidence_role", role)}, statement ${statementOf(this.data, target)?.short ?? target}`;
  }

  /** @param {HTMLElement} element */
  stop(element) {
    if (element.hasAttribute("role")) return;
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", this.stops.length === 0 ? "0" : "-1");
    this.stops.push(element);
  }

  /** @param {Statement} one */
  entry(one) {
    const button = h(
      "button",
      { type: "button", "aria-pressed": "false" },
      h("span", { class: "no" }, one.short),
      h("span", { dir: "auto" }, said(one)),
      answers(this.data, one),
    );
    button.addEventListener("click", () => this.choose(one, true));
    button.addEventListener("mouseenter", () => this.warm([one.id]));
    button.addEventListener("mouseleave", () => this.warm([]));
    const item = h("li", {}, button);
    item.dataset.id = one.id;
    return item;
  }

  listen() {
    const at = (/** @type {Event} */ event) => (event.target instanceof Element ? event.target.closest(".seg") : null);
    this.words.addEventListener("click", (event) => this.click(at(event)));
    this.words.addEventListener("mouseover", (event) =>
      this.warm(
        this.at(at(event))
          .map((one) => one.id)
          .slice(0, 1),
      ),
    );
    this.words.addEventListener("mouseleave", () => this.warm([]));
    this.words.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const here = this.stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (here < 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.click(this.stops[here] ?? null);
    }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key] ?? 0;
    const next = this.stops[here + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    this.stops[here]?.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  /** The statements over a piece of text, the one with the fewest words first. @param {Element | null} element @returns {Statement[]} */
  at(element) {
    if (!(element instanceof HTMLElement)) return [];
    const targets = (element.dataset.spans ?? "")
      .split(" ")
      .map((one) => this.copy.spans[Number(one)])
      .filter((one) => one?.[0] !== "mention");
    const ids = [...new Set(targets.map((one) => one?.[1]))];
    const size = (/** @type {Statement} */ one) => this.marks.get(one.id)?.length ?? 0;
    return ids
      .map((id) => statementOf(this.data, id))
      .filter((one) => one !== undefined)
      .sort((a, b) => size(a) - size(b) || a.at - b.at);
  }

  /** @param {Element | null} element */
  click(element) {
    if (!(element instanceof HTMLElement)) return;
    const here = this.at(element);
    const next =
      here[(here.findIndex((one) => one.id === this.params.get("statement")) + 1) % Math.max(here.length, 1)];
    if (next !== undefined) this.choose(next, false, here);
    else this.name(element);
  }

  /** Who is named by words that belong to no statement. @param {HTMLElement} element */
  name(element) {
    const ids = (element.dataset.spans ?? "").split(" ").map((one) => this.copy.spans[Number(one)]?.[1]);
    const names = ids.map((id) => (id ? this.data.name(id) : "nobody who is known"));
    fill(
      this.panel,
      h("p", {}, "Named here: ", h("b", { dir: "auto" }, names.join(", "))),
      h("p", { class: "meta" }, "No statement covers these words."),
    );
  }

  /** @param {Statement | undefined} one @param {boolean} scroll @param {Statement[]} [here] */
  choose(one, scroll, here = []) {
    for (const element of this.words.querySelectorAll(".on")) element.classList.remove("on");
    for (const item of this.index.children) {
      item
        .querySelector("button")
        ?.setAttribute("aria-pressed", String(item instanceof HTMLElement && item.dataset.id === one?.id));
    }
    this.words.classList.toggle("chosen", one !== undefined);
    if (one === undefined)
      return fill(this.panel, h("p", { class: "meta" }, "Click marked words, or a statement below."));
    const marks = this.marks.get(one.id) ?? [];
    for (const element of marks) element.classList.add("on");
    this.params.set("statement", one.id);
    note("text", this.params);
    const others = here.filter((other) => other !== one);
    fill(
      this.panel,
      h("button", { type: "button", class: "quiet close", onclick: () => this.leave() }, "Close"),
      h(
        "h3",
        {},
        h("span", { class: "no" }, one.short),
        h("span", { dir: "auto" }, attribution(this.data, one)),
        answers(this.data, one),
      ),
      marks.length === 0 && h("p", { class: "meta" }, "Its words were not found in this copy."),
      others.length > 0 &&
        h(
          "p",
          { class: "also" },
          "Also over these words: ",
          ...others.map((other) =>
            h(
              "button",
              { type: "button", class: "quiet", onclick: () => this.choose(other, false, here) },
              other.short,
            ),
          ),
        ),
      body(this.data, one, { inText: true }),
    );
    this.panel.scrollTop = 0;
    if (scroll || here.length === 0) marks[0]?.scrollIntoView({ block: "center" });
  }

  leave() {
    this.params.delete("statement");
    note("text", this.params);
    this.choose(undefined, false);
  }

  /** @param {string[]} ids */
  warm(ids) {
    for (const element of document.querySelectorAll(".warm")) element.classList.remove("warm");
    for (const id of ids) {
      for (const element of this.marks.get(id) ?? []) element.classList.add("warm");
      const item = [...this.index.children].find((one) => one instanceof HTMLElement && one.dataset.id === id);
      item?.classList.add("warm");
    }
  }
}
