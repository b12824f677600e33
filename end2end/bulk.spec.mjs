// Several incidents of the board shared at once: chosen, looked at, sent, and what became of each.
import assert from "node:assert/strict";
import { journey, spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

// What a screen reader hears of the bar: style counts, so the page's text does not have the number.
async function heard(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  const words = nodes.filter(node => !node.ignored && node.role?.value === "StaticText").map(node => node.name?.value ?? "");
  return words.join("|").match(/(\d+)\|? chosen/)?.[1];
}

spec("incidents are chosen on the board and shared together", async ({ open, signIn, alive, looks }) => {
  const cisa = await open(journey);
  await signIn(cisa, "liaison@cisa.example");
  const one = await openIncident(cisa, {});
  const two = await openIncident(cisa, {});
  await cisa.goto("/board?order=opened&group=none");
  await alive(cisa);
  assert.equal(await cisa.isVisible("#bulk-share"), false, "nothing is chosen, nothing is offered");
  for (const { number } of [one, two]) await cisa.check(`.pick input[value=${number}]`);
  assert.equal(await heard(cisa), "2");
  await looks(cisa);
  await follow(cisa, cisa.locator("#bulk-share"));
  await alive(cisa);
  for (const { number } of [one, two]) assert.equal(await cisa.isChecked(`[name=number][value=${number}]`), true);
  await cisa.check("[name=to][value=google]");
  await cisa.selectOption("[name=template]", "question");
  await follow(cisa, cisa.locator("button[name=use_template]"));
  assert.match(await cisa.inputValue("#share-text"), /\{number\}, \{title\}/);
  await looks(cisa);
  await follow(cisa, cisa.locator(".act-foot button[name=preview]"));
  await alive(cisa);
  assert.match(await cisa.innerText(".pv-frame"), new RegExp(`As Google will see it[\\s\\S]*(${one.number}|${two.number})`));
  await follow(cisa, cisa.locator(`button[name=preview][value='${two.number}:google']`));
  await alive(cisa);
  assert.match(await cisa.innerText(".pv-frame"), new RegExp(`A question about facts on ${two.number}`));
  await looks(cisa);
  await follow(cisa, cisa.locator("button[name=send]"));
  await alive(cisa);
  assert.match(await cisa.innerText("h1"), /^2 incidents were shared/);
  await looks(cisa);
  const google = await open({});
  await signIn(google, "liaison@google.example");
  await google.goto("/shares");
  for (const { number } of [one, two]) {
    assert.match(await google.locator(".shrow", { hasText: number }).innerText(), new RegExp(`A question about facts on ${number}`));
  }
});
