// The tree of the log: RFC 9162, sections 2.1.3.2 and 2.1.4.2, as they stand there.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, equal } from "./bytes.ts";
import { need, refuse } from "./refused.ts";

const SIZE_LIMIT = 1n << 63n;

export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(0), entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(1), left, right));
}

// The hashes that stand in the bytes one after the other; refuses with "length".
export function hashes(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length % 32 !== 0) refuse("length");
  const count = bytes.length / 32;
  return Array.from({ length: count }, (_, at) => bytes.subarray(32 * at, 32 * at + 32));
}

// Refuses with "range", "length" or "root".
export function verifyInclusion(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  root: Uint8Array,
  path: Uint8Array[],
): void {
  if (size >= SIZE_LIMIT || index >= size) refuse("range");
  let [fn, sn, r] = [index, size - 1n, leaf];
  for (const p of path) {
    if (sn === 0n) refuse("length");
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) refuse("length");
  if (!equal(r, root)) refuse("root");
}

// Refuses with "range", "length", "old-root" or "new-root".
export function verifyConsistency(
  first: bigint,
  second: bigint,
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
  path: Uint8Array[],
): void {
  if (second >= SIZE_LIMIT || first > second) refuse("range");
  if (first === 0n || first === second) {
    if (path.length > 0) refuse("length");
    if (first === 0n && !equal(firstRoot, sha256(new Uint8Array()))) refuse("old-root");
    if (first === second && !equal(firstRoot, secondRoot)) refuse("new-root");
    return;
  }
  const isPowerOfTwo = (first & (first - 1n)) === 0n;
  const nodes = isPowerOfTwo ? [firstRoot, ...path] : path;
  let [fn, sn] = [first - 1n, second - 1n];
  while ((fn & 1n) === 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  const start = need(nodes[0], "length");
  let [fr, sr] = [start, start];
  for (const c of nodes.slice(1)) {
    if (sn === 0n) refuse("length");
    if ((fn & 1n) === 1n || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) refuse("length");
  if (!equal(fr, firstRoot)) refuse("old-root");
  if (!equal(sr, secondRoot)) refuse("new-root");
}

// The root over hashes of one level, by the definition of RFC 6962.
export function rootOf(level: Uint8Array[]): Uint8Array {
  if (level.length === 0) return sha256(new Uint8Array());
  if (level.length === 1) return level[0] as Uint8Array;
  let left = 1;
  while (2 * left < level.length) left *= 2;
  return nodeHash(rootOf(level.slice(0, left)), rootOf(level.slice(left)));
}
