// Nothing that was typed is lost: not by a closed tab, not by a dead network, not by a second press.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, once, openIncident, post } from "./room.mjs";

spec("a half-written update survives a closed tab and is gone once it was posted", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@twitter.example");
  const { number } = await openIncident(page);
  await alive(page);
  await page.fill("#c-text", "Half a sentence about");
  await page.close({ runBeforeUnload: false });
  const again = await page.context().newPage();
  await again.goto(`/incidents/${number}`);
  await alive(again);
  assert.equal(await again.inputValue("#c-text"), "Half a sentence about");
  await post(again, "Half a sentence about the leaflet, now whole.");
  await once(again, "#entries > li", "now whole");
  await again.reload();
  await alive(again);
  assert.equal(await again.inputValue("#c-text"), "");
});

spec("what is posted without a network waits on the device and goes out once when it returns", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@linkedin.example");
  const { number } = await openIncident(page);
  await alive(page);
  await page.context().setOffline(true);
  await post(page, "Written in a lift.");
  await page.locator("#pending li.is-waiting", { hasText: "Written in a lift." }).waitFor();
  await page.context().setOffline(false);
  await once(page, "#entries > li", "Written in a lift.");
  await page.waitForFunction(() => document.querySelectorAll("#pending li").length === 0);
  await page.goto(`/incidents/${number}`);
  await once(page, "#entries > li", "Written in a lift.");
});

spec("a correction is kept until the server has it, and never comes back as a new entry", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@pinterest.example");
  const { number } = await openIncident(page);
  await alive(page);
  await post(page, "Three calls.");
  const entry = page.locator("#entries > li", { hasText: "Three calls." });
  await entry.waitFor();
  const correct = await entry.locator("a", { hasText: "Correct" }).getAttribute("href");
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith("watchfloor.draft.")));
  await page.goto(correct);
  await alive(page);
  assert.equal(await page.inputValue("#c-text"), "Three calls.");
  await page.fill("#c-text", "Four calls.");
  await page.route("**/entries", route => route.abort("connectionreset"));
  await page.click(".composer button.primary").catch(() => {});
  await page.waitForURL(address => address.protocol === "chrome-error:").catch(() => {});
  await page.unroute("**/entries");
  await page.goto(`/incidents/${number}`);
  await alive(page);
  assert.equal(await page.inputValue("#c-text"), "", "it is no new entry");
  await page.goto(correct);
  await alive(page);
  assert.equal(await page.inputValue("#c-text"), "Four calls.");
  // A time that cannot be read sends it back: still kept, and sent from there.
  await page.locator(".when-menu summary").click();
  await page.fill(".composer [name=happened_date]", "2020-11-09");
  await page.fill(".composer [name=happened_time]", "10:00");
  await follow(page, page.locator(".composer button.primary"));
  await alive(page);
  assert.equal(await page.inputValue("#c-text"), "Four calls.");
  assert.equal((await drafts()).length, 1);
  if (!await page.locator(".when-menu").evaluate(menu => menu.open)) await page.locator(".when-menu summary").click();
  await page.fill(".composer [name=happened_date]", "");
  await page.fill(".composer [name=happened_time]", "");
  await follow(page, page.locator(".composer button.primary"));
  await alive(page);
  await once(page, "#entries > li", "Four");
  assert.deepEqual(await drafts(), []);
  assert.equal(new URL(page.url()).searchParams.has("posted"), false, "it is said once");
}, { noise: /ERR_CONNECTION_RESET|status of 422/ });

spec("the sentence under the composer says who will see it before it is sent", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await openIncident(page, { shareWith: ["google", "fbi"] });
  await alive(page);
  const sentence = page.locator("#audience");
  await page.locator("#audience b", { hasText: /all|CISA/ }).waitFor();
  await page.locator(".aud-pick label", { hasText: "FBI" }).click();
  await page.waitForFunction(() => /not FBI/.test(document.querySelector("#audience").textContent));
  assert.match(await sentence.textContent(), /CISA.*Google.*\(not FBI\)/s);
});

spec("the draft of a new incident survives a closed tab until the server has it", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@snapchat.example");
  await page.goto("/incidents/new");
  await alive(page);
  await page.fill("[name=title]", "Filter shows a false closing time");
  await page.check("[name=severity][value=medium]");
  await page.close({ runBeforeUnload: false });
  const again = await page.context().newPage();
  await again.goto("/incidents/new");
  await alive(again);
  assert.equal(await again.inputValue("[name=title]"), "Filter shows a false closing time");
  assert.equal(await again.isChecked("[name=severity][value=medium]"), true);
  await again.selectOption("[name=category]", "PROC-1");
  await again.click("button.primary[type=submit]");
  await again.waitForURL(/\/incidents\/WF-\d+/);
  await alive(again);
  await again.goto("/incidents/new");
  await alive(again);
  assert.equal(await again.inputValue("[name=title]"), "");
});

spec("what looks alike is said at the title while it is typed, to those alone who see it", async ({ open, signIn, alive }) => {
  const [own, other] = [await open({}), await open({})];
  await signIn(own, "analyst@cisa.example");
  await signIn(other, "analyst@reddit.example");
  const { number } = await openIncident(own, { title: "A handbill in Quartzsite sends voters to a shuttered armory" });
  for (const page of [own, other]) {
    await page.goto("/incidents/new");
    await alive(page);
    const looked = page.waitForResponse(response => response.request().method() === "POST" && response.url().endsWith("/incidents/new"));
    await page.fill("[name=title]", "Handbill: shuttered armory is a polling place");
    await page.fill("[name=summary]", "Typed on meanwhile.");
    await (await looked).finished();
    const said = page.locator("#alike-said");
    if (page === own) {
      await said.locator("a", { hasText: number }).waitFor();
      assert.equal(await page.locator("#alike a", { hasText: "shuttered armory" }).count(), 1);
    } else {
      await page.waitForTimeout(300);
      // Of what everybody sees, something may be like it.
      for (const place of [said, page.locator("#alike")]) {
        const words = await place.textContent();
        assert.equal(words.includes(number) || words.includes("Quartzsite"), false, words);
      }
    }
    assert.equal(await page.inputValue("[name=summary]"), "Typed on meanwhile.");
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("name")), "summary");
  }
});
