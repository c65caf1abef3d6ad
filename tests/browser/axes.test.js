// Did they say it, and is it so? Two questions with two answers, wherever a verdict is shown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { launch, open, PAGES, watched } from "./browser.js";

const expected = JSON.parse(readFileSync(join(PAGES, "expected.json"), "utf8"));
const AXES = ["attribution", "content"];
let browser, page;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  await page?.close();
  ({ page } = await watched(browser.context));
});

/** A test at both widths. */
const wide = (name, run) => {
  for (const width of [1280, 360]) {
    test(`${name} (${width} px)`, async () => {
      await page.setViewportSize({ width, height: 800 });
      await run();
    });
  }
};
const texts = (selector) => page.$$eval(selector, (all) => all.map((one) => one.textContent.trim()));
const cards = (axis) => page.$$eval(`.worst.${axis} a.claim`, (all) => all.map((one) => new URLSearchParams(one.hash.split("?")[1]).get("open")).sort());
const failedIn = async () => Object.fromEntries(await Promise.all(AXES.map(async (axis) => [axis, await cards(axis)])));

wide("what fails in attribution is a card of the article, attributed to those it names, and on no other list", async () => {
  await open(page, "bundled.html");
  assert.deepEqual(await failedIn(), expected.failed);
  for (const meta of await texts(".worst.attribution .meta")) assert.match(meta, /^attributed to /);
  assert.doesNotMatch(await page.textContent("#app"), /\bspeaker/i);
});

wide("a planted misattribution counts in attribution alone", async () => {
  await open(page, "misattributed.html");
  const { attribution, content } = expected.failed;
  assert.deepEqual(await failedIn(), { attribution: [...attribution, expected.planted].sort(), content });
  const card = page.locator(".worst.attribution li", { hasText: "Planted" });
  assert.match(await card.locator(".answer.content").textContent(), /not checkable/);
  const failed = await page.$$eval(".verdicts.attribution .legend li", (all) => all
    .filter((one) => one.querySelector(".chip").matches(".contradicted, .unsupported"))
    .reduce((sum, one) => sum + Number(one.querySelector("b").textContent), 0));
  assert.equal(failed, attribution.length + 1);
});

wide("control: the same assessment of its content counts there instead", async () => {
  await open(page, "untrue.html");
  const { attribution, content } = expected.failed;
  assert.deepEqual(await failedIn(), { attribution, content: [...content, expected.planted].sort() });
});

test("one statement of the article's own is told of in the singular", async () => {
  await open(page, "match.html");
  assert.match(await page.textContent("#app"), /the other one is the article’s own words/);
});

wide("parts of both bars add up, and each leads to as many statements", async () => {
  await open(page, "bundled.html");
  for (const [axis, all] of [["content", expected.statements], ["attribution", expected.attributed]]) {
    const pieces = await page.$$eval(`.verdicts.${axis} .legend li`, (all) => all.map((one) => [one.querySelector("a").hash, Number(one.querySelector("b").textContent)]));
    assert.equal(pieces.reduce((sum, [, count]) => sum + count, 0), all, axis);
    for (const [hash, count] of pieces) {
      await open(page, "bundled.html", hash);
      assert.equal(await page.locator(".statements > li").count(), count, hash);
      assert.match(hash, new RegExp(`${axis}=`));
    }
    await open(page, "bundled.html");
  }
});

wide("a row asks what is attributed two questions, and what the article says itself one", async () => {
  await open(page, "bundled.html", "#statements");
  const rows = await page.$$eval(".statements > li", (items) => items.map((one) => [one.querySelector(".who").textContent, one.querySelectorAll(".answer").length]));
  for (const [who, count] of rows) assert.equal(count, who.startsWith("attributed to ") ? 2 : 1, who);
  for (const [at, one] of [expected.failed.attribution[0], expected.failed.content[0]].entries()) {
    await page.click(`li[data-id="${one}"] button.row`);
    assert.deepEqual(await texts("li.open .question h4"), ["Did they say it?", "Is it so?"].slice(at));
    assert.equal(await page.locator(`li.open .question.${AXES[at]} .assessment.contradicted`).count(), 1);
  }
});

wide("the headline is the finding; where nothing was checked it is the title", async () => {
  await open(page, "bundled.html");
  const said = await texts("h1 span");
  for (const [at, axis] of AXES.entries()) assert.match(said[at], new RegExp(`[?] ${expected.failed[axis].length} of \\d+ \\w+ checked do not hold up`));
  assert.equal(await page.textContent(".masthead .title"), "news_dataset: evidence-linked records of news");
  await open(page, "misattributed.html");
  assert.match((await texts("h1 span"))[0], new RegExp(`^Did they say it[?] ${expected.failed.attribution.length + 1} of`));
  await open(page, "unchecked.html");
  assert.deepEqual(await texts("h1"), ["Unchecked"]);
  assert.equal(await page.locator(".masthead .title").count(), 0);
});

wide("assessments are never counted beside statements without a word", async () => {
  await open(page, "bundled.html");
  assert.doesNotMatch(await page.textContent(".figures"), /assessment/);
  assert.match(await page.textContent("main"), /counts assessments, not statements: \d+ assessments of \d+ statements and events/);
});

wide("the colours of verdicts are those of the plots", async () => {
  await open(page, "bundled.html");
  const rgb = (hex) => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
  for (const [verdict, colour] of Object.entries(expected.colours)) {
    const found = await page.$$eval(`.bar .piece.${verdict}`, (all) => all.map((one) => getComputedStyle(one).backgroundColor));
    assert.deepEqual([...new Set(found)], found.length > 0 ? [rgb(colour)] : [], verdict);
  }
});

wide("codes are said in plain words, and what tells nothing apart is not shown", async () => {
  for (const fragment of ["#overview", "#statements", `#statements?open=${expected.failed.attribution[0]}`, "#people", "#timeline", "#sources"]) {
    await open(page, "bundled.html", fragment);
    const words = await page.innerText("main");
    assert.doesNotMatch(words, /\b(narrated|veracity|aspect|cbrn|Right would be|free indirect|underspecified|CONSULT|third party)\b|positive|certain ·/i, fragment);
  }
  assert.equal(await page.locator("#f-addressee").count(), 0);
  await open(page, "bundled.html", "#people");
  assert.deepEqual(await texts(".roster thead th"), ["attributed to them", "naming them"]);
  await open(page, "bundled.html", "#data");
  assert.match(await page.textContent("main"), /Empty in this dataset: .*redirects/);
  assert.equal(await page.locator(".tables h3", { hasText: /^redirects$/ }).count(), 0);
});

wide("what few datasets say is said in plain words: unsupported, targets, origins, archived copies, what did not happen", async () => {
  await open(page, "told.html");
  assert.match(await page.textContent(".articles"), /goes back to \w/);
  const card = page.locator(".worst.attribution li", { has: page.locator(`a[href*="${encodeURIComponent(expected.planted)}"]`) });
  assert.match(await card.locator(".answer.attribution").textContent(), /unsupported/);
  await open(page, "told.html", `#statements?open=${expected.planted}`);
  assert.match(await page.innerText("li.open .body"), /aimed at\s+Joe Biden/i);
  await open(page, "told.html", "#timeline");
  assert.match(await page.textContent("main"), /it did not take place, as sources show/);
  await open(page, "told.html", "#sources");
  assert.match(await page.textContent(".sourcelist"), /goes back to \w/);
  assert.equal(await page.locator('.sourcelist a[href^="https://web.archive.org/"]').textContent(), "archived copy");
});
