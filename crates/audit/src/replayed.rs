//! The rules replayed, as far as the rows of members are at hand, and a name for what they refuse.

use proof::Digest;
use rules::machine::{Machine, ReplayError};
use serde_json::Value;

use crate::difference::{Difference, Kind};

/// How far the rules were replayed.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// Entries that were applied.
    pub(crate) entries: u64,
    /// Digest of the state that they lead to.
    pub(crate) digest: Digest,
    /// Whether every entry could be read.
    pub(crate) read_whole: bool,
    /// Periods whose tree of charges was built again.
    pub(crate) seals: u64,
    /// The rows that were not there.
    pub(crate) without: Option<Digest>,
}

impl Replayed {
    /// What a machine has reached.
    pub(crate) fn of(machine: &Machine) -> Self {
        let state = machine.state();
        let (entries, digest) = (state.entries(), state.digest());
        Self { entries, digest, read_whole: true, seals: 0, without: None }
    }
}

/// Members of findings that count people.
const COUNTS: [&str; 5] = ["sharers", "count", "first", "members", "expelled"];

/// Members of findings that say what a member pays.
const SHARES: [&str; 4] = ["rates", "share_minor", "charges_minor", "carry_out_minor"];

/// Names what the rules refuse at an entry. `expected` is what they conclude there.
pub(crate) fn difference(
    index: u64,
    error: &ReplayError,
    found: Option<&[u8]>,
    expected: Option<&[u8]>,
) -> Difference {
    let at = |kind, what: String| Difference::at(kind, index, what);
    match error {
        ReplayError::Entry(error) => at(Kind::AlteredEntry, error.to_string()),
        ReplayError::Order => at(Kind::ReorderedEntries, error.to_string()),
        ReplayError::Refused(refusal) => {
            let kind = match refusal.code {
                "E-ORDER-TIME" => Kind::ReorderedEntries,
                "E-COMMAND-SEQ" => Kind::RemovedEntry,
                "E-PAYOUT" | "E-FUNDS" => Kind::PayoutWithoutCase,
                "E-FUNDS-FLOW" => Kind::WrongFee,
                "E-ROLE" => Kind::UnauthorisedCommand,
                _ => Kind::RuleBroken,
            };
            at(kind, format!("the rules refuse this command: {} {}", refusal.what, refusal.why))
        }
        ReplayError::Finding => {
            let read = |bytes: Option<&[u8]>| -> Option<Value> {
                Some(serde_json::from_slice::<Value>(bytes?).ok()?["command"].clone())
            };
            match (read(found), read(expected)) {
                (Some(found), Some(expected)) => finding(index, &found, &expected),
                (_, None) => at(
                    Kind::RemovedEntry,
                    "a finding stands here that follows from no command before it".to_owned(),
                ),
                (None, _) => at(Kind::AlteredEntry, error.to_string()),
            }
        }
        other => at(Kind::RuleBroken, other.to_string()),
    }
}

/// Names a finding that is not the one that the rules conclude.
fn finding(index: u64, found: &Value, expected: &Value) -> Difference {
    let at = |kind, what: String| Difference::at(kind, index, what);
    let verb = expected["do"].as_str().unwrap_or_default();
    if found["do"] != expected["do"] {
        let (stands, seq) = (&found["seq"], &expected["seq"]);
        let later = found["by"] != "rules" || stands.as_u64() > seq.as_u64();
        let kind = if later { Kind::RemovedEntry } else { Kind::ReorderedEntries };
        return at(kind, format!("{verb} (finding number {seq}) must stand here"));
    }
    let names = expected.as_object().into_iter().flatten().map(|(name, _)| name);
    let name = names.into_iter().find(|name| found[*name] != expected[*name]);
    let name = name.map_or("", String::as_str);
    let what = format!("{verb}: {name} is {}, and {} follows", found[name], expected[name]);
    let kind =
        if COUNTS.contains(&name) || verb == "finding.period.closed" && counts(found, expected) {
            let count = |value: &Value| value[name].as_u64().unwrap_or_else(|| people(value));
            if count(found) > count(expected) { Kind::InflatedCount } else { Kind::HiddenMember }
        } else if SHARES.contains(&name) {
            Kind::WrongShare
        } else if verb.starts_with("finding.payout") {
            Kind::PayoutWithoutCase
        } else if verb.starts_with("finding.fee") {
            Kind::WrongFee
        } else if verb.starts_with("finding.case") {
            Kind::WrongDecision
        } else if verb == "finding.period.closed" {
            Kind::WrongTotal
        } else {
            Kind::AlteredEntry
        };
    at(kind, what)
}

/// Whether a closing counts other people than it should.
fn counts(found: &Value, expected: &Value) -> bool {
    people(found) != people(expected)
}

/// The members of all classes.
fn people(closed: &Value) -> u64 {
    let rates = closed["rates"].as_array().into_iter().flatten();
    rates.map(|rate| rate["members"].as_u64().unwrap_or(0)).sum()
}
