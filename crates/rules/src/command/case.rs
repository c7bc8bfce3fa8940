//! What is asked about cases.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::case::Filing;
use crate::case::Verdict;
use crate::charter::Cause;
use crate::charter::Role;
use crate::day::Day;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum CaseCommand {
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
    /// Adds documents to a case that is not decided.
    #[serde(rename = "case.evidence")]
    Evidence {
        /// The case.
        case: u32,
        /// Hashes of the documents.
        documents: Vec<Digest>,
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
    Publish {
        /// The case.
        case: u32,
        /// Salted hash of the card's text.
        card: Digest,
    },
    /// Reopens a paid case for fraud.
    #[serde(rename = "case.reopen")]
    Reopen {
        /// The case.
        case: u32,
        /// Hash of what the suspicion rests on.
        evidence: Digest,
    },
    /// The applicant of a reopened case answers.
    #[serde(rename = "case.answer")]
    Answer {
        /// The case.
        case: u32,
        /// Hash of the answer.
        answer: Digest,
    },
    /// Finds that a reopened case was fraud.
    #[serde(rename = "case.find-fraud")]
    FindFraud {
        /// The case.
        case: u32,
        /// What is asked back.
        recover_minor: Amount,
    },
    /// Finds that a reopened case was none.
    #[serde(rename = "case.clear")]
    Clear {
        /// The case.
        case: u32,
    },
    /// Enters what has come back of it.
    #[serde(rename = "case.recover")]
    Recover {
        /// The case.
        case: u32,
        /// How much came.
        amount_minor: Amount,
    },
    /// Takes a case back before it is decided.
    #[serde(rename = "case.withdraw")]
    Withdraw {
        /// The case.
        case: u32,
    },
    /// A member objects to a published case, which a jury then hears.
    #[serde(rename = "case.object")]
    Object {
        /// The case.
        case: u32,
        /// Salted hash of the reason's text, which stands beside the log like a card.
        reason: Digest,
    },
    /// The applicant appeals against a refusal, to a larger panel.
    #[serde(rename = "case.appeal")]
    Appeal {
        /// The case.
        case: u32,
        /// Salted hash of the reason's text.
        reason: Digest,
    },
}

impl CaseCommand {
    pub(super) fn permitted(&self) -> Permitted {
        match self {
            Self::Object { .. } => Permitted::Member,
            Self::File { .. }
            | Self::Evidence { .. }
            | Self::Answer { .. }
            | Self::Withdraw { .. }
            | Self::Appeal { .. } => Permitted::MemberOr(Role::Registrar),
            Self::Investigate { .. } | Self::Reopen { .. } => Permitted::Role(Role::Investigator),
            Self::Review { .. } | Self::FindFraud { .. } | Self::Clear { .. } => {
                Permitted::Role(Role::Reviewer)
            }
            Self::Publish { .. } => Permitted::Role(Role::Operator),
            Self::Recover { .. } => Permitted::Role(Role::Custodian),
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::File { member, cause, severity, diagnosed, asked_minor, evidence } => {
                asked.about(*member)?;
                let (member, cause, diagnosed) = (*member, *cause, *diagnosed);
                let filing =
                    Filing { member, cause, severity, diagnosed, asked: *asked_minor, evidence };
                state.file_case(asked.order, &filing)
            }
            Self::Investigate { case, born, diagnosed, assessed_minor, .. } => {
                let days = (*born, *diagnosed);
                state.investigate_case(asked.order, asked.by, *case, days, *assessed_minor)
            }
            Self::Review { case, verdict } => state.review_case(asked.by, *case, verdict),
            Self::Publish { case, .. } => state.publish_case(*case),
            Self::Evidence { case, documents } => {
                asked.about(state.applicant(*case)?)?;
                state.add_evidence(*case, documents)
            }
            Self::Object { case, reason } => {
                state.object(asked.order, asked.own()?, *case, *reason)
            }
            Self::Appeal { case, reason } => {
                asked.about(state.applicant(*case)?)?;
                state.appeal(asked.order, *case, *reason)
            }
            Self::Reopen { case, evidence } => {
                state.reopen_case(asked.order, asked.by, *case, *evidence)
            }
            Self::Answer { case, answer } => {
                asked.about(state.applicant(*case)?)?;
                state.answer_case(*case, *answer)
            }
            Self::FindFraud { case, recover_minor } => {
                state.decide_inquiry(asked.order, asked.by, *case, Some(*recover_minor))
            }
            Self::Clear { case } => state.decide_inquiry(asked.order, asked.by, *case, None),
            Self::Recover { case, amount_minor } => {
                state.recover_aid(asked.order, *case, *amount_minor)
            }
            Self::Withdraw { case } => {
                asked.about(state.applicant(*case)?)?;
                state.withdraw_case(*case)
            }
        }
    }
}
