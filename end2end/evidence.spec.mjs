// What is said of a file is said before it goes in, with JavaScript and without: its marking, for whom, when it was made.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

const picture = name => ({ name, mimeType: "text/plain", buffer: Buffer.from(`Seen as ${name}`) });

for (const look of [{}, { theme: "dark", width: 390, height: 844 }]) {
  spec(`evidence goes in with what was said of it: ${JSON.stringify(look)}`, async ({ open, signIn, alive, axe, fits, js }) => {
    const page = await open(look);
    await signIn(page, "analyst@cisa.example");
    const { number } = await openIncident(page, { shareWith: ["google"] });
    await page.goto(`/incidents/${number}?form=evidence`);
    await alive(page);
    assert.equal(await page.isVisible("#evidence-named"), false, "names are for TLP:RED");
    await page.check("#evidence-form [name=tlp][value=red]");
    await page.fill("#evidence-note", "The flyer as it was handed out.");
    await page.fill("#evidence-form [name=captured_date]", "2020-11-03");
    await page.fill("#evidence-form [name=captured_time]", "18:41");
    await axe(page);
    await fits(page);
    const add = async name => {
      await page.setInputFiles("#evidence-file", picture(name));
      if (!js) await follow(page, page.locator("#evidence-form button.primary"));
    };
    await add("flyer.txt");
    const refused = js ? page.locator("#uploads .te-fail") : page.locator("#evidence-named-error");
    await refused.filter({ hasText: "Name the people who may see it" }).waitFor();
    if (!js) await axe(page);
    await page.fill("#evidence-named", "lead@cisa.example");
    if (js) await page.click("#uploads button[data-act=again]");
    else await add("flyer.txt");
    await page.locator("#exhibits .ev", { hasText: "flyer.txt" }).waitFor();
    await page.goto(`/incidents/${number}/evidence/E-1`);
    const said = await page.locator("main").innerText();
    for (const words of ["TLP:RED", "The flyer as it was handed out.", "18:41"]) assert.ok(said.includes(words), words);
    for (const [email, status] of [["lead@cisa.example", 200], ["liaison@cisa.example", 404]]) {
      const other = await open({});
      await signIn(other, email);
      assert.equal((await other.goto(`/incidents/${number}/evidence/E-1`)).status(), status, email);
    }
  }, { noise: /status of 422/ });
}
