// Steps that several journeys share: incidents made for one test, so that no test reads another's.
import assert from "node:assert/strict";

let made = 0;

// Presses a button or link and waits for the page that answers.
export const follow = (page, button) => Promise.all([page.waitForNavigation(), button.click()]);

// Opens an incident through the form and returns its number.
export async function openIncident(page, { title = `A leaflet names the wrong day, precinct ${++made}`, tlp = "amber", severity = "high", shareWith = [] } = {}) {
  await page.goto("/incidents/new");
  await page.fill("[name=title]", title);
  await page.selectOption("[name=category]", "PROC-1");
  await page.check(`[name=severity][value=${severity}]`);
  await page.check(`[name=tlp][value="${tlp}"]`);
  for (const slug of shareWith) await page.check(`[name=share_with][value=${slug}]`);
  await page.click("button.primary[type=submit]");
  await page.waitForURL(/\/incidents\/WF-\d+/);
  return { number: new URL(page.url()).pathname.split("/").pop(), title };
}

// Posts an update through the composer of the incident's page.
export async function post(page, words) {
  await page.fill("#c-text", words);
  await page.click(".composer button.primary");
}

// Demands that words stand in a list exactly once.
export async function once(page, selector, words) {
  await page.locator(selector, { hasText: words }).first().waitFor();
  assert.equal(await page.locator(selector, { hasText: words }).count(), 1, `"${words}" stands once`);
}
