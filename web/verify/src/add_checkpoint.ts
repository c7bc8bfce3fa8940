// What a log asks of a witness, and whether a witness that has signed this much may sign more.

import { sha256 } from "@noble/hashes/sha2.js";

import { equal, fromBase64, fromText, toNumber, toText } from "./bytes.ts";
import { verifyConsistency } from "./merkle.ts";
import type { Checkpoint, Key } from "./note.ts";
import { readCheckpoint, readNote, verifyNote } from "./note.ts";
import { as, need, refuse } from "./refused.ts";

const SIZE_LIMIT = 1n << 63n;
const HASHES_LIMIT = 63;
const NOTE_LIMIT = 1 << 20;
const BODY_LIMIT = 25 + HASHES_LIMIT * 45 + 1 + NOTE_LIMIT;

// The root of a log without entries.
const EMPTY = sha256(new Uint8Array());

export interface Signed {
  readonly size: bigint;
  readonly root: Uint8Array;
}

interface Request {
  readonly old: bigint;
  readonly path: Uint8Array[];
  readonly note: string;
}

// Refuses with "form".
function readRequest(body: Uint8Array): Request {
  if (body.length > BODY_LIMIT) refuse("form");
  const text = as("form", () => toText(body));
  const end = text.indexOf("\n\n");
  const [first = "", ...lines] = text.slice(0, end < 0 ? 0 : end).split("\n");
  const old = need(toNumber(first.startsWith("old ") ? first.slice(4) : ""), "form");
  if (old >= SIZE_LIMIT || lines.length > HASHES_LIMIT) refuse("form");
  const path = lines.map((line) => need(fromBase64(line), "form"));
  if (path.some((hash) => hash.length !== 32)) refuse("form");
  return { old, path, note: text.slice(end + 2) };
}

// The checkpoint that a witness of this one log may cosign. Refuses with "form", "origin",
// "signer", "signature", "old-size", "conflict", or as a consistency proof does.
export function judgeRequest(body: Uint8Array, log: Key, signed: Signed | undefined): Checkpoint {
  const { old, path, note } = readRequest(body);
  const read = readNote(fromText(note));
  const checkpoint = readCheckpoint(read.text);
  if (checkpoint.origin !== log.name) refuse("origin");
  verifyNote(read, [log]);
  if (old > checkpoint.size) refuse("old-size");
  if (old !== (signed?.size ?? 0n)) refuse("conflict");
  if (signed && old === checkpoint.size && !equal(signed.root, checkpoint.root)) {
    refuse("conflict");
  }
  const root = signed?.root ?? EMPTY;
  verifyConsistency(old, checkpoint.size, root, checkpoint.root, path);
  return checkpoint;
}
