// What people come for: find, open, follow, share; compared with what the package says of the same data.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { address, launch, open, PAGES, watched } from "./browser.js";

const expected = JSON.parse(readFileSync(join(PAGES, "expected.json"), "utf8"));
let browser, page, seen;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  await page?.close();
  ({ page, seen } = await watched(browser.context));
});

const ids = () => page.$$eval(".statements > li", (items) => items.map((one) => one.dataset.id).sort());
const fragment = () => page.evaluate(() => decodeURIComponent(location.hash));

test("every statement is listed, and every speaker filters to the statements that the package names", async () => {
  await open(page, "bundled.html", "#statements");
  assert.equal((await ids()).length, expected.statements);
  for (const [name, statements] of Object.entries(expected.by_speaker)) {
    const option = page.locator("#f-speaker option", { hasText: name });
    await page.selectOption("#f-speaker", await option.first().getAttribute("value"));
    assert.deepEqual(await ids(), statements, name);
    assert.match(await page.textContent(".count"), new RegExp(`^${statements.length} of ${expected.statements} `));
  }
});

test("filters, search and order work together, and Clear undoes them", async () => {
  await open(page, "bundled.html", "#statements");
  await page.selectOption("#f-attribution", "contradicted");
  await page.fill("#q", "TARIFFS lee");
  assert.deepEqual(await ids(), ["statement/lee-ishiba-tokyo/39"]);
  await page.fill("#q", "nothing like it");
  assert.match(await page.textContent(".more"), /No statement fits/);
  await page.click("text=Clear all");
  assert.equal((await ids()).length, expected.statements);
  assert.equal(await fragment(), "#statements");
  for (const axis of ["attribution", "content"]) {
    await page.selectOption("#f-sort", axis);
    const failed = expected.failed[axis];
    const first = await page.$$eval(".statements > li", (items) => items.map((one) => one.dataset.id));
    assert.deepEqual(first.slice(0, failed.length).sort(), failed);
  }
});

test("a contradicted claim opens to its finding and to every source that the data cites", async () => {
  for (const [statement, urls] of Object.entries(expected.sources)) {
    await open(page, "bundled.html", "#statements");
    await page.click(`li[data-id="${statement}"] button.row`);
    const links = page.locator(`li[data-id="${statement}"] .assessment.contradicted .sources a`);
    const found = await links.evaluateAll((all) => all.map((one) => [one.href, one.rel, one.target]));
    assert.deepEqual(found.map(([href]) => href).sort(), urls.map((one) => new URL(one).href).sort(), statement);
    for (const [, rel, target] of found) assert.deepEqual([rel, target], ["noopener noreferrer", "_blank"]);
    assert.ok((await page.textContent(`li[data-id="${statement}"] .finding`)).length > 40);
  }
});

test("a shared address shows the same view: filters, search, order, open row", async () => {
  await open(page, "bundled.html", "#statements");
  await page.selectOption("#f-speaker", "person/lee-jae-myung");
  await page.selectOption("#f-sort", "attribution");
  await page.fill("#q", "tariff");
  await page.click(".statements > li:first-child button.row");
  const [url, rows, text] = [page.url(), await ids(), await page.textContent("main")];
  const other = (await watched(browser.context)).page;
  await other.goto(url);
  await other.waitForSelector("li.open .body");
  assert.equal(await other.inputValue("#q"), "tariff");
  assert.equal(await other.textContent("main"), text);
  await other.close();
  assert.ok(rows.includes("statement/lee-ishiba-tokyo/39"));
  await page.click(".statements > li:first-child button.row");
  assert.doesNotMatch(await fragment(), /open=/);
});

test("the history goes back to the section before", async () => {
  await open(page, "bundled.html", "#statements?q=tariff");
  await page.click("nav >> text=Timeline");
  await page.waitForSelector("section.timeline");
  await page.goBack();
  await page.waitForSelector("section.statements");
  assert.equal(await page.inputValue("#q"), "tariff");
});

