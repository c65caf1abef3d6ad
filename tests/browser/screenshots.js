// Pictures of the page for the docs: node screenshots.js FOLDER
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch, open, watched } from "./browser.js";

const SHOTS = [
  ["overview", "bundled.html", "#overview", 1200, 1050, "light"],
  ["statements", "bundled.html", "#statements?attribution=contradicted&open=statement/lee-ishiba-tokyo/27", 1200, 1180, "light"],
  ["timeline", "bundled.html", "#timeline", 1200, 1180, "light"],
  ["people", "bundled.html", "#people", 1200, 900, "light"],
  ["text", "second.html", "#text?statement=statement/port-example/01", 1200, 900, "light"],
  ["dark", "bundled.html", "#timeline", 1200, 900, "dark"],
  ["narrow", "bundled.html", "#overview", 360, 800, "light"],
];

const folder = resolve(process.argv[2]);
mkdirSync(folder, { recursive: true });
const { context, close } = await launch();
for (const [name, file, fragment, width, height, colorScheme] of SHOTS) {
  const { page } = await watched(context);
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  await open(page, file, fragment);
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(folder, `explore-${name}.png`) });
  await page.close();
}
await close();
