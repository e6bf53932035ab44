// A person's walk through the pages, in Debian's Chromium: two releases are added, looked at, decided on, closed, reopened and found as they were left.
//
//   node walk.mjs PROGRAM [--shots DIR]
//
// PROGRAM is the diglot to try. With --shots every page is also photographed at three widths.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const program = resolve(process.argv[2] ?? join(root, "target/debug/diglot"));
const shotsAt = process.argv.indexOf("--shots");
const shots = shotsAt > 0 ? resolve(process.argv[shotsAt + 1]) : null;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const MOST_BYTES = 100_000;
const work = mkdtempSync(join(tmpdir(), "diglot-walk-"));
const memory = join(work, "walk.diglot");
const diglot = (...given) => execFileSync(program, ["--memory", memory, ...given], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

let step = "";
function now(what) {
  step = what;
  console.log(`- ${what}`);
}

// ---- the server ----
const servers = [];
function serve(...given) {
  const child = spawn(program, ["--memory", memory, ...given], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  servers.push(child);
  return new Promise((settle, fail) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const address = /^(http:\/\/\S+)\n/m.exec(said);
      if (address) settle({ child, address: address[1] });
    });
    child.on("exit", (code) => fail(new Error(`the server ended with ${code}`)));
  });
}
async function end(server) {
  const ended = new Promise((settle) => { server.child.on("exit", (code, signal) => settle(code ?? signal)); });
  server.child.kill("SIGTERM");
  return ended;
}

