//! What the rules conclude from a command. Findings stand in the log after the command that caused
//! them; whoever replays the log computes them again and compares. Each area has a file of them.

mod amendment;
mod arrears;
mod audit;
mod bank;
mod case;
mod complaint;
mod fund;
mod jury;
mod member;
mod notice;
mod payout;
mod period;
mod plan;
mod role;
mod run_off;
mod survey;

use money::Amount;
use serde::{Deserialize, Serialize};

pub use amendment::AmendmentFinding;
pub use arrears::ArrearsFinding;
pub use audit::AuditFinding;
pub use bank::BankFinding;
pub use case::CaseFinding;
pub use complaint::ComplaintFinding;
pub use fund::FundFinding;
pub use jury::JuryFinding;
pub use member::MemberFinding;
pub use notice::NoticeFinding;
pub use payout::PayoutFinding;
pub use period::PeriodFinding;
pub use plan::PlanFinding;
pub use role::RoleFinding;
pub use run_off::{Closing, RunOffFinding};
pub use survey::SurveyFinding;

use crate::areas::areas;

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

areas! {
    /// A conclusion of the rules.
    #[allow(
        clippy::large_enum_variant,
        reason = "a closing is the largest and the rarest; findings live for one command"
    )]
    pub enum Finding after "finding." {
        /// About the plan.
        Plan(PlanFinding) = "plan" | "state",
        /// About roles and attempts.
        Role(RoleFinding) = "role" | "attempt",
        /// About members.
        Member(MemberFinding) = "member" | "members",
        /// About notices.
        Notice(NoticeFinding) = "notice",
        /// About cases.
        Case(CaseFinding) = "case",
        /// About re-audits.
        Audit(AuditFinding) = "audit",
        /// About periods.
        Period(PeriodFinding) = "period",
        /// About failed charges.
        Arrears(ArrearsFinding) = "arrears",
        /// About money that leaves custody.
        Payout(PayoutFinding) = "payout" | "fee",
        /// About funds.
        Fund(FundFinding) = "fund",
        /// About the bank's statements.
        Bank(BankFinding) = "bank",
        /// About the end of the plan.
        RunOff(RunOffFinding) = "run-off",
        /// About amendments.
        Amendment(AmendmentFinding) = "amendment",
        /// About complaints.
        Complaint(ComplaintFinding) = "complaint",
        /// About hearings.
        Jury(JuryFinding) = "jury",
        /// About surveys.
        Survey(SurveyFinding) = "survey",
    }
}
