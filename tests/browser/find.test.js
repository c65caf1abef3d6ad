// Finding: addresses that land on what they name, search behind the rows, sources, and tables that are not cut.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { launch, open, PAGES, watched } from "./browser.js";

const expected = JSON.parse(readFileSync(join(PAGES, "expected.json"), "utf8"));
let browser, page;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  await page?.close();
  ({ page } = await watched(browser.context));
});

const wide = (name, run) => {
  for (const width of [1280, 360]) {
    test(`${name} (${width} px)`, async () => {
      await page.setViewportSize({ width, height: 800 });
      await run();
    });
  }
};
const ids = () => page.$$eval(".statements > li", (items) => items.map((one) => one.dataset.id));

/** Where the head of the open row stands once nothing moves any more. */
async function landed() {
  await page.waitForSelector("li.open .body");
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(200);
  const { y, height } = await page.locator("li.open button.row").boundingBox();
  assert.ok(y >= 0 && y + height <= 800, `its row stands at ${y}`);
}

wide("an address lands on the row it opens, in a page of 52 and of 10,000 statements", async () => {
  for (const number of ["27", "39", "52"]) {
    await open(page, "bundled.html", "#overview");
    await page.goto("about:blank");
    await open(page, "bundled.html", `#statements?open=statement/lee-ishiba-tokyo/${number}`);
    await landed();
  }
  await page.goto("about:blank");
  await open(page, "many.html", "#statements?open=statement/lee-ishiba-tokyo-003/27");
  await landed();
});

wide("every card of the overview lands on its opened row, which has the focus", async () => {
  await open(page, "bundled.html");
  const hashes = await page.$$eval(".worst a.claim", (all) => all.map((one) => one.hash));
  assert.equal(hashes.length, expected.failed.attribution.length + expected.failed.content.length);
  for (const [at, hash] of hashes.entries()) {
    await open(page, "bundled.html", "#overview");
    await page.click(`.worst a.claim >> nth=${at}`);
    await landed();
    assert.equal(await page.evaluate(() => document.activeElement.closest("li")?.dataset.id), new URLSearchParams(hash.split("?")[1]).get("open"));
  }
});

wide("search reaches names in every script, mentions and findings, and says where it found them", async () => {
  await open(page, "bundled.html", "#statements");
  const found = async (words) => {
    await page.fill("#q", words);
    return ids();
  };
  const lee = await found("이재명");
  assert.ok(lee.length > 10);
  assert.deepEqual(await found("李在明"), lee);
  for (const words of ["Kishida", "Yoon", "Camp David", "camp DAVID", "尹錫悅", "岸田文雄"]) {
    assert.ok((await found(words)).includes("statement/lee-ishiba-tokyo/28"), words);
    assert.match(await page.locator('li[data-id="statement/lee-ishiba-tokyo/28"] .found').textContent(), /^(named|finding|source|event): ./, words);
  }
  assert.deepEqual(await found("이재명 Camp Davidson"), []);
  await found("Ishiba");
  assert.equal(await page.locator('li[data-id="statement/lee-ishiba-tokyo/27"] .found').count(), 0, "what the row shows needs no passage");
});

wide("sources are listed with what they are cited for, and lead to those statements", async () => {
  await open(page, "bundled.html", "#sources");
  assert.equal(await page.locator(".sourcelist > li").count(), Math.min(expected.rows.sources, 200));
  const links = await page.$$eval(".sourcelist .web a", (all) => all.map((one) => [one.rel, one.target, /^https?:$/.test(one.protocol)]));
  for (const one of links) assert.deepEqual(one, ["noopener noreferrer", "_blank", true]);
  const uses = await page.$$eval(".sourcelist .uses a", (all) => all.slice(0, 4).map((one) => [one.hash, Number.parseInt(one.textContent, 10)]));
  for (const [hash, count] of uses) {
    await open(page, "bundled.html", hash);
    assert.equal((await ids()).length, count, hash);
  }
});

test("tables of numbers are whole at 360 px: nothing has to be scrolled", async () => {
  await page.setViewportSize({ width: 360, height: 800 });
  for (const [fragment, table] of [["#people", ".matrix"], ["#overview", ".numbers"]]) {
    await open(page, "bundled.html", fragment);
    const { over, heads } = await page.$eval(table, (one) => ({
      over: one.parentElement.scrollWidth - one.parentElement.clientWidth,
      heads: [...one.querySelectorAll("thead th > span")].filter((head) => head.scrollHeight > head.clientHeight + 1).map((head) => head.textContent),
    }));
    assert.deepEqual({ over, heads }, { over: 0, heads: [] }, table);
  }
});
