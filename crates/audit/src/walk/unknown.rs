//! What a reader of public entries cannot recompute, counted so that it can be named.

use serde_json::Value;

use super::group::{Group, number};

/// Counts of statements that need the rows of members, or rules that the walk does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Periods whose number of sharers was only bounded.
    pub sharers: u64,
    /// Periods in which a cap took effect, so that shares were only bounded.
    pub bounded: u64,
    /// Digests of the state.
    pub states: u64,
    /// Roots of trees of charges.
    pub sealed: u64,
    /// Refunds of shares to members.
    pub refunds: u64,
    /// Charges that failed, by member.
    pub failed: u64,
    /// Toppings up whose parts are not told case by case.
    pub topped_up: u64,
    /// Verdicts of juries: who was on the sealed roll, and the votes.
    pub verdicts: u64,
    /// Re-audits whose list of paid cases could not be made again.
    pub re_audits: u64,
    /// Commands of areas that the walk has no second reading of.
    pub other: u64,
}

/// First words of the verbs that the walk reads.
const READ: [&str; 12] = [
    "plan", "member", "case", "period", "notice", "arrears", "payout", "fee", "role", "fund",
    // Of hearings and re-audits the draws; verdicts are counted by themselves.
    "jury", "audit",
];

impl Unknown {
    pub(super) fn finding(&mut self, finding: &Value) {
        match finding["do"].as_str().unwrap_or_default() {
            "finding.period.published" => self.sharers += 1,
            "finding.state" => self.states += 1,
            "finding.jury.verdict" => self.verdicts += 1,
            "finding.period.sealed" => self.sealed += 1,
            "finding.period.collected" => self.failed += u64::from(number(finding, "failed") > 0),
            "finding.payout.paid" => self.refunds += u64::from(number(finding, "refund_minor") > 0),
            "finding.payout.ordered" => {
                self.topped_up += u64::from(number(finding, "topped_up") > 0);
            }
            _ => {}
        }
    }

    pub(super) fn group(&mut self, group: &Group) {
        let area = group.verb().split('.').next().unwrap_or_default();
        self.other += u64::from(!READ.contains(&area));
    }
}
