// The whole job without a pointer.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { once } from "./room.mjs";

spec("an analyst opens an incident, works it and closes it by keyboard alone", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@odni.example");
  await alive(page);
  const press = async keys => { for (const key of keys.split(" ")) await page.keyboard.press(key); };

  await press("c");
  await page.waitForURL("**/incidents/new");
  await alive(page);
  await page.locator("[name=title]").focus();
  await page.keyboard.type("Results page of a county shows yesterday's date");
  await page.locator("[name=category]").focus();
  await page.keyboard.type("Wrong date");
  await page.locator("[name=severity] >> nth=0").focus();
  await press("ArrowDown ArrowDown ArrowDown");
  assert.equal(await page.isChecked("[name=severity][value=medium]"), true);
  await press("Control+Enter");
  await page.waitForURL(/\/incidents\/WF-\d+/);
  await alive(page);

  await press("d");
  await page.keyboard.type("Nobody answers before the county has.");
  await press("Control+Enter");
  await once(page, "#entries > li[data-kind=decision]", "Nobody answers before the county has.");
  await press("Tab");

  await page.locator("#owner summary").focus();
  await press("Enter");
  await page.locator("#owner-owner").focus();
  await press("ArrowDown");
  assert.notEqual(await page.inputValue("#owner-owner"), "");
  await press("Tab Enter");
  await page.waitForLoadState();
  await alive(page);

  await page.locator("#status summary").focus();
  await press("Enter");
  await page.locator("#status [name=to]:checked, #status [name=to] >> nth=0").first().focus();
  await press("Space");
  await page.locator("#status-note").focus();
  await page.keyboard.type("Read by the duty desk.");
  await press("Tab Enter");
  await page.locator(".track [aria-current=step]", { hasText: "Triaged" }).waitFor();
});

spec("the keys of the board move, peek and lead to the forms of the incident under the cursor", async ({ open, signIn, alive, axe }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await alive(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const number = await page.locator(".brow[data-cursor]").getAttribute("data-number");
  await page.keyboard.press("Space");
  await page.locator("#peek", { hasText: number }).waitFor();
  await axe(page);
  await page.keyboard.press("k");
  const above = await page.locator(".brow[data-cursor]").getAttribute("data-number");
  assert.notEqual(above, number);
  await page.locator("#peek", { hasText: above }).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#peek").isVisible(), false);
  await page.keyboard.press("s");
  await page.waitForURL(`**/incidents/${above}?form=status#status`);
});

spec("only G makes the next key lead away, and only the next one", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await page.goto("/shares");
  await alive(page);
  // The page is younger than the time that G waits for its second key.
  for (const key of ["b", "w", "n"]) await page.keyboard.press(key);
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await page.keyboard.press("b");
  await page.evaluate(() => new Promise(done => setTimeout(done, 500)));
  assert.equal(new URL(page.url()).pathname, "/shares");
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.waitForURL("**/board");
});

spec("the line with number, title, status and marking stays once the head of an incident has scrolled away", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await page.goto("/incidents/WF-0147");
  await alive(page);
  const shows = () => page.locator("#inc-mini").evaluate(line => getComputedStyle(line).visibility === "visible");
  assert.equal(await shows(), false);
  await page.evaluate(() => scrollTo(0, 1200));
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#inc-mini")).visibility === "visible");
  assert.match(await page.locator("#inc-mini").innerText(), /WF-0147/);
});
