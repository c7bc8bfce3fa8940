//! What an actor can ask for. Each verb has one role that may ask it.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::case::Verdict;
use crate::charter::{Cause, Charter, Role};
use crate::day::{Day, Month};
use crate::key::Key;
use crate::notice::About;
use crate::roll::Identity;

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
    fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Here(_) => None,
            Self::There(rows) => Some(&rows.chunk),
        }
    }
}

/// A verb with its objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum Do {
    /// Founds the plan under a charter whose roles are filled. The first command of every log.
    #[serde(rename = "plan.found")]
    Found {
        /// The charter.
        charter: Box<Charter>,
        /// No period is published before this day.
        first_publicity: Day,
        /// The key of the node that signs the log's checkpoints.
        node: Key,
    },
    /// Enrols one member.
    #[serde(rename = "member.enrol")]
    Enrol {
        /// Month of birth.
        birth: Month,
        /// The attestor's pseudorandom function of the national identity.
        identity: Identity,
        /// Salted commitments to the answers of the health questions, in order.
        health: Vec<Digest>,
        /// Whether an agent enrolled somebody without a phone.
        assisted: bool,
        /// Who pays for the member, when somebody else does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payer: Option<u32>,
    },
    /// Enrols the members of a chunk, all or none.
    #[serde(rename = "member.enrol-batch")]
    EnrolBatch {
        /// The rows.
        chunk: Chunk,
    },
    /// Ends a membership at the member's wish.
    #[serde(rename = "member.leave")]
    Leave {
        /// The member.
        member: u32,
    },
    /// Ends the memberships listed in a chunk, all or none.
    #[serde(rename = "member.leave-batch")]
    LeaveBatch {
        /// The rows.
        chunk: Chunk,
    },
    /// Lets a member pay for another.
    #[serde(rename = "member.attach")]
    Attach {
        /// Who is paid for.
        member: u32,
        /// Who pays.
        payer: u32,
    },
    /// Lets a member pay alone again.
    #[serde(rename = "member.detach")]
    Detach {
        /// Who was paid for.
        member: u32,
    },
    /// Records a death.
    #[serde(rename = "member.died")]
    Died {
        /// Who died.
        member: u32,
        /// When.
        day: Day,
    },
    /// Asks for aid.
    #[serde(rename = "case.file")]
    File {
        /// Who fell ill or was hurt.
        member: u32,
        /// What brought it about.
        cause: Cause,
        /// Severity, as the charter names it.
        severity: String,
        /// Day of first diagnosis, as the applicant says.
        diagnosed: Day,
        /// What the applicant asks for.
        asked_minor: Amount,
        /// Hashes of the documents.
        evidence: Vec<Digest>,
    },
    /// Reports what an investigator found.
    #[serde(rename = "case.investigate")]
    Investigate {
        /// The case.
        case: u32,
        /// Day of birth, as attested.
        born: Day,
        /// Day of first diagnosis, as documented.
        diagnosed: Day,
        /// What the investigator assesses.
        assessed_minor: Amount,
        /// Hash of the report.
        report: Digest,
    },
    /// Re-examines and proposes the decision.
    #[serde(rename = "case.review")]
    Review {
        /// The case.
        case: u32,
        /// What is proposed.
        verdict: Verdict,
    },
    /// Publishes the card of a reviewed case in the open period.
    #[serde(rename = "case.publish")]
    PublishCase {
        /// The case.
        case: u32,
        /// Salted hash of the card's text.
        card: Digest,
    },
    /// Takes a case back before it is decided.
    #[serde(rename = "case.withdraw")]
    Withdraw {
        /// The case.
        case: u32,
    },
    /// Logs beforehand what the open period's share is expected to be.
    #[serde(rename = "period.forecast")]
    Forecast {
        /// The period.
        period: u32,
        /// Expected mean share of a member.
        share_minor: Amount,
        /// Lower end of the interval.
        low_minor: Amount,
        /// Upper end of the interval.
        high_minor: Amount,
    },
    /// Publishes the open period.
    #[serde(rename = "period.publish")]
    PublishPeriod {
        /// The period.
        period: u32,
    },
    /// Decides the published cases and charges their cost.
    #[serde(rename = "period.close")]
    Close {
        /// The period.
        period: u32,
    },
    /// Reports the bank's result of a period's collection.
    #[serde(rename = "period.collect")]
    Collect {
        /// The period.
        period: u32,
        /// Members whose charge failed, ascending.
        failed: MemberList,
        /// What the sponsor paid in under its guarantee.
        #[serde(default)]
        sponsor_minor: Amount,
    },
    /// Records a notice that was sent to members, and whom it did not reach.
    #[serde(rename = "notice.record")]
    Notice {
        /// The period.
        period: u32,
        /// What it is about.
        about: About,
        /// Members whom it did not reach, ascending.
        unreached: MemberList,
    },
    /// Reports the bank's result of retried charges.
    #[serde(rename = "arrears.retry")]
    Retry {
        /// The period.
        period: u32,
        /// Members whose charge succeeded now, ascending.
        paid: MemberList,
    },
    /// Reports the payment of one failed charge.
    #[serde(rename = "arrears.pay")]
    PayArrears {
        /// The period.
        period: u32,
        /// Whose charge it is.
        member: u32,
        /// Who paid: the member, or who pays for the member.
        payer: u32,
    },
    /// Ends the ladder of a period's failed charges.
    #[serde(rename = "arrears.end")]
    EndArrears {
        /// The period.
        period: u32,
    },
    /// Orders the payment of all that a period owes.
    #[serde(rename = "payout.order")]
    OrderPayout {
        /// The period.
        period: u32,
    },
    /// Confirms payments that the custodian made.
    #[serde(rename = "payout.confirm")]
    ConfirmPayout {
        /// The period.
        period: u32,
        /// Cases whose aid was paid, ascending.
        cases: Vec<u32>,
        /// Members whose shares were returned, ascending.
        refunds: Vec<u32>,
    },
    /// Draws the operator's fee of a period.
    #[serde(rename = "fee.draw")]
    DrawFee {
        /// The period.
        period: u32,
    },
    /// Ends a period.
    #[serde(rename = "period.settle")]
    Settle {
        /// The period.
        period: u32,
    },
}

impl Do {
    /// The role that may ask this.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::Found { .. }
            | Self::PublishCase { .. }
            | Self::Forecast { .. }
            | Self::Notice { .. }
            | Self::PublishPeriod { .. }
            | Self::Close { .. }
            | Self::Settle { .. } => Role::Operator,
            Self::Enrol { .. }
            | Self::EnrolBatch { .. }
            | Self::Leave { .. }
            | Self::LeaveBatch { .. }
            | Self::Attach { .. }
            | Self::Detach { .. }
            | Self::Died { .. }
            | Self::EndArrears { .. }
            | Self::File { .. }
            | Self::Withdraw { .. } => Role::Registrar,
            Self::Investigate { .. } => Role::Investigator,
            Self::Review { .. } => Role::Reviewer,
            Self::OrderPayout { .. } | Self::DrawFee { .. } => Role::Treasurer,
            Self::Collect { .. }
            | Self::Retry { .. }
            | Self::PayArrears { .. }
            | Self::ConfirmPayout { .. } => Role::Custodian,
        }
    }

    /// The chunk whose rows must be at hand when this is applied.
    #[must_use]
    pub fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::EnrolBatch { chunk } | Self::LeaveBatch { chunk } => Some(chunk),
            Self::Collect { failed: list, .. }
            | Self::Retry { paid: list, .. }
            | Self::Notice { unreached: list, .. } => list.chunk(),
            _ => None,
        }
    }
}
