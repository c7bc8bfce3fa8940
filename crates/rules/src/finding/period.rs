//! What the rules conclude about periods.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::ClassRate;
use super::ForecastScore;
use crate::books::Posting;
use crate::day::Day;
use crate::period::Excess;
use crate::period::Terms;

/// What the rules conclude about periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum PeriodFinding {
    /// The sharers are counted and the objections run.
    #[serde(rename = "finding.period.published")]
    Published {
        /// The period.
        period: u32,
        /// Members who share its cost, counted at 00:00 of the publicity day.
        sharers: u64,
        /// Cases whose card proposes aid.
        cases: u32,
        /// Cases whose card proposes a refusal.
        refusals: u32,
        /// Members who have passed the age of cover since the period before: they share no longer.
        aged_out: u64,
        /// Objections end with the day before this.
        charge: Day,
    },
    /// Rates that do not fit into the closing that follows.
    #[serde(rename = "finding.period.rates")]
    Rates {
        /// The period.
        period: u32,
        /// Place of the first among all rates of the period.
        from: u32,
        /// The rates.
        rates: Vec<ClassRate>,
    },
    /// A period's cost is charged.
    #[serde(rename = "finding.period.closed")]
    Closed {
        /// The period.
        period: u32,
        /// Members who share.
        sharers: u64,
        /// The terms of the total.
        terms: Terms,
        /// The total; negative when there was more than needed.
        total_minor: Amount,
        /// The rate of each class.
        rates: Vec<ClassRate>,
        /// Sum of all charges.
        charges_minor: Amount,
        /// Who paid what the caps kept from the members.
        excess: Excess,
        /// Left over for the next period.
        carry_out_minor: Amount,
        /// Postings of all terms.
        postings: Vec<Posting>,
        /// The forecast, scored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        forecast: Option<ForecastScore>,
    },
    /// The bank has collected.
    #[serde(rename = "finding.period.collected")]
    Collected {
        /// The period.
        period: u32,
        /// What came in.
        collected_minor: Amount,
        /// Charges that failed.
        failed: u32,
        /// What they sum to.
        failed_minor: Amount,
    },
    /// The tree of a period's charges is announced. That the leaves are those of the roll is for
    /// those to check who hold the plan's secret.
    #[serde(rename = "finding.period.sealed")]
    Sealed {
        /// The period.
        period: u32,
        /// Root of the tree of charges.
        root: Digest,
        /// Its leaves: the sharers of the closing.
        sharers: u64,
        /// Sum of the charges in them: that of the closing.
        charges_minor: Amount,
    },
    /// A period is over.
    #[serde(rename = "finding.period.settled")]
    Settled {
        /// The period.
        period: u32,
        /// Repaid to the sponsor.
        advance_repaid_minor: Amount,
        /// What rests in custody.
        custody_minor: Amount,
    },
}
