//! Cases: what is asked, found, proposed, published and decided.
//!
//! `filed → investigated → reviewed → published → approved | refused`, then `payable → paid`, or
//! `withdrawn` before the decision. Each step is one file here; the transitions stand in `NEXT`.

mod decide;
mod evidence;
mod file;
mod fraud;
mod investigate;
mod publish;
mod review;
mod times;

pub(crate) use file::Filing;
pub use fraud::Inquiry;
pub use times::StepTime;

use money::{Amount, AmountError};
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::charter::{Cause, Charter};
use crate::day::Day;
use crate::key::Key;
use crate::member::Opening;
use crate::refusal::Refusal;
use crate::roll::Member;
use crate::state::State;

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The applicant asked.
    Filed,
    /// The investigator reported.
    Investigated,
    /// The reviewer proposed a decision.
    Reviewed,
    /// The card is public; objections run.
    Published,
    /// Disputed: a jury hears it.
    Objected,
    /// Approved and owed.
    Approved,
    /// Refused, with a reason.
    Refused,
    /// Taken back by the applicant.
    Withdrawn,
    /// Paid in part; the rest is topped up from the next collections.
    ShortPaid,
    /// Paid as decided.
    Paid,
    /// Suspected of fraud after payment; the applicant is heard.
    Reopened,
    /// Fraud was found; what was received is asked back.
    Fraud,
    /// All that was asked back has come.
    Recovered,
}

/// Every permitted step. Anything else is refused.
const NEXT: [(Status, Status); 21] = [
    (Status::Published, Status::Objected),
    (Status::Objected, Status::Published),
    (Status::Objected, Status::Refused),
    (Status::Refused, Status::Objected),
    (Status::Filed, Status::Investigated),
    (Status::Investigated, Status::Reviewed),
    (Status::Reviewed, Status::Published),
    (Status::Published, Status::Approved),
    (Status::Published, Status::Refused),
    (Status::Approved, Status::Paid),
    (Status::Approved, Status::ShortPaid),
    (Status::ShortPaid, Status::ShortPaid),
    (Status::ShortPaid, Status::Paid),
    (Status::Paid, Status::Reopened),
    (Status::Reopened, Status::Paid),
    (Status::Reopened, Status::Fraud),
    (Status::Fraud, Status::Recovered),
    (Status::Filed, Status::Withdrawn),
    (Status::Investigated, Status::Withdrawn),
    (Status::Reviewed, Status::Withdrawn),
    (Status::Published, Status::Withdrawn),
];

/// Why a case is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Diagnosed inside the waiting period; shares are returned.
    WaitingPeriod,
    /// Diagnosed outside the membership or beyond the age of cover.
    NotCovered,
    /// A health question was answered otherwise than was true; the question is named.
    HealthDeclaration,
    /// Not of a severity that the charter helps.
    Severity,
    /// The documents do not show it.
    Evidence,
    /// Invented or falsified.
    Fraud,
    /// A jury decided so; the jurors' reasons stand beside their votes.
    Jury,
}

/// What a reviewer proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proposes", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Verdict {
    /// Aid.
    Approve {
        /// How much.
        decided_minor: Amount,
    },
    /// A refusal that names what it rests on.
    Refuse {
        /// Why.
        reason: Reason,
        /// The health question, for `health-declaration`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<u32>,
        /// The sealed answer, for `health-declaration`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<String>,
        /// What opens the commitment to that answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opening: Option<Opening>,
    },
}

/// A step that a case has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it led.
    pub to: Status,
    /// When.
    pub day: Day,
}

/// A case. Its prices stay side by side: asked, assessed, decided, paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Who fell ill or was hurt.
    pub member: u32,
    /// What brought it about.
    pub cause: Cause,
    /// Severity, as the charter names it.
    pub severity: String,
    /// Day of first diagnosis: as filed, then as documented.
    pub diagnosed: Day,
    /// Day of birth, as attested by the investigator.
    pub born: Option<Day>,
    /// Where the case stands.
    pub status: Status,
    /// Day of filing.
    pub filed: Day,
    /// Every later step, in order.
    pub steps: Vec<Step>,
    /// Hashes of the documents, in the order in which they came.
    pub evidence: Vec<Digest>,
    /// What the applicant asked for.
    pub asked: Amount,
    /// What the investigator assessed.
    pub assessed: Option<Amount>,
    /// What is proposed, then decided.
    #[serde(with = "crate::stored")]
    pub verdict: Option<Verdict>,
    /// What is paid: the proposal less a reduction.
    pub decided: Option<Amount>,
    /// What of it is ordered and not yet confirmed.
    pub payable: Amount,
    /// What of it paid the member's arrears.
    pub netted: Amount,
    /// What was paid.
    pub paid: Option<Amount>,
    /// Who investigated.
    pub investigator: Option<Key>,
    /// Who proposed the decision.
    pub reviewer: Option<Key>,
    /// What came after it was reopened.
    pub inquiry: Option<Inquiry>,
    /// The period in which the card was published.
    pub period: Option<u32>,
}

