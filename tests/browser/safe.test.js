// Words of a dataset never act: in every text of every table, in names of files and folders, and in the address.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { address, launch, open, PAGES, watched } from "./browser.js";

const classes = JSON.parse(readFileSync(new URL("payloads.json", import.meta.url), "utf8"));
const payloads = Object.values(classes).flat();
const SECTIONS = ["overview", "statements", "timeline", "people", "sources", "text", "data"];
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** What the page did that it must not do. */
const misdeeds = (seen, name) => ({
  executions: seen.executions, dialogs: seen.dialogs, violations: seen.violations, errors: seen.errors,
  requests: seen.requests.filter((one) => one.split("#")[0] !== address(name)),
});
const NONE = { executions: 0, dialogs: 0, violations: [], errors: [], requests: [] };

/** Look at everything that a section can show; every link on the way leads to the web or within the page. */
async function rummage(page) {
  for (let more = 0; more < 30 && (await page.locator(".more button").count()) > 0; more += 1) await page.click(".more button");
  const [looked, strange] = await page.evaluate(() => {
    const here = location.href.split("#")[0];
    const isFine = ({ href, rel }) =>
      href.startsWith(`${here}#`) || (/^https?:\/\//.test(href) && rel === "noopener noreferrer" && !/^https?:\/\/[^/]*@/.test(href));
    const found = new Set();
    let looked = 0;
    const look = () => {
      for (const one of document.querySelectorAll(".body, .panel")) {
        for (const link of one.querySelectorAll("a[href]")) if (!isFine(link)) found.add(link.href);
      }
    };
    for (const one of document.querySelectorAll("details")) one.open = true;
    for (const one of document.querySelectorAll("button.row, .index button, .seg, .body button, .citation button, .python button")) {
      one.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
      one.click();
      if (!one.isConnected) throw new Error("clicked what is no longer there");
      one.focus();
      looked += 1;
      look();
    }
    for (const link of document.links) if (!isFine(link)) found.add(link.href);
    for (const one of document.querySelectorAll("[src], [action], [formaction], iframe, object, embed, base, form[method]")) found.add(one.outerHTML);
    return [looked, [...found]];
  });
  assert.deepEqual(strange, []);
  return looked;
}

test(`control: in a page without protection most of the ${payloads.length} payloads act`, async () => {
  const { page, seen } = await watched(browser.context);
  const hits = new Set();
  page.on("request", (request) => {
    const found = /evil\.invalid\/(\d+)/.exec(request.url());
    if (found) hits.add(Number(found[1]));
  });
  await page.exposeFunction("__count", (number) => hits.add(number));
  await page.addInitScript(() => {
    const hit = window.__hit;
    if (window === top) window.__hit = (number) => { window.__count(number); return hit(number); };
  });
  await page.goto(address("control.html"));
  await page.waitForTimeout(3000);
  assert.ok(payloads.length >= 60);
  assert.ok(seen.executions > 50, `${seen.executions} executions`);
  assert.ok(seen.requests.filter((one) => one.includes("evil.invalid")).length >= 5, "requests");
  assert.ok(hits.size >= 50, `${hits.size} payloads acted`);
  console.log(`control: ${hits.size} of ${payloads.length} payloads acted: ${seen.executions} executions`);
  await page.close();
});

for (const section of SECTIONS) {
  test(`no payload acts in any text: ${section}`, async () => {
    const { page, seen } = await watched(browser.context);
    await open(page, "hostile.html", `#${section}`);
    const looked = await rummage(page);
    if (section === "statements") assert.ok(looked >= 8 * payloads.length, `${looked} rows opened`);
    await page.waitForTimeout(300);
    assert.deepEqual(misdeeds(seen, "hostile.html"), NONE);
    await page.close();
  });
}

test("the payloads are there: each stands in the page as words", async () => {
  const { page } = await watched(browser.context);
  await open(page, "hostile.html", "#statements");
  for (let more = 0; more < 30 && (await page.locator(".more button").count()) > 0; more += 1) await page.click(".more button");
  const words = await page.textContent(".statements");
  for (const [number, one] of payloads.entries()) {
    const plain = one.replaceAll("HIT", `__hit(${number})`).replaceAll("NET", `https://evil.invalid/${number}`);
    const seen = plain.replace(/[^\x09\x0a\x20-\x7e\uff1c-\uff1e]/g, (each) => {
      const code = each.codePointAt(0);
      return code > 0xff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\x${code.toString(16).padStart(2, "0")}`;
    });
    assert.ok(words.includes(seen), seen);
  }
  await page.close();
});

test("every text of every article: the payloads as the words of a copy", async () => {
  const { page, seen } = await watched(browser.context);
  await open(page, "hostile.html", "#text");
  for (const article of await page.$$eval("#f-article option", (all) => all.map((one) => one.value))) {
    await page.selectOption("#f-article", article);
    await page.waitForSelector(".words");
    await rummage(page);
  }
  assert.deepEqual(misdeeds(seen, "hostile.html"), NONE);
  await page.close();
});

test("names of folders and files", async () => {
  const { page, seen } = await watched(browser.context);
  for (const section of SECTIONS) {
    await open(page, "names.html", `#${section}`);
    await rummage(page);
  }
  assert.match(await page.textContent(".python"), /^nd\.Dataset\.open\('second-article'\)/); // never where it was made
  assert.ok(!(await page.content()).includes("__hit(2)"));
  await open(page, "names.html", "#text");
  assert.match(await page.textContent(".lead"), /<svg onload=__hit\(3\)>\\u202egpj\.txt/);
  assert.deepEqual(misdeeds(seen, "names.html"), NONE);
  await page.close();
});

test("what stands in the address is a search, and nothing else", async () => {
  const { page, seen } = await watched(browser.context);
  await open(page, "bundled.html");
  const keys = ["q", "speaker", "about", "kind", "claim", "verdict", "topic", "sort", "open", "statement", "article", "hide", "event", "__proto__"];
  for (const [number, payload] of payloads.entries()) {
    const word = payload.replaceAll("HIT", `__hit(${number})`).replaceAll("NET", `https://evil.invalid/${number}`);
    const section = SECTIONS[number % SECTIONS.length];
    const query = new URLSearchParams(keys.map((key) => [key, word]));
    await page.evaluate((hash) => { location.hash = hash; }, number % 3 ? `#${section}?${query}` : `#${word}`);
    await page.waitForTimeout(10);
  }
  assert.deepEqual(misdeeds(seen, "bundled.html"), NONE);
  assert.equal(await page.evaluate(() => Object.keys(Object.prototype).length), 0, "objects are as they were");
  await page.close();
});

test("control: the policy of the page stops what would get past the program", async () => {
  const { page, seen } = await watched(browser.context);
  await open(page, "bundled.html");
  await page.evaluate(() => {
    const script = document.createElement("script");
    try {
      script.text = "__hit(1)";
    } catch {
      window.__violation("refused text of a script");
    }
    document.body.append(script);
    const image = document.createElement("img");
    image.src = "https://evil.invalid/1";
    document.body.append(image);
  });
  await page.waitForTimeout(200);
  assert.equal(seen.executions, 0);
  assert.ok(seen.violations.length >= 2, JSON.stringify(seen.violations));
  await page.close();
});
