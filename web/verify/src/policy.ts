// Policies: which logs and which witnesses are enough, and what each kind of witness has done.

import { concat, fromBigEndian, fromText, toNumber, toText } from "./bytes.ts";
import type { Checkpoint, Key, Note } from "./note.ts";
import { TYPE_COSIGNER, TYPE_LOG, linesOf, readCheckpoint, readKey } from "./note.ts";
import { readNote, sameKey, verifyNote } from "./note.ts";
import { as, need, refuse } from "./refused.ts";
import { verifySignature } from "./signature.ts";

const POLICY_LIMIT = 65_536;
const KIND_LIMIT = 64;
const TIME_LIMIT = (1n << 63n) - 1n;

type Stands = (signers: Set<Key>) => boolean;

export interface Policy {
  readonly logs: Key[];
  readonly witnesses: Key[];
  readonly quorum: Stands;
}

export interface Cosigned {
  readonly key: Key;
  readonly time: bigint;
}

// Refuses with "policy".
export function readPolicy(bytes: Uint8Array): Policy {
  return as("policy", () => {
    const text = bytes.length <= POLICY_LIMIT ? toText(bytes) : refuse("policy");
    if (!text.endsWith("\n") || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) refuse("policy");
    const reader = new Reader();
    for (const line of text.slice(0, -1).split("\n")) {
      reader.take(line.split(/[ \t]+/).filter((word) => word !== ""));
    }
    return reader.policy();
  });
}

class Reader {
  private readonly logs: Key[] = [];
  private readonly witnesses: Key[] = [];
  private readonly names = new Map<string, Stands>();
  private readonly members = new Set<string>();
  private groups = 0;
  private quorum: Stands | undefined;

  policy(): Policy {
    if (this.logs.length === 0) refuse("policy");
    return { logs: this.logs, witnesses: this.witnesses, quorum: need(this.quorum, "policy") };
  }

  take(words: string[]): void {
    const [kind, first, second, ...more] = words;
    if (kind === undefined || kind.startsWith("#")) return;
    if (first === undefined) return refuse("policy");
    if (kind === "log" && words.length <= 3) {
      this.add(this.logs, readKey(first, TYPE_LOG));
    } else if (kind === "witness" && second !== undefined && more.length <= 1) {
      const key = readKey(second, TYPE_COSIGNER);
      this.add(this.witnesses, key);
      this.define(first, (signers) => signers.has(key));
    } else if (kind === "group" && second !== undefined && more.length > 0) {
      this.group(first, second, more);
    } else if (kind === "quorum" && words.length === 2 && this.quorum === undefined) {
      this.quorum = first === "none" ? () => true : this.find(first);
    } else {
      refuse("policy");
    }
  }

  private add(kind: Key[], key: Key): void {
    const taken = [...this.logs, ...this.witnesses].some((other) => sameKey(other, key));
    if (taken || kind.length === KIND_LIMIT) refuse("policy");
    kind.push(key);
  }

  private group(name: string, threshold: string, names: string[]): void {
    const parts = names.map((member) => this.find(member));
    for (const member of names) {
      if (this.members.has(member)) refuse("policy");
      this.members.add(member);
    }
    const words = new Map([["any", 1n], ["all", BigInt(parts.length)]]);
    const needed = need(words.get(threshold) ?? toNumber(threshold), "policy");
    this.groups += 1;
    if (needed < 1n || needed > BigInt(parts.length) || this.groups > KIND_LIMIT) refuse("policy");
    this.define(name, (signers) => {
      return BigInt(parts.filter((stands) => stands(signers)).length) >= needed;
    });
  }

  private define(name: string, stands: Stands): void {
    if (name === "none" || this.names.has(name)) refuse("policy");
    this.names.set(name, stands);
  }

  private find(name: string): Stands {
    return need(this.names.get(name), "policy");
  }
}

// The first half: a log of the policy has signed. Refuses with "form", "origin", "signer" or
// "signature".
export function openLog(policy: Policy, bytes: Uint8Array): [Checkpoint, Note] {
  const note = readNote(bytes);
  const checkpoint = readCheckpoint(note.text);
  const logs = policy.logs.filter((log) => log.name === checkpoint.origin);
  if (logs.length === 0) refuse("origin");
  verifyNote(note, logs);
  return [checkpoint, note];
}

// The second half: who has cosigned, if it is enough. Refuses with "signature" or "quorum".
export function witnessed(policy: Policy, note: Note): Cosigned[] {
  const cosigned = policy.witnesses.flatMap((key) => cosignatures(note, key));
  const signers = new Set(cosigned.map((found) => found.key));
  return policy.quorum(signers) ? cosigned : refuse("quorum");
}

// The cosignature of one key with its latest time, or none. Refuses with "signature".
export function cosignatures(note: Note, key: Key): Cosigned[] {
  const times = linesOf(note, key).map((line) => {
    const time = fromBigEndian(line.value.subarray(0, 8));
    if (line.value.length !== 72 || time > TIME_LIMIT) refuse("signature");
    const signed = concat(fromText(`cosignature/v1\ntime ${time}\n`), fromText(note.text));
    as("signature", () => verifySignature(key.key, signed, line.value.subarray(8)));
    return time;
  });
  if (times.length === 0) return [];
  return [{ key, time: times.reduce((latest, time) => (time > latest ? time : latest)) }];
}

export function kindOf(key: Key): string {
  return key.name.endsWith("/replay") ? "replaying" : "append-only";
}
