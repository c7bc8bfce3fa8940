// Ed25519 under ZIP-215: the cofactored equation, and every encoding of a point.

import { ed25519 } from "@noble/curves/ed25519.js";

import { as, refuse } from "./refused.ts";

function point(key: Uint8Array) {
  return as("key", () => ed25519.Point.fromBytes(key, true));
}

// Refuses with "key" what may not be registered: no point, or one of small order.
export function checkKey(key: Uint8Array): void {
  if (key.length !== 32 || point(key).isSmallOrder()) refuse("key");
}

// Refuses with "key" or "signature".
export function verifySignature(key: Uint8Array, message: Uint8Array, value: Uint8Array): void {
  if (key.length !== 32) refuse("key");
  if (value.length !== 64) refuse("signature");
  point(key);
  if (!as("signature", () => ed25519.verify(value, message, key, { zip215: true }))) {
    refuse("signature");
  }
}
