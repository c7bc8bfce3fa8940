// The statement that a receipt proves, taken apart for people.

export interface Witness {
  readonly isReplaying: boolean;
  readonly time: string;
  readonly name: string;
}

export interface Statement {
  readonly plan: string;
  readonly log: string;
  readonly size: string;
  readonly policy: string;
  readonly witnesses: Witness[];
  readonly entries: { readonly index: string; readonly verb: string }[];
  readonly closed:
    | { period: string; sharers: string; total: string; charges: string; isExact: boolean }
    | undefined;
  readonly charge: { member: string; amount: string; name: string } | undefined;
}

// Seconds since 1970 as a day and a minute of universal time; the number itself if it has none.
function moment(seconds: string): string {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return seconds;
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function readStatement(text: string): Statement {
  const lines = text.split("\n").map((line) => line.split(" "));
  const all = (name: string) => lines.filter((words) => words[0] === name);
  const rest = (name: string) => all(name)[0]?.slice(1).join(" ") ?? "";
  const [closed] = all("closed");
  const [charge] = all("charge");
  return {
    plan: rest("plan"),
    log: rest("log"),
    size: rest("size"),
    policy: rest("policy"),
    witnesses: all("witness").map(([, kind, time, name]) => ({
      isReplaying: kind === "replaying",
      time: moment(time ?? ""),
      name: name ?? "",
    })),
    entries: all("entry").map(([, index, verb]) => ({ index: index ?? "", verb: verb ?? "" })),
    closed: closed && {
      period: closed[1] ?? "",
      sharers: closed[2] ?? "",
      total: closed[3] ?? "",
      charges: closed[4] ?? "",
      isExact: closed[5] === "exact",
    },
    charge: charge && {
      member: charge[1] ?? "",
      amount: charge[2] ?? "",
      name: charge.slice(3).join(" "),
    },
  };
}
