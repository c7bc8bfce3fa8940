// The files that a log publishes: names, hashes and entries. Pages do not need them; the vectors
// and whoever audits a mirror in a browser do.

import { equal, fromBigEndian, toNumber } from "./bytes.ts";
import { hashes, leafHash, nodeHash, rootOf } from "./merkle.ts";
import { need, refuse } from "./refused.ts";

const SIZE_LIMIT = 1n << 63n;

export interface TilePath {
  readonly kind: "hashes" | "entries";
  readonly level: bigint;
  readonly index: bigint;
  readonly width: bigint;
}

const PATH = /^tile\/([0-9]+|entries)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]+))?$/;

// Refuses with "form".
export function readTilePath(text: string): TilePath {
  const [, place, groups, partial] = need(text.match(PATH) ?? undefined, "form");
  const kind = place === "entries" ? "entries" : "hashes";
  const level = kind === "entries" ? 0n : need(toNumber(place ?? ""), "form");
  const width = partial === undefined ? 256n : need(toNumber(partial), "form");
  const index = BigInt((groups ?? "").replace(/[x/]/g, ""));
  const isPartial = width >= 1n && width <= 255n;
  if (level > 63n || index >= SIZE_LIMIT || groups?.startsWith("x000")) refuse("form");
  if (partial !== undefined && !isPartial) refuse("form");
  return { kind, level, index, width };
}

// Whether a log of this size publishes such a tile; refuses with "absent".
export function checkPublished({ level, index, width }: TilePath, size: bigint): void {
  const nodes = size >> (8n * level);
  const [full, rest] = [nodes / 256n, nodes % 256n];
  const isThere = width === 256n ? index < full : index === full && width === rest;
  if (!isThere) refuse("absent");
}

// The hashes of a tile; refuses with "kind" or "length".
export function readTile(path: TilePath, bytes: Uint8Array): Uint8Array[] {
  if (path.kind !== "hashes") refuse("kind");
  if (BigInt(bytes.length) !== 32n * path.width) refuse("length");
  return hashes(bytes);
}

// The entries of a bundle, compared with its tile. Refuses with "kind", "truncated", "trailing",
// "length" or "entry".
export function readBundle(path: TilePath, bytes: Uint8Array, tile: Uint8Array): Uint8Array[] {
  if (path.kind !== "entries") refuse("kind");
  const entries: Uint8Array[] = [];
  let at = 0;
  for (let place = 0n; place < path.width; place += 1n) {
    if (at + 2 > bytes.length) refuse("truncated");
    const end = at + 2 + Number(fromBigEndian(bytes.subarray(at, at + 2)));
    if (end > bytes.length) refuse("truncated");
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length) refuse("trailing");
  const expected = hashes(tile);
  if (expected.length !== entries.length) refuse("length");
  const differs = entries.some((entry, place) => {
    return !equal(leafHash(entry), expected[place] as Uint8Array);
  });
  return differs ? refuse("entry") : entries;
}

// The root of a tree from its partial tiles, lowest level first. Refuses with "edge".
export function rootOfEdge(size: bigint, tiles: Uint8Array[][]): Uint8Array {
  if (size >= SIZE_LIMIT) refuse("edge");
  const widths: number[] = [];
  for (let nodes = size; nodes > 0n; nodes >>= 8n) {
    if (nodes % 256n > 0n) widths.push(Number(nodes % 256n));
  }
  const fits = widths.length === tiles.length && tiles.every((t, at) => t.length === widths[at]);
  if (!fits) refuse("edge");
  // What stands right of a tile is smaller than any of its subtrees, and hangs below its last one.
  let right: Uint8Array | undefined;
  for (const tile of tiles) right = hangBelow(tile, right);
  return right ?? rootOf([]);
}

function hangBelow(tile: Uint8Array[], right: Uint8Array | undefined): Uint8Array {
  if (right === undefined) return rootOf(tile);
  let [rest, node] = [tile, right];
  while (rest.length > 0) {
    const last = rest.length & -rest.length;
    node = nodeHash(rootOf(rest.slice(rest.length - last)), node);
    rest = rest.slice(0, rest.length - last);
  }
  return node;
}
