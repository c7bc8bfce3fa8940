// Drawing by lot: the digest that seals a roll, and who is drawn from it under a seed.

import { sha256 } from "@noble/hashes/sha2.js";

import { bigEndian, concat, fromBigEndian, fromText, toNumber } from "./bytes.ts";
import { need, refuse } from "./refused.ts";

export interface Roll {
  readonly excluded: { readonly member: bigint; readonly ground: bigint }[];
  readonly strata: bigint[][];
}

const ROLL_DOMAIN = fromText("huzhu/v1 eligible\n");
const STEP_DOMAIN = fromText("huzhu/v1 permutation\n");

export function toMember(text: string): bigint {
  const member = need(toNumber(text), "form");
  return member < 1n << 32n ? member : refuse("form");
}

export function toMembers(text: string): bigint[] {
  return text === "" ? [] : text.split(",").map(toMember);
}

// The roll that these lines are, all of them; refuses with "form".
export function readRoll(lines: string[]): Roll {
  const first = lines.findIndex((line) => !line.startsWith("excluded "));
  const end = first < 0 ? lines.length : first;
  const excluded = lines.slice(0, end).map((line) => {
    const [member = "", ground = "", ...more] = line.slice("excluded ".length).split(" ");
    const number = need(toNumber(ground), "form");
    if (more.length > 0 || number > 255n) refuse("form");
    return { member: toMember(member), ground: number };
  });
  const strata = lines.slice(end).map((line) => {
    return line.startsWith("stratum ") ? toMembers(line.slice("stratum ".length)) : refuse("form");
  });
  const parts = [...strata, excluded.map(({ member }) => member)];
  const ascends = (part: bigint[]) => {
    return part.every((member, at) => at === 0 || part[at - 1]! < member);
  };
  const all = parts.flat();
  if (!parts.every(ascends) || new Set(all).size !== all.length) refuse("form");
  return { excluded, strata };
}

export function rollDigest({ excluded, strata }: Roll): Uint8Array {
  const number = (value: bigint | number) => bigEndian(BigInt(value), 4);
  return sha256(
    concat(
      ROLL_DOMAIN,
      number(strata.length),
      ...strata.flatMap((stratum) => [number(stratum.length), ...stratum.map(number)]),
      number(excluded.length),
      ...excluded.flatMap(({ member, ground }) => [number(member), bigEndian(ground, 1)]),
    ),
  );
}

// Places of each stratum: in proportion, what is left over to the largest remainders.
function placesOf(strata: bigint[][], asked: bigint): bigint[] {
  const sizes = strata.map((stratum) => BigInt(stratum.length));
  const all = sizes.reduce((sum, size) => sum + size, 0n);
  if (all === 0n) return sizes;
  const panel = asked < all ? asked : all;
  const places = sizes.map((size) => (panel * size) / all);
  const rest = sizes.map((size) => (panel * size) % all);
  const order = sizes.map((_, at) => at).sort((a, b) => Number(rest[b]! - rest[a]!) || a - b);
  const left = panel - places.reduce((sum, place) => sum + place, 0n);
  for (const at of order.slice(0, Number(left))) places[at] = places[at]! + 1n;
  return places;
}

// A number below `bound` for one step of the shuffle, without bias.
function below(bound: bigint, seed: Uint8Array, stratum: number, step: bigint): bigint {
  const end = (1n << 64n) - ((1n << 64n) % bound);
  for (let attempt = 0n; ; attempt += 1n) {
    const place = concat(bigEndian(BigInt(stratum), 4), bigEndian(step, 8), bigEndian(attempt, 4));
    const number = fromBigEndian(sha256(concat(STEP_DOMAIN, seed, place)).subarray(0, 8));
    if (number < end) return number % bound;
  }
}

// The drawn: of the first stratum, then of the second, and so on.
export function draw({ strata }: Roll, seed: Uint8Array, panel: bigint): bigint[] {
  const places = placesOf(strata, panel);
  return strata.flatMap((members, stratum) => {
    const order = [...members];
    const count = Number(places[stratum]);
    for (let step = 0; step < count; step += 1) {
      const bound = BigInt(order.length - step);
      const other = step + Number(below(bound, seed, stratum, BigInt(step)));
      [order[step], order[other]] = [order[other]!, order[step]!];
    }
    return order.slice(0, count);
  });
}
