//! What an actor can ask for: each area has a file of its verbs, and each verb says who may ask it.

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
mod trust;

use proof::Digest;
use serde::{Deserialize, Serialize};

pub use amendment::AmendmentCommand;
pub use arrears::ArrearsCommand;
pub use audit::AuditCommand;
pub use bank::BankCommand;
pub use case::CaseCommand;
pub use complaint::ComplaintCommand;
pub use fund::FundCommand;
pub use jury::JuryCommand;
pub use member::MemberCommand;
pub use notice::NoticeCommand;
pub use payout::PayoutCommand;
pub use period::PeriodCommand;
pub use plan::PlanCommand;
pub use role::RoleCommand;
pub use run_off::RunOffCommand;
pub use survey::SurveyCommand;
pub use trust::TrustCommand;

use crate::areas::areas;
use crate::charter::Role;
use crate::entry::Order;
use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

/// Rows kept beside the log, named by the SHA-256 of `salt ‖ rows`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// SHA-256 of the chunk.
    pub hash: Digest,
    /// Length of the chunk in bytes.
    pub size: u64,
    /// Number of rows.
    pub rows: u32,
}

/// A list of members: in the command when it is short, in a chunk of rows when it is long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MemberList {
    /// The members.
    Here(Vec<u32>),
    /// The rows that hold them.
    There(MemberRows),
}

/// Where the rows of a list of members are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberRows {
    /// The rows.
    pub chunk: Chunk,
}

impl MemberList {
    /// The chunk that holds the list, if it does not stand here.
    fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Here(_) => None,
            Self::There(rows) => Some(&rows.chunk),
        }
    }

    /// The members, wherever they stand.
    fn members(&self, bytes: Option<&[u8]>) -> Result<Vec<u32>, Refusal> {
        match self {
            Self::Here(members) => Ok(members.clone()),
            Self::There(MemberRows { chunk }) => {
                crate::member::members(chunk, bytes).map_err(|error| Refusal::rows(&error))
            }
        }
    }
}

areas! {
    /// A verb with its objects.
    pub enum Do after "" {
        /// About the plan.
        Plan(PlanCommand) = "plan",
        /// About roles.
        Role(RoleCommand) = "role",
        /// About members.
        Member(MemberCommand) = "member",
        /// About cases.
        Case(CaseCommand) = "case",
        /// About re-audits.
        Audit(AuditCommand) = "audit",
        /// About periods.
        Period(PeriodCommand) = "period",
        /// About notices.
        Notice(NoticeCommand) = "notice",
        /// About failed charges.
        Arrears(ArrearsCommand) = "arrears",
        /// About money that leaves custody.
        Payout(PayoutCommand) = "payout" | "fee",
        /// About funds.
        Fund(FundCommand) = "fund",
        /// About the end of the plan.
        RunOff(RunOffCommand) = "run-off",
        /// About complaints.
        Complaint(ComplaintCommand) = "complaint",
        /// About hearings.
        Jury(JuryCommand) = "jury",
        /// About the bank's statements.
        Bank(BankCommand) = "bank",
        /// About amendments.
        Amendment(AmendmentCommand) = "amendment",
        /// About what members are to each other.
        Trust(TrustCommand) = "introduction" | "thanks" | "circle",
        /// About surveys.
        Survey(SurveyCommand) = "survey",
    }
}

/// Who may ask for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permitted {
    /// A key that fills the role.
    Role(Role),
    /// A member, by the key that the registrar has put on record for the member.
    Member,
    /// A member, or for a member without a key somebody who fills the role.
    MemberOr(Role),
    /// A key that fills any role; which, the charter says.
    Staff,
}

impl Permitted {
    /// The role that may ask it, if it takes or allows one.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        match self {
            Self::Role(role) | Self::MemberOr(role) => Some(role),
            Self::Member | Self::Staff => None,
        }
    }
}

/// The circumstances of a command that is performed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Its place in time.
    pub order: Order,
    /// Who signed it.
    pub by: Key,
    /// The member whose key signed it.
    pub member: Option<u32>,
    /// The rows that it names.
    pub chunk: Option<&'a [u8]>,
}

impl Asked<'_> {
    /// The member who asks.
    pub(crate) fn own(&self) -> Result<u32, Refusal> {
        self.member.ok_or_else(|| Refusal::permitted(Permitted::Member))
    }

    /// Refuses a member who asks for something about another.
    pub(crate) fn about(&self, member: u32) -> Result<(), Refusal> {
        match self.member {
            Some(own) if own != member => Err(Refusal::new(
                "E-MEMBER-OTHER",
                "This key may not do that.",
                format!("It is the key of member {own}, and this is about member {member}."),
                "Let that member sign, or the registrar for a member without a key.",
            )),
            _ => Ok(()),
        }
    }
}

impl Do {
    /// Who may ask this.
    #[must_use]
    pub fn permitted(&self) -> Permitted {
        match self {
            Self::Plan(command) => command.permitted(),
            Self::Role(command) => command.permitted(),
            Self::Member(command) => command.permitted(),
            Self::Case(command) => command.permitted(),
            Self::Audit(command) => command.permitted(),
            Self::Period(command) => command.permitted(),
            Self::Notice(command) => command.permitted(),
            Self::Arrears(command) => command.permitted(),
            Self::Payout(command) => command.permitted(),
            Self::Fund(command) => command.permitted(),
            Self::RunOff(command) => command.permitted(),
            Self::Complaint(command) => command.permitted(),
            Self::Jury(command) => command.permitted(),
            Self::Amendment(command) => command.permitted(),
            Self::Trust(command) => command.permitted(),
            Self::Bank(command) => command.permitted(),
            Self::Survey(command) => command.permitted(),
        }
    }

    /// The chunk whose rows must be at hand when this is applied.
    #[must_use]
    pub fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Member(command) => command.chunk(),
            Self::Period(command) => command.chunk(),
            Self::Notice(command) => command.chunk(),
            Self::Bank(command) => command.chunk(),
            Self::Arrears(command) => command.chunk(),
            Self::Fund(command) => command.chunk(),
            Self::Amendment(command) => command.chunk(),
            _ => None,
        }
    }

    /// Carries it out.
    pub(crate) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Plan(command) => command.perform(state, asked),
            Self::Role(command) => command.perform(state, asked),
            Self::Member(command) => command.perform(state, asked),
            Self::Case(command) => command.perform(state, asked),
            Self::Audit(command) => command.perform(state, asked),
            Self::Period(command) => command.perform(state, asked),
            Self::Notice(command) => command.perform(state, asked),
            Self::Arrears(command) => command.perform(state, asked),
            Self::Payout(command) => command.perform(state, asked),
            Self::Fund(command) => command.perform(state, asked),
            Self::RunOff(command) => command.perform(state, asked),
            Self::Complaint(command) => command.perform(state, asked),
            Self::Jury(command) => command.perform(state, asked),
            Self::Amendment(command) => command.perform(state, asked),
            Self::Trust(command) => command.perform(state, asked),
            Self::Bank(command) => command.perform(state, asked),
            Self::Survey(command) => command.perform(state, asked),
        }
    }
}
