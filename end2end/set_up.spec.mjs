// A room that is founded by its one-time link and set up by its first admin, in steps that can be left and resumed.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { spec } from "./fixture.mjs";
import { startServer } from "./server.mjs";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const password = "six white egrets in the reeds";
const looks = [{ theme: "light" }, { theme: "dark", width: 390, height: 844 }];

for (const look of looks) {
  spec(`an empty room is founded, set up and says what comes next: ${JSON.stringify(look)}`, async ({ open, axe, fits }) => {
    mkdirSync(join(here, "results"), { recursive: true });
    const server = await startServer(join(here, "results", `set-up-${look.theme}.log`), "serve");
    try {
      const { WATCHFLOOR_URL: base } = server.environment;
      const link = server.tail().match(/http:\/\/\S+\/set-up\?key=\S+/)?.[0];
      assert.ok(link, "the start prints a link");
      const page = await open(look);
      await page.goto(link);
      await axe(page);
      await fits(page, "the founding");
      for (const [name, value] of Object.entries({ organisation: "Center for Testing", short: "CFT", slug: "cft",
        name: "Dana Brook", email: "dana@cft.example", new: password, again: password })) await page.fill(`[name=${name}]`, value);
      await page.selectOption("[name=sector]", "sharing_centre");
      await page.click("main button.primary");
      await page.fill("[name=email]", "dana@cft.example");
      await page.fill("[name=password]", password);
      await page.locator("form:has([name=password]) button[type=submit], form:has([name=password]) button:not([type])").first().click();
      await page.getByText("Which period starts now?").waitFor();
      await axe(page);
      await fits(page, "the period");

      // Left, and found again.
      await page.goto(`${base}/board`);
      await axe(page);
      await page.click("text=Go on with the set-up");
      await page.selectOption("[name=period]", { index: 1 });
      await page.fill("[name=until_date]", "2019-01-01");
      await page.fill("[name=until_time]", "08:00");
      await page.click("main button.primary");
      await page.locator(".errsum").waitFor();
      await axe(page);
      const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
      await page.fill("[name=until_date]", soon);
      await page.click("main button.primary");
      await page.getByText("The period has started").waitFor();
      await page.getByText("How soon is what to be done?").waitFor();
      await axe(page);
      await fits(page, "the targets");
      await page.click("text=Leave the targets as they ship");
      await page.getByText("The room is set up.").waitFor();
      await axe(page);
      await page.goto(`${base}/board`);
      assert.equal(await page.getByText("not set up yet").count(), 0);
      await page.getByText("Add the organisations").waitFor();
      await axe(page);
      await fits(page, "the empty board");
    } finally {
      await server.stop();
    }
  });
}
