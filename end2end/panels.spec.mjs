// The long lists of an incident's page: each page by its link, and what stands on none of the shown pages goes along.
import assert from "node:assert/strict";
import { journey, spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

// Writes through the API, as the person who is signed in on this page.
async function make(page, number, noun, data) {
  const { origin } = new URL(page.url());
  const reply = await page.request.post(`/api/v1/incidents/${number}/${noun}`, { data, headers: { origin } });
  assert.equal(reply.status(), 201, await reply.text());
  return reply.json();
}

const texts = (page, selector) => page.locator(selector).allInnerTexts();

spec("long lists are read to their end", async ({ open, signIn, alive, js, looks }) => {
  const page = await open(journey);
  await signIn(page, "liaison@cisa.example");
  const { number } = await openIncident(page, { shareWith: [] });
  for (let count = 1; count <= 102; count++) {
    await make(page, number, "indicators", { kind: "handle", value: `@sender_${String(count).padStart(3, "0")}` });
  }
  for (let count = 1; count <= 61; count++) await make(page, number, "evidence", { url: `https://clerk.example/${count}` });
  await page.goto(`/incidents/${number}`);
  await alive(page);
  assert.equal(await page.innerText("#in-h .n"), "100+");
  assert.match(await page.locator("#inc-tabs").textContent(), /Evidence\s*60\+\s*Indicators\s*100\+/);
  assert.equal((await texts(page, "#indicators th code"))[0], "@sender_102");
  await looks(page);
  await follow(page, page.getByRole("link", { name: "Older indicators" }));
  await alive(page);
  assert.deepEqual(await texts(page, "#indicators th code"), ["@sender_002", "@sender_001"]);
  await follow(page, page.getByRole("link", { name: "Older exhibits" }));
  await alive(page);
  assert.equal(await page.locator("#exhibits .ev").count(), 1);
  assert.deepEqual(await texts(page, "#indicators th code"), ["@sender_002", "@sender_001"], "the other list stays");
  await looks(page);
  if (js) {
    // What comes meanwhile belongs to the first page: nothing moves on this one but what the reader is told.
    const tasks = page.locator("#ta-h .n");
    await make(page, number, "indicators", { kind: "handle", value: "@sender_103" });
    await make(page, number, "evidence", { url: "https://clerk.example/62" });
    await make(page, number, "tasks", { text: "Ring the clerk." });
    await tasks.getByText("0 of 1 done").waitFor();
    assert.deepEqual(await texts(page, "#indicators th code"), ["@sender_002", "@sender_001"]);
    assert.equal(await page.locator("#exhibits .ev").count(), 1);
  }
  await follow(page, page.getByRole("link", { name: "To the newest indicators" }));
  assert.equal(await page.locator("#indicators th code").count(), 100);
  assert.equal(await page.locator("#exhibits .ev").count(), 1, "the exhibits stay where they were");
});

spec("an older entry and a further exhibit go along", async ({ open, signIn, axe, alive }) => {
  const page = await open({});
  await signIn(page, "liaison@cisa.example");
  const { number } = await openIncident(page, { shareWith: ["google"] });
  const { id } = await make(page, number, "entries", { kind: "update", text: "The very first word." });
  for (let count = 1; count <= 61; count++) await make(page, number, "evidence", { url: `https://clerk.example/${count}` });
  await page.goto(`/incidents/${number}`);
  await alive(page);
  assert.equal(await page.locator(`#entry-${id}`).count(), 0, "it stands on a later page");
  await follow(page, page.getByRole("link", { name: "Older entries" }));
  await alive(page);
  await follow(page, page.locator(`#entry-${id} .te-act`, { hasText: "Share" }));
  await alive(page);
  assert.equal(await page.locator("#share").getAttribute("open") !== null, true, "the form is open");
  const entry = page.locator(`#share [name=entries][value="${id}"]`);
  assert.equal(await entry.isChecked(), true);
  await page.check("#share [name=to][value=google]");
  await page.fill("#share-text", "See the first word, and the first page.");
  await page.fill("#share-further_exhibits", "E-1, E-99");
  await axe(page);
  // A look first: what is no exhibit is said beside its field, and nothing is lost.
  await follow(page, page.locator("#share .act-foot button[name=preview]"));
  await alive(page);
  assert.match(await page.innerText("#share-further_exhibits-error"), /There is no exhibit E-99/);
  assert.equal(await page.inputValue("#share-further_exhibits"), "E-99");
  assert.equal(await entry.isChecked() && await page.locator("#share [name=exhibits][value='1']").isChecked(), true);
  await axe(page);
  await page.fill("#share-further_exhibits", "");
  await follow(page, page.locator("#share .act-foot button[name=preview]"));
  await alive(page);
  assert.match(await page.innerText(".pv-message"), /E-1/);
  await follow(page, page.locator(".pv-form button[name=change]"));
  await alive(page);
  assert.equal(await entry.isChecked() && await page.locator("#share [name=exhibits][value='1']").isChecked(), true, "the way back keeps them");
  await follow(page, page.locator("#share .act-foot button.primary"));
  const share = page.locator("#shares .share").first();
  assert.match(await share.innerText(), /See the first word/);
  assert.match(await share.innerText(), /E-1/);
});
