//! What an actor can ask for. Each verb has one role that may ask it.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::case::Verdict;
use crate::charter::{Cause, Charter, Role};
use crate::day::{Day, Month};
use crate::key::Key;
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
        failed: Vec<u32>,
        /// What the sponsor paid in under its guarantee.
        #[serde(default)]
        sponsor_minor: Amount,
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
            | Self::PublishPeriod { .. }
            | Self::Close { .. }
            | Self::Settle { .. } => Role::Operator,
            Self::Enrol { .. }
            | Self::EnrolBatch { .. }
            | Self::Leave { .. }
            | Self::LeaveBatch { .. }
            | Self::File { .. }
            | Self::Withdraw { .. } => Role::Registrar,
            Self::Investigate { .. } => Role::Investigator,
            Self::Review { .. } => Role::Reviewer,
            Self::OrderPayout { .. } | Self::DrawFee { .. } => Role::Treasurer,
            Self::Collect { .. } | Self::ConfirmPayout { .. } => Role::Custodian,
        }
    }

    /// The chunk whose rows must be at hand when this is applied.
    #[must_use]
    pub fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::EnrolBatch { chunk } | Self::LeaveBatch { chunk } => Some(chunk),
            _ => None,
        }
    }
}
