// Elements, and text that shows everything it holds. Nothing here, or anywhere, turns text into markup.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {string | number | boolean | null | undefined | ((event: any) => void)} Value */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Text with control, invisible and direction characters as escapes; emoji keep what joins them.
 * @param {unknown} value
 */
export function shown(value) {
  const text = String(value);
  if (!UNSEEN.test(text)) return text;
  let before = "";
  let out = "";
  for (const one of text) {
    out += UNSEEN.test(one) && !isFine(one, before) ? escaped(one) : one;
    before = one;
  }
  return out;
}

/** @param {string} one @param {string} before */
function isFine(one, before) {
  if (one === "\n" || one === "\t") return true;
  if (one === "\ufe0f" || one === "\ufe0e") return /\p{Emoji}/u.test(before);
  return one === "\u200d" && /\p{Extended_Pictographic}|\ufe0f/u.test(before);
}

/** @param {string} one */
function escaped(one) {
  const code = /** @type {number} */ (one.codePointAt(0));
  const hex = code.toString(16);
  if (code > 0xffff) return `\\U${hex.padStart(8, "0")}`;
  return code > 0xff ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
}

/**
 * An element. Strings become text; `on…` functions listen; of other properties null, undefined and false are left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, Value>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      const isSaid = name === "title" || name === "placeholder" || name === "aria-label";
      element.setAttribute(name, isSaid ? shown(value) : String(value));
    }
  }
  fill(element, ...children);
  return element;
}

/**
 * Replace what an element holds.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  const kept = children.flat().filter((one) => one !== null && one !== undefined && one !== false);
  element.replaceChildren(...kept.map((one) => (one instanceof Node ? one : shown(one))));
}

/**
 * A link to the web, or plain text where the address is anything else.
 * @param {unknown} address
 * @param {string} [words]
 */
export function link(address, words) {
  const text = String(address ?? "");
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "") return h("span", {}, words ?? text);
  return h("a", { href: url.href, rel: "noopener noreferrer", target: "_blank", title: url.href }, words ?? url.host);
}

/** A number as people write it. @param {number} value */
export const number = (value) => value.toLocaleString("en-GB");

/** A count with its noun. @param {number} count @param {string} noun */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

/**
 * A text, of which only the beginning is shown while it is very long.
 * @param {unknown} value
 * @param {number} most
 */
export function long(value, most = 2000) {
  const text = String(value ?? "");
  if (text.length <= most) return h("span", { dir: "auto" }, text);
  const box = h("span", { dir: "auto" }, `${text.slice(0, most)}… `);
  const rest = h("button", { type: "button", class: "quiet" }, `show all ${number(text.length)} characters`);
  rest.addEventListener("click", () => fill(box, text));
  box.append(rest);
  return box;
}

/** Bring an element into sight, and again once the fonts are there and have moved it. @param {Element | null | undefined} element @param {ScrollLogicalPosition} block */
export function land(element, block) {
  const go = () => element?.scrollIntoView({ block });
  go();
  if (document.fonts.status !== "loaded") document.fonts.ready.then(go);
}
