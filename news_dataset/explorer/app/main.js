// The page: its head, its sections, and the way between them.

import "./style.css";
import { Data } from "./data.js";
import { fill, h, shown } from "./dom.js";
import { list } from "./list.js";
import { statements } from "./model.js";
import { overview } from "./overview.js";
import { findings } from "./parts.js";
import { people } from "./people.js";
import { sources } from "./sources.js";
import { fragment, read, SECTIONS } from "./state.js";
import { notice, tables } from "./tables.js";
import { text } from "./text.js";
import { timeline } from "./timeline.js";

/** @type {Map<string, [string, (root: HTMLElement, data: Data, params: URLSearchParams) => void]>} */
const VIEWS = new Map([
  ["overview", ["Overview", overview]],
  ["statements", ["Statements", list]],
  ["timeline", ["Timeline", timeline]],
  ["people", ["People and organizations", people]],
  ["sources", ["Sources", sources]],
  ["text", ["Text", text]],
  ["data", ["Data", tables]],
]);

/** @param {Data} data */
function start(data) {
  const links = SECTIONS.map((name) => h("a", { href: fragment(name) }, VIEWS.get(name)?.[0] ?? name));
  const nav = h("nav", { "aria-label": "Sections" }, h("ul", {}, ...links.map((one) => h("li", {}, one))));
  const main = h("main", { id: "main" });
  const { title, license } = data.about;
  const foot = h(
    "footer",
    { class: "foot" },
    h("p", { dir: "auto" }, [title, license].filter(Boolean).join(" · ")),
    h("p", {}, "This page holds all it shows, and loads nothing."),
  );
  const skip = h("a", { class: "skip", href: "#main" }, "Skip to the content");
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    focusHead(main);
  });
  fill(
    /** @type {HTMLElement} */ (document.getElementById("app")),
    skip,
    h("header", { class: "masthead" }, h("div", {}, ...named(data)), nav),
    main,
    foot,
  );
  let last = "";
  const go = () => {
    const { section, params } = read();
    for (const [at, one] of links.entries()) {
      if (SECTIONS[at] === section) one.setAttribute("aria-current", "page");
      else one.removeAttribute("aria-current");
    }
    const root = h("section", { class: section, "aria-label": VIEWS.get(section)?.[0] ?? section });
    fill(main, root);
    if (section === "statements" || section === "overview") root.append(...notice(data));
    VIEWS.get(section)?.[1](root, data, params);
    document.title = shown(`${VIEWS.get(section)?.[0]} · ${title}`);
    const moved = last !== "" && last !== section;
    last = section;
    if (moved) focusHead(main, root.querySelector("li.open, .wanted, .on") !== null);
  };
  addEventListener("hashchange", go);
  go();
}

/** What was found, below the title; the title alone where nothing was checked. @param {Data} data */
function named(data) {
  const { title } = data.about;
  const found = findings(statements(data).filter((one) => !one.isWithdrawn));
  if (found.length === 0) return [h("h1", { dir: "auto" }, title)];
  const lines = found.map((one) => h("span", {}, `${one} `));
  return [h("p", { class: "title", dir: "auto" }, title), h("h1", {}, ...lines)];
}

/** So that those who do not see the page change are told of it. @param {HTMLElement} main @param {boolean} [stay] */
function focusHead(main, stay = false) {
  const first = main.querySelector("li.open button.row") ?? main.querySelector("h2");
  if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  if (!stay) scrollTo(0, 0);
}

/** @param {string} id */
const written = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "");
start(new Data(written("data"), () => written("spare")));
