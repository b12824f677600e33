// An organisation leaves the room while its people look, and is taken back: what ends, what stays, who leads.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { openIncident, post } from "./room.mjs";

const js = process.env.WATCHFLOOR_JS ?? "on";
const password = "six white egrets in the reeds";
const looks = [{ theme: "light" }, { theme: "dark" }, { theme: "light", width: 390, height: 844 }, { theme: "dark", contrast: "more" }];
let made = 0;

// Invited from the form that stands open, and in by the link of it.
async function arrive(open, by, { name, email, roles }) {
  await by.fill("[name=name]", name);
  await by.fill("[name=email]", email);
  for (const role of roles) await by.check(`[name=roles][value=${role}]`);
  await by.click("main button.primary");
  await by.waitForURL(/\/people$/);
  const link = await by.locator(".ad-link").innerText();
  const page = await open();
  await page.goto(link);
  await page.fill("[name=new]", password);
  await page.fill("[name=again]", password);
  await page.click("main button.primary");
  await page.waitForURL(/\/board$/);
  return page;
}

// An organisation of its own for each test, so that nobody else's people go: its slug, and who is in it.
async function join(open, root) {
  const slug = `clark-${js}-${++made}`;
  const email = `liaison@${slug}.example`;
  await root.goto("/organisations/new");
  await root.fill("[name=name]", `Clark County Elections ${js} ${made}`);
  await root.fill("[name=short]", `Clark ${js} ${made}`);
  await root.fill("[name=code]", `C${js === "on" ? "A" : "B"}${made}`);
  await root.fill("[name=slug]", slug);
  await root.selectOption("[name=sector]", "election_office");
  await root.click("main button.primary");
  await root.waitForURL(/\/people\/invite/);
  // The room admin lets its administrator in, and they their people.
  const admin = await arrive(open, root, { name: `Remy Holt ${made}`, email: `admin@${slug}.example`, roles: ["org_admin"] });
  await admin.goto("/people/invite");
  const dana = await arrive(open, admin, { name: `Dana Brook ${made}`, email, roles: ["analyst", "liaison"] });
  return { slug, email, dana, short: `Clark ${js} ${made}` };
}

spec("an organisation leaves while its people look, and comes back to its own alone", async ({ open, signIn, axe }) => {
  const root = await open();
  await signIn(root, "room-admin@watchfloor.example");
  const { slug, email, dana, short } = await join(open, root);
  const cisa = await open();
  await signIn(cisa, "analyst@cisa.example");
  const { number: ours } = await openIncident(cisa, { shareWith: [slug] });
  const { number: theirs } = await openIncident(dana, { shareWith: ["cisa"] });
  await dana.goto(`/incidents/${ours}`);

  await root.goto("/organisations");
  await root.click(`a[href="/organisations/${slug}"]`);
  await root.click("text=Remove it from the room");
  await axe(root);
  assert.equal(await root.locator(`[name="leads.${theirs}"]`).inputValue(), "cisa", "who takes part is proposed");
  assert.equal(await root.getByText("A leaflet names").count(), 0, "nothing of what is in it");
  await root.locator("[name=reason]").evaluate(field => field.removeAttribute("required"));
  await root.click("main button.primary");
  await root.locator(".errsum").waitFor();
  await axe(root);
  await root.fill("[name=reason]", "The county votes by itself");
  await root.click("main button.primary");
  await root.getByText("Nothing has been done yet").waitFor();
  await axe(root);
  await root.click("main button.danger");
  await root.getByText("It has left the room").first().waitFor();
  await axe(root);

  if (js === "on") {
    await dana.locator(".link-state[data-state=ended]").getByText("Signed out").waitFor();
    await dana.getByText("You are no longer in this room").waitFor();
    assert.equal((await dana.content()).includes("A leaflet names"), false, "nothing of what was open stays");
    await axe(dana);
  }
  await dana.goto(`/incidents/${ours}`);
  assert.equal(new URL(dana.url()).pathname, "/sign-in", "the session has ended");
  await cisa.goto(`/incidents/${ours}`);
  await cisa.getByText(`${short} left the room`).first().waitFor();
  await axe(cisa);
  await cisa.goto(`/incidents/${theirs}`);
  await cisa.getByText(`${short} left the room.`).first().waitFor();
  await post(cisa, "CISA goes on with it.");
  await cisa.getByText("CISA goes on with it.").first().waitFor();

  await root.fill("[name=reason]", "The county is back");
  await root.click("main button:has-text('back')");
  await root.getByText("It is back").waitFor();
  await dana.fill("[name=email]", email);
  await dana.fill("[name=password]", password);
  await dana.locator("form:has([name=password]) button[type=submit], form:has([name=password]) button:not([type])").first().click();
  await dana.waitForURL(address => address.pathname !== "/sign-in");
  for (const number of [ours, theirs]) assert.equal((await dana.goto(`/incidents/${number}`)).status(), 404, number);
});

for (const look of looks) {
  spec(`the end of a part has nothing for axe to find: ${JSON.stringify(look)}`, async ({ open, signIn, axe, fits }) => {
    const page = await open(look);
    await signIn(page, "room-admin@watchfloor.example");
    await page.goto("/organisations/cisa/leave");
    await axe(page);
    await fits(page, "the form");
    await page.fill("[name=reason]", "To look at the last step");
    for (const select of await page.locator("select").all()) {
      // Where there are many they are folded, and one choice stands for those for which nobody is chosen.
      if (await select.isVisible() && await select.inputValue() === "") await select.selectOption({ index: 1 });
    }
    await page.click("main button.primary");
    await page.getByText("Nothing has been done yet").waitFor();
    await axe(page);
    await fits(page, "the last step");
  });
}
