// Many invitations from one table, and break-glass: dry run, confirmation, links; reason, reading, being told.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";

const looks = [{ theme: "light" }, { theme: "dark" }, { theme: "light", width: 390, height: 844 }, { theme: "dark", contrast: "more" }];
const js = process.env.WATCHFLOOR_JS ?? "on";

spec("a table is looked at, confirmed, and its links are handed out once", async ({ open, signIn, axe }) => {
  const page = await open();
  await signIn(page, "admin@cisa.example");
  await page.goto("/people");
  await page.click("text=Import");
  await page.fill("[name=csv]", "a,b\nc,d");
  await page.click("main button.primary");
  await page.locator(".errsum").waitFor();
  await axe(page);
  assert.equal(await page.locator("[name=csv]").inputValue(), "a,b\nc,d", "what was typed stays");
  await page.fill("[name=csv]", "");
  const rows = `name,email,roles\nDana Brook,dana-${js}@cisa.example,analyst liaison\nImani Calloway,analyst@cisa.example,analyst\nNobody,no-address,analyst\n`;
  await page.setInputFiles("[name=file]", { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
  await page.click("main button.primary");
  await page.getByText("1 to invite, 1 already here, 1 wrong").waitFor();
  await axe(page);
  await page.click("text=Invite 1 person");
  await page.getByText("These links are shown this once").waitFor();
  await axe(page);
  const link = await page.locator(".imp .ad-link").innerText();
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download the links, once")]);
  assert.equal(download.suggestedFilename(), "links.csv");
  await page.reload();
  await page.getByText("The links were shown once").waitFor();
  const dana = await open();
  await dana.goto(link);
  await dana.fill("[name=new]", "six white egrets in the reeds");
  await dana.fill("[name=again]", "six white egrets in the reeds");
  await dana.click("main button.primary");
  await dana.waitForURL(/\/board$/);
});

spec("break-glass: the room admin reads one incident, its lead is told, and it ends", async ({ open, signIn, axe }) => {
  const root = await open();
  await signIn(root, "room-admin@watchfloor.example");
  await root.goto("/people");
  await root.click("nav >> text=Break-glass");
  await root.click("main button.danger");
  await root.locator(".errsum").waitFor();
  await axe(root);
  await root.fill("[name=number]", "WF-0147");
  await root.fill("[name=reason]", `A safety question, asked with scripts ${js}`);
  await root.click("main button.danger");
  await root.getByText("Break-glass until").waitFor();
  await axe(root);
  const lead = await open();
  await signIn(lead, "liaison@cisa.example");
  for (const path of ["/shares", "/incidents/WF-0147"]) {
    await lead.goto(path);
    await lead.getByText(`asked with scripts ${js}`).first().waitFor();
    await axe(lead);
  }
  const other = await open();
  await signIn(other, "analyst@cisa.example");
  await other.goto("/incidents/WF-0147");
  assert.equal(await other.getByText("Break-glass").count(), 0);
  const path = new URL(root.url()).pathname;
  await root.click("text=End it now");
  await root.getByText("The incident is shut again").waitFor();
  const gone = await root.goto(path);
  assert.equal(gone.status(), 404);
});

for (const look of looks) {
  spec(`import, break-glass and the log have nothing for axe to find: ${JSON.stringify(look)}`, async ({ open, signIn, axe, fits }) => {
    const page = await open(look);
    await signIn(page, "room-admin@watchfloor.example");
    for (const path of ["/people/import", "/break-glass"]) {
      await page.goto(path);
      await axe(page);
      await fits(page, path);
    }
    await page.goto("/people/import");
    await page.fill("[name=csv]", "name,email,roles,organisation\nA Person With A Long Name,a-rather-long-address@watchfloor.example,analyst liaison counsel,watchfloor\nX,x,y,z");
    await page.click("main button.primary");
    await page.getByText("1 to invite").waitFor();
    await axe(page);
    await fits(page, "the dry run");
    if (look.theme === "light" && !look.width) {
      await page.goto("/break-glass");
      await page.fill("[name=number]", "WF-0147");
      await page.fill("[name=reason]", "To look at the page");
      await page.click("main button.danger");
      await page.getByText("Break-glass until").waitFor();
    } else {
      await page.goto("/break-glass");
      const read = page.locator("text=Read").first();
      if (await read.count() === 0) return;
      await read.click();
    }
    await axe(page);
    await fits(page, "what is read through the glass");
  });
}
