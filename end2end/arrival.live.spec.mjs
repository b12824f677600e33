// What others do arrives by itself, moves nothing under the hand, and is not lost while one is cut off.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, once, openIncident, post } from "./room.mjs";

const live = page => page.locator('.link-state[data-state="live"]').waitFor();

spec("an update of another organisation reaches board, rail and incident without a reload", async ({ open, signIn, alive }) => {
  const [cisa, google, reader] = [await open({}), await open({ width: 1680 }), await open({})];
  await signIn(cisa, "analyst@cisa.example");
  await signIn(google, "analyst@google.example");
  await signIn(reader, "liaison@google.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await google.goto("/board");
  await alive(google);
  await live(google);
  await reader.goto(`/incidents/${number}`);
  await alive(reader);
  await live(reader);
  const words = "The clerk has read the leaflet and calls it false.";
  await alive(cisa);
  await post(cisa, words);
  await once(google, "#feed li, .feed li", words);
  await once(google, `.brow[data-number="${number}"] .c-last`, "The clerk has read");
  await once(reader, "#entries > li", words);
  assert.equal(await reader.locator("#entries > li[data-arrived]").count() > 0, true, "an arrival is marked");
  assert.equal(await google.locator(`.brow[data-number="${number}"]`).count(), 1, "it stands once");
});

spec("a correction changes its line in the rail, and a file makes one of its own", async ({ open, signIn, alive }) => {
  const [cisa, google] = [await open({}), await open({ width: 1680 })];
  await signIn(cisa, "analyst@cisa.example");
  await signIn(google, "analyst@google.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await google.goto("/board");
  await alive(google);
  await live(google);
  await alive(cisa);
  await post(cisa, `Polls of ${number} close at 9.`);
  await once(google, ".feed-item", `Polls of ${number} close at 9.`);
  await cisa.goto(`/incidents/${number}`);
  await cisa.locator("#entries > li", { hasText: "close at 9" }).getByRole("link", { name: "Correct" }).click();
  await cisa.fill("#c-text", `Polls of ${number} close at 8.`);
  await follow(cisa, cisa.locator(".composer button.primary"));
  await once(google, ".feed-item", `Polls of ${number} close at 8.`);
  assert.equal(await google.locator(".feed-item", { hasText: `Polls of ${number}` }).count(), 1, "one line, which says what stands");
  await cisa.click("#add-evidence > summary");
  await cisa.setInputFiles("#evidence-file", { name: "leaflet.txt", mimeType: "text/plain", buffer: Buffer.from(number) });
  await once(google, `.feed-item[data-of="${number}"]`, "Added E-1.");
});

spec("what arrives while the pointer is in the list is held and announced, then applied with a key", async ({ open, signIn, alive }) => {
  const [analyst, colleague] = [await open({}), await open({})];
  await signIn(analyst, "analyst@facebook.example");
  await signIn(colleague, "liaison@facebook.example");
  await analyst.goto("/board");
  await alive(analyst);
  await live(analyst);
  await analyst.hover(".brow >> nth=1");
  const order = () => analyst.locator(".brow").evaluateAll(rows => rows.map(row => row.dataset.number));
  const before = await order();
  const { number } = await openIncident(colleague, { severity: "severe" });
  await analyst.locator("#held-apply", { hasText: `${number} is new` }).waitFor();
  assert.deepEqual(await order(), before, "no row moved under the pointer");
  await analyst.keyboard.press(".");
  await analyst.locator(`.brow[data-number="${number}"] .tag-new`).waitFor();
  assert.equal(await analyst.locator("#held-apply").isVisible(), false);
});

spec("a page that was cut off says since when, and catches up without loss or repeats", async ({ open, signIn, alive }) => {
  const [reader, writer] = [await open({}), await open({})];
  await signIn(reader, "analyst@microsoft.example");
  await signIn(writer, "liaison@microsoft.example");
  const { number } = await openIncident(writer, {});
  await reader.goto(`/incidents/${number}`);
  await alive(reader);
  await live(reader);
  await reader.context().setOffline(true);
  await reader.locator('.link-state[data-state="offline"]', { hasText: /data as of \d\d:\d\d:\d\d/ }).waitFor();
  await alive(writer);
  for (const words of ["First word while away.", "Second word while away."]) {
    await post(writer, words);
    await once(writer, "#entries > li", words);
  }
  // The browser lets the stream go on that it had; what it tells cannot be read until the network is back.
  await reader.context().setOffline(false);
  await live(reader);
  await once(reader, "#entries > li", "First word while away.");
  await once(reader, "#entries > li", "Second word while away.");
}, { noise: /ERR_INTERNET_DISCONNECTED/ });

const ends = {
  "taking a share back": ["#shares summary:has-text('Take back')", '#shares form[action$="/revoke"] button'],
  "ending a part": ["#unshare-reddit > summary", "#unshare-reddit form button"],
};

for (const [what, [ask, sure]] of Object.entries(ends)) {
  spec(`${what} asks once more, then empties the page that the other side has open`, async ({ open, signIn, alive, axe }) => {
    const [cisa, reddit] = [await open({}), await open({})];
    await signIn(cisa, "liaison@cisa.example");
    await signIn(reddit, "analyst@reddit.example");
    const { number, title } = await openIncident(cisa, { shareWith: ["reddit"] });
    await reddit.goto(`/incidents/${number}`);
    await alive(reddit);
    await live(reddit);
    await reddit.locator("h1", { hasText: title }).waitFor();
    await cisa.click(ask);
    await cisa.locator(sure).waitFor();
    await axe(cisa);
    assert.equal((await reddit.goto(`/incidents/${number}`)).status(), 200, "one press took nothing");
    await live(reddit);
    await cisa.click(sure);
    await reddit.waitForFunction(title => !document.body.textContent.includes(title), title);
    assert.equal((await reddit.goto(`/incidents/${number}`)).status(), 404);
  });
}

spec("a colleague takes an incident without owner and everybody's row says so", async ({ open, signIn, alive }) => {
  const [taker, watcher] = [await open({}), await open({})];
  await signIn(taker, "analyst@verizon.example");
  await signIn(watcher, "lead@verizon.example");
  const { number } = await openIncident(watcher, {});
  await watcher.goto("/board");
  await alive(watcher);
  await live(watcher);
  await taker.goto("/board");
  await alive(taker);
  await taker.locator(`.brow[data-number="${number}"] .take button`).click();
  const owner = page => page.locator(`.brow[data-number="${number}"] .c-owner .who`);
  await taker.locator("#said .toast", { hasText: `You own ${number} now.` }).waitFor();
  await owner(taker).waitFor();
  await owner(watcher).waitFor();
  assert.equal(await owner(taker).textContent(), await owner(watcher).textContent());
});

spec("a server that restarts is said to be away, and what was posted meanwhile goes out by itself", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@pinterest.example");
  await openIncident(page);
  await alive(page);
  await live(page);
  await page.route("**/api/v1/**", route => route.abort("connectionrefused"));
  await post(page, "Written while the server restarts.");
  await page.locator("#pending li.is-waiting", { hasText: "Written while the server restarts." }).waitFor();
  await page.unroute("**/api/v1/**");
  await once(page, "#entries > li", "Written while the server restarts.");
}, { noise: /ERR_CONNECTION_REFUSED/ });
