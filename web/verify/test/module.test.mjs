// The wasm module judges every vector as it stands in its file: the committed one all receipts, the
// one in HUZHU_EVERY_FORMAT, which is built for tests, all formats. The committed files are small
// and what their records say.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { files } from "./vectors.mjs";

const committed = new URL("../wasm/verify.wasm", import.meta.url);
const source = new URL("../src/module.ts", import.meta.url).pathname;
const bundled = await build({ entryPoints: [source], bundle: true, format: "esm", write: false });
const code = Buffer.from(bundled.outputFiles[0].contents).toString("base64");
const { load } = await import(`data:text/javascript;base64,${code}`);

async function agrees(path, isTested) {
  const call = await load(new Uint8Array(readFileSync(path)));
  for (const { format, vectors } of files().filter(({ format }) => isTested(format))) {
    for (const { name, parts, expected } of vectors) {
      assert.equal(call(format, parts), expected, `${format}: ${name}`);
    }
  }
}

test("the committed module judges every receipt", async () => {
  await agrees(committed, (format) => format === "receipt");
});

const every = process.env.HUZHU_EVERY_FORMAT;
const skip = every ? false : "HUZHU_EVERY_FORMAT names no module: no compiler for wasm32 here";
test("the module with every format judges every vector", { skip }, async () => {
  await agrees(every, () => true);
});

test("the committed module is what its record says", () => {
  const record = readFileSync(new URL("../wasm/verify.txt", import.meta.url), "utf8");
  const bytes = readFileSync(committed);
  const digest = createHash("sha256").update(bytes).digest("hex");
  assert.ok(record.startsWith(`sha256 ${digest}\nbytes ${bytes.length}\ncompiler rustc `));
});

test("a phone has to load little", () => {
  const weight = (path) => gzipSync(readFileSync(new URL(path, import.meta.url)), { level: 9 }).length;
  assert.ok(weight("../wasm/verify.wasm") <= 40 * 1024, "the module is above 40 KiB in gzip");
  assert.ok(weight("../dist/verify.js") < 20_000, "the verifier is above 20 kB in gzip");
});
