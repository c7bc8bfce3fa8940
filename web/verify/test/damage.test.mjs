// Two programs meet the same damaged vectors: what one takes, refuses, and for which reason, so does
// the other. The committed module knows receipts; the one in HUZHU_EVERY_FORMAT all formats.
//
// HUZHU_SEED gives another seed, HUZHU_ROUNDS another number of damages to each vector.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { build } from "esbuild";

import { files } from "./vectors.mjs";

async function bundled(name) {
  const source = new URL(`../src/${name}`, import.meta.url).pathname;
  const result = await build({ entryPoints: [source], bundle: true, format: "esm", write: false });
  const code = Buffer.from(result.outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${code}`);
}

const { answer, Refused } = await bundled("formats.ts");
const { load } = await bundled("module.ts");

function judge(format, parts) {
  try {
    return `ok\n${answer(format, parts)}`;
  } catch (error) {
    if (error instanceof Refused) return `refused ${error.reason}`;
    throw error;
  }
}

const seed = Number(process.env.HUZHU_SEED ?? 20190423);
const rounds = Number(process.env.HUZHU_ROUNDS ?? 4);

// The generator xorshift32: a number below `bound`.
let state = seed | 1;
function below(bound) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % bound;
}

const NUMBERS = ["0", "00", "-1", "9007199254740992", "18446744073709551616"];
const PIECES = [[10], [10, 10], [13, 10], [32], [48], [61], [0], [255], [0xc2, 0x85]];

function splice(bytes, from, to, piece) {
  return Uint8Array.from([...bytes.subarray(0, from), ...piece, ...bytes.subarray(to)]);
}

function damaged(bytes) {
  const at = below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + below(40));
  switch (below(6)) {
    case 0:
      return splice(bytes, at, at + 1, [(bytes[at] ?? 0) ^ (1 << below(8))]);
    case 1:
      return bytes.slice(0, at);
    case 2:
      return splice(bytes, at, end, []);
    case 3:
      return splice(bytes, at, at, bytes.subarray(at, end));
    case 4:
      return splice(bytes, at, at, PIECES[below(PIECES.length)]);
    default: {
      const digit = (byte) => byte >= 48 && byte <= 57;
      const from = bytes.findIndex((byte, place) => place >= at && digit(byte));
      if (from < 0) return bytes.slice(1);
      let to = from;
      while (digit(bytes[to] ?? 0)) to += 1;
      return splice(bytes, from, to, Buffer.from(NUMBERS[below(NUMBERS.length)]));
    }
  }
}

const every = process.env.HUZHU_EVERY_FORMAT;
const committed = new URL("../wasm/verify.wasm", import.meta.url);
const call = await load(new Uint8Array(readFileSync(every ?? committed)));

for (const { format, vectors } of files()) {
  const skip = every || format === "receipt" ? false : "no compiler for wasm32 here";
  test(`both judge damaged vectors of ${format} alike`, { skip }, () => {
    for (const { name, parts } of vectors) {
      for (let round = 0; round < rounds; round += 1) {
        const changed = [...parts];
        const place = below(parts.length);
        for (let times = below(3); times >= 0; times -= 1) changed[place] = damaged(changed[place]);
        const [ours, theirs] = [judge(format, changed), call(format, changed)];
        const shown = () => Buffer.from(changed[place]).toString("latin1").slice(0, 4000);
        assert.equal(ours, theirs, `${format}: ${name}, part ${place}, seed ${seed}: ${shown()}`);
      }
    }
  });
}
