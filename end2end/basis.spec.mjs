// What a purpose asks for: the reference of a legal process, and whose words a relay hands on.
import assert from "node:assert/strict";
import { journey, spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

const reference = "20-CV-1184, Superior Court";
const words = "Polls close at 7 p.m.\n\nNobody was turned away.";

spec("a purpose asks for what it needs, and it goes along", async ({ open, signIn, alive, looks }) => {
  const cisa = await open(journey);
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["fbi"] });
  await cisa.goto(`/incidents/${number}?form=shares`);
  await alive(cisa);
  assert.equal(await cisa.isVisible("#share-reference"), false, "awareness asks for nothing more");
  assert.equal(await cisa.isVisible("#share-originator_name"), false);
  await cisa.check("#share [name=to][value=google]");
  await cisa.fill("#share-text", "See the order.");
  await cisa.selectOption("#share [name=purpose]", "legal_process");
  assert.equal(await cisa.isVisible("#share-reference"), true);
  assert.equal(await cisa.isVisible("#share-originator_name"), false);
  await follow(cisa, cisa.locator("#share .act-foot button.primary"));
  await alive(cisa);
  assert.match(await cisa.innerText("#share-reference-error"), /court, the docket or the order/);
  await looks(cisa, "the form with its fault");
  await cisa.fill("#share-reference", reference);
  await follow(cisa, cisa.locator("#share .act-foot button[name=preview]"));
  assert.match(await cisa.innerText(".pv-message"), /Reference:\s+20-CV-1184, Superior Court/);
  await follow(cisa, cisa.locator(".pv-form button.primary"));

  await cisa.goto(`/incidents/${number}?form=shares`);
  await alive(cisa);
  await cisa.check("#share [name=to][value=google]");
  await cisa.selectOption("#share [name=purpose]", "relay");
  await cisa.fill("#share-text", "From the office.");
  await looks(cisa, "the fields of a relay");
  for (const [name, value] of Object.entries({ originator_name: "Imogen Thrale", originator_role: "Recorder",
    originator_jurisdiction: "Maricopa County, Arizona", originator_date: "2020-11-03", originator_time: "17:05",
    originator_words: words })) await cisa.fill(`#share [name=${name}]`, value);
  await follow(cisa, cisa.locator("#share .act-foot button[name=preview]"));
  assert.match(await cisa.innerText(".pv-message .share-relay"), /Imogen Thrale, Recorder, Maricopa County, Arizona/);
  await looks(cisa, "the preview");
  await follow(cisa, cisa.locator(".pv-form button.primary"));

  // Once more, with nothing typed anew.
  await cisa.goto(`/incidents/${number}?form=shares`);
  await alive(cisa);
  await cisa.check("#share [name=to][value=fbi]");
  await cisa.selectOption("#share [name=purpose]", "relay");
  await cisa.selectOption("#share [name=relay_of]", { index: 1 });
  await cisa.fill("#share-text", "The same for you.");
  await follow(cisa, cisa.locator("#share .act-foot button.primary"));
  await alive(cisa);
  assert.equal(await cisa.locator("#shares .share-relay").count(), 2);
  await looks(cisa, "the incident");

  const google = await open(journey);
  await signIn(google, "liaison@google.example");
  await google.goto("/shares");
  const rows = google.locator(".shrow", { hasText: number });
  assert.match(await rows.filter({ hasText: "Legal process" }).innerText(), /Reference:\s+20-CV-1184, Superior Court/);
  assert.equal(await rows.locator(".share-relay blockquote").innerText(), words);
  await looks(google);
  await google.goto(`/shares/ledger?incident=${number}`);
  assert.equal(await google.locator(".share-relay blockquote").innerText(), words);
  await looks(google);
});
