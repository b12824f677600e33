// What a script adds: the bell counts by itself, the composer offers people, what is taken back goes.
import assert from "node:assert/strict";
import { spec } from "./fixture.mjs";
import { follow, openIncident } from "./room.mjs";

spec("the bell counts while its person looks elsewhere, and what is taken back is gone", async ({ open, signIn, alive }) => {
  const google = await open({});
  await signIn(google, "counsel@google.example");
  await google.goto("/notifications");
  await alive(google);
  const before = await google.locator(".nrow").count();
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const { number } = await openIncident(cisa, { shareWith: ["google"] });
  await google.locator(".nrow", { hasText: number }).waitFor();
  await google.waitForFunction(() => document.querySelector(".bell-count")?.hidden === false);
  await cisa.goto("/shares?tab=waiting");
  const share = cisa.locator(".shrow", { hasText: number });
  await share.locator("summary", { hasText: "Take back" }).click();
  await follow(cisa, share.locator("form[action$='/revoke'] button"));
  await google.waitForFunction(number => !document.body.innerText.includes(number), number);
  assert.equal(await google.locator(".nrow").count(), before);
});

spec("the composer offers those who will see the entry, and nobody else", async ({ open, signIn, alive, axe }) => {
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  await openIncident(cisa, { shareWith: ["google"] });
  await alive(cisa);
  await cisa.click("#c-text");
  await cisa.keyboard.type("Please look, @lia");
  const options = cisa.locator("#c-mentions li");
  await options.first().waitFor();
  assert.deepEqual(await options.locator("small").allInnerTexts(), ["liaison@google.example"]);
  await axe(cisa);
  await cisa.keyboard.press("Enter");
  assert.equal(await cisa.inputValue("#c-text"), "Please look, @liaison@google.example ");
  assert.equal(await options.count(), 0);
  // Narrowed to one's own: nobody of the other organisation is offered.
  await cisa.locator("label:has(input[name=audience][value=google])").click();
  await cisa.click("#c-text");
  await cisa.keyboard.type("and @");
  await options.first().waitFor();
  for (const address of await options.locator("small").allInnerTexts()) assert.match(address, /@cisa\.example$/);
  await cisa.keyboard.press("Escape");
  assert.equal(await options.count(), 0);
});

spec("a browser notification says number and severity, and only while nobody looks", async ({ open, signIn, alive }) => {
  const google = await open({});
  // The browser under test has no desktop: it keeps what it would have shown.
  await google.addInitScript(() => {
    window.shown = [];
    let permission = sessionStorage.getItem("granted") ?? "default";
    window.Notification = class {
      constructor(title, options) { window.shown.push(`${title}: ${options.body}`); }
      static get permission() { return permission; }
      static async requestPermission() { sessionStorage.setItem("granted", permission = "granted"); return permission; }
    };
    Object.defineProperty(document, "hidden", { get: () => window.away === true });
  });
  await signIn(google, "liaison@google.example");
  await google.goto("/me");
  await alive(google);
  const button = google.locator("#desktop-notices");
  await button.click();
  await google.waitForFunction(() => document.querySelector("#desktop-notices").getAttribute("aria-pressed") === "true");
  await google.goto("/notifications");
  await alive(google);
  const cisa = await open({});
  await signIn(cisa, "liaison@cisa.example");
  const looking = await openIncident(cisa, { shareWith: ["google"] });
  await google.locator(".nrow", { hasText: looking.number }).waitFor();
  await google.evaluate(() => { window.away = true; });
  const away = await openIncident(cisa, { shareWith: ["google"] });
  await google.waitForFunction(() => window.shown.length > 0);
  const shown = await google.evaluate(() => window.shown);
  assert.deepEqual(shown, [`Watchfloor: ${away.number} High`]);
});
