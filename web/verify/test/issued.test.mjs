// Pages as `huzhu receipt` writes them: green in both languages when opened from a file, red with
// any digit changed. HUZHU_PROGRAM names the program, HUZHU_SCREENSHOTS a folder for pictures.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.HUZHU_CHROMIUM ?? programs.find((path) => existsSync(path));
const repository = fileURLToPath(new URL("../../../", import.meta.url));
const huzhu = process.env.HUZHU_PROGRAM ?? join(repository, "target/debug/huzhu");
const missing = executablePath ? "no huzhu: build it, or set HUZHU_PROGRAM" : "no Chromium here";
const skip = executablePath && existsSync(huzhu) ? false : missing;

const KINDS = { member: "member 3", charge: "charge 3 --period 0", case: "case 0", period: "period 0" };

let browser, folder;

function run(command) {
  const words = command.split(" ");
  const dir = join(folder, "ledger");
  execFileSync(huzhu, [...words, "--dir", dir, "--json"], { cwd: repository, stdio: "pipe" });
}

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "issued-"));
  for (const command of [
    "plan found --plan examples/neighbours.toml --rehearsal --day 2019-01-02" +
      " --first-publicity 2019-05-07",
    "member enrol-batch examples/ten-members.csv",
    "case file --member 3 --severity severe --diagnosed 2019-05-02 --ask 2000.00 --day 2019-05-04",
    "case investigate 0 --born 1979-03-12 --assess 2000.00",
    "case approve 0 --aid 2000.00",
    "case publish 0",
    "period publish 0 --day 2019-05-07",
    "period notice 0 --about charge",
    "period close 0 --day 2019-05-14",
    "period collect 0",
    "period pay 0",
    "period fee 0",
    "period settle 0",
    "period seal 0",
  ]) {
    run(command);
  }
  for (const [kind, of] of Object.entries(KINDS)) {
    run(`receipt ${of} --out ${join(folder, kind)}.txt`);
  }
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

async function open(path, locale) {
  const page = await browser.newPage({ viewport: { width: 1024, height: 900 }, locale });
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => assert.fail(`the page throws: ${error}`));
  await page.goto(pathToFileURL(path).href);
  await page.waitForFunction(() => document.body.dataset.state !== "checking");
  assert.equal(requests.length, 1, `the page loads nothing else: ${requests}`);
  return page;
}

async function picture(page, name) {
  const folder = process.env.HUZHU_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const SETTLED = { member: false, charge: false, case: true, period: true };

for (const kind of Object.keys(KINDS)) {
  test(`an issued receipt of a ${kind} is green in both languages`, { skip }, async () => {
    for (const [locale, verdict, settled] of [
      ["en-GB", "Verified", "Settled: the custodian"],
      ["zh-CN", "核验通过", "已结清: 托管方"],
    ]) {
      const page = await open(join(folder, `${kind}.html`), locale);
      assert.equal(await page.locator("h1").textContent(), verdict);
      assert.equal(await page.evaluate(() => document.body.dataset.state), "good");
      const states = await page.locator("#states li").allTextContents();
      assert.equal(states.length, 5);
      assert.equal(states[4].includes(settled), SETTLED[kind], states[4]);
      assert.ok(states[3].startsWith("–"), "nobody has cosigned");
      assert.ok((await page.locator("#not li").count()) >= 4);
      await picture(page, `issued-${kind}-${locale}`);
      await page.close();
    }
  });
}

test("a digit changed in an issued page turns it red", { skip }, async () => {
  const path = join(folder, "charge.html");
  const saved = readFileSync(path, "utf8");
  const text = readFileSync(join(folder, "charge.txt"), "utf8");
  const changes = [
    ["\ncharge 20600\n", "\ncharge 20601\n", "charge"],
    ["\nmember 3\n", "\nmember 4\n", "charge"],
    ['"share_minor":20600', '"share_minor":20500', "inclusion"],
    ['"sharers":10', '"sharers":11', "inclusion"],
  ];
  for (const [from, to, step] of changes) {
    assert.ok(text.includes(from), from);
    const changed = join(folder, "changed.html");
    writeFileSync(changed, saved.replaceAll(from, to));
    const page = await open(changed, "en-GB");
    const found = await page.evaluate(() => ({ ...document.body.dataset }));
    assert.deepEqual(found, { state: "bad", step }, from);
    if (step === "charge") await picture(page, "issued-charge-red");
    await page.close();
  }
});
