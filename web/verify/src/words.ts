// The words of the page in both languages, key for key.

export type Language = "en" | "zh";

const en = {
  title: "Receipt of a mutual-aid plan",
  checking: "Checking…",
  good: "Verified",
  bad: "Not verified",
  goodWhy: "Every step passed. Two programs checked this on your device, without the network.",
  disagree: "The two programs disagree. Do not rely on this page.",
  alone: "Only one of the two programs can run in this browser.",
  byScript: "First program (TypeScript)",
  byModule: "Second program (Rust, as wasm)",
  passed: "passed",
  failed: "failed",
  absent: "cannot run here",
  charge: "Charge",
  unit: "in the smallest unit of the plan's currency",
  member: "Member",
  class: "Class",
  plan: "Plan",
  period: "Period",
  sharers: "Members who share",
  total: "To be raised",
  charges: "Charged in all",
  log: "Log",
  size: "Entries in the log",
  entry: "Entry",
  policy: "Fingerprint of the policy",
  replaying: "replayed the rules, then signed",
  appendOnly: "checked that the log only grew, then signed",
  witnesses: "Who saw it",
  noWitness: "Nobody outside the plan: the policy asks for no witness.",
  proves: "What this proves",
  provesLog:
    "The log has committed itself to the entries of this receipt, as many witnesses saw it as " +
    "the policy asks for, and nobody can take it back unnoticed.",
  provesExact: "The rates of the period follow from its total and the number of sharers.",
  provesBounded:
    "The figures of the period add up. A cap took effect, so how far the rates lie below the " +
    "plain share depends on the cases and the charter.",
  provesCharge:
    "The announced number of sharers and the announced sum are those of one sealed list, and " +
    "this charge stands in it.",
  not: "What this does not prove",
  notPeople: "That everybody on the list is a real person.",
  notFacts: "That the facts behind an entry are true, or that money has moved.",
  notPolicy:
    "That the policy is the one of your plan: compare its fingerprint with the one that the plan " +
    "and its witnesses publish.",
  notPage:
    "That this page is honest: a forged page can say anything. Take the text below to another " +
    "copy of the verifier, such as the command `huzhu verify`.",
  notReplayed: "That anybody replayed the rules: no such witness has signed.",
  neighbour: "The proof shows its holder one neighbour's charge and a few subtotals, no names.",
  text: "The receipt itself",
  textHelp: "Change any digit and see what happens. Nothing here leaves your device.",
  form: "This is not a complete receipt: bytes are missing, added or changed.",
  policyStep: "The policy cannot be read.",
  checkpoint: "The log has not signed this commitment.",
  witnessesStep: "Too few of the named witnesses have signed this commitment.",
  inclusion: "An entry is not in the log where the receipt says it is.",
  arithmetic: "The figures of the period do not follow from each other.",
  seal: "The sealed list is not the one of the closed period.",
  chargeStep: "The charge is not the rate of its class, or not in the sealed list.",
};

const zh: typeof en = {
  title: "互助计划凭证",
  checking: "正在核验……",
  good: "核验通过",
  bad: "核验未通过",
  goodWhy: "每一步都通过。两个程序在您的设备上各自核验，没有使用网络。",
  disagree: "两个程序的结论不一致，请勿以本页为准。",
  alone: "此浏览器只能运行两个程序中的一个。",
  byScript: "程序一（TypeScript）",
  byModule: "程序二（Rust，wasm）",
  passed: "通过",
  failed: "未通过",
  absent: "无法在此运行",
  charge: "分摊金额",
  unit: "以计划货币的最小单位计",
  member: "成员",
  class: "类别",
  plan: "互助计划",
  period: "期次",
  sharers: "分摊人数",
  total: "应筹总额",
  charges: "分摊合计",
  log: "日志",
  size: "日志条目数",
  entry: "条目",
  policy: "见证规则指纹",
  replaying: "重算全部规则后签名",
  appendOnly: "核对日志只增不改后签名",
  witnesses: "见证方",
  noWitness: "没有计划以外的见证方：见证规则未作要求。",
  proves: "这能证明什么",
  provesLog: "日志已对本凭证中的条目作出承诺，见证方达到见证规则的要求，谁也无法悄悄收回。",
  provesExact: "本期各类费率由总额和分摊人数得出。",
  provesBounded: "本期各项数字相符。封顶已生效，费率比平摊低多少取决于案例和章程。",
  provesCharge: "公布的分摊人数和合计金额出自同一份封存名单，这笔分摊就在其中。",
  not: "这不能证明什么",
  notPeople: "名单上的每个人都是真实的人。",
  notFacts: "条目背后的事实属实，或款项已经支付。",
  notPolicy: "见证规则就是您所在计划的规则：请把指纹与计划及见证方公布的指纹对照。",
  notPage: "本页本身可信：伪造的页面可以显示任何结论。请把下面的原文交给另一份核验程序，例如命令 huzhu verify。",
  notReplayed: "有人重算过规则：没有这样的见证方签名。",
  neighbour: "证明会让持有人看到一位相邻成员的分摊金额和若干小计，不含姓名。",
  text: "凭证原文",
  textHelp: "改动任何一个数字，看看会怎样。内容不会离开您的设备。",
  form: "这不是完整的凭证：字节有缺失、增加或改动。",
  policyStep: "无法读取见证规则。",
  checkpoint: "日志没有签署这份承诺。",
  witnessesStep: "签署这份承诺的指定见证方不足。",
  inclusion: "有条目不在凭证所说的日志位置上。",
  arithmetic: "本期各项数字对不上。",
  seal: "封存名单与结算的期次不符。",
  chargeStep: "金额不是该类别的费率，或不在封存名单中。",
};

export type Words = typeof en;

export const WORDS: Record<Language, Words> = { en, zh };

// The sentence for the step that failed.
export function sentence(words: Words, step: string): string {
  const sentences: Record<string, string> = {
    form: words.form,
    policy: words.policyStep,
    checkpoint: words.checkpoint,
    witnesses: words.witnessesStep,
    inclusion: words.inclusion,
    arithmetic: words.arithmetic,
    seal: words.seal,
    charge: words.chargeStep,
  };
  return sentences[step] ?? words.form;
}
