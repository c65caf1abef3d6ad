// How it looks: light and dark, narrow and wide, on paper, and for those who use a screen reader.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, watched } from "./browser.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [
  ["bundled.html", "#overview"],
  ["bundled.html", "#statements?content=contradicted&open=statement/lee-ishiba-tokyo/02"],
  ["bundled.html", "#timeline"],
  ["bundled.html", "#people"],
  ["bundled.html", "#sources"],
  ["bundled.html", "#text"],
  ["second.html", "#text"],
  ["second.html", "#text?statement=statement/port-example/01"],
  ["bundled.html", "#data"],
  ["empty.html", "#overview"],
  ["part.html", "#data"],
];
const HARD = [["names.html", "#data"], ["hostile.html", "#overview"], ["hostile.html", "#timeline"], ["huge.html", "#statements"]];
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The serious and critical findings of axe-core. The page's policy allows no foreign script, so the devtools run it. */
async function findings(page) {
  const session = await page.context().newCDPSession(page);
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await run(axe);
  const json = await run("axe.run(document, {resultTypes: ['violations', 'passes']}).then((found) => JSON.stringify({passes: found.passes.length, violations: found.violations}))");
  const { passes, violations } = JSON.parse(json);
  assert.ok(passes > 15, `axe looked: ${passes} rules passed`);
  return violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  for (const [name, fragment] of VIEWS) {
    test(`axe-core finds nothing serious: ${colorScheme}, ${name}${fragment}`, async () => {
      const { page } = await watched(browser.context);
      await page.emulateMedia({ colorScheme });
      await open(page, name, fragment);
      assert.deepEqual(await findings(page), []);
      await page.close();
    });
  }
}

test("control: axe-core notices grey words on grey and a field without a name", async () => {
  const { page } = await watched(browser.context);
  await open(page, "bundled.html", "#statements");
  await page.evaluate(() => {
    document.querySelector(".lead").style.color = "#ccc";
    document.querySelector("label[for=q]").remove();
    document.querySelector("#q").placeholder = "";
  });
  assert.deepEqual((await findings(page)).map((one) => one.split(":")[0]).sort(), ["color-contrast", "label"]);
  await page.close();
});

test("dark: light words on dark paper, in every section", async () => {
  const { page } = await watched(browser.context);
  const light = ([red, green, blue]) => (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  for (const [colorScheme, isDark] of [["light", false], ["dark", true]]) {
    await page.emulateMedia({ colorScheme });
    await open(page, "bundled.html");
    const [paper, ink] = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color].map((one) => one.match(/\d+/g).map(Number));
    });
    assert.equal(light(paper) < 0.2, isDark);
    assert.equal(light(ink) > 0.8, isDark);
  }
  await page.close();
});

test("words stand out from every tint of the text, light and dark", async () => {
  const { page } = await watched(browser.context);
  const light = (rgb) => {
    const [red, green, blue] = rgb.match(/\d+/g).map((one) => (one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await open(page, "second.html", "#text");
    const pairs = await page.evaluate(() => ["quote", "source", "cue", "addressee", "trigger", "date", "place", "quantity"].map((role) => {
      const probe = document.querySelector(".sample").cloneNode(true);
      document.querySelector(".roles").append(probe);
      probe.className = `sample r-${role}`;
      const { backgroundColor, color } = getComputedStyle(probe);
      return [role, backgroundColor, color];
    }));
    for (const [role, paper, ink] of pairs) {
      const [low, high] = [light(paper), light(ink)].sort((a, b) => a - b);
      assert.ok((high + 0.05) / (low + 0.05) > 7, `${colorScheme} ${role}: ${paper} ${ink}`);
    }
  }
  await page.close();
});

for (const width of [360, 768, 1920]) {
  test(`${width} px: nothing wider than the window, no words cut off`, async () => {
    const { page } = await watched(browser.context);
    await page.setViewportSize({ width, height: 800 });
    for (const [name, fragment] of width === 360 ? [...VIEWS, ...HARD] : VIEWS) {
      await open(page, name, fragment);
      const wide = await page.evaluate(() => [
        document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll("main *")].filter((one) => {
          const box = one.getBoundingClientRect();
          return box.right > innerWidth + 1 && box.width > 0 && !one.closest(".scroll") && !one.closest("svg");
        }).slice(0, 3).map((one) => one.outerHTML.slice(0, 200)),
      ]);
      assert.deepEqual(wide, [0], `${name}${fragment}`);
      const cut = await page.$$eval(".strip svg text", (all) => all.filter((one) => {
        const box = one.getBoundingClientRect();
        return one.textContent && (box.left < 0 || box.right > innerWidth);
      }).map((one) => one.textContent));
      assert.deepEqual(cut, [], `${name}${fragment}`);
    }
    await page.close();
  });
}

test("labels of the timeline do not overlap, at any width", async () => {
  const { page } = await watched(browser.context);
  for (const width of [360, 500, 800, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await open(page, "bundled.html", `#timeline?width=${width}`);
    await page.waitForSelector(".clash svg text");
    const clashes = await page.$$eval(".strip", (strips) => strips.flatMap((strip) => {
      const boxes = [...strip.querySelectorAll("text")].filter((one) => one.textContent).map((one) => [one.textContent, one.getBoundingClientRect()]);
      return boxes.flatMap(([a, one], at) => boxes.slice(at + 1)
        .filter(([, two]) => one.left < two.right && two.left < one.right && one.top < two.bottom - 2 && two.top < one.bottom - 2)
        .map(([b]) => `${a} / ${b}`));
    }));
    assert.deepEqual(clashes, [], `${width} px`);
  }
  await page.close();
});

test("print: every section becomes a PDF without controls, and addresses of sources are written out", async () => {
  const { page } = await watched(browser.context);
  for (const [name, fragment] of VIEWS) {
    await open(page, name, fragment);
    const path = join(tmpdir(), `news-dataset-print-${process.pid}.pdf`);
    await page.pdf({ path, format: "A4" });
    const pdf = readFileSync(path);
    assert.ok(pdf.subarray(0, 5).toString() === "%PDF-" && statSync(path).size > 5000);
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages >= 1 && pages <= 12, `${pages} pages`);
  }
  await open(page, "bundled.html", VIEWS[1][1]);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const shown = await page.evaluate(() => ({
    controls: getComputedStyle(document.querySelector(".controls")).display,
    paper: getComputedStyle(document.body).backgroundColor,
    address: getComputedStyle(document.querySelector(".web a"), "::after").content,
  }));
  assert.equal(shown.controls, "none");
  assert.equal(shown.paper, "rgb(255, 255, 255)");
  assert.match(shown.address, /https?:/);
  await page.close();
});
