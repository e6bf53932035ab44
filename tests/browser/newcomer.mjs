// How long a newcomer needs from the README to a reviewed release: its two commands, then a decision on every link in doubt, each after the time it
// takes to read a pair of sentences. What is seen at each step is printed with the seconds since the start.
//
//   node newcomer.mjs [PROGRAM] [--read SECONDS]
//
// PROGRAM is a diglot that is built already; `cargo build --release` before it is not counted.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const given = process.argv.slice(2);
const readAt = given.indexOf("--read");
const reading = readAt >= 0 ? Number(given.splice(readAt, 2)[1]) : 8;
const program = resolve(given[0] ?? join(root, "target/release/diglot"));
const work = mkdtempSync(join(tmpdir(), "diglot-newcomer-"));
const memory = join(work, "try.diglot");

const begun = Date.now();
const seen = (what) => console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${what}`);
const read = () => new Promise((done) => { setTimeout(done, reading * 1000); });

const added = execFileSync(program, ["--memory", memory, "add", "memories/samples/html"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
seen(`added: ${added.match(/^ +\d+ units, /gm).length} releases of ${added.match(/^\w+ \S+$/gm).length} pages`);
await read();

const server = spawn(program, ["--memory", memory, "review", "--no-open"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
const address = await new Promise((settle) => {
  let said = "";
  server.stdout.on("data", (data) => {
    said += data;
    const found = /^(http:\/\/\S+)\n/m.exec(said);
    if (found) settle(found[1]);
  });
});
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en" });
await page.goto(address);
await page.waitForSelector("#loading", { state: "hidden" });
const count = (what) => page.evaluate((name) => Number(document.querySelector(`[data-count="${name}"]`).textContent), what);
seen(`the review page of “${await page.title()}”: ${await count("links")} links, ${await count("doubtful")} in doubt`);
for (let left = await count("doubtful"), first = true; left > 0; left = await count("doubtful"), first = false) {
  if (!first) await page.keyboard.press("n");
  await read();
  const answered = page.waitForResponse((response) => response.url().endsWith("/decide"));
  await page.keyboard.press("a");
  const { said } = await (await answered).json();
  await page.waitForFunction((text) => document.querySelector("#said").textContent === text, said);
  if (await count("doubtful") >= left) throw new Error(`still ${left} in doubt after “${said}”`);
  seen(`${said} (${await count("doubtful")} left)`);
}
await browser.close();
server.kill("SIGTERM");
const asked = execFileSync(program, ["--memory", memory, "suggest", "--to", "en", "Мы предлагаем четыре шага:"], { cwd: root, encoding: "utf8" });
seen(`asked: ${asked.split("\n")[0].trim()}`);
rmSync(work, { recursive: true });
