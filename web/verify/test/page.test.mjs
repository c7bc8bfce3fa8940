// The saved page of a receipt, opened from a file in a browser: green as it was issued, red with
// any digit changed, in both languages and on a phone, without a single request.
//
// HUZHU_SCREENSHOTS names a folder for pictures.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

import { files } from "./vectors.mjs";

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.HUZHU_CHROMIUM ?? programs.find((path) => existsSync(path));
const skip = executablePath ? false : "no Chromium here: set HUZHU_CHROMIUM to its path";

const template = readFileSync(new URL("../dist/receipt.html", import.meta.url), "utf8");
const receipts = files().find(({ format }) => format === "receipt").vectors;
const named = (name) => {
  const vector = receipts.find((vector) => vector.name === name);
  return Buffer.from(vector.parts[0]).toString("utf8");
};
const receipt = named("charge of member 14");

let browser, folder;
const context = { width: 1024, height: 900, locale: "en-GB" };

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "receipt-"));
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

// Saves the page with this text as an issuer does, and opens the file.
async function open(text, { width, height, locale, ...options } = context) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const path = join(folder, "receipt.html");
  writeFileSync(path, template.replace("{{RECEIPT}}", () => escaped));
  return load(path, { viewport: { width, height }, locale, ...options });
}

async function load(path, options) {
  const page = await browser.newPage(options);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => assert.fail(`the page throws: ${error}`));
  await page.goto(pathToFileURL(path).href);
  await page.waitForFunction(() => document.body.dataset.state !== "checking");
  assert.equal(requests.length, 1, `the page loads nothing else: ${requests}`);
  return page;
}

const state = (page) => page.evaluate(() => ({ ...document.body.dataset }));
const picture = async (page, name) => {
  const folder = process.env.HUZHU_SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
};

test("the committed files are what the build writes", () => {
  const script = new URL("../build.mjs", import.meta.url).pathname;
  execFileSync(process.execPath, [script, "--check"]);
});

test("a receipt is green, checked twice", { skip }, async () => {
  const page = await open(receipt);
  assert.deepEqual(await state(page), { state: "good", step: "" });
  const programs = await page.locator("#programs li").allTextContents();
  assert.equal(programs.length, 2);
  for (const program of programs) assert.match(program, /passed$/);
  assert.equal(await page.locator("#amount").textContent(), "325");
  assert.match(await page.locator("#proves").textContent(), /one sealed list/);
  assert.match(await page.locator("#not").textContent(), /real person/);
  await picture(page, "good-en");
  await page.close();
});

test("a digit changed in the saved file turns it red", { skip }, async () => {
  const path = join(folder, "receipt.html");
  await (await open(receipt)).close();
  const saved = readFileSync(path, "utf8");
  for (const [from, to, step] of [
    ["\ncharge 325\n", "\ncharge 324\n", "charge"],
    ['"share_minor":325', '"share_minor":326', "inclusion"],
    ['"sharers":7', '"sharers":8', "inclusion"],
    ["\n12\n", "\n13\n", "checkpoint"],
    ["\nindex 3\n", "\nindex 2\n", "charge"],
  ]) {
    const changed = saved.replaceAll(from, to);
    assert.notEqual(changed, saved, from);
    writeFileSync(path, changed);
    const page = await load(path, {});
    assert.deepEqual(await state(page), { state: "bad", step }, from);
    assert.ok(await page.locator("#proved").isHidden(), "what is not verified is not shown");
    const colour = await page.locator("h1").evaluate((it) => getComputedStyle(it).color);
    assert.equal(colour, "rgb(179, 38, 30)");
    await page.close();
  }
});

test("every digit of a receipt counts", { skip }, async () => {
  const page = await open(receipt);
  const from = receipt.indexOf("\nentry ");
  const places = [...receipt.matchAll(/[0-9]/g)].map(({ index }) => index);
  const wrong = await page.evaluate(
    ([places, text]) => {
      const area = document.getElementById("receipt");
      return places.filter((at) => {
        const digit = (Number(text[at]) + 1) % 10;
        area.value = text.slice(0, at) + digit + text.slice(at + 1);
        area.dispatchEvent(new Event("input"));
        return document.body.dataset.state !== "bad";
      });
    },
    [places.filter((at) => at > from), receipt],
  );
  assert.deepEqual(wrong, []);
  await picture(page, "bad-en");
  await page.close();
});

test("it reads in Chinese, and on a phone nothing is cut", { skip }, async () => {
  const phone = { width: 360, height: 740, locale: "zh-CN", colorScheme: "dark" };
  const page = await open(receipt, phone);
  assert.equal(await page.locator("h1").textContent(), "核验通过");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  assert.equal(await page.evaluate(wide), 0);
  await picture(page, "phone-zh");
  await page.getByRole("button", { name: "English" }).click();
  assert.equal(await page.locator("h1").textContent(), "Verified");
  assert.equal(await page.evaluate(wide), 0);
  await page.locator("summary").click();
  await page.locator("#receipt").fill(receipt.replace("charge 325", "charge 324"));
  assert.equal(await page.locator("h1").textContent(), "Not verified");
  assert.equal(await page.evaluate(wide), 0);
  await picture(page, "phone-bad-en");
  await page.close();
});

test("no receipt at all is red", { skip }, async () => {
  const page = await open("{{RECEIPT}}");
  assert.deepEqual(await state(page), { state: "bad", step: "form" });
  await page.close();
});
