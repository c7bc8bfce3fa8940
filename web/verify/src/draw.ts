// The record of a draw, recomputed from its text alone: roll, answers, seed and panel.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal, fromHex, fromText, toHex, toText } from "./bytes.ts";
import { draw, readRoll, rollDigest, toMember, toMembers } from "./lot.ts";
import { as, need, refuse } from "./refused.ts";
import { outputOf } from "./vrf.ts";

export { Refused } from "./refused.ts";

const RECORD_LIMIT = 1 << 26;
const PARTIES_LIMIT = 16;
const TEXT_LIMIT = 255;
const INPUT_DOMAIN = fromText("huzhu/v1 draw\n");
const SEED_DOMAIN = fromText("huzhu/v1 seed\n");

function hex(text: string, length: number): Uint8Array {
  const bytes = need(fromHex(text), "form");
  return bytes.length === length ? bytes : refuse("form");
}

interface Party {
  readonly key: Uint8Array;
  readonly proof: Uint8Array | undefined;
}

function readParty(line: string): Party {
  const [, , key = "", answer = "", ...more] = line.split(" ");
  if (more.length > 0) refuse("form");
  return { key: hex(key, 32), proof: answer === "silent" ? undefined : hex(answer, 80) };
}

// Refuses with "form".
function readRecord(bytes: Uint8Array) {
  const text = as("form", () => toText(bytes));
  if (bytes.length > RECORD_LIMIT || /[\u0000-\u0009\u000b-\u001f]/.test(text)) refuse("form");
  const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : refuse("form");
  const take = (name: string): string => {
    const line = lines.shift() ?? "";
    return line.startsWith(`${name} `) ? line.slice(name.length + 1) : refuse("form");
  };
  if (take("huzhu") !== "draw v1") refuse("form");
  const short = (text: string) => (fromText(text).length <= TEXT_LIMIT ? text : refuse("form"));
  const [plan, subject] = [short(take("plan")), short(take("subject"))];
  const panel = toMember(take("panel"));
  const nonceText = take("nonce");
  const nonce = nonceText === "none" ? new Uint8Array(32) : hex(nonceText, 32);
  const end = lines.findIndex((line) => !/^(excluded|stratum) /.test(line));
  const roll = readRoll(lines.splice(0, end < 0 ? lines.length : end));
  const digest = hex(take("roll"), 32);
  const parties: Party[] = [];
  while (lines[0]?.startsWith("party ")) parties.push(readParty(lines.shift() ?? ""));
  if (parties.length < 1 || parties.length > PARTIES_LIMIT) refuse("form");
  const seed = hex(take("seed"), 32);
  const drawn = toMembers(take("drawn"));
  if (lines.length > 0) refuse("form");
  return { plan, subject, panel, nonce, roll, digest, parties, seed, drawn };
}

// Seed and panel of a record in which everything follows. Refuses with the step that fails: "form",
// "roll", "answers", "seed" or "panel".
export function checkDraw(bytes: Uint8Array): string {
  const record = readRecord(bytes);
  if (!equal(rollDigest(record.roll), record.digest)) refuse("roll");
  const texts = [record.plan, record.subject].map(fromText);
  const framed = texts.flatMap((text) => [Uint8Array.of(text.length), text]);
  const input = concat(INPUT_DOMAIN, ...framed, record.digest, record.nonce);
  const outputs = record.parties.flatMap(({ key, proof }, place) => {
    const answer = proof && as("answers", () => outputOf(key, input, proof));
    return answer ? [concat(Uint8Array.of(place), answer)] : [];
  });
  if (outputs.length === 0) refuse("answers");
  if (!equal(sha256(concat(SEED_DOMAIN, ...outputs)), record.seed)) refuse("seed");
  const panel = draw(record.roll, record.seed, record.panel).join(",");
  if (panel !== record.drawn.join(",")) refuse("panel");
  return `${toHex(record.seed)} ${panel}`;
}
