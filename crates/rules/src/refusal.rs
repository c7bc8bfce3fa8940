//! Why the rules refuse: a code that stays, one sentence what, one why, one what to do.

use crate::books::PostingError;
use crate::charter::{Account, Complaint, Role};
use crate::command::Permitted;
use crate::day::Day;
use crate::period::ArithmeticError;

/// A refusal. The state is as before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {what} {why}")]
pub struct Refusal {
    /// Stable code, such as `E-CASE-WAITING`.
    pub code: &'static str,
    /// What was refused.
    pub what: String,
    /// Why.
    pub why: String,
    /// What the actor can do.
    pub next: String,
    /// Whether the charter forbids it to this key, so that an attempt of the staff is recorded.
    /// A slip of the pen is no attempt.
    pub forbidden: bool,
}

impl Refusal {
    pub(crate) fn new(
        code: &'static str,
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { code, what: what.into(), why: why.into(), next: next.into(), forbidden: false }
    }

    /// Marks it as of something that the charter forbids.
    pub(crate) fn forbidden(mut self) -> Self {
        self.forbidden = true;
        self
    }

    /// A key that has lost its roles.
    pub(crate) fn revoked(day: Day) -> Self {
        Self::new(
            "E-KEY-REVOKED",
            "This key may not do anything any more.",
            format!("It was revoked on {day}."),
            "Sign with the key that was appointed in its place.",
        )
        .forbidden()
    }

    pub(crate) fn not_founded() -> Self {
        Self::new(
            "E-PLAN-NOT-FOUNDED",
            "There is no plan in this log yet.",
            "The first command of a log founds its plan.",
            "Found the plan first.",
        )
    }

    pub(crate) fn charter(complaint: &Complaint) -> Self {
        Self::new(
            complaint.code,
            format!("The charter is refused at `{}`.", complaint.at),
            format!("{}.", complaint.what),
            "Run `huzhu plan check` on the file and correct it.",
        )
    }

    pub(crate) fn role(role: Role) -> Self {
        Self::new(
            "E-ROLE",
            "This key may not do that.",
            format!("It takes a key of the role {role:?}."),
            "Let somebody who fills that role sign the command.",
        )
        .forbidden()
    }

    pub(crate) fn permitted(permitted: Permitted) -> Self {
        let why = match permitted {
            Permitted::Role(role) => return Self::role(role),
            Permitted::Member => "It takes the key of a member.".to_owned(),
            Permitted::Staff => {
                let (what, why) = ("This key may not do that.", "It fills no role.");
                return Self::new("E-ROLE", what, why, "Let a key that fills a role sign.");
            }
            Permitted::MemberOr(role) => {
                format!("It takes the key of a member, or of the role {role:?}.")
            }
        };
        let next = "Let a member sign whose key the registrar has put on record.";
        Self::new("E-ROLE", "This key may not do that.", why, next).forbidden()
    }

    pub(crate) fn no_member(member: u32) -> Self {
        Self::new(
            "E-MEMBER-UNKNOWN",
            format!("There is no member {member}."),
            "Members are numbered from 0 in the order of joining.",
            "Check the number.",
        )
    }

    pub(crate) fn no_case(case: u32) -> Self {
        Self::new(
            "E-CASE-UNKNOWN",
            format!("There is no case {case}."),
            "Cases are numbered from 0 in the order of filing.",
            "Check the number.",
        )
    }

    pub(crate) fn period(period: u32, why: impl Into<String>) -> Self {
        Self::new(
            "E-PERIOD-STATE",
            format!("Period {period} does not stand where this step begins."),
            why,
            "Look at the period's state with `huzhu period list` and take its next step.",
        )
    }

    pub(crate) fn too_early(what: &str, until: Day) -> Self {
        Self::new(
            "E-PERIOD-EARLY",
            format!("It is too early to {what}."),
            format!("The charter's calendar says {until}."),
            "Wait for that day.",
        )
    }

    pub(crate) fn funds(account: Account) -> Self {
        Self::new(
            "E-FUNDS-SHORT",
            "This payment is refused.",
            format!("The account {account:?} does not hold enough."),
            "Wait for the collections of the period.",
        )
    }

    pub(crate) fn amount() -> Self {
        Self::new(
            "E-AMOUNT-RANGE",
            "An amount does not fit.",
            "Amounts lie within ±(2^53 − 1) minor units.",
            "Check the amounts.",
        )
    }
}

impl From<money::AmountError> for Refusal {
    fn from(_: money::AmountError) -> Self {
        Self::amount()
    }
}

impl From<PostingError> for Refusal {
    fn from(error: PostingError) -> Self {
        match error {
            PostingError::Overdrawn(account) => Self::funds(account),
            _ => Self::amount(),
        }
    }
}

impl From<ArithmeticError> for Refusal {
    fn from(error: ArithmeticError) -> Self {
        match error {
            ArithmeticError::Nobody => Self::new(
                "E-PERIOD-NOBODY",
                "The period cannot be closed.",
                "There is a cost to share and no member to share it.",
                "The plan has no members left: it must go into run-off.",
            ),
            ArithmeticError::Amount(_) => Self::amount(),
        }
    }
}
