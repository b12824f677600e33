// Two who change the same incident, and a form that is refused: what was typed stays, with a script and without.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, once, openIncident } from "./room.mjs";

const press = (page, form) => follow(page, page.locator(form).locator("button.primary[type=submit]").first());

spec("a reason that meets another change is kept, changed and sent from the page that says what stands", async ({ open, signIn, axe }) => {
  const [first, second] = [await open({}), await open({ width: 390, theme: "dark" })];
  await signIn(first, "analyst@microsoft.example");
  await signIn(second, "lead@microsoft.example");
  const { number } = await openIncident(first);
  // What is contained has an owner.
  await follow(first, first.getByRole("button", { name: "Take it" }).first());
  for (const [page, form] of [[first, "severity"], [second, "status"]]) await page.goto(`/incidents/${number}?form=${form}`);
  await second.check("#status [name=to][value=contained]");
  await second.fill("#status-note", "The printer has stopped.");
  await first.check("#severity [value=medium]");
  await first.fill("#severity-reason", "One precinct only.");
  await press(first, "#severity form");
  await once(first, "#entries > li", "One precinct only.");
  await press(second, "#status form");
  const main = second.locator("main.problem");
  await main.getByText("What stands now").waitFor();
  await axe(second);
  assert.equal(await second.getByLabel("Note, as you typed it").inputValue(), "The printer has stopped.");
  await second.getByLabel("Note, as you typed it").fill("The printer has stopped, all doors are right.");
  await follow(second, main.getByRole("button", { name: "Change status" }));
  await once(second, "#entries > li", "all doors are right");
});

spec("a form of somebody whose lead has passed meanwhile comes back with its words", async ({ open, signIn, axe }) => {
  const [editor, lead, other] = [await open({}), await open({}), await open({})];
  await signIn(editor, "analyst@cisa.example");
  await signIn(lead, "lead@cisa.example");
  await signIn(other, "liaison@google.example");
  const { number } = await openIncident(editor, { shareWith: ["google"] });
  await editor.goto(`/incidents/${number}?form=edit`);
  const words = "Half a shift of careful words.\nAnd a second line of them.";
  await editor.fill("#edit-summary", words);
  await lead.goto(`/incidents/${number}?form=owner`);
  await lead.fill("#handover-owner", "liaison@google.example");
  await follow(lead, lead.getByRole("button", { name: "Hand over" }));
  await other.goto(`/incidents/${number}`);
  await follow(other, other.getByRole("button", { name: "Accept the hand-over" }));
  await press(editor, "#edit form");
  await editor.getByRole("heading", { name: "You may not do this" }).waitFor();
  assert.equal(await editor.getByLabel("Summary").inputValue(), words);
  await axe(editor);
});