test("the timeline shows both dates that do not hold, beside those that do", async () => {
  await open(page, "bundled.html", "#timeline");
  const cards = await page.$$eval(".clash", (all) =>
    all.map((one) => [...one.querySelectorAll("h3, .reported b, .shown b")].map((part) => part.textContent)));
  assert.deepEqual(cards.map(([title, reported]) => [reported, title]), expected.clashes.map((one) => [one.reported_text, one.title]));
  assert.deepEqual(cards.map((one) => one[2]), ["Sat 23 – Sun 24 August 2025", "Mon 25 August 2025"]);
  const marks = await page.$$eval(".clash svg [aria-label=dot] circle", (all) => all.map((one) => one.getAttribute("stroke")));
  assert.equal(marks.filter((one) => one === "var(--line-contradicted)").length, 3, "two Tuesdays and 12 June as rings");
  const words = await page.$$eval(".clash svg", (all) => all.map((one) => one.textContent).join(" "));
  for (const one of ["Tue 19 Aug?", "Tue 26 Aug?", "Sat 23 Aug – Sun 24 Aug", "Thu 12 Jun", "Mon 25 Aug"]) assert.ok(words.includes(one), one);
  await page.click(".clash >> nth=1 >> text=/Statement 02/");
  await page.waitForSelector('li.open[data-id="statement/lee-ishiba-tokyo/02"] .sources');
});

test("marks stand where their dates are", async () => {
  await open(page, "bundled.html", "#timeline");
  const at = await page.$$eval(".clash:nth-child(2) svg", ([svg]) =>
    [...svg.querySelectorAll("circle")].map((one) => one.getBoundingClientRect().x).sort((a, b) => a - b));
  const [from, to] = at;
  const width = await page.$eval(".clash:nth-child(2) .strip", (one) => one.clientWidth);
  const days = 75 * 1.18; // 12 June to the end of 25 August, and room at both ends
  assert.ok(Math.abs(to - from - ((width - 24) * 74) / days) < 2, `${to - from} of ${width}`);
});

test("who speaks of whom: a number leads to as many statements", async () => {
  await open(page, "bundled.html", "#people");
  const cells = await page.$$eval(".matrix td a", (all) => all.slice(0, 6).map((one) => [one.hash, Number(one.textContent)]));
  assert.ok(cells.length === 6);
  for (const [hash, count] of cells) {
    await page.goto(address("bundled.html", hash));
    await page.waitForSelector(".statements");
    assert.equal((await ids()).length, count, hash);
  }
});

test("extension fields are shown beside what every dataset says", async () => {
  await open(page, "match.html", "#statements?open=statement/harbour-cup/01");
  const terms = await page.$$eval(".statements .terms > div", (all) => all.map((one) => one.textContent));
  for (const said of ["Minute12", "Sideneutral"]) assert.ok(terms.includes(said), `${said} in ${terms}`);
  await open(page, "match.html", "#statements?open=statement/harbour-cup/04");
  assert.match(await page.textContent(".statements .terms"), /interviewer“reporters”/);
  await open(page, "match.html", "#timeline");
  assert.match(await page.textContent("main"), /Kick off2031-05-10.*Attendance share0\.8/);
  await open(page, "match.html", "#people");
  assert.match(await page.textContent("main"), /Mira Example.*Is captain: yes/);
});

test("words lead to their statement, and the statement back to its words", async () => {
  await open(page, "second.html", "#text");
  await page.click(".seg.r-quote");
  assert.match(await fragment(), /statement=statement\/port-example\/02/);
  const marked = await page.$$eval(".seg.on.r-quote", (all) => all.map((one) => one.textContent).join(""));
  assert.equal(marked, "It’s a short bridge, but it took us nine long years");
  await page.click(".panel >> text=Open in Statements");
  await page.waitForSelector('li.open[data-id="statement/port-example/02"]');
  await page.click("li.open >> text=Show in the text");
  await page.waitForSelector(".seg.on");
  assert.match(await page.textContent(".panel"), /The mayor finds/);
  const box = await page.locator(".seg.on").first().boundingBox();
  assert.ok(box.y > 0 && box.y < 900, "its words are in sight");
  await page.click('.index li[data-id="statement/port-example/03"] button');
  assert.match(await page.$$eval(".seg.on", (all) => all.map((one) => one.textContent).join(" ")), /a door between two quarters/);
  await page.hover('.index li[data-id="statement/port-example/01"] button');
  assert.ok((await page.locator(".seg.warm").count()) > 0, "hovering a statement lights its words");
  await page.hover(".seg.r-quote");
  assert.equal(await page.locator('.index li.warm[data-id="statement/port-example/02"]').count(), 1, "and back");
});

