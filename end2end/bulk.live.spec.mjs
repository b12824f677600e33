// What was chosen on the board stays chosen while the board changes, and can be chosen without a pointer.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { openIncident } from "./room.mjs";

spec("a row that changes live keeps its tick, and what leaves the list leaves the choice", async ({ open, signIn, alive }) => {
  const colleague = await open({});
  await signIn(colleague, "lead@cisa.example");
  const { number } = await openIncident(colleague, { severity: "low" });
  const page = await open({});
  await signIn(page, "liaison@cisa.example");
  await page.goto("/board?severity=low,medium");
  await alive(page);
  const box = page.locator(`.pick input[value=${number}]`);
  await box.check();
  await page.mouse.move(5, 5);
  await page.evaluate(() => document.activeElement.blur());
  const change = async severity => {
    await colleague.goto(`/incidents/${number}?form=severity`);
    await colleague.check(`#severity [name=severity][value=${severity}]`);
    await colleague.fill("#severity [name=reason]", "It spreads.");
    await Promise.all([colleague.waitForNavigation(), colleague.click("#severity button[type=submit]")]);
  };
  await change("medium");
  await page.locator(`.brow[data-number=${number}] .c-sev`, { hasText: "Medium" }).waitFor();
  assert.equal(await box.isChecked(), true, "ticked still");
  await change("high");
  await page.locator(`.brow[data-number=${number}]`).waitFor({ state: "detached" });
  assert.equal(await page.locator(".bulk-bar").isVisible(), false);
});

spec("rows are chosen and shared by keyboard alone", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "liaison@cisa.example");
  await openIncident(page, {});
  await openIncident(page, {});
  await page.goto("/board?order=opened&group=none&lead=cisa");
  await alive(page);
  for (const key of ["j", "x", "j", "x", "k", "x", "x"]) await page.keyboard.press(key);
  assert.equal(await page.locator(".pick :checked").count(), 2);
  await page.keyboard.press("Shift+S");
  await page.waitForURL("**/shares/new?**");
  assert.equal(await page.locator("[name=number]:checked").count(), 2);
});
