// The state of the view stands in the fragment, so that it can be shared: #section?key=value&…

export const SECTIONS = ["overview", "statements", "timeline", "people", "sources", "text", "data"];

/** @returns {{section: string, params: URLSearchParams}} */
export function read() {
  const [name = "", query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const section = SECTIONS.includes(name) ? name : "overview";
  return { section, params: new URLSearchParams(query) };
}

/** The fragment of a view; empty values are left out.
 * @param {string} section @param {Record<string, string | null | undefined> | URLSearchParams} [values] */
export function fragment(section, values = {}) {
  const entries = values instanceof URLSearchParams ? [...values] : Object.entries(values);
  const params = new URLSearchParams();
  for (const [key, value] of entries) if (value) params.set(key, value);
  const query = params.toString();
  return `#${section}${query && `?${query}`}`;
}

/** Note the view without a step in the history. @param {string} section @param {URLSearchParams} params */
export function note(section, params) {
  history.replaceState(null, "", fragment(section, params));
}
