// Signed notes, verifier keys, and the checkpoints that stand in such notes.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal, fromBase64, fromText, toHex, toNumber, toText } from "./bytes.ts";
import { as, need, refuse } from "./refused.ts";
import { checkKey, verifySignature } from "./signature.ts";

export const TYPE_LOG = 0x01;
export const TYPE_COSIGNER = 0x04;

const NOTE_LIMIT = 1 << 20;
const LINES_LIMIT = 100;

export interface Key {
  readonly name: string;
  readonly id: string;
  readonly key: Uint8Array;
}

export interface Line {
  readonly name: string;
  readonly id: string;
  readonly value: Uint8Array;
}

export interface Note {
  readonly text: string;
  readonly lines: Line[];
}

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

function isName(name: string): boolean {
  return name !== "" && !/[\p{White_Space}\u0000-\u001f+]/u.test(name);
}

// A verifier key of this type; refuses with "key".
export function readKey(text: string, type: number): Key {
  const [, name, id, blob] = need(text.match(/^([^+]*)\+([^+]*)\+([^]*)$/) ?? undefined, "key");
  const typed = need(fromBase64(blob ?? ""), "key");
  if (!name || !isName(name) || typed.length !== 33 || typed[0] !== type) return refuse("key");
  const digest = sha256(concat(fromText(`${name}\n`), typed));
  if (toHex(digest.subarray(0, 4)) !== id) return refuse("key");
  const key = typed.subarray(1);
  checkKey(key);
  return { name, id, key };
}

// Refuses with "form".
export function readNote(bytes: Uint8Array): Note {
  if (bytes.length > NOTE_LIMIT) refuse("form");
  const whole = as("form", () => toText(bytes));
  const end = whole.lastIndexOf("\n\n");
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole) || end < 0 || !whole.endsWith("\n")) {
    refuse("form");
  }
  const below = whole.slice(end + 2, -1);
  const lines = end + 2 < whole.length ? below.split("\n") : refuse("form");
  if (lines.length > LINES_LIMIT) refuse("form");
  return { text: whole.slice(0, end + 1), lines: lines.map(readLine) };
}

function readLine(line: string): Line {
  const [, name, blob] = need(line.match(/^\u2014 ([^ ]+) ([^ ]+)$/) ?? undefined, "form");
  const bytes = need(fromBase64(blob ?? ""), "form");
  if (!name || !isName(name) || bytes.length < 5) return refuse("form");
  return { name, id: toHex(bytes.subarray(0, 4)), value: bytes.subarray(4) };
}

export function linesOf(note: Note, key: Key): Line[] {
  return note.lines.filter((line) => line.name === key.name && line.id === key.id);
}

// Refuses with "signature" an invalid line of any of these keys, with "signer" when there is none.
export function verifyNote(note: Note, keys: Key[]): void {
  const pairs = keys.flatMap((key) => linesOf(note, key).map((line) => ({ key, line })));
  if (pairs.length === 0) refuse("signer");
  for (const { key, line } of pairs) {
    as("signature", () => verifySignature(key.key, fromText(note.text), line.value));
  }
}

// Refuses with "form".
export function readCheckpoint(text: string): Checkpoint {
  if (!text.endsWith("\n")) refuse("form");
  const lines = text.slice(0, -1).split("\n");
  if (lines.includes("")) refuse("form");
  const [origin, size, root] = lines;
  const hash = fromBase64(root ?? "");
  const number = toNumber(size ?? "");
  if (!origin || number === undefined || hash?.length !== 32) return refuse("form");
  return { origin, size: number, root: hash };
}

// A checkpoint of the log with this key; refuses also with "origin".
export function openCheckpoint(bytes: Uint8Array, log: Key): Checkpoint {
  const note = readNote(bytes);
  verifyNote(note, [log]);
  const checkpoint = readCheckpoint(note.text);
  return checkpoint.origin === log.name ? checkpoint : refuse("origin");
}

export function sameKey(left: Key, right: Key): boolean {
  return equal(left.key, right.key);
}
