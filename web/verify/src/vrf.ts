// Answers of parties to draws: ECVRF-RISTRETTO255-SHA512, https://c2sp.org/vrf-r255.

import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, equal, fromBigEndian, fromText } from "./bytes.ts";
import { as, refuse } from "./refused.ts";

const Point = ristretto255.Point;

const SUITE = concat(Uint8Array.of(0xff), fromText("c2sp.org/vrf-r255"));
const GAMMA_BYTES = 32;
const CHALLENGE_BYTES = 16;
const PROOF_BYTES = 80;

function hash(kind: number, ...parts: Uint8Array[]): Uint8Array {
  return sha512(concat(SUITE, Uint8Array.of(kind), ...parts));
}

function littleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(bytes.slice().reverse());
}

// The output that a proof shows for a key and an input; refuses with "key" or "proof".
export function outputOf(key: Uint8Array, input: Uint8Array, proof: Uint8Array): Uint8Array {
  const publicPoint = as("key", () => Point.fromBytes(key));
  if (publicPoint.is0()) refuse("key");
  if (proof.length !== PROOF_BYTES) refuse("proof");
  const gamma = as("proof", () => Point.fromBytes(proof.slice(0, GAMMA_BYTES)));
  const claimed = proof.slice(GAMMA_BYTES, GAMMA_BYTES + CHALLENGE_BYTES);
  const c = littleEndian(claimed);
  const s = littleEndian(proof.slice(GAMMA_BYTES + CHALLENGE_BYTES));
  if (s >= Point.Fn.ORDER) refuse("proof");
  const h = ristretto255_hasher.deriveToCurve!(hash(0x82, key, input));
  const u = Point.BASE.multiplyUnsafe(s).subtract(publicPoint.multiplyUnsafe(c));
  const v = h.multiplyUnsafe(s).subtract(gamma.multiplyUnsafe(c));
  const points = [publicPoint, h, gamma, u, v].map((point) => point.toBytes());
  const found = hash(0x02, ...points, Uint8Array.of(0)).subarray(0, CHALLENGE_BYTES);
  if (!equal(found, claimed)) refuse("proof");
  return hash(0x03, gamma.toBytes(), Uint8Array.of(0));
}
