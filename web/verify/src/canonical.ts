// Canonical JSON: bytes are read with the browser's own reader, written anew in the canonical
// form, and compared. What differs in one byte is refused.

import { toText } from "./bytes.ts";
import { as, refuse } from "./refused.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const LEVELS = 32;

// The value that the bytes are; refuses with "form".
export function readCanonical(bytes: Uint8Array): Json {
  const text = as("form", () => toText(bytes));
  const value = as("form", () => JSON.parse(text) as Json);
  return as("form", () => write(value, LEVELS)) === text ? value : refuse("form");
}

function write(value: Json, levels: number): string {
  if (typeof value === "number") {
    // The reader makes -0 and 1.0 of themselves something that is written otherwise.
    return Number.isSafeInteger(value) ? String(value) : refuse("form");
  }
  if (typeof value === "string") return quote(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (levels === 0) return refuse("form");
  if (Array.isArray(value)) {
    return `[${value.map((item) => write(item, levels - 1)).join(",")}]`;
  }
  // The sort of strings is the one of UTF-16 code units.
  const names = Object.keys(value).sort();
  const members = names.map((name) => `${quote(name)}:${write(value[name] as Json, levels - 1)}`);
  return `{${members.join(",")}}`;
}

function quote(text: string): string {
  // Half a surrogate pair comes only from an escape, and UTF-8 has no bytes for it.
  return /\p{Surrogate}/u.test(text) ? refuse("form") : JSON.stringify(text);
}

// The member of an object, if it is one of its own.
export function member(value: Json | undefined, name: string): Json | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? value[name] : undefined;
}

// A whole number that is not negative.
export function natural(value: Json | undefined): bigint | undefined {
  return typeof value === "number" && value >= 0 ? BigInt(value) : undefined;
}

// A string that needs no escape, as names and verbs are.
export function plainText(value: Json | undefined): string | undefined {
  const isPlain = typeof value === "string" && !/["\\\u0000-\u001f]/.test(value);
  return isPlain ? value : undefined;
}
