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
