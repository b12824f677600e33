// The whole job without a pointer.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { once, openIncident } from "./room.mjs";

// Asks another organisation something about an incident of one's own; its words are like no others.
let asked = 0;
async function ask(page, to, words = "Do you see the flyer, too?") {
  const { number } = await openIncident(page);
  const text = `${words} (${number}, ${++asked})`;
  await page.goto(`/incidents/${number}?form=shares`);
  await page.check(`#share [name=to][value=${to}]`);
  await page.selectOption("#share [name=purpose]", "question");
  await page.fill("#share-text", text);
  await Promise.all([page.waitForNavigation(), page.locator("#share form button.primary[type=submit]").first().click()]);
  return text;
}

spec("an analyst opens an incident, works it and closes it by keyboard alone", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@odni.example");
  await alive(page);
  const press = async keys => { for (const key of keys.split(" ")) await page.keyboard.press(key); };

  await press("c");
  await page.waitForURL("**/incidents/new");
  await alive(page);
  await page.locator("[name=title]").focus();
  await page.keyboard.type("Results page of a county shows yesterday's date");
  await page.locator("[name=category]").focus();
  await page.keyboard.type("Wrong date");
  await page.locator("[name=severity] >> nth=0").focus();
  await press("ArrowDown ArrowDown ArrowDown");
  assert.equal(await page.isChecked("[name=severity][value=medium]"), true);
  await press("Control+Enter");
  await page.waitForURL(/\/incidents\/WF-\d+/);
  await alive(page);

  await press("d");
  await page.keyboard.type("Nobody answers before the county has.");
  await press("Control+Enter");
  await once(page, "#entries > li[data-kind=decision]", "Nobody answers before the county has.");
  await press("Tab");

  await page.locator("#owner summary").focus();
  await press("Enter");
  await page.locator("#owner-owner").focus();
  await press("ArrowDown");
  assert.notEqual(await page.inputValue("#owner-owner"), "");
  await press("Tab Enter");
  await page.waitForLoadState();
  await alive(page);

  await page.locator("#status summary").focus();
  await press("Enter");
  await page.locator("#status [name=to]:checked, #status [name=to] >> nth=0").first().focus();
  await press("Space");
  await page.locator("#status-note").focus();
  await page.keyboard.type("Read by the duty desk.");
  await press("Tab Enter");
  await page.locator(".track [aria-current=step]", { hasText: "Triaged" }).waitFor();
});

spec("the keys of the board move, peek and lead to the forms of the incident under the cursor", async ({ open, signIn, alive, axe }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await alive(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const number = await page.locator(".brow[data-cursor]").getAttribute("data-number");
  await page.keyboard.press("Space");
  await page.locator("#peek", { hasText: number }).waitFor();
  await axe(page);
  await page.keyboard.press("k");
  const above = await page.locator(".brow[data-cursor]").getAttribute("data-number");
  assert.notEqual(above, number);
  await page.locator("#peek", { hasText: above }).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#peek").isVisible(), false);
  await page.keyboard.press("s");
  await page.waitForURL(`**/incidents/${above}?form=status#status`);
});

spec("only G makes the next key lead away, and only the next one", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await page.goto("/shares");
  await alive(page);
  // The page is younger than the time that G waits for its second key.
  for (const key of ["b", "w", "n"]) await page.keyboard.press(key);
  await page.keyboard.press("g");
  await page.keyboard.press("x");
  await page.keyboard.press("b");
  await page.evaluate(() => new Promise(done => setTimeout(done, 500)));
  assert.equal(new URL(page.url()).pathname, "/shares");
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.waitForURL("**/board");
});

spec("the line with number, title, status and marking stays once the head of an incident has scrolled away", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@cisa.example");
  await page.goto("/incidents/WF-0147");
  await alive(page);
  const shows = () => page.locator("#inc-mini").evaluate(line => getComputedStyle(line).visibility === "visible");
  assert.equal(await shows(), false);
  await page.evaluate(() => scrollTo(0, 1200));
  await page.waitForFunction(() => getComputedStyle(document.querySelector("#inc-mini")).visibility === "visible");
  assert.match(await page.locator("#inc-mini").innerText(), /WF-0147/);
});

// Moves down the inbox until the keys stand on the line with these words.
async function reach(page, words) {
  const here = async () => await page.locator(".shrow[data-cursor]", { hasText: words }).count() === 1;
  for (let n = 0; n < 60 && !(await here()); n++) await page.keyboard.press("j");
  assert.equal(await here(), true, `the keys reach "${words}"`);
}

// The line that holds the focus, and those beside it.
const place = page => page.evaluate(() => {
  const row = document.activeElement.closest(".shrow");
  return { id: row?.id, beside: [row?.nextElementSibling?.id, row?.previousElementSibling?.id].filter(Boolean) };
});

// Does something that leads to a new page, and says where the focus stands then.
async function through(page, alive, act) {
  await Promise.all([page.waitForNavigation(), act()]);
  await alive(page);
  await page.waitForFunction(() => document.activeElement.closest("#main"));
  return place(page);
}

