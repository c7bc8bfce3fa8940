// The figures of a closed period, recomputed from its public finding.

import type { Json } from "./canonical.ts";
import { member, natural, plainText } from "./canonical.ts";
import { need, refuse } from "./refused.ts";

const COSTS = ["aid", "fee", "reserve_load", "refunds", "uncollected_in", "deferred_in"];
const MEANS = ["recovered", "carry_in"];
const EXCESS = ["reserve_draw", "sponsor", "reduction", "deferred_out"];
const RATES_LIMIT = 65_536;
// Classes of a charter; whom the yearly cap leaves with less stand after them.
const CLASSES_LIMIT = 64;
const U32_LIMIT = 1n << 32n;

interface Rate {
  readonly name: string;
  readonly weight: bigint;
  readonly members: bigint;
  readonly share: bigint;
}

export interface Closing {
  readonly period: bigint;
  readonly sharers: bigint;
  readonly total: bigint;
  readonly charges: bigint;
  readonly rates: Rate[];
  readonly how: "exact" | "bounded";
}

function amount(value: Json | undefined, name: string): bigint {
  return need(natural(member(value, name)), "form");
}

function sum(values: bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function readRate(value: Json): Rate {
  const rate = {
    name: need(plainText(member(value, "class")), "form"),
    weight: amount(value, "weight"),
    members: amount(value, "members"),
    share: amount(value, "share_minor"),
  };
  return rate.weight < U32_LIMIT ? rate : refuse("form");
}

function readRates(command: Json | undefined): Rate[] {
  const list = member(command, "rates");
  return Array.isArray(list) ? list.map(readRate) : refuse("form");
}

// The finding of a command with its further rates, recomputed; refuses with "form", "sharers",
// "total", "charges", "equation" or "rate".
export function recompute(command: Json | undefined, further: (Json | undefined)[]): Closing {
  const amounts = (group: string, names: string[]) => {
    return sum(names.map((name) => amount(member(command, group), `${name}_minor`)));
  };
  const period = amount(command, "period");
  const sharers = amount(command, "sharers");
  const needed = amounts("terms", COSTS) - amounts("terms", MEANS);
  const excess = amounts("excess", EXCESS);
  const stated = member(command, "total_minor");
  const total = typeof stated === "number" ? BigInt(stated) : refuse("form");
  const charges = amount(command, "charges_minor");
  const carry = amount(command, "carry_out_minor");
  const rates = readRates(command);
  for (const more of further) {
    const isNext = amount(more, "from") === BigInt(rates.length);
    if (amount(more, "period") !== period || !isNext) refuse("form");
    rates.push(...readRates(more));
  }
  if (rates.length > RATES_LIMIT || period >= U32_LIMIT) refuse("form");

  if (sum(rates.map((rate) => rate.members)) !== sharers) refuse("sharers");
  if (needed !== total) refuse("total");
  if (sum(rates.map((rate) => rate.members * rate.share)) !== charges) refuse("charges");
  if (charges + excess - carry !== total) refuse("equation");
  const weights = sum(rates.map((rate) => rate.weight * rate.members));
  const shared = total > 0n ? total : 0n;
  const capped = rates.filter(({ name, weight, members, share }, place) => {
    const follows = weights > 0n ? (weight * shared + weights - 1n) / weights : 0n;
    const less = share < follows && members > 0n;
    const classes = rates.slice(0, Math.min(place, CLASSES_LIMIT));
    const mayBeLess = excess > 0n || classes.some((before) => before.name === name);
    return share > follows || (less && !mayBeLess) ? refuse("rate") : less;
  });
  const how = excess > 0n || capped.length > 0 ? "bounded" : "exact";
  return { period, sharers, total, charges, rates, how };
}