test("roles can be hidden, and that too is in the address", async () => {
  await open(page, "second.html", "#text");
  const tint = () => page.$eval(".seg.r-quote", (one) => getComputedStyle(one).getPropertyValue("--tint"));
  assert.notEqual(await tint(), "transparent");
  await page.uncheck("#role-quote");
  assert.equal(await tint(), "transparent");
  assert.match(await fragment(), /hide=quote/);
  await open(page, "second.html", "#text?hide=quote");
  await page.reload();
  await page.waitForSelector(".words");
  assert.equal(await tint(), "transparent");
});

test("without a text the page says what is missing and how to get it", async () => {
  await open(page, "bundled.html", "#text");
  const words = await page.textContent("main");
  assert.match(words, /news-dataset explore --text lee-ishiba-tokyo\.txt -o page\.html/);
  assert.match(words, /South Korean Leader Lee Jae Myung Strengthens Ties During Tokyo Visit/);
  assert.match(words, /3,397 characters/);
});

const take = async (label) => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(`button[aria-label="${label}"]`)]);
  return readFileSync(await download.path(), "utf8");
};

test("what a spreadsheet could take for a formula is guarded as export guards it", async () => {
  await open(page, "hostile.html", "#data");
  for (const table of ["statements", "sources", "names", "codes"]) {
    const found = await take(`${table} as CSV`);
    assert.equal(found, readFileSync(join(PAGES, "hostile-csv", `${table}.csv`), "utf8"), table);
    assert.match(found, /,'@SUM\(1\)/);
  }
});

test("every table downloads as the CSV that export writes, and as JSON with as many rows", async () => {
  await open(page, "bundled.html", "#data");
  const full = Object.entries(expected.rows).filter(([, rows]) => rows > 0);
  for (const [at, [table, rows]] of [...full, ...expected.views.map((view) => [view])].entries()) {
    if (at % 5 === 4) await page.reload(); // Chromium asks back after ten downloads of one page
    const folder = rows === undefined ? "views" : ".";
    assert.equal(await take(`${table} as CSV`), readFileSync(join(PAGES, "csv", folder, `${table}.csv`), "utf8"), table);
    const found = JSON.parse(await take(`${table} as JSON`));
    if (rows !== undefined) assert.equal(found.length, rows, table);
  }
  assert.match(await page.textContent(".tables"), /nd\.load\("statements"\)/);
  assert.match(await page.textContent(".tables"), /nd\.claims\(\)/);
});

test("keyboard alone: from the top of the page to a source, and through the text", async () => {
  await open(page, "bundled.html", "#statements?content=contradicted");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Statements");
  const until = async (test) => {
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, "none", "what has the focus shows it");
      if (await page.evaluate(test)) return;
    }
    assert.fail("not reached by Tab");
  };
  await until(() => document.activeElement.matches("button.row"));
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("li.open").count(), 1);
  await until(() => document.activeElement.matches(".sources a[href^=http]"));
  await open(page, "second.html", "#text");
  await until(() => document.activeElement.matches(".seg"));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  assert.match(await page.textContent(".panel h3"), /02/);
});

test("nothing of all this asked for anything, broke the policy or failed", async () => {
  for (const name of ["bundled.html", "second.html", "empty.html", "bare.html", "names.html"]) {
    for (const section of ["overview", "statements", "timeline", "people", "sources", "text", "data"]) await open(page, name, `#${section}`);
  }
  const others = seen.requests.filter((one) => !one.startsWith(address("")));
  assert.deepEqual({ ...seen, requests: others }, { executions: 0, requests: [], violations: [], errors: [], dialogs: 0 });
});
