// Every format behind one call, for the vectors: parts in, an answer out or a refusal thrown.

import { sha256 } from "@noble/hashes/sha2.js";

import { judgeRequest } from "./add_checkpoint.ts";
import { U64_LIMIT, toHex, toText } from "./bytes.ts";
import { member, readCanonical } from "./canonical.ts";
import { readCharge, verifyCharge } from "./charge.ts";
import { undetected } from "./detection.ts";
import { checkDraw } from "./draw.ts";
import { draw, readRoll, rollDigest } from "./lot.ts";
import { hashes, rootOf, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { TYPE_COSIGNER, TYPE_LOG, openCheckpoint, readKey, readNote } from "./note.ts";
import { recompute } from "./period.ts";
import { cosignatures, kindOf, openLog, readPolicy, witnessed } from "./policy.ts";
import { checkReceipt } from "./receipt.ts";
import { Refused, as, need, refuse } from "./refused.ts";
import { checkKey, verifySignature } from "./signature.ts";
import { checkPublished, readBundle, readTile, readTilePath, rootOfEdge } from "./tiles.ts";
import { readTlogProof } from "./tlog_proof.ts";
import { outputOf } from "./vrf.ts";

export { Refused };

type Check = (...parts: Uint8Array[]) => string | void;

function number(part: Uint8Array): bigint {
  const text = as("form", () => toText(part));
  const value = /^[0-9]+$/.test(text) ? BigInt(text) : U64_LIMIT;
  return value < U64_LIMIT ? value : refuse("range");
}

function hash(part: Uint8Array): Uint8Array {
  return part.length === 32 ? part : refuse("form");
}

function utf8(part: Uint8Array): string {
  return as("form", () => toText(part));
}

const CHECKS: Record<string, Check> = {
  canonical: (bytes) => void readCanonical(bytes!),
  key: (key) => checkKey(key!),
  signature: (key, message, value) => verifySignature(key!, message!, value!),
  inclusion: (leaf, index, size, root, path) => {
    const [own, whole] = [hash(leaf!), hash(root!)];
    verifyInclusion(own, number(index!), number(size!), whole, hashes(path!));
  },
  consistency: (first, second, firstRoot, secondRoot, path) => {
    const [before, after] = [number(first!), number(second!)];
    verifyConsistency(before, after, hash(firstRoot!), hash(secondRoot!), hashes(path!));
  },
  checkpoint: (note, key) => {
    const log = readKey(as("key", () => toText(key!)), TYPE_LOG);
    const { size, root } = openCheckpoint(note!, log);
    return `${size} ${toHex(root)}`;
  },
  cosignature: (note, key) => {
    const cosigner = readKey(as("key", () => toText(key!)), TYPE_COSIGNER);
    return String(need(cosignatures(readNote(note!), cosigner)[0], "signer").time);
  },
  "add-checkpoint": (body, key, size, root) => {
    const log = readKey(as("key", () => toText(key!)), TYPE_LOG);
    const before = () => ({ size: number(size!), root: hash(root!) });
    const signed = root!.length > 0 ? before() : undefined;
    const checkpoint = judgeRequest(body!, log, signed);
    return `${checkpoint.size} ${toHex(checkpoint.root)}`;
  },
  "tlog-proof": (text) => {
    const { index, path, extra, checkpoint } = readTlogProof(utf8(text!));
    const digest = sha256(new TextEncoder().encode(checkpoint));
    return `${index} ${path.length} ${extra?.length ?? 0} ${toHex(digest)}`;
  },
  policy: (policy, bytes) => {
    const read = readPolicy(policy!);
    const [, note] = openLog(read, bytes!);
    const found = witnessed(read, note);
    return found.map(({ key, time }) => `${kindOf(key)} ${time} ${key.name}\n`).join("");
  },
  "tile-path": (path, size) => {
    checkPublished(readTilePath(utf8(path!)), number(size!));
    return utf8(path!);
  },
  tile: (path, bytes) => toHex(rootOf(readTile(readTilePath(utf8(path!)), bytes!))),
  bundle: (path, bytes, tile) => {
    return String(readBundle(readTilePath(utf8(path!)), bytes!, tile!).length);
  },
  edge: (size, ...tiles) => toHex(rootOfEdge(number(size!), tiles.map(hashes))),
  charge: (section, root, count, sum) => {
    const charge = readCharge(utf8(section!));
    verifyCharge(charge, { hash: hash(root!), count: number(count!), sum: number(sum!) });
  },
  period: (...entries) => {
    const commands = entries.map((entry) => {
      return need(member(readCanonical(entry), "command"), "form");
    });
    return recompute(commands[0], commands.slice(1)).how;
  },
  detection: (members, wrong, checkers) => {
    return undetected(number(members!), number(wrong!), number(checkers!));
  },
  vrf: (key, input, proof) => toHex(outputOf(key!, input!, proof!)),
  lot: (lines, seed, places) => {
    const text = utf8(lines!);
    if (text !== "" && !text.endsWith("\n")) refuse("form");
    const roll = readRoll(text.split("\n").slice(0, -1));
    const [under, panel] = [hash(seed!), number(places!)];
    if (panel >= 1n << 32n) refuse("range");
    return `${toHex(rollDigest(roll))} ${draw(roll, under, panel).join(",")}`;
  },
  draw: (record) => checkDraw(record!),
  receipt: (receipt, policy) => {
    return checkReceipt(receipt!, policy!.length > 0 ? policy : undefined);
  },
};

export function answer(format: string, parts: Uint8Array[]): string {
  return need(CHECKS[format], "request")(...parts) ?? "";
}
