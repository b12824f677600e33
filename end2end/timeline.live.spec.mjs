// The timeline goes on growing while its page stays open, whatever address the page stands at.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, once, openIncident, post } from "./room.mjs";

// Entries of one page of the timeline.
const PAGE = 60;
const live = page => page.locator('.link-state[data-state="live"]').waitFor();

// Writes through the API, as the person who is signed in on this page.
async function write(page, path, data) {
  const { origin } = new URL(page.url());
  const reply = await page.request.post(`/api/v1/incidents/${path}`, { data, headers: { origin } });
  assert.equal(reply.ok(), true, await reply.text());
  return reply.json();
}

async function calls(page, number, from, to) {
  for (let call = from; call <= to; call++) await write(page, `${number}/entries`, { text: `Call ${call}.` });
}

spec("a page that a link to one entry opened goes on when that entry has slipped to another page", async ({ open, signIn, alive }) => {
  const [reader, writer] = [await open({}), await open({})];
  await signIn(reader, "analyst@cisa.example");
  await signIn(writer, "lead@cisa.example");
  const { number } = await openIncident(writer);
  const { id } = await write(writer, `${number}/entries`, { text: "The first call." });
  await reader.goto(`/incidents/${number}?at=${id}`);
  await alive(reader);
  await live(reader);
  await calls(writer, number, 1, PAGE + 1);
  await once(reader, "#entries > li", `Call ${PAGE + 1}.`);
  await post(reader, "Seen, and answered.");
  await once(reader, "#entries > li", "Seen, and answered.");
  await reader.waitForFunction(() => document.querySelectorAll("#pending li").length === 0);
});

spec("a page that came back with a message goes on", async ({ open, signIn, alive }) => {
  const [reader, writer] = [await open({}), await open({})];
  await signIn(reader, "analyst@cisa.example");
  await signIn(writer, "lead@cisa.example");
  const { number } = await openIncident(writer);
  await reader.goto(`/incidents/${number}?form=severity`);
  await reader.fill("#severity [name=reason]", "");
  await follow(reader, reader.locator("#severity .act-foot button.primary"));
  await reader.locator("#severity .errsum").waitFor();
  assert.equal(new URL(reader.url()).pathname, `/incidents/${number}/severity`);
  await alive(reader);
  await live(reader);
  await write(writer, `${number}/entries`, { text: "Written meanwhile." });
  await once(reader, "#entries > li", "Written meanwhile.");
}, { noise: /status of 422/ });

spec("what changes on another page of the timeline is nothing new on this one", async ({ open, signIn, alive }) => {
  const [reader, writer] = [await open({}), await open({})];
  await signIn(reader, "analyst@cisa.example");
  await signIn(writer, "lead@cisa.example");
  const { number } = await openIncident(writer);
  const { id: struck } = await write(writer, `${number}/entries`, { text: "The first call." });
  const { id: corrected } = await write(writer, `${number}/entries`, { text: "The second call." });
  await calls(writer, number, 3, PAGE + 3);
  await reader.goto(`/incidents/${number}`);
  await alive(reader);
  await live(reader);
  const all = reader.locator("[data-show=all] .seg-n");
  const before = Number(await all.textContent());
  await write(writer, `${number}/entries/${struck}/strike`, { reason: "It was a test." });
  await write(writer, `${number}/entries`, { text: "The second call, at 9.", corrects: corrected });
  await write(writer, `${number}/entries`, { text: "One more." });
  await once(reader, "#entries > li", "One more.");
  assert.equal(Number(await all.textContent()), before + 1);
  assert.equal(await reader.locator("#entries-heard").textContent(), "New entry from CISA");
});

spec("what waits behind the button is shown as it was corrected, and counted once", async ({ open, signIn, alive }) => {
  const [reader, writer] = [await open({}), await open({})];
  await signIn(reader, "analyst@cisa.example");
  await signIn(writer, "lead@cisa.example");
  const { number } = await openIncident(writer);
  await reader.goto(`/incidents/${number}`);
  await alive(reader);
  await live(reader);
  await post(reader, "Here I stand.");
  await once(reader, "#entries > li", "Here I stand.");
  await reader.locator("#entries > li", { hasText: "Here I stand." }).locator("a").first().focus();
  const all = reader.locator("[data-show=all] .seg-n");
  const before = Number(await all.textContent());
  const { id } = await write(writer, `${number}/entries`, { text: "Three calls." });
  await reader.locator("#entries-apply", { hasText: "1 new entry" }).waitFor();
  await write(writer, `${number}/entries`, { text: "Four calls.", corrects: id });
  await write(writer, `${number}/entries`, { text: "Five calls." });
  await reader.locator("#entries-apply", { hasText: "2 new entries" }).waitFor();
  assert.equal(Number(await all.textContent()), before + 2);
  await reader.click("#entries-apply");
  await once(reader, "#entries > li", "Five calls.");
  await reader.locator("#entries > li", { hasText: "corrected" }).waitFor();
  assert.equal(await reader.locator("#entries-apply").isVisible(), false);
});
