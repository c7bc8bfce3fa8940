// The TypeScript verifier judges every vector as it stands in its file.

import assert from "node:assert/strict";
import { test } from "node:test";

import { build } from "esbuild";

import { files } from "./vectors.mjs";

const source = new URL("../src/formats.ts", import.meta.url).pathname;
const bundled = await build({ entryPoints: [source], bundle: true, format: "esm", write: false });
const code = Buffer.from(bundled.outputFiles[0].contents).toString("base64");
const { answer, Refused } = await import(`data:text/javascript;base64,${code}`);

function judge(format, parts) {
  try {
    return `ok\n${answer(format, parts)}`;
  } catch (error) {
    if (error instanceof Refused) return `refused ${error.reason}`;
    throw error;
  }
}

for (const { format, vectors } of files()) {
  test(format, () => {
    for (const { name, parts, expected } of vectors) {
      assert.equal(judge(format, parts), expected, `${format}: ${name}`);
    }
  });
}
