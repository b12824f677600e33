// Passing on what others lead: asked from the incident's page, decided in the lead's inbox; a share handed to a
// colleague, and a posture stated, from its line.
import assert from "node:assert/strict";
import { journey, spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

// Asks from the page of the incident, as Google's liaison.
async function ask(page, number, words, to = "twitter") {
  await page.goto(`/incidents/${number}?form=onward#share`);
  await page.check(`#share [name=to][value=${to}]`);
  await page.fill("#share-text", words);
  await follow(page, page.locator("#share .act-foot button.primary"));
}

spec("a request to pass an incident on is approved with one press", async ({ open, signIn, alive, looks }) => {
  const cisa = await open(journey);
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  const google = await open(journey);
  await signIn(google, "liaison@google.example");
  await google.goto(`/incidents/${number}?form=onward#share`);
  await alive(google);
  await looks(google);
  // A look first: nothing is asked by it.
  await google.check("#share [name=to][value=twitter]");
  await google.fill("#share-text", "They may see it.");
  await follow(google, google.locator("#share .act-foot button[name=preview]"));
  await alive(google);
  await looks(google);
  assert.match(await google.innerText(".pv-bar"), /CISA is asked first/);
  assert.equal(await google.innerText(".pv-form button.primary"), "Ask CISA");
  await ask(google, number, "They may see the leaflet, too.");
  await google.goto("/shares?tab=waiting");
  await looks(google);
  assert.match(await google.locator(".shrow", { hasText: number }).innerText(), /Waits for CISA/);
  const twitter = await open({});
  await signIn(twitter, "liaison@twitter.example");
  assert.equal((await twitter.goto(`/incidents/${number}`)).status(), 404);
  await cisa.goto("/shares");
  await alive(cisa);
  await looks(cisa);
  const row = cisa.locator(".shrow", { hasText: "They may see the leaflet, too." }).filter({ hasText: number });
  // What Twitter would see, before anything is decided.
  await follow(cisa, row.getByRole("link", { name: "Preview" }));
  await alive(cisa);
  await looks(cisa);
  assert.match(await cisa.innerText(".pv-message"), /They may see the leaflet, too\./);
  await looks(cisa);
  await follow(cisa, cisa.locator(".pv-bar form[action$='/approve'] button"));
  assert.equal((await twitter.goto(`/incidents/${number}`)).status(), 200);
  assert.match(await twitter.innerText("#shares"), /approved by/);
});

spec("a refusal says why, and a request is taken back by whoever asked", async ({ open, signIn, axe, alive }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await ask(google, number, "They may see the leaflet, too.");
  await cisa.goto("/shares");
  await alive(cisa);
  const row = cisa.locator(".shrow", { hasText: number });
  await row.locator(".sh-answer > summary").click();
  await row.locator("textarea").fill("They have it from the county.");
  await axe(cisa);
  await follow(cisa, row.locator(".sh-form button[type=submit]"));
  await google.goto("/shares?tab=done");
  await axe(google);
  assert.match(await google.locator(".shrow", { hasText: number }).innerText(), /They have it from the county/);
  await ask(google, number, "Reddit, then?", "reddit");
  await google.goto("/shares?tab=waiting");
  await follow(google, google.locator(".shrow", { hasText: number }).locator("form[action$='/withdraw'] button"));
  await cisa.goto("/shares");
  assert.equal(await cisa.locator(".shrow", { hasText: number }).count(), 0);
});

spec("a share is handed to a colleague and a posture stated from its line", async ({ open, signIn, axe, alive, js }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["pinterest"] });
  const page = await open({ width: 390, height: 844 });
  await signIn(page, "liaison@pinterest.example");
  await page.goto("/shares");
  await alive(page);
  const row = page.locator(".shrow", { hasText: number });
  if (js) {
    // The line under the cursor opens its forms by a key.
    await page.keyboard.press("j");
    const at = async () => (await page.locator(".shrow[data-cursor]").innerText()).includes(number);
    for (let n = 0; n < 20 && !(await at()); n++) await page.keyboard.press("j");
    await page.keyboard.press("h");
    assert.equal(await row.locator("details[data-act=assign]").evaluate(form => form.open), true);
  } else {
    await row.locator("details[data-act=assign] > summary").click();
  }
  await axe(page);
  await row.locator("select[name=person]").selectOption("analyst@pinterest.example");
  await follow(page, row.locator("form[action$='/assign'] button[type=submit]"));
  await row.locator("details[data-act=posture] > summary").click();
  await row.locator("select[name=posture]").selectOption("investigating");
  await follow(page, row.locator("form[action$='/posture'] button[type=submit]"));
  const colleague = await open({});
  await signIn(colleague, "analyst@pinterest.example");
  await colleague.goto("/shares?mine=1");
  await alive(colleague);
  await axe(colleague);
  assert.equal(await colleague.locator(".shrow", { hasText: number }).count(), 1);
  await page.goto("/shares?mine=1");
  assert.equal(await row.count(), 0);
  await cisa.goto(`/incidents/${number}`);
  assert.doesNotMatch(await cisa.innerText("#shares"), /with .*Pinterest analyst/);
});
