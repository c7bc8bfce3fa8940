// The bound of the probability that a fraud stays unnoticed.

import { refuse } from "./refused.ts";

const ONE = 1n << 62n;
const BILLION = 1_000_000_000n;

function ceilDiv(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

// Refuses with "range".
export function undetected(members: bigint, wrong: bigint, checkers: bigint): string {
  if (members > 1n << 40n || wrong > members || checkers > members) refuse("range");
  const [fewer, more] = wrong < checkers ? [wrong, checkers] : [checkers, wrong];
  let bound = fewer + more > members ? 0n : ONE;
  for (let drawn = 0n; drawn < fewer && bound > 1n; drawn += 1n) {
    bound = ceilDiv(bound * (members - drawn - more), members - drawn);
  }
  const billionths = ceilDiv(bound * BILLION, ONE);
  return `${billionths / BILLION}.${String(billionths % BILLION).padStart(9, "0")}`;
}
