// The room's settings: a shift lead at 02:00, the room admin and the rules, a playbook on an incident.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";

const looks = [{ theme: "light" }, { theme: "dark" }, { theme: "light", width: 390, height: 844 }, { theme: "dark", width: 390, height: 844 }, { theme: "dark", contrast: "more" }];
const kinds = ["severities", "periods", "categories", "playbooks", "purposes", "hold_rules"];

spec("a shift lead changes a target, another is too late, and all of it is read", async ({ open, signIn, axe }) => {
  const early = await open();
  await signIn(early, "lead@google.example");
  await early.goto("/board");
  await early.locator("#account summary").click();
  await early.click("text=Room settings");
  await early.waitForURL(/\/settings$/);
  await axe(early);
  await early.getByRole("link", { name: "Severities and targets", exact: true }).click();
  await early.waitForURL(/\/settings\/severities$/);
  const late = await open();
  await signIn(late, "lead@cisa.example");
  await late.goto("/settings/severities");

  await early.fill("[name='medium.acknowledge_s']", "forty winks");
  await early.click("main .st-form button.primary");
  await early.locator(".errsum").waitFor();
  assert.equal(await early.inputValue("[name='medium.acknowledge_s']"), "forty winks", "what was typed stays");
  await early.locator("[id='f-medium.acknowledge_s-error']").waitFor();
  await early.locator("#f-reason-error").waitFor();
  await axe(early);
  await early.fill("[name='medium.acknowledge_s']", "45 min");
  await early.locator(".st-form [name=reason]").fill("The queue is drowning us");
  await early.click("main .st-form button.primary");
  await early.getByText("is in force.").waitFor();
  await axe(early);

  await late.fill("[name='medium.acknowledge_s']", "50 min");
  await late.locator(".st-form [name=reason]").fill("Too much at once");
  await late.click("main .st-form button.primary");
  await late.getByText("changed this meanwhile").waitFor();
  await late.locator(".st-both").getByText("45 min").waitFor();
  await late.locator(".st-both").getByText("50 min").waitFor();
  await axe(late);
  await late.getByRole("button", { name: "Replace what stands" }).click();
  await late.getByText("is in force.").waitFor();

  const reader = await open();
  await signIn(reader, "analyst@verizon.example");
  await reader.goto("/settings/severities");
  await reader.locator("#history").getByText("Too much at once").waitFor();
  assert.equal(await reader.locator("main input").count(), 0, "who reads types nothing");
  await axe(reader);
});

spec("a leaf is added from now on and offered at once", async ({ open, signIn, axe, js }) => {
  const lead = await open();
  await signIn(lead, "lead@fbi.example");
  const code = js ? "PHYS-4" : "PHYS-5";
  const name = js ? "Drone over a site" : "Power cut at a site";
  await lead.goto("/settings/categories");
  await lead.locator("#add-code").fill("PHYS-1");
  await lead.locator("#add-name").fill(name);
  await lead.locator("#add-reason").fill("Seen twice tonight");
  await lead.locator("section:has(#st-add) button[type=submit]").click();
  await lead.locator("#add-code-error").waitFor();
  await axe(lead);
  await lead.locator("#add-code").fill(code);
  await lead.locator("section:has(#st-add) button[type=submit]").click();
  await lead.getByText("is in force.").waitFor();
  await lead.goto("/incidents/new");
  await lead.getByText(name).first().waitFor({ state: "attached" });
});

spec("the room admin tries a text against rules that are not saved", async ({ open, signIn, axe }) => {
  const admin = await open();
  await signIn(admin, "room-admin@watchfloor.example");
  await admin.goto("/settings/hold_rules");
  await admin.locator(".st-fold summary").first().click();
  await admin.locator("[name='0.words']").fill("kindly look");
  await admin.fill("[name=try_text]", "Kindly look at this.");
  await admin.selectOption("[name=try_from]", "agency");
  await admin.selectOption("[name=try_to]", "company");
  await admin.click("text=Try it");
  await admin.locator("#tried mark").waitFor();
  assert.equal(await admin.locator("#tried mark").innerText(), "Kindly look");
  await axe(admin);
  assert.equal(await admin.locator(".st-standing").innerText(), "Version 1, as shipped");
});

spec("a playbook begins, and its steps are done one by one", async ({ open, signIn, axe, js }) => {
  const page = await open();
  await signIn(page, "analyst@cisa.example");
  await page.goto("/incidents/WF-0147");
  await page.locator("#begin-playbook summary").click();
  await page.selectOption("[name=playbook]", js ? "false-voting-day-or-place" : "bomb-threat-wave");
  await page.locator("#begin-playbook button.primary").click();
  const line = page.locator(".playbooks li", { hasText: js ? "False voting day or place" : "Bomb-threat wave" });
  await line.getByText(/step 1 of \d/).waitFor();
  await axe(page);
});

for (const look of looks) {
  spec(`the pages of settings have nothing for axe to find: ${JSON.stringify(look)}`, async ({ open, signIn, axe, fits, each }) => {
    for (const who of ["room-admin@watchfloor.example", "analyst@cisa.example"]) {
      const page = await open(look);
      await signIn(page, who);
      await each(page, ["/settings", ...kinds.map(kind => `/settings/${kind}`)], async tab => {
        await tab.locator("details.st-fold").evaluateAll(folds => folds.forEach(fold => { fold.open = true; }));
        await axe(tab);
        await fits(tab);
      });
    }
  });
}
