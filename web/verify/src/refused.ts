// Why something is not believed: one of the reasons of docs/FORMATS.md (Vectors).

export class Refused extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export function refuse(reason: string): never {
  throw new Refused(reason);
}

// The value, or a refusal when there is none.
export function need<T>(value: T | undefined, reason: string): T {
  return value === undefined ? refuse(reason) : value;
}

// What `work` gives; if it refuses for whatever reason, the reason is this one.
export function as<T>(reason: string, work: () => T): T {
  try {
    return work();
  } catch {
    return refuse(reason);
  }
}
