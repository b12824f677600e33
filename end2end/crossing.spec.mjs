// Making a share: ready words, the look through the recipient's eyes, and what becomes of it.
import assert from "node:assert/strict";
import { journey, spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

spec("a share is previewed, changed and sent", async ({ open, signIn, alive, looks }) => {
  const cisa = await open(journey);
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["fbi"] });
  await cisa.goto(`/incidents/${number}?form=shares`);
  await alive(cisa);
  await cisa.check("#share [name=to][value=google]");
  await cisa.selectOption("#share [name=template]", "question");
  await follow(cisa, cisa.locator("#share button[name=use_template]"));
  assert.match(await cisa.inputValue("#share-text"), /do you see it too/);
  assert.equal(await cisa.isChecked("#share [name=to][value=google]"), true);
  await cisa.fill("#share-text", "Please label it, or take it down.");
  await follow(cisa, cisa.locator("#share .act-foot button[name=preview]"));
  await alive(cisa);
  await looks(cisa);
  const bar = await cisa.innerText(".pv-bar");
  assert.match(bar, /nothing has been sent/i);
  assert.match(bar, /Held for counsel/);
  assert.match(await cisa.innerText(".pv-frame"), /As Google will see it[\s\S]*No action is requested or expected/);
  await follow(cisa, cisa.locator(".pv-form button[name=change]"));
  assert.equal(await cisa.inputValue("#share-text"), "Please label it, or take it down.");
  await cisa.fill("#share-text", "Do you see the leaflet too?");
  await follow(cisa, cisa.locator("#share .act-foot button[name=preview]"));
  assert.match(await cisa.innerText(".pv-fates"), /Delivered at once/);
  await follow(cisa, cisa.locator(".pv-form button.primary"));
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await google.goto("/shares");
  assert.match(await google.locator(".shrow", { hasText: number }).innerText(), /Do you see the leaflet too/);
});

spec("counsel looks at what goes along before it is let out", async ({ open, signIn, alive, looks }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["fbi"] });
  const ask = async (to, words) => {
    await cisa.goto(`/incidents/${number}?form=shares`);
    await cisa.check(`#share [name=to][value=${to}]`);
    await cisa.fill("#share-text", words);
    await cisa.selectOption("#share [name=foreign_nexus]", "suspected");
    await follow(cisa, cisa.locator("#share .act-foot button.primary"));
  };
  await ask("google", "Please take the leaflet down.");
  await ask("twitter", "Please remove the leaflet.");
  const counsel = await open(journey);
  await signIn(counsel, "counsel@cisa.example");
  await counsel.goto("/shares?tab=held");
  await alive(counsel);
  await looks(counsel);
  const row = counsel.locator(".shrow", { hasText: number }).filter({ hasText: "take the leaflet down" });
  assert.match(await row.innerText(), /Foreign nexus: Suspected/);
  await follow(counsel, row.getByRole("link", { name: "Preview" }));
  await alive(counsel);
  await looks(counsel);
  assert.match(await counsel.innerText(".pv-bar"), /nothing has been delivered[\s\S]*CISA shares it with Google[\s\S]*Held for counsel/);
  assert.match(await counsel.innerText(".pv-frame #shares"), /Please take the leaflet down/);
  assert.match(await counsel.innerText(".pv-frame #organisations"), /Told/);
  await looks(counsel);
  await follow(counsel, counsel.locator(".pv-bar form[action$='/release'] button"));
  const google = await open({});
  await signIn(google, "liaison@google.example");
  assert.equal((await google.goto(`/incidents/${number}`)).status(), 200);
  // Its sender stops the other before anybody decided.
  await cisa.goto("/shares?tab=held");
  const other = cisa.locator(".shrow", { hasText: number }).filter({ hasText: "remove the leaflet" });
  await follow(cisa, other.locator("form[action$='/withdraw'] button"));
  assert.match(await other.innerText(), /Withdrawn/);
  await counsel.goto("/shares?tab=held");
  assert.equal(await counsel.locator(".shrow", { hasText: number }).locator("form[action$='/release']").count(), 0);
});

spec("an entry that asks a company for moderation waits for counsel", async ({ open, signIn, alive, js }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await alive(cisa);
  await cisa.fill("#c-text", "They should remove the page.");
  if (js) {
    await cisa.click(".composer button.primary");
    await cisa.locator("#pending", { hasText: "Held for counsel" }).waitFor();
  } else {
    await follow(cisa, cisa.locator(".composer button.primary"));
    assert.match(await cisa.innerText(".toasts"), /Held for counsel/);
  }
  const counsel = await open({});
  await signIn(counsel, "counsel@cisa.example");
  await counsel.goto("/shares?tab=held");
  const row = counsel.locator(".shrow", { hasText: number });
  assert.equal(await row.locator("mark").innerText(), "remove");
  await follow(counsel, row.locator("form[action$='/release'] button"));
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await google.goto(`/incidents/${number}`);
  assert.match(await google.innerText("#entries"), /They should remove the page/);
});

spec("a reason that asks a company for moderation is refused beside its field, and kept", async ({ open, signIn, axe, alive }) => {
  const cisa = await open({ width: 390, height: 844 });
  await signIn(cisa, "lead@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await cisa.goto(`/incidents/${number}?form=severity`);
  await alive(cisa);
  await cisa.check("#severity [name=severity][value=low]");
  await cisa.fill("#severity-reason", "Google should rem\u200bove the page.");
  await follow(cisa, cisa.locator("#severity .act-foot button.primary"));
  await alive(cisa);
  await axe(cisa);
  assert.match(await cisa.innerText("#severity-reason-error"), /Google would read it at once\. Say it in a share, which counsel reads first/);
  assert.equal(await cisa.inputValue("#severity-reason"), "Google should rem\u200bove the page.");
  await cisa.fill("#severity-reason", "One precinct only.");
  await follow(cisa, cisa.locator("#severity .act-foot button.primary"));
  assert.match(await cisa.innerText("#entries"), /One precinct only/);
});
