// The rows of the page: unpacked once they are asked for, and joined.

import { plainWords } from "./words.js";

/** @typedef {string | number | boolean | null} Cell */
/** @typedef {{[column: string]: Cell}} Row */
/** @typedef {{name: string, kind: string, about: string}} Column */
/** @typedef {{about: string, count: number, columns: Column[], data?: Cell[][]}} Packed without its values where they are read last */
/** @typedef {[string, string | null, [number, number][]]} Marked what it is, of which record, and all its places in a copy, in code points */
/** @typedef {{article: string, file: string, words: string, states: Record<string, number>, spans: Marked[]}} Copy */
/** @typedef {{title: string, opened: string, versions: Record<string, string>, description?: string, license?: string, license_url?: string,
 *   covers?: string, citation?: string, bibtex?: string}} About */
/** @typedef {{about: About, copies: Copy[], texts: string[], tables: [string, Packed][], spoken_of: number[][],
 *   left_out: [string, number, number][], verdicts: string[]}} Content */

/** A table; its rows are plain objects without a prototype, so that no name of a column means anything else. */
export class Table {
  /** @param {string} name @param {Packed} packed @param {string[]} texts @param {() => Record<string, Cell[][]>} spare */
  constructor(name, packed, texts, spare) {
    this.name = name;
    this.about = packed.about;
    this.columns = packed.columns;
    this.count = packed.count;
    this.packed = packed;
    this.spare = spare;
    this.texts = texts;
    /** @type {Row[] | null} */
    this.unpacked = null;
  }

  get rows() {
    this.unpacked ??= Array.from({ length: this.count }, (_, at) => this.row(at));
    return this.unpacked;
  }

  /** @param {number} at @returns {Row} */
  row(at) {
    const row = Object.create(null);
    for (const [place, column] of this.columns.entries()) row[column.name] = this.cell(place, at);
    return row;
  }

  /** The values of a column, without the rows that they stand in. @param {string} name @returns {Cell[]} */
  column(name) {
    const place = this.columns.findIndex((one) => one.name === name);
    return place < 0 ? [] : Array.from({ length: this.count }, (_, at) => this.cell(place, at));
  }

  /** @param {number} place @param {number} at @returns {Cell} */
  cell(place, at) {
    this.packed.data ??= this.spare()[this.name] ?? [];
    const value = this.packed.data[place]?.[at] ?? null;
    const kind = this.columns[place]?.kind;
    const isText = kind === "string" || kind === "code" || kind === "date32";
    return isText && typeof value === "number" ? (this.texts[value] ?? null) : value;
  }
}

/** All tables, with indexes that are made when first used. */
export class Data {
  /** @param {Content} content @param {() => Record<string, Cell[][]>} spare what is read when it is first asked for */
  constructor(content, spare) {
    this.about = content.about;
    this.copies = content.copies;
    this.leftOut = content.left_out;
    /** Verdicts, the gravest first. */
    this.verdicts = content.verdicts;
    /** @type {Record<string, Cell[][]> | null} */
    let read = null;
    const once = () => {
      read ??= spare();
      return read;
    };
    this.tables = new Map(content.tables.map(([name, packed]) => [name, new Table(name, packed, content.texts, once)]));
    const texts = content.texts;
    this.spokenOf = new Map(content.spoken_of.map(([key, ...many]) => [texts[key ?? -1], many.map((at) => texts[at])]));
    /** @type {Map<string, Map<Cell, Row[]>>} */
    this.indexes = new Map();
    /** @type {Map<string, boolean>} */
    this.varying = new Map();
  }

  /** @param {string} table */
  rows(table) {
    return this.tables.get(table)?.rows ?? [];
  }

  /** The rows of a table that hold a value. @param {string} table @param {string} column @param {Cell | undefined} value */
  where(table, column, value) {
    const name = `${table}.${column}`;
    let index = this.indexes.get(name);
    if (index === undefined) {
      index = grouped(this.rows(table), column);
      this.indexes.set(name, index);
    }
    return (value !== undefined && value !== null && index.get(value)) || [];
  }

  /** The row with an id. @param {string} table @param {Cell | undefined} id */
  get(table, id) {
    return this.where(table, "id", id)[0];
  }

  /** What a code is called: in plain words, else as its codebook has it, else by itself.
   * @param {string} codebook @param {Cell | undefined} code */
  label(codebook, code) {
    const label = this.code(codebook, code)?.label ?? String(code ?? "").replaceAll("_", " ");
    return plainWords(codebook, code) ?? String(label);
  }

  /** Whether a column tells rows apart. @param {string} table @param {string} column */
  varies(table, column) {
    const name = `${table}.${column}`;
    const rows = this.rows(table);
    const found = this.varying.get(name) ?? rows.some((row) => row[column] !== rows[0]?.[column]);
    this.varying.set(name, found);
    return found;
  }

  /** @param {string} codebook @param {Cell | undefined} code */
  code(codebook, code) {
    return this.where("codes", "code", code).find((row) => row.codebook === codebook);
  }

  /** The headline of an article; else its id. @param {Cell | undefined} id */
  headline(id) {
    return String(this.get("articles", id)?.headline ?? id ?? "");
  }

  /** The name of a person, organization or place; else the id. @param {Cell | undefined} id */
  name(id) {
    return String(this.get("entities", id)?.name ?? id ?? "");
  }
}

/** @param {Row[]} rows @param {string} column */
function grouped(rows, column) {
  /** @type {Map<Cell, Row[]>} */
  const groups = new Map();
  for (const row of rows) {
    const key = row[column] ?? null;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
