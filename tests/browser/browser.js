// A browser of its own for each file of tests, and pages that count what they should never do.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** The folder that pages.py has filled. */
export const PAGES = process.env.PAGES;
if (!PAGES) throw new Error("PAGES is not set: run `make test-browser`");

/** A browser with a new profile; `close` ends it and removes the profile. */
export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), "news-dataset-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGS,
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    // no host of the web is reachable, so that what asks for one fails at once, and is counted
    offline: false,
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, close };
}

/** A page that notes executions, requests, breaches of its policy, and errors. */
export async function watched(context) {
  const page = await context.newPage();
  const seen = { executions: 0, requests: [], violations: [], errors: [], dialogs: 0 };
  await page.exposeFunction("__hit", () => {
    seen.executions += 1;
  });
  await page.exposeFunction("__violation", (what) => seen.violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.__violation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("data:font/woff2") && !url.startsWith("blob:")) seen.requests.push(url);
  });
  page.on("dialog", (dialog) => {
    seen.dialogs += 1;
    dialog.dismiss();
  });
  page.on("popup", (popup) => seen.requests.push(`popup ${popup.url()}`));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  return { page, seen };
}

/** The address of a page, with a fragment. */
export const address = (name, fragment = "") => `${pathToFileURL(join(PAGES, name)).href}${fragment}`;

/** Open a page and wait until it is drawn. */
export async function open(page, name, fragment = "") {
  await page.goto(address(name, fragment));
  await page.waitForSelector("main h2");
}
