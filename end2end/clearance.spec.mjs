// TLP:CLEAR takes two: a liaison of the lead asks on the incident's page, counsel accepts or refuses there.
import assert from "node:assert/strict";
import { journey, spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

async function askForClear(page, number) {
  await page.goto(`/incidents/${number}?form=marking#incident-head`);
  await page.check("#marking [name=tlp][value=clear]");
  await page.fill("#marking [name=reason]", "The office has published it.");
  await follow(page, page.locator("#marking .act-foot button.primary"));
}

spec("an incident is CLEAR once two people of the lead say so", async ({ open, signIn, alive, looks }) => {
  const liaison = await open(journey);
  await signIn(liaison, "liaison@cisa.example");
  const { number } = await openIncident(liaison, { tlp: "green" });
  await liaison.goto(`/incidents/${number}?form=marking#incident-head`);
  await alive(liaison);
  await looks(liaison);
  await askForClear(liaison, number);
  await liaison.getByText("It waits for counsel of CISA.").waitFor();
  await looks(liaison, "what waits");
  const counsel = await open(journey);
  await signIn(counsel, "counsel@cisa.example");
  await counsel.goto("/notifications");
  await counsel.getByText("asks for TLP:CLEAR").first().waitFor();
  await counsel.goto(`/incidents/${number}`);
  await alive(counsel);
  await looks(counsel, "the decision");
  await follow(counsel, counsel.locator("#clearance button[value=refuse]"));
  assert.equal(await counsel.locator("#clearance .errsum").count(), 1, "a refusal says why");
  await looks(counsel);
  await counsel.fill("#clearance [name=comment]", "Read, and nothing in it is private.");
  await follow(counsel, counsel.locator("#clearance button[value=accept]"));
  assert.match(await counsel.innerText("#incident-head"), /TLP:CLEAR/);
  assert.equal(await counsel.locator("#clearance").count(), 0);
});

spec("who edits what was cleared is told that it goes back to the room", async ({ open, signIn, looks }) => {
  const liaison = await open(journey);
  await signIn(liaison, "liaison@cisa.example");
  const { number } = await openIncident(liaison, { tlp: "green" });
  await askForClear(liaison, number);
  const counsel = await open(journey);
  await signIn(counsel, "counsel@cisa.example");
  await counsel.goto(`/incidents/${number}`);
  await counsel.fill("#clearance [name=comment]", "Read, and nothing in it is private.");
  await follow(counsel, counsel.locator("#clearance button[value=accept]"));
  await liaison.goto(`/incidents/${number}?form=edit#understanding`);
  await liaison.locator("#edit").getByText("With your change it becomes TLP:GREEN").waitFor();
  await looks(liaison, "the edit of what is CLEAR");
  assert.equal(await liaison.locator("#evidence-form [name=tlp][value=clear]").isDisabled(), true);
  await liaison.fill("#edit [name=summary]", "The office has corrected it.");
  await follow(liaison, liaison.locator("#edit .act-foot button.primary"));
  assert.match(await liaison.innerText("#incident-head"), /TLP:GREEN/);
  await looks(liaison);
});

spec("nobody opens one as CLEAR, and no analyst is offered to ask", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await page.goto("/incidents/new");
  assert.equal(await page.locator("[name=tlp][value=clear]").isDisabled(), true);
  const { number } = await openIncident(page, { tlp: "green" });
  await page.goto(`/incidents/${number}?form=marking#incident-head`);
  assert.equal(await page.locator("#marking [name=tlp][value=clear]").isDisabled(), true);
});
