// An organisation looks after its own people: invite, first sign-in, suspend; and what the audit log says of it.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";

const looks = [{ theme: "light" }, { theme: "dark" }, { theme: "light", width: 390, height: 844 }, { theme: "dark", contrast: "more" }];
let made = 0;

// Invites somebody new into CISA and returns the address and the link that is shown once.
async function invite(page) {
  const email = `newcomer-${process.env.WATCHFLOOR_JS ?? "on"}-${++made}@cisa.example`;
  await page.goto("/people");
  await page.click("text=Invite");
  await page.fill("[name=name]", `Dana Brook ${made}`);
  await page.fill("[name=email]", email);
  await page.check("[name=roles][value=analyst]");
  await page.click("main button.primary");
  await page.waitForURL(/\/people$/);
  const link = await page.locator(".ad-link").innerText();
  return { email, name: `Dana Brook ${made}`, link };
}

spec("invite, first sign-in, suspend", async ({ open, signIn, axe }) => {
  const admin = await open();
  await signIn(admin, "admin@cisa.example");
  const { email, name, link } = await invite(admin);
  await axe(admin);
  await admin.goto("/people");
  assert.equal(await admin.locator(".ad-link").count(), 0, "the link is shown once");
  await admin.getByText(email).waitFor();

  const newcomer = await open();
  await newcomer.goto(link);
  await axe(newcomer);
  await newcomer.fill("[name=new]", "too short");
  await newcomer.fill("[name=again]", "too short");
  await newcomer.click("main button.primary");
  await newcomer.locator(".errsum").waitFor();
  await axe(newcomer);
  await newcomer.fill("[name=new]", "six white egrets in the reeds");
  await newcomer.fill("[name=again]", "six white egrets in the reeds");
  await newcomer.click("main button.primary");
  await newcomer.waitForURL(/\/board$/);
  const second = await open();
  await second.goto(link);
  await second.getByRole("heading", { name: "This link is no longer valid", level: 2 }).waitFor();
  await axe(second);

  await admin.goto(`/people?q=${encodeURIComponent(email)}`);
  await admin.click(`text=${name}`);
  await admin.getByText("Joss Ekwueme, CISA").waitFor();
  await axe(admin);
  await admin.click("text=Suspend Dana");
  await admin.locator("#suspend-reason-error").waitFor();
  await admin.fill("[name=reason]", "Left the floor");
  await admin.click("text=Suspend Dana");
  await admin.getByText("Suspended. All sessions").waitFor();
  await axe(admin);
  await newcomer.goto("/board");
  assert.equal(new URL(newcomer.url()).pathname, "/sign-in", "the session has ended");

  await admin.goto("/audit?kind=people");
  await admin.getByText("person.suspended").first().waitFor();
  await axe(admin);
});

for (const look of looks) {
  spec(`the pages of administration have nothing for axe to find: ${JSON.stringify(look)}`, async ({ open, signIn, axe, fits, each }) => {
    const page = await open(look);
    await signIn(page, "room-admin@watchfloor.example");
    await each(page, ["/people", "/people?q=nobody-like-that", "/people/invite", "/organisations", "/organisations/new", "/organisations/cisa"], async tab => {
      await axe(tab);
      await fits(tab);
    });
    const auditor = await open(look);
    await signIn(auditor, "auditor@watchfloor.example");
    await auditor.goto("/audit");
    await axe(auditor);
    await fits(auditor);
  });
}
