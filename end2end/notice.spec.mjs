// Called by name, told, read; followed and no longer; gone with the sight of it.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

// Posts an update and waits until it stands in the timeline as the server drew it.
async function post(page, number, words, js) {
  await page.goto(`/incidents/${number}`);
  await page.fill("#c-text", words);
  const button = page.locator(".composer button.primary");
  if (js) await button.click();
  else await follow(page, button);
  await page.locator("#entries .mention").first().waitFor();
}

spec("who is called by name finds it in the bell and reads it where it was written", async ({ open, signIn, axe, alive, js }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await alive(cisa);
  await post(cisa, number, "The printer has the proof. Please look, @liaison@google.example.", js);
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await google.goto("/notifications?kind=mentioned");
  await alive(google);
  await axe(google);
  const row = google.locator(".nrow", { hasText: number });
  assert.match(await row.innerText(), /mentioned you[\s\S]*The printer has the proof/);
  await follow(google, row.locator(".c-line a"));
  assert.match(google.url(), new RegExp(`/incidents/${number}\\?at=(.+)#entry-\\1$`));
  await google.goto("/notifications?kind=mentioned");
  assert.equal(await google.locator(".nrow", { hasText: number }).count(), 0);
  await google.goto("/notifications?show=all");
  await axe(google);
  assert.equal(await google.locator(".nrow", { hasText: number }).count(), 2);
});

spec("who cannot see the entry cannot be called, and what was typed stays", async ({ open, signIn, axe, js }) => {
  const cisa = await open({ js: false });
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await cisa.fill("#c-text", "Please look, @liaison@fbi.example.");
  await follow(cisa, cisa.locator(".composer button.primary"));
  assert.match(await cisa.locator("#c-text-error").innerText(), /would not see this entry/);
  assert.equal(await cisa.inputValue("#c-text"), "Please look, @liaison@fbi.example.");
  assert.match(cisa.url(), new RegExp(number));
  if (!js) await axe(cisa);
});

spec("an incident is followed and left with one button", async ({ open, signIn, axe, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@fbi.example");
  await page.goto("/incidents/WF-0147");
  await alive(page);
  await follow(page, page.locator("form[action$='/follow'] button"));
  assert.equal(await page.locator("form[action$='/unfollow'] button").innerText(), "Following");
  await axe(page);
  await follow(page, page.locator("form[action$='/unfollow'] button"));
  assert.equal(await page.locator("form[action$='/follow'] button").innerText(), "Follow");
});

spec("everything is marked as read at once", async ({ open, signIn, axe, fits }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  await openIncident(cisa, { shareWith: ["reddit"] });
  const reddit = await open({ width: 390, height: 844 });
  await signIn(reddit, "liaison@reddit.example");
  await reddit.goto("/notifications");
  await axe(reddit);
  await fits(reddit);
  await follow(reddit, reddit.locator("#notice-all button"));
  assert.equal(await reddit.locator(".nrow").count(), 0);
  assert.equal(await reddit.locator(".bell-count").isVisible(), false);
});

spec("what one is told is chosen on one's own page", async ({ open, signIn, axe, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@snapchat.example");
  await page.goto("/me#me-notices");
  await alive(page);
  await page.selectOption("[name=way_status]", "none");
  await page.uncheck("[name=follows][value=posted]");
  await page.fill("[name=quiet_from]", "22:00");
  await follow(page, page.locator("form[action='/me/notices'] button[type=submit]"));
  assert.match(await page.locator("#f-quiet_to-error").innerText(), /A time of day/);
  assert.equal(await page.inputValue("[name=quiet_from]"), "22:00");
  await page.fill("[name=quiet_to]", "06:00");
  await follow(page, page.locator("form[action='/me/notices'] button[type=submit]"));
  assert.equal(await page.inputValue("[name=way_status]"), "none");
  assert.equal(await page.isChecked("[name=follows][value=posted]"), false);
  assert.equal(await page.inputValue("[name=quiet_to]"), "06:00");
  await axe(page);
});
