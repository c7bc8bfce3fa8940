// One member's charge and its path in the tree of the period.

import { sha256 } from "@noble/hashes/sha2.js";

import { INTEGER_LIMIT, bigEndian, concat, equal, fromBase64, toNumber } from "./bytes.ts";
import { need, refuse } from "./refused.ts";

export interface Sibling {
  readonly hash: Uint8Array;
  readonly sum: bigint;
}

export interface Charge {
  readonly index: bigint;
  readonly member: bigint;
  readonly place: bigint;
  readonly charge: bigint;
  readonly salt: Uint8Array;
  readonly path: Sibling[];
}

export interface Total {
  readonly hash: Uint8Array;
  readonly count: bigint;
  readonly sum: bigint;
}

const PATH_LIMIT = 53;

// Reads the section; refuses with "form".
export function readCharge(text: string): Charge {
  if (!text.endsWith("\n")) refuse("form");
  const lines = text.slice(0, -1).split("\n");
  const value = (name: string): string => {
    const line = lines.shift() ?? "";
    return line.startsWith(`${name} `) ? line.slice(name.length + 1) : refuse("form");
  };
  const number = (name: string) => need(toNumber(value(name)), "form");
  const index = number("index");
  const member = number("member");
  const place = number("class");
  const charge = number("charge");
  const salt = need(fromBase64(value("salt")), "form");
  if (member >= 1n << 32n || place >= 1n << 16n || salt.length !== 32) refuse("form");
  const path = lines.map((line) => {
    const [hash, sum, ...more] = line.split(" ");
    const sibling = { hash: need(fromBase64(hash ?? ""), "form"), sum: toNumber(sum ?? "") };
    if (sibling.hash.length !== 32 || more.length > 0) refuse("form");
    return { hash: sibling.hash, sum: need(sibling.sum, "form") };
  });
  if (path.length > PATH_LIMIT) refuse("form");
  return { index, member, place, charge, salt, path };
}

function inRange(value: bigint): bigint {
  return value <= INTEGER_LIMIT ? value : refuse("range");
}

function leaf({ salt, member, place, charge }: Charge): Total {
  const fields = [Uint8Array.of(2), salt, bigEndian(member, 4), bigEndian(place, 2)];
  const hash = sha256(concat(...fields, bigEndian(inRange(charge), 8)));
  return { hash, count: 1n, sum: charge };
}

function join(left: Total, right: Total): Total {
  const fields = ({ hash, count, sum }: Total) => {
    return concat(hash, bigEndian(count, 8), bigEndian(sum, 8));
  };
  return {
    hash: sha256(concat(Uint8Array.of(3), fields(left), fields(right))),
    count: inRange(left.count + right.count),
    sum: inRange(left.sum + right.sum),
  };
}

// How many steps there are from this leaf to the root of a tree of so many leaves.
function stepsTo(index: bigint, count: bigint): number {
  let steps = 0;
  for (let [at, size] = [index, count]; size > 1n; steps += 1) {
    const left = leftOf(size);
    [at, size] = at < left ? [at, left] : [at - left, size - left];
  }
  return steps;
}

// The largest power of two below the size.
function leftOf(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1);
}

// The subtree of `count` leaves in which the leaf has this index, climbed up along the path.
function climb(charge: Charge, index: bigint, count: bigint, steps: number): Total {
  if (steps === 0) return leaf(charge);
  const sibling = charge.path[steps - 1] as Sibling;
  const left = leftOf(count);
  const isLeft = index < left;
  const own = isLeft
    ? climb(charge, index, left, steps - 1)
    : climb(charge, index - left, count - left, steps - 1);
  const other = { ...sibling, sum: inRange(sibling.sum), count: isLeft ? count - left : left };
  return isLeft ? join(own, other) : join(other, own);
}

// Refuses with "range", "length", "sum" or "root".
export function verifyCharge(charge: Charge, total: Total): void {
  inRange(total.count);
  inRange(total.sum);
  if (charge.index >= total.count) refuse("range");
  const steps = stepsTo(charge.index, total.count);
  if (steps !== charge.path.length) refuse("length");
  const found = climb(charge, charge.index, total.count, steps);
  if (found.sum !== total.sum) refuse("sum");
  if (!equal(found.hash, total.hash)) refuse("root");
}
