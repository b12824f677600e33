// The sharing ledger, as counsel reads it, narrows it and takes it out.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { spec } from "./fixture.mjs";
import { openIncident } from "./room.mjs";

const looks = [{ theme: "light" }, { theme: "dark" }, { theme: "light", width: 390, height: 844 }, { theme: "dark", width: 390, height: 844 }];

spec("counsel finds who was told what, and takes it out", async ({ open, signIn, axe, alive }) => {
  const page = await open({});
  await signIn(page, "counsel@cisa.example");
  await page.goto("/shares");
  await Promise.all([page.waitForNavigation(), page.click(".shares-ledger")]);
  await alive(page);
  await axe(page);
  assert.ok(await page.locator(".lg-crossing").count() > 10);
  await page.selectOption("[name=organisation]", "google");
  await page.selectOption("[name=direction]", "sent");
  await Promise.all([page.waitForNavigation(), page.click(".lg-filters button[type=submit]")]);
  const address = new URL(page.url());
  assert.equal(address.searchParams.get("organisation"), "google");
  const first = page.locator(".lg-crossing").first();
  assert.match(await first.innerText(), /No action is requested or expected, and no answer is required\./);
  assert.equal((await first.locator(".lg-hash code").first().getAttribute("title")).length, 64);

  const take = async form => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(`form[action='/shares/ledger/${form}'] button`)]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
  };
  const csv = await take("csv");
  assert.match(csv.name, /^ledger TLP-.*\.csv$/);
  assert.match(csv.text, /^label,count,entry,hash/);
  const proof = await take("proof");
  assert.match(proof.text, /^watchfloor ledger proof 1\nlabel TLP:/);
  assert.match(proof.text, /\nend \d+\n$/);

  await Promise.all([page.waitForNavigation(), page.click("form[action='/shares/ledger/print'] button")]);
  await axe(page);
  const report = page.locator(".lg-report");
  assert.match(await report.innerText(), /Here ends the ledger of CISA/);
  assert.equal(await report.locator(".lg-crossing").count(), csv.text.split("\r\n").filter(line => /^TLP:/.test(line)).length);
  assert.ok(!["red", "clear"].includes(await report.getAttribute("data-marking")));
});

spec("what an organisation wrote where others read stands in the ledger, too, and is taken out", async ({ open, signIn, axe }) => {
  const page = await open({});
  await signIn(page, "counsel@cisa.example");
  await page.goto("/shares/ledger");
  await Promise.all([page.waitForNavigation(), page.click(".lg-books a:not([aria-current])")]);
  await page.selectOption("[name=direction]", "sent");
  await page.selectOption("[name=organisation]", "google");
  await Promise.all([page.waitForNavigation(), page.click(".lg-filters button[type=submit]")]);
  assert.equal(new URL(page.url()).searchParams.get("book"), "posts");
  await axe(page);
  const first = page.locator(".lg-crossing").first();
  assert.match(await first.innerText(), /^CISA\s+to\s+.*(Google|Every organisation in the room)/s);
  assert.match(await first.innerText(), /No action is requested or expected, and no answer is required\./);
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("form[action='/shares/ledger/csv'] button")]);
  const lines = readFileSync(await file.path(), "utf8").split("\r\n").filter(line => /^TLP:/.test(line));
  assert.ok(lines.length > 10);
  await Promise.all([page.waitForNavigation(), page.click("form[action='/shares/ledger/print'] button")]);
  await axe(page);
  const report = page.locator(".lg-report");
  assert.match(await report.innerText(), /Sharing ledger, posts/);
  assert.equal(await report.locator(".lg-crossing").count(), lines.length);
});

for (const look of [{}, { theme: "dark", width: 390, height: 844 }]) {
  spec(`what an indicator and a task told others stands among the posts: ${JSON.stringify(look)}`, async ({ open, signIn, axe, fits }) => {
    const page = await open(look);
    await signIn(page, "liaison@cisa.example");
    const { number } = await openIncident(page, { shareWith: ["google"] });
    await page.goto(`/incidents/${number}?form=indicators#indicators`);
    await page.selectOption("#indicators [name=kind]", "domain");
    await page.fill("#indicators [name=value]", `polls-${number.toLowerCase()}.example`);
    await Promise.all([page.waitForNavigation(), page.locator("#add-indicator button.primary").click()]);
    await page.goto(`/incidents/${number}?form=tasks#tasks`);
    await page.fill("#tasks [name=text]", "Look for copies.");
    await Promise.all([page.waitForNavigation(), page.locator("#add-task button.primary").click()]);
    const google = await open(look);
    await signIn(google, "liaison@google.example");
    await google.goto(`/shares/ledger?book=posts&incident=${number}`);
    const lines = google.locator(".lg-crossing");
    await lines.filter({ hasText: `Domain: polls-${number.toLowerCase()}[.]example` }).waitFor();
    await lines.filter({ hasText: "Look for copies." }).waitFor();
    await axe(google);
    await fits(google);
  });
}

spec("from an incident to its crossings", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "liaison@cisa.example");
  await page.goto("/incidents/WF-0147");
  await Promise.all([page.waitForNavigation(), page.locator("#shares .panel-head a").click()]);
  assert.equal(new URL(page.url()).search, "?incident=WF-0147");
  const numbers = await page.locator(".lg-incident .mono").allInnerTexts();
  assert.ok(numbers.length > 0 && numbers.every(number => number === "WF-0147"), numbers.join());
});

for (const look of looks) {
  spec(`the ledger has nothing for axe to find: ${JSON.stringify(look)}`, async ({ open, signIn, axe, fits, each }) => {
    const page = await open(look);
    await signIn(page, "counsel@cisa.example");
    await each(page, ["/shares/ledger", "/shares/ledger?organisation=google&purpose=question", "/shares/ledger?organisation=nobody"], async tab => {
      await tab.locator("details.lg-checking").evaluate(fold => { fold.open = true; });
      await axe(tab);
      await fits(tab);
    });
  });
}

spec("who speaks for nobody takes nothing out", async ({ open, signIn }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await page.goto("/shares/ledger");
  assert.ok(await page.locator(".lg-crossing").count() > 0);
  assert.equal(await page.locator(".lg-exports").count(), 0);
});
