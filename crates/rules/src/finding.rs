//! What the rules conclude from a command. Findings stand in the log after the command that caused
//! them; whoever replays the log computes them again and compares.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::books::Posting;
use crate::case::Reason;
use crate::day::Day;
use crate::notice::About;
use crate::period::{Excess, Terms};

/// The rate of one class in a closed period. Members of a class whom the yearly cap leaves with
/// less than the others stand after all classes, under the class's name and with their own share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassRate {
    /// Name of the class.
    pub class: String,
    /// Weight of one member's share.
    pub weight: u32,
    /// Sharers of this class.
    pub members: u64,
    /// What each of them is charged.
    pub share_minor: Amount,
}

/// A forecast, scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastScore {
    /// What was expected.
    pub share_minor: Amount,
    /// Lower end of the interval.
    pub low_minor: Amount,
    /// Upper end of the interval.
    pub high_minor: Amount,
    /// Mean share that came, rounded up, minus the expected one.
    pub error_minor: Amount,
    /// Whether the interval held what came.
    pub inside: bool,
}

/// A conclusion of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "a closing is the largest and the rarest; findings live for one command"
)]
pub enum Finding {
    /// The plan exists.
    #[serde(rename = "finding.plan.founded")]
    Founded {
        /// Identity of the charter.
        charter: Digest,
        /// First publicity day.
        publicity: Day,
    },
    /// Members joined; their numbers follow each other.
    #[serde(rename = "finding.members.enrolled")]
    Enrolled {
        /// Number of the first.
        first: u32,
        /// How many.
        count: u32,
        /// First day of cover against illness.
        covered_from: Day,
    },
    /// Members left at their wish. What is published already stays due.
    #[serde(rename = "finding.members.left")]
    Left {
        /// How many.
        count: u32,
        /// The last period whose share they owe, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owes_until: Option<u32>,
    },
    /// A member has died.
    #[serde(rename = "finding.member.died")]
    Died {
        /// Who.
        member: u32,
        /// Members for whom the dead paid, who pay for themselves from now on.
        detached: u32,
    },
    /// A notice is on record.
    #[serde(rename = "finding.notice.recorded")]
    Noticed {
        /// The period.
        period: u32,
        /// What it is about.
        about: About,
        /// To how many members it was sent.
        recipients: u64,
        /// How many of them it did not reach.
        unreached: u64,
    },
    /// A case has a number.
    #[serde(rename = "finding.case.filed")]
    Filed {
        /// Its number.
        case: u32,
    },
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
    /// A case is approved.
    #[serde(rename = "finding.case.approved")]
    Approved {
        /// The case.
        case: u32,
        /// What is paid.
        decided_minor: Amount,
        /// What a reduction took off, pro rata with all cases of the period.
        reduced_minor: Amount,
    },
    /// A case is refused.
    #[serde(rename = "finding.case.refused")]
    Refused {
        /// The case.
        case: u32,
        /// Why.
        reason: Reason,
        /// The health question on which the refusal rests.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<u32>,
        /// Whether the next periods return all shares that the member has paid.
        shares_returned: bool,
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
    /// Failed charges were paid when the bank tried again.
    #[serde(rename = "finding.arrears.retried")]
    Retried {
        /// The period.
        period: u32,
        /// How many.
        paid: u32,
        /// What they sum to.
        paid_minor: Amount,
        /// Charges that are still unpaid.
        unpaid: u32,
    },
    /// A failed charge was paid late.
    #[serde(rename = "finding.arrears.paid")]
    ArrearsPaid {
        /// The period.
        period: u32,
        /// Whose charge it was. The payment restores no membership.
        member: u32,
        /// The charge.
        paid_minor: Amount,
        /// Whether the others had borne it: then they get it back in the next period.
        recovered: bool,
    },
    /// A case's aid has paid a charge that its member owed.
    #[serde(rename = "finding.arrears.netted")]
    Netted {
        /// The case.
        case: u32,
        /// The period of the charge.
        period: u32,
        /// Whose charge it was.
        member: u32,
        /// The charge.
        netted_minor: Amount,
    },
    /// The days of grace of a period are over.
    #[serde(rename = "finding.arrears.ended")]
    ArrearsEnded {
        /// The period.
        period: u32,
        /// Members expelled.
        expelled: u32,
        /// Members whom the notice did not reach: they stay until the next ladder ends.
        extended: u32,
        /// Members for whom the expelled paid, who pay for themselves from now on.
        detached: u32,
        /// Charges never collected, for the next period to bear.
        written_off_minor: Amount,
    },
    /// Collections do not suffice to pay a case in full now.
    #[serde(rename = "finding.case.short")]
    Short {
        /// The case.
        case: u32,
        /// What is paid now: the same part for all cases of the period.
        payable_minor: Amount,
        /// What is topped up from the next collections, before any fee.
        left_minor: Amount,
    },
    /// The custodian may pay.
    #[serde(rename = "finding.payout.ordered")]
    Ordered {
        /// The period.
        period: u32,
        /// Cases to be paid.
        cases: u32,
        /// Of them, those that were paid short before.
        topped_up: u32,
        /// What is to be paid, refunds included.
        total_minor: Amount,
    },
    /// Money has left custody to those whom the decisions name.
    #[serde(rename = "finding.payout.paid")]
    Paid {
        /// The period.
        period: u32,
        /// Aid paid.
        aid_minor: Amount,
        /// Shares returned.
        refund_minor: Amount,
        /// What the sponsor lent for it.
        advance_minor: Amount,
    },
    /// The fee has left custody.
    #[serde(rename = "finding.fee.drawn")]
    FeeDrawn {
        /// The period.
        period: u32,
        /// The fee.
        fee_minor: Amount,
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
    /// The digest of the state, at intervals: whoever replays the log compares.
    #[serde(rename = "finding.state")]
    State {
        /// Entries in the log before this one.
        entries: u64,
        /// Digest of the state after them.
        digest: Digest,
    },
}
