//! What a verified receipt proves and what it does not, in English and in Chinese, and where the
//! record stands.

use proof::closing::Recomputed;
use proof::policy::WitnessKind;
use proof::receipt_check::Verdict;
use serde_json::{Map, Value, json};

use crate::layout::Table;

/// The language of the sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// Chinese, simplified.
    Zh,
}

/// A sentence in both languages.
type Pair = [&'static str; 2];

const LOG: Pair = [
    "The log has committed itself to the entries of this receipt, at these places, and cannot take \
     them back unnoticed.",
    "日志已对本凭证中的条目及其位置作出承诺，无法悄悄收回。",
];
const EXACT: Pair = [
    "The rates of the period follow from its total and the number of sharers.",
    "本期各类费率由总额和分摊人数得出。",
];
const BOUNDED: Pair = [
    "The figures of the period add up; a cap took effect, so how far rates lie below the plain \
     share depends on the cases, the charter and the charges before.",
    "本期各项数字相符；封顶已生效，费率比平摊低多少取决于案例、章程和此前的分摊。",
];
const CHARGE: Pair = [
    "The announced number of sharers and the announced sum are those of one sealed list, and this \
     charge stands in it.",
    "公布的分摊人数和合计金额出自同一份封存名单，这笔分摊就在其中。",
];
const JOINED: Pair = [
    "The log holds the command by which the member joined, and the numbers that the rules gave.",
    "日志中有该成员加入的指令，以及规则给出的成员编号。",
];
const NOT_PEOPLE: Pair = [
    "That every sharer is a real person: attestation, replay and the custodian speak to that.",
    "每位分摊成员都是真实的人：这由认证、重放和托管方说明。",
];
const NOT_FACTS: Pair = [
    "That the facts behind an entry are true, or that money has reached a bank account.",
    "条目背后的事实属实，或款项已到银行账户。",
];
const NOT_POLICY: Pair = [
    "That the policy is the one of your plan: compare its fingerprint with the published one.",
    "见证规则就是您所在计划的规则：请与公布的指纹对照。",
];
const NOT_SIGNER: Pair = [
    "That whoever sent a command was entitled to: replaying the log shows it.",
    "发出指令者有此权限：重放日志才能说明。",
];
const NOT_REPLAYED: Pair = [
    "That anybody replayed the rules: no such witness has signed.",
    "有人重算过规则：没有这样的见证方签名。",
];
const NOT_WITNESSED: Pair = [
    "That others are shown the same log: nobody outside the plan has signed.",
    "别人看到的是同一份日志：没有计划以外的见证方签名。",
];
const NOT_COMPLETE: Pair =
    ["That these are all entries about the case.", "有关该案例的条目都在这里。"];
const NOT_ROW: Pair = [
    "Which row of a batch is yours: the rows are with the institutions, the log holds their hash.",
    "批量加入时哪一行是您：各行由机构保管，日志中只有其哈希。",
];
const NEIGHBOUR: Pair = [
    "The proof shows one neighbour's charge and subtotals, without names.",
    "证明会显示一位相邻成员的分摊金额和若干小计，不含姓名。",
];

/// The five states of a record and whether the receipt shows each.
#[derive(Clone, Copy, Debug)]
struct States {
    witnessed: bool,
    settled: bool,
}

/// What to say of one verified receipt.
pub struct Words {
    language: Language,
    proves: Vec<Pair>,
    does_not: Vec<Pair>,
    states: States,
}

impl Words {
    /// The words for what a receipt proves.
    pub fn of(verdict: &Verdict, language: Language) -> Self {
        let has = |verb: &str| verdict.entries.iter().any(|entry| entry.verb == verb);
        let mut proves = vec![LOG];
        match &verdict.closed {
            Some((_, Recomputed::Exactly)) => proves.push(EXACT),
            Some(_) => proves.push(BOUNDED),
            None => {}
        }
        let mut does_not = Vec::new();
        if verdict.charge.is_some() {
            proves.extend([CHARGE, NEIGHBOUR]);
        }
        if has("finding.members.enrolled") {
            proves.push(JOINED);
        }
        if has("member.enrol-batch") {
            does_not.push(NOT_ROW);
        }
        if has("finding.case.filed") {
            does_not.push(NOT_COMPLETE);
        }
        does_not.extend([NOT_PEOPLE, NOT_FACTS, NOT_POLICY, NOT_SIGNER]);
        let replaying = |kind: &WitnessKind| *kind == WitnessKind::Replaying;
        if verdict.witnesses.is_empty() {
            does_not.push(NOT_WITNESSED);
        }
        if !verdict.witnesses.iter().any(|witness| replaying(&witness.kind)) {
            does_not.push(NOT_REPLAYED);
        }
        let settled = has("finding.payout.paid") || has("finding.period.settled");
        let states = States { witnessed: !verdict.witnesses.is_empty(), settled };
        Self { language, proves, does_not, states }
    }

    fn said(&self, pair: &Pair) -> &'static str {
        pair[self.language as usize]
    }

    fn joined(&self, pairs: &[Pair]) -> String {
        let gap = if self.language == Language::En { " " } else { "" };
        pairs.iter().map(|pair| self.said(pair)).collect::<Vec<_>>().join(gap)
    }

    /// What it proves.
    pub fn proves(&self) -> String {
        self.joined(&self.proves)
    }

    /// What it does not prove.
    pub fn does_not_prove(&self) -> String {
        self.joined(&self.does_not)
    }

    fn states(&self) -> [(&'static str, bool, Pair); 5] {
        [
            ("filed", true, ["the node has it on disk", "节点已存盘"]),
            ("ordered", true, ["it has a place in the log", "在日志中有位置"]),
            ("sealed", true, ["a signed checkpoint covers it", "已签名的检查点覆盖它"]),
            ("witnessed", self.states.witnessed, ["others have cosigned", "他方已联署"]),
            (
                "settled",
                self.states.settled,
                ["the custodian has confirmed the money", "托管方已确认款项"],
            ),
        ]
    }

    /// The states for a program: whether this receipt shows each.
    pub fn states_document(&self) -> Value {
        let states = self.states().map(|(name, shown, _)| (name.to_owned(), json!(shown)));
        Value::Object(states.into_iter().collect::<Map<_, _>>())
    }

    /// Prints states and sentences for a person.
    pub fn print(&self) {
        let names = [["filed", "已受理"], ["ordered", "已排序"], ["sealed", "已封存"]];
        let names = names.into_iter().chain([["witnessed", "已见证"], ["settled", "已结清"]]);
        let titles: [Pair; 3] = [
            ["Where the record stands", "这条记录走到哪一步"],
            ["What this proves", "这能证明什么"],
            ["What this does not prove", "这不能证明什么"],
        ];
        println!("{}", self.said(&titles[0]));
        let mut table = Table::new("lll", 2);
        for (name, (_, shown, meaning)) in names.zip(self.states()) {
            let mark = if shown { "✓" } else { "–" };
            let not_shown = ["not shown by this receipt", "本凭证未显示"];
            let meaning = if shown { self.said(&meaning) } else { self.said(&not_shown) };
            table.row([mark.to_owned(), self.said(&name).to_owned(), meaning.to_owned()]);
        }
        table.print();
        for (title, sentences) in [(&titles[1], &self.proves), (&titles[2], &self.does_not)] {
            println!("{}", self.said(title));
            sentences.iter().for_each(|sentence| println!("  {}", self.said(sentence)));
        }
    }
}