// ---- the browser ----
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const faults = [];
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en", colorScheme: "light", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${step}: console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`${step}: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`${step}: a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url())) faults.push(`${step}: asked for ${request.url()}`);
  });
  page.on("response", async (response) => {
    const body = await response.body().catch(() => null);
    if (body && body.length > MOST_BYTES) faults.push(`${step}: ${response.url()} has ${body.length} bytes`);
  });
  return page;
}
// The page's policy forbids scripts from elsewhere; axe comes in through the debugger.
async function axe(page, what) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of found.violations) {
    const nodes = violation.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary ?? ""}`).join("; ");
    faults.push(`${what}: axe ${violation.id} (${violation.nodes.length}): ${nodes}`);
  }
}

const tally = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll("[data-count]")].map((it) => [it.dataset.count, Number(it.textContent)])));
const rows = (page) => page.evaluate(() => [...document.querySelectorAll(".row")].map((row) => `${row.dataset.at} ${row.dataset.state}`));
const said = (page) => page.textContent("#said");
const loaded = (page) => page.waitForSelector("#loading", { state: "hidden" });
async function choose(page, selector) {
  await page.evaluate((wanted) => document.querySelector(wanted).focus(), selector);
}
// Presses a key and waits until the server has answered.
async function decide(page, key) {
  const answered = page.waitForResponse((response) => response.url().endsWith("/decide"));
  await page.keyboard.press(key);
  const answer = await (await answered).json();
  await page.waitForFunction((text) => document.querySelector("#said").textContent === text, answer.said);
  return answer;
}

try {
  now("add two releases");
  const samples = "memories/samples/html";
  for (const name of ["2025-06-17-un-statement", "2026-04-15-vitebsk-meeting"]) {
    diglot("add", `${samples}/${name}.ru.html`, `${samples}/${name}.en.html`);
  }

  now("open review");
  let server = await serve("review", "--no-open");
  let base = new URL(server.address).origin;
  let page = await open();
  await page.goto(server.address);
  await loaded(page);
  assert.match(page.url(), /\/review\/\d+-\d+$/);
  assert.equal(await page.getAttribute(".head a[lang]", "lang"), "ru", "the original stands left");
  const first = await page.evaluate(() => document.activeElement.closest(".row").dataset.state);
  const before = await tally(page);
  assert.equal(first === "doubt", before.doubtful > 0, "what is in doubt comes first");
  await axe(page, "review");

  now("move by keys");
  await choose(page, ".row .seg");
  await page.keyboard.press("j");
  const second = await page.evaluate(() => [...document.querySelectorAll(".row")].indexOf(document.activeElement.closest(".row")));
  assert.equal(second, 1);
  await page.keyboard.press("k");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.v), "1");

  now("accept, also with a Cyrillic layout");
  const sure = () => page.evaluate(() => {
    const row = [...document.querySelectorAll(".row.sure")].find((it) => it.nextElementSibling?.matches(".sure"));
    return `#${row.querySelector(".seg").id}`;
  });
  await choose(page, await sure());
  assert.equal((await decide(page, "a")).answer, "done");
  assert.equal((await tally(page)).accepted, before.accepted + 1);
  await choose(page, await sure());
  const answered = page.waitForResponse((response) => response.url().endsWith("/decide"));
  await page.evaluate(() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ф", code: "KeyA", bubbles: true, cancelable: true })));
  assert.equal((await (await answered).json()).answer, "done");
  await page.waitForFunction((count) => document.querySelector('[data-count="accepted"]').textContent === String(count), before.accepted + 2);

  now("merge and split");
  await choose(page, await sure());
  const merging = await tally(page);
  assert.equal((await decide(page, "m")).answer, "done");
  assert.equal((await tally(page)).links, merging.links - 1);
  await page.keyboard.press("ArrowDown");
  assert.equal((await decide(page, "s")).answer, "done");
  assert.equal((await tally(page)).links, merging.links);
  assert.equal((await decide(page, "s")).answer, "refused");

  now("split inside a sentence, by keys and by a click");
  const caret = (version) => page.evaluate((of) => document.querySelector(`.seg[data-v="${of}"] .caret`)?.closest(".seg").querySelector(".text").textContent, version);
  const texts = (at) => page.evaluate((wanted) => [...document.querySelectorAll(".row")].find((it) => it.dataset.at === wanted)?.querySelectorAll(".text").length, at);
  const whole = await page.evaluate(() => {
    const words = (seg) => seg.querySelector(".text").textContent.split(" ").length;
    const row = [...document.querySelectorAll(".row.sure")].find((it) => it.querySelectorAll(".seg").length === 2 && !it.querySelector(".headline") && [...it.querySelectorAll(".seg")].every((seg) => words(seg) > 8));
    const ids = [...row.querySelectorAll(".seg")].map((it) => `#${it.id}`);
    return { at: row.dataset.at, ids, texts: ids.map((id) => document.querySelector(`${id} .text`).textContent) };
  });
  const unsplit = await tally(page);
  await choose(page, whole.ids[0]);
  await page.keyboard.press("c");
  assert.equal(await caret(0), whole.texts[0], "the caret changes no letter");
  assert.match(await said(page), /^Split here with s: ./);
  await page.keyboard.press("c");
  await page.keyboard.press("Shift+C");
  await page.keyboard.press("ArrowRight");
  const english2 = await page.locator(`${whole.ids[1]} .text`).boundingBox();
  await page.mouse.click(english2.x + english2.width / 2, english2.y + 12);
  assert.ok(await caret(0) && await caret(1), "each column has its caret");
  await axe(page, "carets");
  assert.equal((await decide(page, "s")).answer, "done");
  assert.equal((await tally(page)).links, unsplit.links + 1);
  const halves = await page.evaluate((ids) => ids.map((id) => {
    const first = document.querySelector(id);
    const second = first.closest(".row").nextElementSibling.querySelector(`.seg[data-v="${first.dataset.v}"]`);
    return [first, second].map((seg) => `${seg.className} ${seg.querySelector(".text").textContent}`);
  }), whole.ids);
  for (const [version, [one, other]] of halves.entries()) {
    assert.match(one, /^seg broken-off /);
    assert.match(other, /^seg goes-on /);
    assert.equal(`${one.replace("seg broken-off ", "")} ${other.replace("seg goes-on ", "")}`, whole.texts[version]);
  }
  await choose(page, whole.ids[0]);
  assert.equal((await decide(page, "m")).answer, "done");
  assert.equal(await texts(whole.at), 2, "merged it is the link that it was");
  assert.deepEqual(await page.evaluate((ids) => ids.map((id) => document.querySelector(`${id} .text`).textContent), whole.ids), whole.texts);
  await choose(page, whole.ids[1]);
  await page.keyboard.press("c");
  await page.keyboard.press("Escape");
  assert.equal(await page.$(".caret"), null);
  await page.keyboard.press("c");
  assert.equal((await decide(page, "s")).answer, "done");
  const half = await page.textContent(`${whole.ids[1]} .text`);
  assert.ok(whole.texts[1].startsWith(half) && half.length < whole.texts[1].length);
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await choose(page, await sure());
    await page.keyboard.press("c");
    await page.screenshot({ path: join(shots, "split.png") });
    await page.keyboard.press("Escape");
  }

  now("unlink and link");
  const target = await sure();
  const ends = await page.evaluate((id) => [...document.querySelector(id).closest(".row").querySelectorAll(".seg")].map((it) => `#${it.id}`), target);
  await choose(page, target);
  const linked = await tally(page);
  assert.equal((await decide(page, "x")).answer, "done");
  assert.equal((await tally(page)).links, linked.links - 1);
  await choose(page, ends[0]);
  await page.keyboard.press("l");
  const linking = page.waitForResponse((response) => response.url().endsWith("/decide"));
  await page.click(`${ends.at(-1)}`);
  assert.equal((await (await linking).json()).answer, "done");
  await page.waitForFunction((links) => document.querySelector('[data-count="links"]').textContent === String(links), linked.links);

  now("undo and redo");
  const decided = await rows(page);
  assert.equal((await decide(page, "u")).answer, "done");
  assert.notDeepEqual(await rows(page), decided);
  assert.equal((await decide(page, "Shift+U")).answer, "done");
  assert.deepEqual(await rows(page), decided);

  now("edit, apart from the original");
  const edited = "Colleagues, good morning to you all.";
  const english = await page.evaluate(() => `#${document.querySelector('.row.sure .seg[data-v="1"]').id}`);
  const original = await page.textContent(`${english} .text`);
  await choose(page, english);
  await page.keyboard.press("e");
  await page.waitForSelector("#edit[open]");
  await axe(page, "edit");
  await page.fill("#edit-text", edited);
  const saving = page.waitForResponse((response) => response.url().endsWith("/decide"));
  await page.keyboard.press("Control+Enter");
  assert.equal((await (await saving).json()).answer, "done");
  await page.waitForSelector(".edited");
  assert.match(await page.textContent(".edited"), new RegExp(edited));
  assert.equal(await page.textContent(`${english} .text`), original);

  now("realign");
  assert.match((await decide(page, "r")).answer, /done|unchanged/);
  await page.keyboard.press("?");
  await page.waitForSelector("#help[open]");
  await axe(page, "help");
  await page.keyboard.press("Escape");

  now("close, reopen, find it all");
  const left = await rows(page);
  const path = new URL(page.url()).pathname;
  assert.equal(await end(server), 0, "the server ends in order");
  server = await serve("review", "--no-open", path.split("/").at(-1).split("-")[0]);
  base = new URL(server.address).origin;
  await page.goto(server.address);
  await loaded(page);
  assert.deepEqual(await rows(page), left);
  assert.match(await page.textContent(".edited"), new RegExp(edited));
  while ((await decide(page, "u")).answer === "done");
  assert.deepEqual(await tally(page), before, "all of it can be taken back after a restart");
  while ((await decide(page, "Shift+U")).answer === "done");
  assert.deepEqual(await rows(page), left, "and done again");
  const commands = diglot("log", "--limit", "100", "--json").trim().split("\n").map((line) => JSON.parse(line).command);
  for (const command of ["accept", "merge", "split", "unlink", "link", "edit", "undo"]) assert.ok(commands.includes(command), command);
  diglot("check");

  now("search");
  await page.keyboard.press("/");
  await page.waitForURL("**/search");
  await page.fill("#q", "безопасность");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".hits mark");
  await axe(page, "search");
  await page.goto(`${base}/search?q=${encodeURIComponent(half)}`);
  await page.waitForSelector(".hits mark");
  assert.ok((await page.$$eval(".hits p", (found) => found.map((it) => it.textContent))).some((text) => text.includes(half) && !text.includes(whole.texts[1])), "a piece is found as a unit of its own");
  await page.goto(`${base}/search?q=conference&view=kwic&sort=right`);
  await page.waitForSelector(".kwic .keyword");
  await axe(page, "kwic");
  await page.goto(`${base}/search?q=${encodeURIComponent("погода")}&view=renderings`);
  await axe(page, "renderings");

  now("suggest");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: base });
  await page.goto(`${base}/desk`);
  await page.fill("#desk-text", "Мы предлагаем четыре шага:\nНас часто спрашивают, не повредит ли открытость торговле.");
  await page.waitForSelector(".task:nth-of-type(2) .target");
  assert.match(await page.textContent(".task .target"), /We propose three steps/);
  assert.match(await page.textContent(".task .difference del"), /три/);
  await axe(page, "desk");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.keyboard.press("c");
  await page.waitForFunction(() => document.querySelector("#said").textContent === "Copied.");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /We propose three steps/);

  now("a thousand sentences");
  const places = ["Minsk", "Brest", "Gomel", "Grodno", "Vitebsk", "Mogilev", "Pinsk"];
  const города = ["Минск", "Брест", "Гомель", "Гродно", "Витебск", "Могилёв", "Пинск"];
  const long = [...Array(1000).keys()];
  writeFileSync(join(work, "long.en.txt"), long.map((n) => `The delegation of ${places[n % 7]} signed agreement ${n} with ${places[(n + 3) % 7]}.`).join("\n\n"));
  writeFileSync(join(work, "long.ru.txt"), long.map((n) => `Делегация города ${города[n % 7]} подписала соглашение ${n} с городом ${города[(n + 3) % 7]}.`).join("\n\n"));
  diglot("add", join(work, "long.ru.txt"), join(work, "long.en.txt"));
  await page.goto(`${base}/review`);
  await loaded(page);
  assert.ok((await rows(page)).length >= 1000);
  const took = async (work) => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  const moves = await took(async () => { for (let n = 0; n < 40; n += 1) await page.keyboard.press("j"); });
  const decision = await took(() => decide(page, "a"));
  console.log(`  40 moves ${moves.toFixed(0)} ms, a decision ${decision.toFixed(0)} ms`);
  assert.ok(moves < 4000 && decision < 3000, "it stays fluent");

  now("accept here, not elsewhere");
  for (const [name, number] of [["morning", 3], ["evening", 7]]) {
    writeFileSync(join(work, `${name}.ru.txt`), `Совет рассмотрел ${number} вопросов.\n\nБлагодарю всех участников за работу.`);
    writeFileSync(join(work, `${name}.en.txt`), `The council considered ${number} questions.\n\nI thank all participants for their work.`);
    diglot("add", join(work, `${name}.ru.txt`), join(work, `${name}.en.txt`));
  }
  const release = (name) => diglot("documents", "--json").trim().split("\n").map((line) => JSON.parse(line)).find((it) => it.file?.includes(name)).document;
  const thanks = () => page.evaluate(() => [...document.querySelectorAll(".row")].find((it) => it.textContent.includes("I thank all")).dataset.state);
  for (const [name, wanted] of [["evening", "accepted"], ["morning", "sure"]]) {
    await page.goto(`${base}/review/${release(name)}`);
    await loaded(page);
    if (wanted === "accepted") {
      await choose(page, ".row:last-child .seg");
      assert.equal((await decide(page, "a")).answer, "done");
    }
    assert.equal(await thanks(), wanted, name);
  }

  now("a hostile release");
  const evil = `<script>window.taken = 1</script><img src=x onerror="window.taken = 1">`;
  const hostile = (lang, say) => `<!doctype html><html lang="${lang}"><head><title>${evil.replaceAll("<", "&lt;")} ${say}</title></head><body><article><h1>${evil.replaceAll("<", "&lt;")} ${say}</h1><p>${say} &lt;script&gt;window.taken = 1&lt;/script&gt; "'&gt;&lt;img src=x onerror=window.taken=1&gt; 2026.</p><p>${say} &lt;/textarea&gt;&lt;/li&gt;&lt;/ol&gt; 17.</p></article></body></html>`;
  writeFileSync(join(work, "evil.ru.html"), hostile("ru", "Министр посетил новую школу в Минске."));
  writeFileSync(join(work, "evil.en.html"), hostile("en", "The minister visited the new school in Minsk."));
  diglot("add", join(work, "evil.ru.html"), join(work, "evil.en.html"));
  for (const address of ["/review", "/", "/search?q=minister", "/search?q=%22%3E%3Cscript%3Ewindow.taken=1%3C/script%3E", "/history"]) {
    await page.goto(base + address);
    assert.equal(await page.evaluate(() => window.taken), undefined, address);
  }

  now("every page, both themes, three languages");
  const pages = { releases: "/", review: path, search: "/search?q=conference", kwic: "/search?q=conference&view=kwic", desk: "/desk", statistics: "/statistics", history: "/history", document: "/documents/1", missing: "/documents/999999" };
  for (const [language, theme] of [["en", "dark"], ["ru", "light"], ["be", "dark"]]) {
    await page.goto(`${base}/`);
    const there = page.waitForNavigation();
    await page.selectOption(".preferences [name=language]", language);
    await there;
    const again = page.waitForNavigation();
    await page.selectOption(".preferences [name=theme]", theme);
    await again;
    for (const [name, address] of Object.entries(pages)) {
      const expected = faults.length;
      await page.goto(base + address);
      // That a page is missing is what is looked at here.
      if (name === "missing") faults.length = expected;
      assert.equal(await page.getAttribute("html", "lang"), language);
      const dark = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.equal(dark === "rgb(20, 24, 29)", theme === "dark", `${name} is ${dark}`);
      await axe(page, `${name} ${language} ${theme}`);
      const text = await page.textContent("main");
      assert.ok(!/\b(nav|said|review|tally|search|desk)\.[a-z_]+\b/.test(text), `${name}: words are missing`);
    }
  }

  now("three widths");
  for (const width of [360, 1024, 1920]) {
    const narrow = await open({ viewport: { width, height: width < 500 ? 780 : 1000 } });
    for (const [name, address] of Object.entries(pages)) {
      if (name === "missing") continue;
      await narrow.goto(base + address);
      if (name === "review") await loaded(narrow);
      if (name === "desk") {
        await narrow.fill("#desk-text", "Мы предлагаем четыре шага:\nСовсем другое предложение о погоде в горах.");
        await narrow.waitForSelector(".task");
      }
      const wide = await narrow.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) faults.push(`${name} at ${width}: ${wide} wide`);
      if (shots) {
        mkdirSync(shots, { recursive: true });
        await narrow.screenshot({ path: join(shots, `${name}-${width}.png`) });
      }
    }
    await narrow.context().close();
  }

  now("a server that may not write, and one with a token");
  const reading = await serve("serve", "--port", "0");
  await page.goto(`${new URL(reading.address).origin}${path}`);
  await loaded(page);
  await choose(page, ".row .seg");
  await page.keyboard.press("a");
  assert.match(await said(page), /\S/);
  await end(reading);
  const guarded = await serve("serve", "--port", "0", "--token", "a-token-for-the-walk");
  const stranger = await open();
  await stranger.goto(guarded.address);
  assert.match(stranger.url(), /\/login$/);
  await axe(stranger, "login");
  await stranger.fill("[name=token]", "a-token-for-the-walk");
  await stranger.keyboard.press("Enter");
  await stranger.waitForSelector(".releases");
  await end(guarded);
  await end(server);
  assert.deepEqual(faults, [], "no fault on the way");
  console.log("walked to the end");
} catch (error) {
  console.error(`failed at: ${step}`);
  for (const fault of faults) console.error(`  ${fault}`);
  console.error(error);
  process.exitCode = 1;
} finally {
  await browser.close();
  for (const child of servers) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  rmSync(work, { recursive: true, force: true });
}
