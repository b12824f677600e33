// The crossing between organisations, as the people on both sides see it.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

// Opens an incident of CISA alone and shares it with Google; returns its number.
async function share(page, text) {
  const { number } = await openIncident(page, { shareWith: [] });
  await page.goto(`/incidents/${number}?form=shares`);
  await page.check("#share [name=to][value=google]");
  await page.fill("#share-text", text);
  await follow(page, page.locator("#share form button.primary[type=submit]").first());
  return number;
}

spec("a share from CISA to Google and back", async ({ open, signIn, axe, alive }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const number = await share(cisa, "For your picture: the flyer went round in two precincts.");
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await google.goto("/shares");
  await alive(google);
  await axe(google);
  const row = google.locator(".shrow", { hasText: number });
  assert.match(await row.innerText(), /No action is requested or expected/);
  await row.locator(".sh-answer > summary", { hasText: "Answer" }).click();
  await row.locator("textarea").fill("Seen; nothing of it with us.");
  await follow(google, row.locator("form[action$='/answer'] button[type=submit]"));
  await google.goto("/shares?tab=done");
  await axe(google);
  assert.match(await google.locator(".shrow", { hasText: number }).innerText(), /nothing of it with us/);
  await cisa.goto("/shares?tab=done");
  assert.match(await cisa.locator(".shrow", { hasText: number }).innerText(), /nothing of it with us/);
});

spec("counsel holds and releases", async ({ open, signIn, axe, alive }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const number = await share(cisa, "Please take down the page with the flyer.");
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await google.goto("/shares");
  assert.equal(await google.locator(".shrow", { hasText: number }).count(), 0);
  assert.equal((await google.goto(`/incidents/${number}`)).status(), 404);
  const counsel = await open({});
  await signIn(counsel, "counsel@cisa.example");
  await counsel.goto("/shares?tab=held");
  await alive(counsel);
  await axe(counsel);
  const row = counsel.locator(".shrow", { hasText: number });
  assert.equal(await row.locator("mark").innerText(), "take down");
  await follow(counsel, row.locator("form[action$='/release'] button"));
  await google.goto("/shares");
  assert.equal(await google.locator(".shrow", { hasText: number }).count(), 1);
});