const focused = page => page.evaluate(() => document.activeElement.textContent.trim());

spec("a recipient works the inbox by keyboard alone and never loses the place in it", async ({ open, signIn, alive, axe }) => {
  const [google, cisa] = [await open({}), await open({})];
  await signIn(google, "liaison@google.example");
  const text = await ask(google, "cisa");
  await signIn(cisa, "liaison@cisa.example");
  await alive(cisa);
  const press = async keys => { for (const key of keys.split(" ")) await cisa.keyboard.press(key); };
  await Promise.all([cisa.waitForURL("**/shares"), press("g s")]);
  await alive(cisa);
  await axe(cisa);
  await reach(cisa, text);
  const { id } = await place(cisa);
  const after = await through(cisa, alive, () => press("a"));
  assert.equal(after.id, id, "an acknowledged question waits for its answer, and the focus stands on it");
  await press("h");
  await press("ArrowDown");
  assert.equal((await through(cisa, alive, () => press("Control+Enter"))).id, id, "handed over");
  assert.match(await cisa.locator(`#${id}`).innerText(), /with /);
  await press("o");
  await press("ArrowDown");
  assert.equal((await through(cisa, alive, () => press("Control+Enter"))).id, id, "the posture is stated");
  await press("r");
  await cisa.keyboard.type("Not with us");
  await press("Escape");
  assert.equal(await focused(cisa), "Answer", "Escape leaves the form and keeps what was typed");
  await press("r");
  await cisa.keyboard.press("End");
  await cisa.keyboard.type(", so far.");
  const { beside } = await place(cisa);
  const left = await through(cisa, alive, () => press("Control+Enter"));
  assert.equal(await cisa.locator(`#${id}`).count(), 0, "what is answered leaves the tab");
  assert.ok(beside.length === 0 || beside.includes(left.id), "and the focus stands on its neighbour");
  await Promise.all([cisa.waitForURL(/tab=done/), press("4")]);
  await alive(cisa);
  assert.match(await cisa.locator(`#${id}`).innerText(), /Not with us, so far\./);
});

spec("a sender takes back, and counsel releases, by keyboard and never with one key", async ({ open, signIn, alive, axe }) => {
  const [google, counsel] = [await open({}), await open({})];
  await signIn(google, "liaison@google.example");
  const text = await ask(google, "cisa");
  await google.goto("/shares");
  await alive(google);
  await Promise.all([google.waitForURL(/tab=waiting/), google.keyboard.press("2")]);
  await alive(google);
  assert.match(await google.innerText(".keybar"), /B\s*Take back/);
  assert.doesNotMatch(await google.innerText(".keybar"), /Acknowledge|Release|Answer/);
  await reach(google, text);
  const { id, beside } = await place(google);
  for (const key of ["a", "r", "h", "o", "t", "f", "v"]) await google.keyboard.press(key);
  assert.equal((await place(google)).id, id, "no key of another tab does anything here");
  await google.keyboard.press("b");
  assert.equal(await focused(google), "Take back from CISA");
  const left = await through(google, alive, () => google.keyboard.press("Enter"));
  assert.ok(beside.length === 0 || [id, ...beside].includes(left.id));

  const held = await ask(google, "cisa", "Write to the clerk, clerk@county.example.");
  const stands = await ask(google, "twitter", "Ask the desk, desk@county.example.");
  await signIn(counsel, "counsel@google.example");
  await counsel.goto("/shares");
  await alive(counsel);
  await Promise.all([counsel.waitForURL(/tab=held/), counsel.keyboard.press("3")]);
  await alive(counsel);
  await axe(counsel);
  assert.match(await counsel.innerText(".keybar"), /Go to Release/);
  assert.doesNotMatch(await counsel.innerText(".keybar"), /Acknowledge/);
  await counsel.keyboard.press("?");
  assert.match(await counsel.innerText("#shortcuts"), /Go to Release/);
  assert.doesNotMatch(await counsel.innerText("#shortcuts"), /Acknowledge/);
  await counsel.keyboard.press("Escape");
  for (const words of [stands, held]) {
    if (await counsel.locator(".shrow", { hasText: words }).count() === 0) continue;
    await reach(counsel, words);
    await counsel.keyboard.press("a");
    assert.equal(await focused(counsel), "Release");
    assert.equal(await counsel.locator(".shrow", { hasText: words }).getAttribute("data-state"), "held", "one key releases nothing");
  }
  const { beside: near, id: last } = await place(counsel);
  const there = await through(counsel, alive, () => counsel.keyboard.press("Enter"));
  await counsel.locator(".toast", { hasText: "Released" }).waitFor();
  assert.ok(near.length === 0 || [last, ...near].includes(there.id));
  if (there.id) {
    await counsel.keyboard.press("t");
    assert.match(await counsel.evaluate(() => document.activeElement.id), /^return-/);
    await counsel.keyboard.press("Escape");
    await counsel.keyboard.press("f");
    assert.match(await counsel.evaluate(() => document.activeElement.id), /^refuse-/);
  }
});
