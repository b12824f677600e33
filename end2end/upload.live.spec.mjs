// Evidence on its way: several at once, with progress, cancel and retry.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spec } from "./fixture.mjs";
import { openIncident } from "./room.mjs";

const file = (name, size, fill) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.alloc(size, fill) });

spec("several files go up at once and show the hash that the server computed", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@maricopa.example");
  await openIncident(page);
  await alive(page);
  await page.click("#add-evidence > summary");
  const files = [file("sheet-1.bin", 300_000, "a"), file("sheet-2.bin", 200_000, "b")];
  await page.setInputFiles("#evidence-file", files);
  await page.locator("#uploads li", { hasText: "Added as E-1" }).waitFor();
  await page.locator("#uploads li", { hasText: "Added as E-2" }).waitFor();
  for (const { name, buffer } of files) {
    const exhibit = page.locator("#exhibits .ev", { hasText: name });
    await exhibit.waitFor();
    const hash = createHash("sha256").update(buffer).digest("hex");
    assert.match((await exhibit.textContent()).replace(/\s/g, ""), new RegExp(`${hash.slice(0, 8)}…${hash.slice(-4)}`));
  }
});

spec("an upload shows its progress and can be cancelled; nothing of it stays", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@philadelphia.example");
  const { number } = await openIncident(page);
  await alive(page);
  const slow = await page.context().newCDPSession(page);
  await slow.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 });
  await page.click("#add-evidence > summary");
  await page.setInputFiles("#evidence-file", file("film.bin", 8_000_000, "c"));
  const row = page.locator("#uploads li", { hasText: "film.bin" });
  await row.locator("progress").waitFor();
  await row.getByRole("button", { name: "Cancel film.bin" }).click();
  await page.waitForFunction(() => document.querySelectorAll("#uploads li").length === 0);
  await slow.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await page.goto(`/incidents/${number}`);
  assert.equal(await page.locator("#exhibits .ev").count(), 0);
});

spec("an upload that the network broke can be tried again and arrives once", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@nass.example");
  await openIncident(page);
  await alive(page);
  await page.click("#add-evidence > summary");
  await page.route("**/api/v1/incidents/*/evidence", route => route.abort("connectionreset"));
  await page.setInputFiles("#evidence-file", file("notice.bin", 50_000, "d"));
  await page.locator("#uploads .te-fail", { hasText: "the connection broke" }).waitFor();
  await page.unroute("**/api/v1/incidents/*/evidence");
  await page.click("#uploads button[data-act=again]");
  await page.locator("#uploads li", { hasText: "Added as E-1" }).waitFor();
  await page.locator("#exhibits .ev", { hasText: "notice.bin" }).waitFor();
  assert.equal(await page.locator("#exhibits .ev").count(), 1);
}, { noise: /ERR_CONNECTION_RESET/ });

spec("an empty file is refused beside its name", async ({ open, signIn, alive }) => {
  const page = await open({});
  await signIn(page, "analyst@eiisac.example");
  await openIncident(page);
  await alive(page);
  await page.click("#add-evidence > summary");
  await page.setInputFiles("#evidence-file", file("nothing.txt", 0, ""));
  await page.locator("#uploads li", { hasText: "the file is empty" }).waitFor();
});
