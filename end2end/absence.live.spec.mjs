// What somebody may not see any more leaves every page that they have open at once: also an idle one, and one in
// which their hands are.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, openIncident, post } from "./room.mjs";

const live = page => page.locator('.link-state[data-state="live"]').waitFor();

// Nothing of these words is left: in no text, title, attribute or field. A page in the background draws nothing.
const leaves = (page, words) => page.waitForFunction(words => {
  const held = [document.title, document.documentElement.outerHTML, ...Array.from(document.querySelectorAll("textarea, input"), field => field.value)];
  return !words.some(word => held.some(text => text.includes(word)));
}, words, { polling: 100 });

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

// Another page of the same browser; its connections to one server are few, so no more than three follow one.
async function beside(context, address, alive) {
  const page = await context.newPage();
  await page.goto(address);
  await alive(page);
  await live(page);
  return page;
}

// Says which of the pages that are open a failure is about.
async function within(name, steps) {
  try {
    return await steps();
  } catch (error) {
    error.message = `${name}: ${error.message}`;
    throw error;
  }
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
const looked = {
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

// Google signs in with a browser for each three pages, of the width that most of them want.
async function browsers(pages, { open, signIn }) {
  const wide = pages.filter(([, { width }]) => width), rest = pages.filter(([, { width }]) => !width);
  const held = [];
  for (const some of [wide, rest.slice(0, 3), rest.slice(3)]) {
    if (some.length === 0) continue;
    const page = await open({ width: some[0][1].width ?? 1280 });
    await signIn(page, "liaison@google.example");
    await page.close();
    held.push(...some.map(([name, steps]) => ({ name, context: page.context(), ...steps })));
  }
  return held;
}

for (const [what, end] of Object.entries(ends)) {
  spec(`when ${what}, all of it leaves every page that others have open, idle or in their hands`, async ({ open, signIn, alive, axe }) => {
    const cisa = await open({});
    await signIn(cisa, "lead@cisa.example");
    const it = await shared(cisa, alive);
    const pages = await browsers(Object.entries(looked), { open, signIn });
    for (const view of pages) {
      await within(view.name, async () => {
        view.page = await beside(view.context, view.at(it), alive);
        await view.page.getByText(it.number).first().waitFor({ state: "attached" });
        await view.hands?.(view.page, it, async () => {
          await cisa.goto(`/incidents/${it.number}`);
          await alive(cisa);
          await post(cisa, `${it.words} Again.`);
        });
      });
    }
    await end(cisa, it.number);
    for (const { name, page, after, said } of pages) {
      await within(name, async () => {
        await leaves(page, [it.title, it.words, it.file]);
        await after?.(page);
        await leaves(page, [it.title, it.words, it.file]);
        if (said) await page.getByText(said).first().waitFor();
        await axe(page);
      });
    }
  });
}

const told = {
  "the inbox, with an answer in the making": looked["the inbox, with an answer in the making"],
  "the ledger": looked["the ledger"],
  "the notifications": { ...looked["the notifications"], at: () => "/notifications?kind=shared" },
  "the incident": { at: ({ number }) => `/incidents/${number}`, hands: page => page.locator("#shares a").first().focus() },
};
const noticed = (page, number) => page.locator(".nrow", { hasText: number }).count();

spec("words that are taken back leave every page that others have open, while the incident stays", async ({ open, signIn, alive }) => {
  const cisa = await open({});
  await signIn(cisa, "lead@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  const text = await tell(cisa, number);
  const pages = await browsers(Object.entries(told), { open, signIn });
  for (const view of pages) {
    await within(view.name, async () => {
      view.page = await beside(view.context, view.at({ number }), alive);
      if (view.name !== "the notifications") await view.page.getByText(text).first().waitFor();
      view.notices = await noticed(view.page, number);
      await view.hands?.(view.page, { number });
    });
  }
  await cisa.goto("/shares?tab=waiting");
  const row = cisa.locator(".shrow", { hasText: text });
  await row.locator("summary", { hasText: "Take back" }).click();
  await follow(cisa, row.locator("form[action$='/revoke'] button"));
  for (const { name, page, said, notices } of pages) {
    await within(name, async () => {
      await leaves(page, [text]);
      if (name === "the notifications") {
        await page.waitForFunction(([number, before]) =>
          Array.from(document.querySelectorAll(".nrow")).filter(row => row.textContent.includes(number)).length < before, [number, notices], { polling: 100 });
      }
      if (said) await page.getByText(said).first().waitFor();
      assert.equal((await page.goto(`/incidents/${number}`)).status(), 200, "the incident stays");
    });
  }
});

spec("what is struck leaves the rail that others have open", async ({ open, signIn, alive }) => {
  const [cisa, google] = [await open({}), await open({ width: 1680 })];
  await signIn(cisa, "lead@cisa.example");
  await signIn(google, "liaison@google.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await alive(cisa);
  const words = `Struck out in ${number}.`;
  const board = await beside(google.context(), "/board", alive);
  await post(cisa, words);
  await board.locator(".feed-item", { hasText: words }).waitFor();
  await cisa.reload();
  await cisa.goto(await cisa.locator("#entries > li", { hasText: words }).locator("a", { hasText: "Strike" }).first().getAttribute("href").then(href => new URL(href, cisa.url()).href));
  await cisa.fill("#strike [name=reason]", "Not so.");
  await follow(cisa, cisa.locator("#strike .act-foot button, #strike button.primary").first());
  await board.locator(".feed-item", { hasText: words }).waitFor({ state: "detached" });
});
