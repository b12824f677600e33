// An incident from the first report to its end, through plain forms: the same with a script and without.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, once, openIncident, post } from "./room.mjs";

// A form of the incident's page, opened by its address as a link without a script does.
async function act(page, number, form, fill) {
  await page.goto(`/incidents/${number}?form=${form}`);
  await fill();
}
const press = (page, form) => follow(page, page.locator(form).locator("button.primary[type=submit]").first());

spec("an incident is opened, worked by two organisations, and closed by a second person", async ({ open, signIn, alive }) => {
  const [cisa, google, lead] = [await open({}), await open({}), await open({})];
  await signIn(cisa, "analyst@cisa.example");
  await signIn(google, "liaison@google.example");
  await signIn(lead, "lead@cisa.example");
  const { number, title } = await openIncident(cisa, { shareWith: ["google"] });

  // Owner, severity with its reason, verification.
  await act(cisa, number, "owner", async () => {
    await cisa.selectOption("#owner-owner", { index: 1 });
    await press(cisa, "#owner form");
  });
  await act(cisa, number, "severity", async () => {
    await cisa.check("#severity [value=medium]");
    await cisa.fill("#severity-reason", "One precinct only.");
    await press(cisa, "#severity form");
  });
  await once(cisa, "#entries > li", "One precinct only.");
  await act(cisa, number, "verification", async () => {
    await cisa.check("#verification [value=confirmed]");
    await cisa.fill("#verification-note", "The clerk said so by telephone.");
    await press(cisa, "#verification form");
  });

  // The other organisation sees it, acknowledges the share, answers, and posts.
  await google.goto(`/incidents/${number}`);
  await google.locator("h1", { hasText: title }).waitFor();
  await follow(google, google.locator('#shares form[action$="/acknowledge"] button'));
  await google.locator("#shares", { hasText: "Acknowledged" }).waitFor();
  await google.locator('#shares details:has(form[action$="/answer"]) summary').click();
  await google.fill('#shares form[action$="/answer"] textarea', "Seen on two accounts; no more so far.");
  await follow(google, google.locator('#shares form[action$="/answer"] button[type=submit]'));
  await google.locator("#shares", { hasText: "Answered" }).waitFor();

  // Evidence, an indicator, a task.
  await act(cisa, number, "evidence", async () => {
    await cisa.fill("#evidence-url", "https://clerk.example/notice");
    await cisa.fill("#evidence-note", "The clerk's own notice.");
    await press(cisa, "#evidence-form");
  });
  await cisa.locator("#exhibits", { hasText: "clerk.example" }).waitFor();
  await act(cisa, number, "indicators", async () => {
    await cisa.fill("#indicators [name=value]", "wrong-day.example");
    await press(cisa, "#indicators form");
  });
  await cisa.locator("#indicators", { hasText: "wrong-day[.]example" }).waitFor();
  await act(cisa, number, "tasks", async () => {
    await cisa.fill("#tasks [name=text]", "Call the printer.");
    await press(cisa, "#tasks form.act-form");
  });
  await cisa.locator("#tasks", { hasText: "Call the printer." }).waitFor();

  // A correction keeps the old words; striking keeps them too.
  await alive(cisa);
  await post(cisa, "The leaflet was printed on Monday.");
  await once(cisa, "#entries > li", "The leaflet was printed on Monday.");
  await cisa.goto(`/incidents/${number}`);
  await cisa.locator("#entries > li", { hasText: "printed on Monday" }).getByRole("link", { name: "Correct" }).click();
  await cisa.fill("#c-text", "The leaflet was printed on Tuesday.");
  await follow(cisa, cisa.locator(".composer button.primary"));
  await cisa.locator("#entries > li", { hasText: "2 versions" }).locator("del", { hasText: "Monday" }).first().waitFor();

  // Its gates: contained needs what was done; the end of it a verification and a note.
  for (const [to, note] of [["contained", "The printer has stopped."], ["resolved", "The right day is on every door."]]) {
    await act(cisa, number, "status", async () => {
      await cisa.check(`#status [name=to][value=${to}]`);
      await cisa.fill("#status-note", note);
      await press(cisa, "#status form");
    });
    await once(cisa, "#entries > li", note);
  }
  await act(lead, number, "status", async () => {
    await lead.check("#status [name=to][value=closed]");
    await lead.fill("#status-note", "Read and closed.");
    await press(lead, "#status form");
  });
  await once(lead, "#entries > li", "Read and closed.");
});

spec("a status whose gate is shut says why beside the field and keeps what was typed", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "analyst@doj.example");
  const { number } = await openIncident(page);
  await page.goto(`/incidents/${number}?form=status`);
  await page.check("#status [name=to][value=not_an_incident]");
  await page.fill("#status-note", "A rumour, nothing else.");
  await press(page, "#status form");
  await page.locator("#status .field-error").first().waitFor();
  assert.equal(await page.inputValue("#status-note"), "A rumour, nothing else.");
});

