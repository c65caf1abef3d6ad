// The visitor's own copy: the rule of docs/text.md as this page works it out, and what becomes of a file that is chosen.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { pieces } from "../../news_dataset/explorer/app/lanes.js";
import { Finder, restore, Text } from "../../news_dataset/explorer/app/spans.js";
import { address, launch, open, PAGES, watched } from "./browser.js";

const here = (path) => new URL(`../../${path}`, import.meta.url);
const expected = JSON.parse(readFileSync(join(PAGES, "expected.json"), "utf8"));
const vectors = JSON.parse(readFileSync(here("tests/vectors/text.json"), "utf8"));
const story = readFileSync(here("examples/second-article/text.txt"), "utf8");
let browser, page, seen, folder;
before(async () => {
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), "news-dataset-copy-"));
});
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await page?.close();
  ({ page, seen } = await watched(browser.context));
});

test("the test vectors of docs/text.md: skeleton, length and digests of every span", async () => {
  assert.equal(vectors.length, 29);
  for (const { text, start, end, skeleton, ...want } of vectors) {
    const found = new Text(text);
    const { length, digest, prefix, suffix } = await found.span(start, end);
    assert.deepEqual({ length, digest, prefix, suffix }, want, text);
    assert.equal(found.skeleton.slice(found.origins.findIndex((one) => one >= start)).slice(0, length).join(""), skeleton);
  }
});

test("every vector is found again in a text with more before and after it, and an altered one is not", async () => {
  for (const { text, start, end, skeleton, ...digests } of vectors) {
    const span = { start, end, ...digests };
    const at = (copy) => Finder.of(new Text(copy)).then((finder) => restore([span], finder));
    const [same] = await at(`${text}\n`);
    assert.equal(same.state, digests.length ? "relocated" : "orphan", text); // without a letter: never searched
    const [other] = await at([...text].slice(0, start).join("") + "altered".repeat(3) + [...text].slice(end).join(""));
    assert.equal(other.state, "orphan", text);
  }
});

test("each character leaves in the skeleton what Python says", () => {
  const wrong = Object.entries(expected.skeletons).filter(([one, left]) => new Text(one).skeleton.join("") !== left);
  assert.ok(Object.keys(expected.skeletons).length > 10_000);
  assert.deepEqual(wrong, []);
});

test("a text is cut where spans begin and end, code points beyond the first plane too", () => {
  const copy = { words: "a🚢bc", spans: [["content", "x", [[1, 3]]], ["cue", "x", [[2, 3], [3, 4]]]] };
  assert.deepEqual(pieces(copy), [["a", []], ["🚢", [0]], ["b", [0, 1]], ["c", [1]]]);
});

/** Give the page a file, and wait for what it says. */
async function choose(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  await page.setInputFiles("#copy", path);
  await page.waitForFunction(() => document.querySelector(".words") ?? /\.$/.test(document.querySelector(".refusal")?.textContent ?? ""));
}
const marks = () => page.$$eval(".seg", (all) => all.map((one) => [one.textContent, one.className, one.title]));

/** The page shows marked words before it is given any: a sentence of the invented article, with all of its marks in view. */
async function looksMarked(width) {
  const sentence = (await page.textContent(".specimen blockquote")).slice(0, -1);
  assert.ok(story.includes(sentence), sentence);
  const dressed = await page.$$eval(".specimen .seg", (all) => all.map((one) => getComputedStyle(one).backgroundImage));
  assert.equal(dressed.length, 4);
  assert.ok(dressed.every((one) => one.includes("gradient")), String(dressed));
  const box = await page.locator(".specimen").boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
}

for (const width of [1280, 360]) {
  test(`a chosen copy is marked as the command marks it, and nothing is sent (${width} px)`, async () => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, "second.html", "#text");
    const want = await marks();
    await open(page, "textless.html", "#text");
    assert.equal(await page.locator(".words").count(), 0);
    await looksMarked(width);
    await choose("copy.txt", story);
    assert.equal(await page.locator(".specimen").count(), 0);
    assert.deepEqual(await marks(), want);
    assert.match(await page.textContent(".lead"), /^copy\.txt: 12 marked passages, all where they were annotated/);
    await page.click(".seg.r-quote");
    assert.match(await page.textContent(".panel"), /The mayor finds/);
    await page.goto(address("textless.html", "#statements?open=statement/port-example/03"));
    await page.click("li.open >> text=Show in the text");
    await page.waitForSelector(".seg.on");
    const { requests, ...rest } = seen;
    assert.deepEqual(requests.filter((one) => !one.startsWith(address(""))), []);
    assert.deepEqual(rest, { executions: 0, violations: [], errors: [], dialogs: 0 });
  });

  test(`a copy that differs is marked as the command marks it: found elsewhere, or not (${width} px)`, async () => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, "altered.html", "#text");
    const want = await marks();
    assert.match(await page.textContent(".lead"), /12 marked passages, \d+ found again, \d+ not found/);
    assert.ok(!want.some(([words]) => words.includes("ten years")));
    await open(page, "textless.html", "#text");
    await choose("copy.txt", readFileSync(join(PAGES, "altered.txt")));
    assert.deepEqual(await marks(), want);
  });

  test(`what is no text of an article is refused in a sentence (${width} px)`, async () => {
    await page.setViewportSize({ width, height: 800 });
    await open(page, "textless.html", "#text");
    for (const [name, content, said] of [
      ["other.txt", "Something else altogether stands in this file.", /other\.txt is the text of none of the articles/],
      ["latin.txt", Buffer.from("caf\xe9", "latin1"), /latin\.txt is not UTF-8/],
      ["large.txt", Buffer.alloc(5 * 1024 * 1024 + 1, 97), /large\.txt is larger than 5 MiB/],
      ["long.txt", "a b ".repeat(100_000), /long\.txt differs from the annotated text, and is too long/],
      ["\u202etxt.html", "no", /^\\u202etxt\.html is the text of none/],
    ]) {
      await choose(name, content);
      assert.match(await page.textContent(".refusal"), said);
    }
    await choose("copy.txt", story);
    assert.equal(await page.locator(".seg.r-quote").count() > 0, true);
  });
}
