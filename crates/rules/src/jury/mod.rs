//! Hearings: a disputed case is decided by members drawn by lot, who vote in secret.
//!
//! `drawing → voting → decided`. A hearing begins with the first objection to a published case,
//! or with the applicant's appeal against a refusal. `object` opens it, `seat` draws the panel,
//! `vote` is what jurors do, `verdict` counts and lets the case go on, `register` keeps hearings
//! and the roll of those who passed the quiz.

mod object;
mod register;
mod roll;
mod seat;
mod verdict;
mod vote;

use money::Amount;
use proof::Digest;
use proof::draw::Drawn;
use serde::{Deserialize, Serialize};

pub(crate) use register::{Juries, JuryRoll};

use crate::ballot::Ballot;
use crate::charter::Charter;
use crate::draw::Draw;
use crate::refusal::Refusal;
use crate::state::State;

/// Where a hearing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The roll is sealed, the parties answer.
    Drawing,
    /// The panel commits and opens its votes.
    Voting,
    /// Over.
    Decided,
}

/// Why a member thinks that a published case should not be decided as proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objection {
    /// Who objects.
    pub member: u32,
    /// Salted hash of the reason's text, which stands beside the log like a card.
    pub reason: Digest,
}

/// Why somebody on the jury roll cannot be drawn. The numbers stand in the sealed roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Ground {
    /// The case is theirs.
    Applicant = 1,
    /// Of one household with the applicant.
    Household = 2,
    /// Objected to the case.
    Objector = 3,
    /// Of one household with somebody who objected.
    ObjectorsHousehold = 4,
    /// Works for the plan or one of its institutions.
    Staff = 5,
    /// Sat on the case before.
    EarlierJuror = 6,
}

/// What a hearing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The panel grants aid.
    Aid {
        /// How much, before a reduction of its period.
        decided_minor: Amount,
    },
    /// The panel refuses aid.
    Refusal,
    /// Too few voted, twice: what the reviewer proposed stands.
    NoQuorum,
    /// Too few could be drawn to reach the quorum: what the reviewer proposed stands.
    NoPanel,
}

/// A hearing of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jury {
    /// The case.
    pub case: u32,
    /// Whether it hears the applicant's appeal against a refusal.
    pub appeal: bool,
    /// Where it stands.
    pub stage: Stage,
    /// Who objected.
    pub objections: Vec<Objection>,
    /// How many had passed the quiz when the hearing began; nobody later is drawn.
    pub qualified: u32,
    /// The making of the seed.
    pub draw: Draw,
    /// The first of the permutation and those who come next.
    pub drawn: Drawn,
    /// Who sits on the panel now.
    pub panel: Vec<u32>,
    /// When this panel was seated, in milliseconds since 1970-01-01 UTC.
    pub seated: i64,
    /// Panels that missed the quorum before this one.
    pub missed: u8,
    /// The votes of this panel.
    pub ballot: Option<Ballot>,
    /// What it came to.
    pub outcome: Option<Outcome>,
}

impl Jury {
    /// Jurors of a full panel.
    #[must_use]
    pub fn panel_size(&self, charter: &Charter) -> u32 {
        if self.appeal { charter.jury.appeal_panel } else { charter.jury.panel }
    }

    /// Commitments without which a panel decides nothing: the charter's, in proportion for the
    /// larger panel of an appeal, rounded up.
    #[must_use]
    pub fn quorum(&self, charter: &Charter) -> u32 {
        let jury = &charter.jury;
        let scaled = u64::from(jury.quorum) * u64::from(self.panel_size(charter));
        u32::try_from(scaled.div_ceil(u64::from(jury.panel).max(1))).unwrap_or(u32::MAX)
    }

    /// The name of the question on which this panel votes.
    fn question(&self) -> String {
        format!("{} panel {}", self.draw.subject, self.missed + 1)
    }

    fn refuse(
        &self,
        code: &'static str,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Refusal {
        let what = format!("The hearing of case {} does not take this step.", self.case);
        Refusal::new(code, what, why, next)
    }

    fn must_be(&self, stage: Stage) -> Result<(), Refusal> {
        if self.stage == stage {
            return Ok(());
        }
        let why = format!("It is {:?} and not {stage:?}.", self.stage);
        Err(self.refuse("E-JURY-STATE", why, "Look at it with `huzhu jury show`."))
    }
}

impl State {
    /// The latest hearing of a case.
    #[must_use]
    pub fn jury(&self, case: u32) -> Option<&Jury> {
        self.juries.latest_of(case).and_then(|number| self.juries.get(number))
    }

    /// All hearings, in the order in which they began.
    #[must_use]
    pub fn juries(&self) -> &[Jury] {
        self.juries.all()
    }

    /// Members who have passed the quiz, in that order.
    #[must_use]
    pub fn jury_roll(&self) -> &[u32] {
        self.jury_roll.all()
    }

    /// The latest hearing of a case, which must stand at `stage`.
    fn hearing(&self, case: u32, stage: Stage) -> Result<(u32, &Jury), Refusal> {
        let number = self.juries.latest_of(case);
        let found = number.and_then(|number| Some((number, self.juries.get(number)?)));
        let (number, jury) = found.ok_or_else(|| {
            Refusal::new(
                "E-JURY-NONE",
                format!("There is no hearing of case {case}."),
                "It begins with an objection to a published case, or with an appeal.",
                "Look at the case with `huzhu case show`.",
            )
        })?;
        jury.must_be(stage)?;
        Ok((number, jury))
    }
}
