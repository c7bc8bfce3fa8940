//! Where in a log the entries stand of which receipts are made.

use std::collections::BTreeMap;

use proof::closing::{CLOSED_VERB, RATES_VERB};
use proof::receipt_check::SEALED_VERB;
use proof::value::Value;

/// Members who joined by one command.
#[derive(Clone, Copy, Debug)]
struct Joined {
    first: u32,
    count: u32,
    command: u64,
    finding: u64,
}

/// The findings of one period.
#[derive(Clone, Debug, Default)]
pub(super) struct OfPeriod {
    pub published: Option<u64>,
    /// Rates after the first ones, in their order.
    pub rates: Vec<u64>,
    pub closed: Option<u64>,
    pub sealed: Option<u64>,
    pub collected: Option<u64>,
    pub settled: Option<u64>,
}

/// Places of entries, gathered while a log passes by.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    joined: Vec<Joined>,
    cases: BTreeMap<u32, Vec<u64>>,
    periods: BTreeMap<u32, OfPeriod>,
    /// The last command, and the cases that it names.
    command: (u64, Vec<u32>),
}

impl Places {
    /// Takes in the next entry. What cannot be read is passed over: the log was checked elsewhere.
    pub fn take(&mut self, index: u64, entry: &[u8]) {
        let Ok(entry) = Value::of(entry) else { return };
        let Some(command) = entry.get("command") else { return };
        let Some(verb) = command.get("do").and_then(Value::text) else { return };
        if verb.starts_with("finding.") {
            self.take_finding(index, verb, command);
        } else {
            self.take_command(index, verb, command);
        }
    }

    fn take_command(&mut self, index: u64, verb: &str, command: Value<'_>) {
        let listed = match verb {
            "payout.confirm" => command.get("cases").and_then(Value::items),
            _ => None,
        };
        let one = command.get("case").filter(|_| verb.starts_with("case."));
        let named = listed.into_iter().flatten().chain(one);
        let cases: Vec<u32> = named.filter_map(number).collect();
        for case in &cases {
            self.cases.entry(*case).or_default().push(index);
        }
        self.command = (index, cases);
    }

    fn take_finding(&mut self, index: u64, verb: &str, finding: Value<'_>) {
        let of = |member| finding.get(member).and_then(number);
        let (command, named) = &self.command;
        match verb {
            "finding.members.enrolled" => {
                if let (Some(first), Some(count)) = (of("first"), of("count")) {
                    let (command, finding) = (*command, index);
                    self.joined.push(Joined { first, count, command, finding });
                }
            }
            // The command had no number to name yet.
            "finding.case.filed" => {
                if let Some(case) = of("case") {
                    self.cases.entry(case).or_default().extend([*command, index]);
                }
            }
            // What was tried and refused says nothing of the case.
            "finding.attempt.refused" => {
                for case in named {
                    self.cases.entry(*case).or_default().pop();
                }
            }
            "finding.payout.paid" => {
                for case in named {
                    self.cases.entry(*case).or_default().push(index);
                }
            }
            _ if verb.starts_with("finding.case.") => {
                if let Some(case) = of("case") {
                    self.cases.entry(case).or_default().push(index);
                }
            }
            _ if verb.starts_with("finding.period.") => {
                let Some(period) = of("period") else { return };
                let period = self.periods.entry(period).or_default();
                match verb {
                    RATES_VERB => period.rates.push(index),
                    CLOSED_VERB => period.closed = Some(index),
                    SEALED_VERB => period.sealed = Some(index),
                    "finding.period.published" => period.published = Some(index),
                    "finding.period.collected" => period.collected = Some(index),
                    "finding.period.settled" => period.settled = Some(index),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The command by which a member joined, and what the rules concluded.
    pub fn of_member(&self, member: u32) -> Option<[u64; 2]> {
        let after = self.joined.partition_point(|joined| joined.first <= member);
        let joined = self.joined.get(after.checked_sub(1)?)?;
        (member - joined.first < joined.count).then_some([joined.command, joined.finding])
    }

    /// Everything about a case.
    pub fn of_case(&self, case: u32) -> Option<&[u64]> {
        self.cases.get(&case).map(Vec::as_slice)
    }

    /// The findings of a period.
    pub fn of_period(&self, period: u32) -> Option<&OfPeriod> {
        self.periods.get(&period)
    }
}

fn number(value: Value<'_>) -> Option<u32> {
    value.natural()?.try_into().ok()
}
