// Runs the browser tests: a fresh demo room, then every `*.spec.mjs`, with JavaScript and again without.
// `*.live.spec.mjs` needs JavaScript. `node run.mjs [--js on|off] [part of a file's name ...]`.
import { readdirSync, readFileSync, mkdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { startServer } from "./server.mjs";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const results = join(here, "results");

const wanted = process.argv.slice(2);
const only = wanted.includes("--js") ? wanted.splice(wanted.indexOf("--js"), 2)[1] : undefined;
const matches = name => wanted.length === 0 || wanted.some(part => name.includes(part));

function specs(js) {
  const names = readdirSync(here).filter(name => name.endsWith(".spec.mjs") && matches(name)).sort();
  return js === "on" ? names : names.filter(name => !name.endsWith(".live.spec.mjs"));
}

// Node's own runner prints for people; the same run in TAP carries the counts.
function runSpecs(names, environment, tap) {
  const node = spawnSync(process.execPath, [
    "--test", "--test-concurrency=1",
    "--test-reporter=spec", "--test-reporter-destination=stdout",
    "--test-reporter=tap", `--test-reporter-destination=${tap}`,
    ...names.map(name => join(here, name)),
  ], { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...environment } });
  const summary = readFileSync(tap, "utf8");
  const number = word => Number(summary.match(new RegExp(`^# ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  const failed = number("fail") + number("cancelled");
  return { passed: number("pass"), failed: node.status === 0 ? failed : Math.max(failed, 1) };
}

async function runRoom(js) {
  const names = specs(js);
  if (names.length === 0) return { passed: 0, failed: 0 };
  console.log(`\nJavaScript ${js}`);
  const server = await startServer(join(results, `server-js-${js}.log`));
  const counts = runSpecs(names, { ...server.environment, WATCHFLOOR_JS: js }, join(results, `js-${js}.tap`));
  const clean = await server.stop();
  if (!clean) {
    console.log("The server did not stop within 10 s of SIGTERM, or not with exit code 0");
    counts.failed += 1;
  }
  if (counts.failed > 0) console.log(`\nLast lines of ${server.log}:\n${server.tail()}`);
  return counts;
}

mkdirSync(results, { recursive: true });
const total = { passed: 0, failed: 0 };
for (const js of only ? [only] : ["on", "off"]) {
  try {
    const counts = await runRoom(js);
    total.passed += counts.passed;
    total.failed += counts.failed;
  } catch (error) {
    console.log(error.message);
    total.failed += 1;
  }
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
