// The page of a saved receipt: checks it by two programs whenever it changes, and shows nothing of
// it that was not verified.

import { fromBase64, fromText } from "./bytes.ts";
import type { Call } from "./module.ts";
import { load } from "./module.ts";
import { checkReceipt } from "./receipt.ts";
import { Refused } from "./refused.ts";
import type { Statement } from "./statement.ts";
import { readStatement } from "./statement.ts";
import type { Language, Words } from "./words.ts";
import { WORDS, sentence } from "./words.ts";

function find<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

// `ok\n<statement>` or `refused <step>`, as the module answers.
function judge(receipt: Uint8Array): string {
  try {
    return `ok\n${checkReceipt(receipt)}`;
  } catch (error) {
    return `refused ${error instanceof Refused ? error.reason : "form"}`;
  }
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

function facts(words: Words, it: Statement): [string, string][] {
  const rows: [string, string][] = [];
  if (it.charge) {
    rows.push([words.member, it.charge.member], [words.class, it.charge.name]);
  }
  rows.push([words.plan, it.plan]);
  if (it.closed) {
    rows.push([words.period, it.closed.period]);
    rows.push([words.sharers, grouped(it.closed.sharers)]);
    rows.push([words.total, grouped(it.closed.total)]);
    rows.push([words.charges, grouped(it.closed.charges)]);
  }
  rows.push([words.log, it.log], [words.size, grouped(it.size)]);
  for (const { index, verb } of it.entries) rows.push([`${words.entry} ${index}`, verb]);
  rows.push([words.policy, it.policy]);
  return rows;
}

function has(it: Statement, verb: string): boolean {
  return it.entries.some((entry) => entry.verb === verb);
}

// The five states of a record, and whether this receipt shows each.
function states(words: Words, it: Statement): string[] {
  const isSettled = has(it, "finding.payout.paid") || has(it, "finding.period.settled");
  const rows: [boolean, string, string][] = [
    [true, words.filed, words.filedWhy],
    [true, words.ordered, words.orderedWhy],
    [true, words.sealed, words.sealedWhy],
    [it.witnesses.length > 0, words.witnessed, words.witnessedWhy],
    [isSettled, words.settled, words.settledWhy],
  ];
  return rows.map(([shown, name, why]) => {
    return `${shown ? "✓" : "–"} ${name}: ${shown ? why : words.notShown}`;
  });
}

function proved(words: Words, it: Statement): string[] {
  const list = [words.provesLog];
  if (it.closed) list.push(it.closed.isExact ? words.provesExact : words.provesBounded);
  if (it.charge) list.push(words.provesCharge);
  if (has(it, "finding.members.enrolled")) list.push(words.provesJoined);
  return list;
}

function unproved(words: Words, it: Statement): string[] {
  const list = [];
  if (has(it, "member.enrol-batch")) list.push(words.notRow);
  if (has(it, "finding.case.filed")) list.push(words.notComplete);
  list.push(words.notPeople, words.notFacts, words.notSigner, words.notPolicy, words.notPage);
  if (it.witnesses.length === 0) list.push(words.notWitnessed);
  if (!it.witnesses.some((witness) => witness.isReplaying)) list.push(words.notReplayed);
  return list;
}

function seen(words: Words, it: Statement): string[] {
  if (it.witnesses.length === 0) return [words.noWitness];
  return it.witnesses.map(({ name, time, isReplaying }) => {
    return `${name}: ${isReplaying ? words.replaying : words.appendOnly} (${time})`;
  });
}

function list(id: string, items: string[]): void {
  find(id).replaceChildren(...items.map((item) => element("li", item)));
}

function show(words: Words, script: string, module: string | undefined): void {
  const agree = module === undefined || module === script;
  const isGood = agree && script.startsWith("ok\n");
  document.body.dataset["state"] = isGood ? "good" : "bad";
  find("verdict").textContent = isGood ? words.good : words.bad;
  const step = script.startsWith("ok\n") ? "" : script.slice("refused ".length);
  const why = isGood ? words.goodWhy : sentence(words, step);
  const alone = module === undefined ? words.alone : words.goodWhy;
  find("why").textContent = agree ? (isGood ? alone : why) : words.disagree;
  document.body.dataset["step"] = step;
  const outcome = (answer: string) => (answer.startsWith("ok\n") ? words.passed : words.failed);
  list("programs", [
    `${words.byScript}: ${outcome(script)}`,
    `${words.byModule}: ${module === undefined ? words.absent : outcome(module)}`,
  ]);
  find("proved").hidden = !isGood;
  if (!isGood) return;
  const statement = readStatement(script.slice(3));
  find("sum").hidden = statement.charge === undefined;
  find("amount").textContent = grouped(statement.charge?.amount ?? "");
  find("facts").replaceChildren(
    ...facts(words, statement).flatMap(([name, value]) => [
      element("dt", name),
      element("dd", value),
    ]),
  );
  list("states", states(words, statement));
  list("witnesses", seen(words, statement));
  list("proves", proved(words, statement));
  list("not", unproved(words, statement));
  find("privacy").textContent = statement.charge ? words.neighbour : "";
}

function translate(language: Language): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = WORDS[language].title;
  for (const labelled of document.querySelectorAll<HTMLElement>("[data-word]")) {
    labelled.textContent = WORDS[language][labelled.dataset["word"] as keyof Words];
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset["language"] === language));
  }
}

async function start(): Promise<void> {
  const receipt = find<HTMLTextAreaElement>("receipt");
  let language: Language = navigator.language.startsWith("zh") ? "zh" : "en";
  let call: Call | undefined;
  try {
    const bytes = fromBase64(find("module").textContent.trim());
    call = await load(new Uint8Array(bytes ?? []));
  } catch {
    // The page says that one of the two programs cannot run.
  }
  const check = () => {
    const bytes = fromText(receipt.value);
    translate(language);
    show(WORDS[language], judge(bytes), call?.("receipt", [bytes, new Uint8Array()]));
  };
  receipt.addEventListener("input", check);
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset["language"] as Language;
      check();
    });
  }
  check();
}

void start();
