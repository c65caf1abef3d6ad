// Tables as CSV and JSON, made in the page.

/** @typedef {import("./data.js").Table} Table */

// As `news-dataset export --to csv` writes them: what a spreadsheet could take for a formula gets an apostrophe, also
// behind what is not seen, and after a semicolon, a tab or a line break.
const DANGER =
  /(?:^|(?<=[;\t\r\n]))(?=['\t\r\n]|[\s"'\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** @param {import("./data.js").Cell} value @param {string} kind */
function cell(value, kind) {
  if (value === null) return "";
  if (typeof value === "number") return kind === "double" && Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (typeof value !== "string") return String(value);
  return quoted(guarded(value));
}

/** @param {string} text */
const guarded = (text) => (text === "" ? "'" : text.replace(DANGER, "'"));

/** @param {string} text */
const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** @param {Table} table */
export function csv(table) {
  const lines = [table.columns.map((one) => quoted(guarded(one.name))).join(",")];
  for (let at = 0; at < table.count; at += 1) {
    const row = table.row(at);
    lines.push(table.columns.map((one) => cell(row[one.name] ?? null, one.kind)).join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** @param {Table} table */
export function json(table) {
  const rows = Array.from({ length: table.count }, (_, at) => JSON.stringify(table.row(at)));
  return `[\n${rows.join(",\n")}\n]\n`;
}

/** Hand a text over as a file. @param {string} text @param {string} name @param {string} type */
export function download(text, name, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
