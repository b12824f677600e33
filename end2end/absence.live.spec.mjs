// What somebody may not see any more leaves every page that they have open at once: also an idle one, and one in
// which their hands are.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { openIncident, post } from "./room.mjs";

const live = page => page.locator('.link-state[data-state="live"]').waitFor();
const follow = (page, button) => Promise.all([page.waitForNavigation(), button.click()]);

// Nothing of these words is left: in no text, title, attribute or field.
const leaves = (page, words) => page.waitForFunction(words => {
  const held = [document.title, document.documentElement.outerHTML, ...Array.from(document.querySelectorAll("textarea, input"), field => field.value)];
  return !words.some(word => held.some(text => text.includes(word)));
}, words);

// An incident of CISA that Google takes part in, with words of a later day and a file.
async function shared(cisa, alive) {
  const { number, title } = await openIncident(cisa, { shareWith: ["google"] });
  await alive(cisa);
  const words = `The clerk of ${number} calls the leaflet false.`;
  await post(cisa, words);
  await cisa.locator("#entries > li", { hasText: words }).first().waitFor();
  await cisa.click("#add-evidence > summary");
  await cisa.setInputFiles("#evidence-file", { name: `leaflet-of-${number}.txt`, mimeType: "text/plain", buffer: Buffer.from(number) });
  await cisa.locator("#exhibits .ev", { hasText: `leaflet-of-${number}` }).waitFor();
  return { number, title, words, file: `leaflet-of-${number}` };
}

async function see(page, address, alive) {
  await page.goto(address);
  await alive(page);
  await live(page);
}

// Shares words of their own with Google in an incident that Google sees anyway.
async function tell(cisa, number) {
  const text = `For your picture of ${number}: the flyer went round in two precincts.`;
  await cisa.goto(`/incidents/${number}?form=shares`);
  await cisa.check("#share [name=to][value=google]");
  await cisa.fill("#share-text", text);
  await follow(cisa, cisa.locator("#share form button.primary[type=submit]").first());
  return text;
}

const ends = {
  "its part is ended": async (cisa, number) => {
    await cisa.goto(`/incidents/${number}`);
    await cisa.click("#unshare-google > summary");
    await follow(cisa, cisa.locator("#unshare-google form button"));
  },
  "the marking becomes RED": async (cisa, number) => {
    await cisa.goto(`/incidents/${number}?form=marking`);
    await cisa.check("#marking [name=tlp][value=red]");
    await cisa.fill("#marking [name=named]", "liaison@cisa.example");
    await cisa.fill("#marking [name=reason]", "For us alone.");
    await follow(cisa, cisa.locator("#marking .act-foot button.primary"));
  },
};

// Pages that Google has open: its address, what hands do in it, and what the page says afterwards.
const open = {
  "the board, idle": { at: () => "/board", width: 1680 },
  "the board, with the pointer and a peek": {
    at: () => "/board", width: 1680,
    hands: async (page, { number }) => {
      const row = page.locator(`.brow[data-number="${number}"]`);
      await row.hover();
      await row.locator("a").first().focus();
      await page.keyboard.press("j");
      while (await page.locator(".brow[data-cursor]").getAttribute("data-number") !== number) await page.keyboard.press("j");
      await page.keyboard.press("Space");
      await page.locator("#peek", { hasText: number }).waitFor();
    },
  },
  "the board, paused": {
    at: () => "/board", width: 1680,
    hands: async (page, _, more) => {
      await page.click("#feed-pause");
      await more();
      await page.locator("#feed-pause .count:not([hidden])").waitFor();
    },
    after: page => page.click("#feed-pause"),
  },
  "the inbox, with an answer in the making": {
    at: () => "/shares",
    hands: async (page, { number }) => {
      const row = page.locator(".shrow", { hasText: number }).first();
      await row.locator("summary", { hasText: "Answer" }).click();
      await row.locator("textarea").fill("Seen in our");
    },
    said: /no longer shared with you/i,
  },
  "the ledger": { at: ({ number }) => `/shares/ledger?incident=${number}`, hands: (page, { number }) => page.locator(".lg-incident a", { hasText: number }).first().focus() },
  "the ledger of posts": { at: () => "/shares/ledger?book=posts", hands: (page, { number }) => page.locator(".lg-incident a", { hasText: number }).first().focus() },
  "the notifications": { at: () => "/notifications", hands: (page, { number }) => page.locator(".nrow a", { hasText: number }).first().focus() },
  "an exhibit": { at: ({ number }) => `/incidents/${number}/evidence/E-1`, hands: page => page.locator("main a").first().focus(), said: /no longer shared with you/i },
  "the incident, with an update in the making": {
    at: ({ number }) => `/incidents/${number}`,
    hands: page => page.fill("#c-text", "We look into"),
    said: /no longer shared with you/i,
  },
};

