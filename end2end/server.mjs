// A demo room of our own: a free port of the loopback, an empty data folder, a password we know.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const target = process.env.CARGO_TARGET_DIR ?? join(here, "../target");
const program = process.env.WATCHFLOOR_BIN ?? resolve(target, "debug/watchfloor");
const startWithin = 120_000;
const stopWithin = 10_000;

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

// `command`: `demo`, or `serve` for a room that is empty.
export async function startServer(log, command = "demo") {
  const data = mkdtempSync(join(tmpdir(), "watchfloor-end2end-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const password = "a long password of the demo room";
  const output = openSync(log, "w");
  const child = spawn(program, [command], {
    stdio: ["ignore", output, output],
    env: {
      ...process.env, WATCHFLOOR_LISTEN: listen, WATCHFLOOR_DATA: data, WATCHFLOOR_DEMO_PASSWORD: password,
      // Every test signs its people in anew, all from one address.
      WATCHFLOOR_SIGN_IN_BURST: "10000", WATCHFLOOR_ACCOUNT_BURST: "10000",
    },
  });
  const ended = new Promise(done => {
    child.once("exit", (code, signal) => done({ code, signal }));
    child.once("error", error => done({ error }));
  });
  const tail = () => readFileSync(log, "utf8").split("\n").slice(-60).join("\n");

  const stop = async () => {
    child.kill("SIGTERM");
    const end = await Promise.race([ended, pause(stopWithin, undefined, { ref: false })]);
    if (!end) child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
    return end?.code === 0;
  };

  const deadline = Date.now() + startWithin;
  while (Date.now() < deadline) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return { environment: { WATCHFLOOR_URL: url, DEMO_PASSWORD: password }, log, stop, tail };
    const end = await Promise.race([ended, pause(200)]);
    if (end) {
      rmSync(data, { recursive: true, force: true });
      throw new Error(`${program} ended before it was ready (${end.error?.message ?? end.code ?? end.signal}):\n${tail()}`);
    }
  }
  await stop();
  throw new Error(`${program} was not ready within ${startWithin / 1000} s:\n${tail()}`);
}
