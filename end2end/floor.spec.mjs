// An analyst's first minutes: sign in, read the board, open an incident's page, post, and look at the wall.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";

spec("an analyst signs in, reads the board and posts an update", async ({ open, signIn, axe }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  assert.match(await page.title(), /board/i);
  await axe(page);
  await page.goto("/incidents/WF-0147");
  assert.match(await page.title(), /WF-0147/);
  await axe(page);
  const words = `The recorder's office confirms the corrected hours (${Date.now()}).`;
  await page.fill("#c-text", words);
  await page.click(".composer button.primary");
  await page.getByText(words).first().waitFor();
});

spec("a number that is hidden answers like one never given", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "analyst@pinterest.example");
  const hidden = await page.goto("/incidents/WF-0149");
  const absent = await page.goto("/incidents/WF-9999");
  assert.equal(hidden.status(), 404);
  assert.equal(absent.status(), 404);
});

spec("the wall shows what is open to everybody", async ({ open, signIn, axe }) => {
  const page = await open({ width: 1920, height: 1080 });
  await signIn(page, "leadership@cisa.example");
  await page.goto("/wall");
  assert.equal(await page.getByText("TLP:AMBER").count(), 0);
  await axe(page);
});

spec("updates go on where the rail ends, and back to the latest", async ({ open, signIn, axe }) => {
  const page = await open({ width: 1440, height: 900 });
  await signIn(page, "analyst@cisa.example");
  const shown = await page.locator("#feed-list .feed-item").evaluateAll(lines => lines.map(line => line.textContent));
  assert.equal(shown.length, 40, "the rail ends");
  await page.locator("#feed-earlier").click();
  await page.waitForURL(/\/board\/updates\?after=/);
  await axe(page);
  const earlier = await page.locator(".updates-list .feed-item").evaluateAll(lines => lines.map(line => line.textContent));
  assert.ok(earlier.length > 0 && earlier.every(line => !shown.includes(line)), "none of them again");
  await page.getByRole("link", { name: "Latest" }).click();
  await page.waitForURL(/\/board\/updates$/);
  assert.equal(await page.locator(".updates-list .feed-item").first().evaluate(line => line.textContent), shown[0]);
});
