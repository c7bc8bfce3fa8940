// The vectors of the repository, for whoever runs them.

import { readFileSync, readdirSync } from "node:fs";

const folder = new URL("../../../vectors/", import.meta.url);

function part(written) {
  const bytes = written.startsWith("text:")
    ? Buffer.from(written.slice(5), "utf8")
    : Buffer.from(written.slice(4), "hex");
  return new Uint8Array(bytes);
}

// All files: { format, vectors: [{ name, parts, expected }] }, where what is expected is
// `ok\n<answer>` or `refused <reason>`.
export function files() {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
  return names.map((name) => {
    const { format, vectors } = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    const read = (vector) => ({
      name: vector.name,
      parts: vector.parts.map(part),
      expected: "answer" in vector ? `ok\n${vector.answer}` : `refused ${vector.refused}`,
    });
    return { format, vectors: vectors.map(read) };
  });
}