/// Whether a diagnosis was covered, and if not why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cover {
    Covered,
    Waiting,
    Outside,
}

impl Case {
    /// Takes one step of the table, on a day.
    pub(crate) fn step(&mut self, number: u32, to: Status, day: Day) -> Result<(), Refusal> {
        if !NEXT.contains(&(self.status, to)) {
            return Err(Refusal::new(
                "E-CASE-STATE",
                format!("Case {number} cannot become {to:?}."),
                format!("It is {:?}.", self.status),
                "Look at the case with `huzhu case show` and take its next step.",
            ));
        }
        self.status = to;
        self.steps.push(Step { to, day });
        Ok(())
    }

    /// The first day on which the case stood there.
    #[must_use]
    pub fn day_of(&self, status: Status) -> Option<Day> {
        if status == Status::Filed {
            return Some(self.filed);
        }
        self.steps.iter().find(|step| step.to == status).map(|step| step.day)
    }

    /// What is still to be ordered of what was decided.
    pub(crate) fn open(&self) -> Result<Amount, AmountError> {
        let done = Amount::total([self.payable, self.netted, self.paid.unwrap_or_default()])?;
        self.decided.unwrap_or_default().minus(done)
    }

    /// Whether nothing more is owed.
    pub(crate) fn is_settled(&self) -> bool {
        self.payable.is_zero() && self.open() == Ok(Amount::ZERO)
    }

    /// Whether the case is neither refused nor withdrawn: nobody has two of these.
    pub(crate) fn is_claim(&self) -> bool {
        !matches!(self.status, Status::Refused | Status::Withdrawn)
    }

    /// Whether it is proposed, or decided, that the illness fell into the waiting period.
    fn fell_ill_waiting(&self) -> bool {
        let waiting = Reason::WaitingPeriod;
        matches!(self.verdict, Some(Verdict::Refuse { reason, .. }) if reason == waiting)
    }

    /// Whether the diagnosis fell into the cover of `member`, leaving arrears aside, under the
    /// charter of its day and that of the day of joining.
    fn cover_of(&self, member: &Member, charter: &Charter, joining: &Charter) -> Cover {
        let from = member.joined.plus_days(1);
        let exempt = joining.waiting.exempt.contains(&self.cause);
        let covered = if exempt { from } else { from.plus_days(joining.waiting.days) };
        let age = self.born.map_or_else(
            || self.diagnosed.month().age_of(member.birth),
            |born| self.diagnosed.years_since(born),
        );
        let too_late = member.ended.is_some_and(|ended| self.diagnosed > ended);
        if self.diagnosed < from || too_late || age > charter.eligibility.age_years_max {
            Cover::Outside
        } else if self.diagnosed < covered {
            Cover::Waiting
        } else {
            Cover::Covered
        }
    }
}

impl State {
    /// Whether the diagnosis of a case fell into the cover of its member. Under a charter without
    /// cover in the days of grace, a charge that had failed by then and was unpaid ends it.
    pub(crate) fn cover(&self, case: &Case) -> Result<Cover, Refusal> {
        let charter = self.rules_on(case.diagnosed)?;
        let member = self.roll.get(case.member).ok_or_else(|| Refusal::no_member(case.member))?;
        if self.run_off.stop.is_some_and(|stop| case.diagnosed >= stop) {
            return Ok(Cover::Outside);
        }
        let lapsed = || self.was_in_arrears(case.member, case.diagnosed);
        if !charter.arrears.cover_in_grace && lapsed() {
            return Ok(Cover::Outside);
        }
        Ok(case.cover_of(&member, charter, self.rules_on(member.joined)?))
    }

    /// The member whose case it is.
    pub(crate) fn applicant(&self, number: u32) -> Result<u32, Refusal> {
        self.case(number).map(|case| case.member).ok_or_else(|| Refusal::no_case(number))
    }

    /// A case that is about to take a step.
    pub(crate) fn case_mut(&mut self, number: u32) -> Result<&mut Case, Refusal> {
        self.cases.get_mut(number as usize).ok_or_else(|| Refusal::no_case(number))
    }

    /// One case.
    #[must_use]
    pub fn case(&self, number: u32) -> Option<&Case> {
        self.cases.get(number as usize)
    }

    /// All cases, in the order of filing.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }
}