spec("who reported it stands beside the current understanding and is edited with it", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "analyst@nass.example");
  await page.goto("/incidents/new");
  await page.fill("[name=title]", "A caller names the wrong polling place");
  await page.selectOption("[name=category]", "PROC-1");
  await page.check("[name=severity][value=low]");
  await page.fill("[name=source]", "Voter hotline, by telephone");
  await follow(page, page.locator("button.primary[type=submit]"));
  await page.waitForURL(/\/incidents\/WF-\d+/);
  const number = new URL(page.url()).pathname.split("/").pop();
  await page.locator("#understanding", { hasText: "Source: Voter hotline, by telephone" }).waitFor();
  await act(page, number, "edit", async () => {
    assert.equal(await page.inputValue("#edit-source"), "Voter hotline, by telephone");
    await page.fill("#edit-source", "The county clerk, by e-mail");
    await press(page, "#edit form");
  });
  await page.locator("#understanding", { hasText: "Source: The county clerk, by e-mail" }).waitFor();
});

spec("an incident is referred to who takes part, and those who speak for it are told", async ({ open, signIn }) => {
  const [page, doj] = [await open({}), await open({})];
  await signIn(page, "analyst@eiisac.example");
  await signIn(doj, "liaison@doj.example");
  const { number } = await openIncident(page, { severity: "low", shareWith: ["doj"] });
  await act(page, number, "status", async () => {
    await page.check("#status [name=to][value=referred]");
    assert.deepEqual(await page.locator("#status [name=referred_to] option").evaluateAll((all) => all.map((one) => one.value)), ["", "doj"]);
    await page.selectOption("#status [name=referred_to]", "doj");
    await press(page, "#status form");
  });
  await page.locator("#incident-head", { hasText: "Referred to " }).waitFor();
  await doj.goto("/notifications");
  await doj.locator("main li", { hasText: number }).filter({ hasText: "referred it to your organisation" }).first().waitFor();
});

spec("the second of two editors sees both texts and loses neither", async ({ open, signIn }) => {
  const [first, second] = [await open({}), await open({})];
  await signIn(first, "analyst@microsoft.example");
  await signIn(second, "lead@microsoft.example");
  const { number } = await openIncident(first);
  for (const page of [first, second]) await page.goto(`/incidents/${number}?form=edit`);
  await first.fill("#edit-summary", "Words of the first.");
  await press(first, "#edit form");
  await once(first, "#understanding", "Words of the first.");
  await second.fill("#edit-summary", "Words of the second.");
  await press(second, "#edit form");
  const page = second.locator("main");
  await page.getByText("Words of the first.").first().waitFor();
  await page.getByText("Words of the second.").first().waitFor();
  await second.getByLabel("Keep both").check();
  await follow(second, second.locator("main button.primary"));
  await once(second, "#understanding", "Words of the second.");
  assert.match(await second.textContent("#understanding"), /Words of the first\./);
});

spec("what was typed into a new incident stands again beside what is wrong with it", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "analyst@google.example");
  await page.goto("/incidents/new");
  await page.fill("[name=summary]", "Heard on the telephone.");
  await page.check("[name=share_with][value=fbi]");
  await page.click("button.primary[type=submit]");
  await page.locator(".errsum").waitFor();
  assert.equal(await page.inputValue("[name=summary]"), "Heard on the telephone.");
  assert.equal(await page.isChecked("[name=share_with][value=fbi]"), true);
  assert.equal(await page.locator("[name=title][aria-invalid=true]").count(), 1);
});

spec("only the people named see a RED incident, and nobody else learns that it exists", async ({ open, signIn }) => {
  const [namer, named, colleague] = [await open({}), await open({}), await open({})];
  await signIn(namer, "analyst@fbi.example");
  await signIn(named, "liaison@odni.example");
  await signIn(colleague, "lead@fbi.example");
  await namer.goto("/incidents/new");
  await namer.fill("[name=title]", "A source inside a printing house");
  await namer.selectOption("[name=category]", "CYBR-6");
  await namer.check("[name=severity][value=high]");
  await namer.check('[name=tlp][value="red"]');
  await namer.fill("[name=named]", "liaison@odni.example");
  await namer.click("button.primary[type=submit]");
  await namer.waitForURL(/\/incidents\/WF-\d+/);
  const number = new URL(namer.url()).pathname.split("/").pop();
  assert.equal((await named.goto(`/incidents/${number}`)).status(), 200);
  assert.equal((await colleague.goto(`/incidents/${number}`)).status(), 404);
  await colleague.goto("/board?q=printing");
  assert.equal(await colleague.locator(".brow", { hasText: "printing house" }).count(), 0);
});
