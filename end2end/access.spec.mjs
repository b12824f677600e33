// Every page, in every theme and size: nothing for axe to find, and nothing that scrolls sideways.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";

const looks = [
  { name: "light", theme: "light" },
  { name: "dark", theme: "dark" },
  { name: "high contrast, light", theme: "light", contrast: "more" },
  { name: "high contrast, dark", theme: "dark", contrast: "more" },
  { name: "390 px, light", theme: "light", width: 390, height: 844 },
  { name: "390 px, dark", theme: "dark", width: 390, height: 844 },
];
const pages = ["/board", "/board/updates", "/board?group=none&q=zzzz", "/incidents/new", "/incidents/WF-0147", "/incidents/WF-0147?form=status",
  "/incidents/WF-0147?form=shares", "/incidents/WF-0147?form=evidence", "/incidents/WF-0147/evidence/E-2", "/incidents/WF-9999", "/wall", "/me", "/shares", "/shares/ask", "/shares?tab=waiting",
  "/shares?tab=done", "/shares?tab=held", "/notifications", "/notifications?show=all", "/shares/ledger", "/shares/ledger?book=posts", "/shares/ledger?incident=WF-0147"];

for (const { name, ...look } of looks) {
  spec(`every page has nothing for axe to find: ${name}`, async ({ open, signIn, axe, alive, fits, each }) => {
    const page = await open(look);
    await page.goto("/sign-in");
    await axe(page);
    await signIn(page, "analyst@cisa.example");
    await each(page, pages, async tab => {
      await alive(tab);
      await axe(tab);
      await fits(tab);
    });
    await page.goto("/incidents/new");
    await page.click("button.primary[type=submit]");
    await page.locator(".errsum").waitFor();
    await axe(page);
  });
}

spec("high contrast and theme are kept without a script too", async ({ open, signIn, axe, js }) => {
  const page = await open({});
  await signIn(page, "analyst@wikimedia.example");
  await page.goto("/me");
  await page.locator("main [name=theme][value=dark]").check();
  await page.locator("main [name=contrast]").check();
  await page.locator("main form:has([name=theme]) button[type=submit]").click();
  await page.waitForLoadState();
  await page.goto("/board");
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  assert.equal(await page.getAttribute("html", "data-contrast"), "more");
  await axe(page);
});
