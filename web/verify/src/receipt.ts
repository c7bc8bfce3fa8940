// A receipt, read and checked step by step; the step that fails is the reason of the refusal.

import { sha256 } from "@noble/hashes/sha2.js";

import { fromHex, fromText, toHex, toNumber, toText } from "./bytes.ts";
import type { Json } from "./canonical.ts";
import { member, natural, plainText, readCanonical } from "./canonical.ts";
import type { Charge, Total } from "./charge.ts";
import { readCharge, verifyCharge } from "./charge.ts";
import { leafHash, verifyInclusion } from "./merkle.ts";
import type { Closing } from "./period.ts";
import { recompute } from "./period.ts";
import { kindOf, openLog, readPolicy, witnessed } from "./policy.ts";
import { as, need, refuse } from "./refused.ts";
import type { TlogProof } from "./tlog_proof.ts";
import { readTlogProof } from "./tlog_proof.ts";

const HEAD = "huzhu receipt v1\n";
const RECEIPT_LIMIT = 1 << 22;
const ENTRIES_LIMIT = 64;
const LIMITS = { policy: 65_536, entry: 65_535, proof: RECEIPT_LIMIT, charge: RECEIPT_LIMIT };

interface Entry {
  readonly bytes: Uint8Array;
  readonly command: Json | undefined;
  readonly verb: string;
  readonly plan: string;
  readonly proof: TlogProof;
}

export interface Receipt {
  readonly policy: Uint8Array;
  readonly entries: Entry[];
  readonly charge: Charge | undefined;
}

interface Sealed extends Total {
  readonly period: bigint;
}

// The bytes of a receipt that have not been read yet.
class Sections {
  constructor(private rest: Uint8Array) {}

  get isEmpty(): boolean {
    return this.rest.length === 0;
  }

  // The body of the section, or nothing if another name stands here. Refuses with "form".
  find(name: keyof typeof LIMITS): Uint8Array | undefined {
    const end = this.rest.indexOf(10);
    const head = as("form", () => toText(this.rest.subarray(0, end < 0 ? 0 : end)));
    if (!head.startsWith(`${name} `)) return undefined;
    const length = need(toNumber(head.slice(name.length + 1)), "form");
    if (length > BigInt(LIMITS[name])) refuse("form");
    const start = end + 1;
    const close = start + Number(length);
    if (this.rest[close] !== 10) refuse("form");
    const body = this.rest.subarray(start, close);
    this.rest = this.rest.subarray(close + 1);
    return body;
  }

  take(name: keyof typeof LIMITS): Uint8Array {
    return need(this.find(name), "form");
  }
}

function readEntry(bytes: Uint8Array, proof: Uint8Array): Entry {
  const command = member(readCanonical(bytes), "command");
  const verb = need(plainText(member(command, "do")), "form");
  const plan = need(plainText(member(command, "plan")), "form");
  return { bytes, command, verb, plan, proof: readTlogProof(toText(proof)) };
}

// Refuses with "form".
export function readReceipt(bytes: Uint8Array): Receipt {
  return as("form", () => {
    const head = toText(bytes.subarray(0, HEAD.length));
    if (bytes.length > RECEIPT_LIMIT || head !== HEAD) refuse("form");
    const sections = new Sections(bytes.subarray(HEAD.length));
    const policy = sections.take("policy");
    toText(policy);
    const entries = [readEntry(sections.take("entry"), sections.take("proof"))];
    for (let entry = sections.find("entry"); entry; entry = sections.find("entry")) {
      entries.push(readEntry(entry, sections.take("proof")));
    }
    const charge = sections.isEmpty ? undefined : readCharge(toText(sections.take("charge")));
    const [first] = entries as [Entry];
    const apart = entries.some(({ plan, proof }) => {
      return plan !== first.plan || proof.checkpoint !== first.proof.checkpoint;
    });
    if (!sections.isEmpty || apart || entries.length > ENTRIES_LIMIT) refuse("form");
    for (const verb of ["finding.period.closed", "finding.period.sealed"]) {
      if (entries.filter((entry) => entry.verb === verb).length > 1) refuse("form");
    }
    return { policy, entries, charge };
  });
}

function readSealed(command: Json | undefined, closed: Closing | undefined): Sealed {
  const number = (name: string) => need(natural(member(command, name)), "seal");
  const hash = need(fromHex(plainText(member(command, "root")) ?? "-"), "seal");
  const [period, count, sum] = [number("period"), number("sharers"), number("charges_minor")];
  if (hash.length !== 32 || period >= 1n << 32n) refuse("seal");
  const agrees =
    closed === undefined ||
    (period === closed.period && count === closed.sharers && sum === closed.charges);
  return agrees ? { period, hash, count, sum } : refuse("seal");
}

function checkCharge(
  charge: Charge,
  closed: Closing | undefined,
  sealed: Sealed | undefined,
): string {
  const rate = need(closed, "charge").rates[Number(charge.place)];
  if (need(rate, "charge").share !== charge.charge) refuse("charge");
  as("charge", () => verifyCharge(charge, need(sealed, "charge")));
  return `charge ${charge.member} ${charge.charge} ${rate?.name}`;
}

// The statement that the receipt proves under this policy, or under its own if none is given.
// Refuses with the name of the first step that fails.
export function checkReceipt(bytes: Uint8Array, given?: Uint8Array): string {
  const receipt = readReceipt(bytes);
  const { entries } = receipt;
  const [{ plan, proof }] = entries as [Entry];
  const policyBytes = given ?? receipt.policy;
  const policy = readPolicy(policyBytes);
  const note = fromText(proof.checkpoint);
  const [checkpoint, signed] = as("checkpoint", () => openLog(policy, note));
  const cosigned = as("witnesses", () => witnessed(policy, signed));
  for (const { bytes: entry, proof: { index, path } } of entries) {
    as("inclusion", () => {
      verifyInclusion(leafHash(entry), index, checkpoint.size, checkpoint.root, path);
    });
  }
  const find = (verb: string) => entries.find((entry) => entry.verb === verb);
  const closing = find("finding.period.closed");
  const further = entries.filter((entry) => entry.verb === "finding.period.rates");
  if (!closing && further.length > 0) refuse("arithmetic");
  const rates = further.map((entry) => entry.command);
  const closed = closing && as("arithmetic", () => recompute(closing.command, rates));
  const sealing = find("finding.period.sealed");
  const sealed = sealing && readSealed(sealing.command, closed);
  const lines = [
    `plan ${plan}`,
    `log ${checkpoint.origin}`,
    `size ${checkpoint.size}`,
    `root ${toHex(checkpoint.root)}`,
    `policy ${toHex(sha256(policyBytes))}`,
    ...cosigned.map(({ key, time }) => `witness ${kindOf(key)} ${time} ${key.name}`),
    ...entries.map((entry) => `entry ${entry.proof.index} ${entry.verb}`),
  ];
  if (closed) {
    const { period, sharers, total, charges, how } = closed;
    lines.push(`closed ${period} ${sharers} ${total} ${charges} ${how}`);
  }
  if (sealed) {
    lines.push(`sealed ${sealed.period} ${sealed.count} ${sealed.sum} ${toHex(sealed.hash)}`);
  }
  if (receipt.charge) lines.push(checkCharge(receipt.charge, closed, sealed));
  return `${lines.join("\n")}\n`;
}
