// Proofs of entries as text files.

import { fromBase64, toNumber } from "./bytes.ts";
import { need, refuse } from "./refused.ts";

export interface TlogProof {
  readonly extra: Uint8Array | undefined;
  readonly index: bigint;
  readonly path: Uint8Array[];
  readonly checkpoint: string;
}

const PATH_LIMIT = 63;

// Refuses with "form".
export function readTlogProof(text: string): TlogProof {
  const end = text.indexOf("\n\n");
  if (end < 0) refuse("form");
  const lines = text.slice(0, end).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") refuse("form");
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith("extra ")) {
    extra = fromBase64((lines.shift() as string).slice(6));
    if (extra === undefined || extra.length === 0) refuse("form");
  }
  const first = lines.shift() ?? "";
  const index = need(first.startsWith("index ") ? toNumber(first.slice(6)) : undefined, "form");
  const path = lines.map((line) => need(fromBase64(line), "form"));
  if (path.length > PATH_LIMIT || path.some((hash) => hash.length !== 32)) refuse("form");
  return { extra, index, path, checkpoint: text.slice(end + 2) };
}
