// The other program: the wasm module, called as docs/FORMATS.md (Vectors) and its head say.

import { fromText } from "./bytes.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  reserve(length: number): number;
  check(place: number, length: number): number;
  release(place: number, length: number): void;
}

export type Call = (format: string, parts: Uint8Array[]) => string;

// Prepares the module; what it gives answers `ok\n<answer>` or `refused <reason>`.
export async function load(bytes: Uint8Array<ArrayBuffer>): Promise<Call> {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const module = instance.exports as unknown as Exports;
  return (format, parts) => {
    const all = [fromText(format), ...parts];
    const length = all.reduce((sum, part) => sum + 4 + part.length, 0);
    const request = module.reserve(length);
    if (request === 0) return "refused request";
    let at = request;
    for (const part of all) {
      new DataView(module.memory.buffer).setUint32(at, part.length, true);
      new Uint8Array(module.memory.buffer).set(part, at + 4);
      at += 4 + part.length;
    }
    const answer = module.check(request, length);
    const size = new DataView(module.memory.buffer).getUint32(answer, true);
    const text = new Uint8Array(module.memory.buffer).slice(answer + 4, answer + 4 + size);
    module.release(answer, size + 4);
    return new TextDecoder().decode(text);
  };
}