for (const [what, end] of Object.entries(ends)) {
  for (const [name, { at, hands, after, said, width }] of Object.entries(open)) {
    spec(`when ${what}, all of it leaves ${name}`, async ({ open, signIn, alive, axe }) => {
      const [cisa, google] = [await open({}), await open({ width: width ?? 1280 })];
      await signIn(cisa, "lead@cisa.example");
      await signIn(google, "liaison@google.example");
      const it = await shared(cisa, alive);
      await see(google, at(it), alive);
      await google.getByText(it.number).first().waitFor({ state: "attached" });
      await hands?.(google, it, async () => {
        await cisa.goto(`/incidents/${it.number}`);
        await alive(cisa);
        await post(cisa, `${it.words} Again.`);
      });
      await end(cisa, it.number);
      await leaves(google, [it.title, it.words, it.file]);
      await after?.(google);
      await leaves(google, [it.title, it.words, it.file]);
      if (said) await google.getByText(said).first().waitFor();
      await axe(google);
    });
  }
}

const pages = {
  "the inbox, with an answer in the making": open["the inbox, with an answer in the making"],
  "the ledger": open["the ledger"],
  "the notifications": { ...open["the notifications"], at: () => "/notifications?kind=shared" },
  "the incident": { at: ({ number }) => `/incidents/${number}`, hands: page => page.locator("#shares a").first().focus() },
};

for (const [name, { at, hands, said }] of Object.entries(pages)) {
  spec(`words that are taken back leave ${name}, while the incident stays`, async ({ open, signIn, alive }) => {
    const [cisa, google] = [await open({}), await open({})];
    await signIn(cisa, "lead@cisa.example");
    await signIn(google, "liaison@google.example");
    const { number } = await openIncident(cisa, { shareWith: ["google"] });
    const text = await tell(cisa, number);
    await see(google, at({ number }), alive);
    if (name !== "the notifications") await google.getByText(text).first().waitFor();
    const before = await google.locator(".nrow", { hasText: number }).count();
    await hands?.(google, { number });
    await cisa.goto("/shares?tab=waiting");
    const row = cisa.locator(".shrow", { hasText: text });
    await row.locator("summary", { hasText: "Take back" }).click();
    await follow(cisa, row.locator("form[action$='/revoke'] button"));
    await leaves(google, [text]);
    if (name === "the notifications") {
      await google.waitForFunction(([number, before]) =>
        Array.from(document.querySelectorAll(".nrow")).filter(row => row.textContent.includes(number)).length < before, [number, before]);
    }
    if (said) await google.getByText(said).first().waitFor();
    assert.equal((await google.goto(`/incidents/${number}`)).status(), 200, "the incident stays");
  });
}

spec("what is struck leaves the rail that others have open", async ({ open, signIn, alive }) => {
  const [cisa, google] = [await open({}), await open({ width: 1680 })];
  await signIn(cisa, "lead@cisa.example");
  await signIn(google, "liaison@google.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await alive(cisa);
  const words = `Struck out in ${number}.`;
  await see(google, "/board", alive);
  await post(cisa, words);
  await google.locator(".feed-item", { hasText: words }).waitFor();
  await cisa.reload();
  await cisa.goto(await cisa.locator("#entries > li", { hasText: words }).locator("a", { hasText: "Strike" }).first().getAttribute("href").then(href => new URL(href, cisa.url()).href));
  await cisa.fill("#strike [name=reason]", "Not so.");
  await follow(cisa, cisa.locator("#strike .act-foot button, #strike button.primary").first());
  await google.locator(".feed-item", { hasText: words }).waitFor({ state: "detached" });
});
