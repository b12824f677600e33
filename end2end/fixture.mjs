// What a browser test needs. A test fails on any warning or error in the browser's console.
//
//   import { spec } from "./fixture.mjs";
//   spec("the board lists what is open", async ({ open, signIn, axe, js }) => {
//     const page = await open({ theme: "dark", width: 390 });
//     await signIn(page, "analyst@cisa.example");
//     await page.goto("/board");
//     await axe(page);
//   });
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const url = process.env.WATCHFLOOR_URL;
const password = process.env.DEMO_PASSWORD;
const scripted = process.env.WATCHFLOOR_JS !== "off";
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
async function launched() {
  // Without these flags Chromium calls home, and a closed network turns that into noise.
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  return browser;
}
after(() => browser?.close());

// Defines one test, named as a sentence of behaviour. `noise` is what the browser says of a fault that the
// test itself makes.
export function spec(name, body, { noise: expected } = {}) {
  test(name, { timeout: 180_000 }, async () => {
    const contexts = [];
    const noise = [];
    const open = async ({ js = scripted, theme = "light", width = 1280, height = 900, contrast } = {}) => {
      const context = await (await launched()).newContext({
        baseURL: url, javaScriptEnabled: js, colorScheme: theme, contrast: contrast ?? "no-preference",
        viewport: { width, height }, locale: "en-US", timezoneId: "America/New_York", reducedMotion: "reduce",
      });
      contexts.push(context);
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      listen(page, noise);
      context.on("page", other => listen(other, noise));
      return page;
    };
    try {
      await body({ open, signIn, axe, fits, looks, each, alive, js: scripted, url });
      assert.deepEqual(expected ? noise.filter(line => !expected.test(line)) : noise, [], "the browser's console stays empty");
    } finally {
      for (const context of contexts) await context.close();
    }
  });
}

function listen(page, noise) {
  // Chromium reports a page that answers 4xx as an error; here that is an answer like any other.
  const refused = new Set();
  page.on("response", response => {
    if (response.status() >= 400 && response.request().isNavigationRequest()) refused.add(response.url());
  });
  page.on("console", message => {
    const expected = message.text().startsWith("Failed to load resource") && refused.has(message.location().url);
    // Without a script, or on a busy machine, what was fetched early is not needed within the browser's seconds.
    const unused = message.text().includes("was preloaded using link preload but not used");
    if (["warning", "error"].includes(message.type()) && !expected && !unused) noise.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", error => noise.push(`${page.url()}: ${error}`));
}

// Signs a person of the demo room in, through the form as anyone would.
export async function signIn(page, email) {
  await page.goto("/sign-in");
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await page.locator("form:has([name=password]) button[type=submit], form:has([name=password]) button:not([type])").first().click();
  await page.waitForURL(address => address.pathname !== "/sign-in");
}

// Waits until the islands of the page have been hydrated; without JavaScript there is nothing to wait for.
export async function alive(page) {
  if (scripted) await page.waitForFunction(() => !document.querySelector("leptos-island") || "live" in document.documentElement.dataset);
}

// Demands that axe finds nothing. With JavaScript off a page's timers never fire, and axe waits for them.
export async function axe(page, options = {}) {
  if (!scripted) await page.evaluate(() => { window.setTimeout = (call, _, ...rest) => void Promise.resolve().then(() => call(...rest)); });
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(options => globalThis.axe.run(document, { preload: false, ...options }), options);
  const lines = violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html}`));
  assert.deepEqual(lines, [], `axe on ${page.url()}`);
}

// Demands that nothing scrolls sideways.
export async function fits(page, what = page.url()) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `${what} does not scroll sideways`);
}

// A journey is done once with a script, on a phone, and once without, at a desk.
export const journey = scripted ? { width: 390, height: 844 } : {};

// Demands both of a page as it stands, in each theme and size.
export async function looks(page, what) {
  const before = page.viewportSize();
  for (const { colorScheme, ...size } of [
    { colorScheme: "dark", width: 1280, height: 900 }, { colorScheme: "light", width: 1280, height: 900 },
    { colorScheme: "light", width: 390, height: 844 },
  ]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    await axe(page);
    await fits(page, what);
  }
  await page.setViewportSize(before);
}

// Looks at each of these addresses, two at a time in tabs of one browser: drawing and checking a page takes one core. A
// tab in the background draws no frames, for which a click would wait.
export async function each(page, paths, look) {
  const left = paths.values();
  const work = async tab => {
    for (const path of left) {
      await tab.goto(path);
      await look(tab, path);
    }
  };
  await Promise.all([work(page), work(await page.context().newPage())]);
}
