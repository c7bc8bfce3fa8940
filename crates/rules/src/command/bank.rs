//! What the custodian enters of the bank.

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Chunk, Permitted};
use crate::bank::{Row, RowList, Stray};
use crate::charter::Role;
use crate::day::Day;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What the custodian enters of the bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum BankCommand {
    /// Enters a statement of the account.
    #[serde(rename = "bank.statement")]
    Statement {
        /// Its number at the bank.
        number: u64,
        /// The day of its closing balance.
        day: Day,
        /// What custody held before.
        opening_minor: Amount,
        /// What it holds afterwards.
        closing_minor: Amount,
        /// SHA-256 of the bank's file.
        file: Digest,
        /// What its movements are for, ascending.
        matched: RowList,
        /// Movements for which the ledger knows no reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unmatched: Vec<Stray>,
    },
    /// Says what an unmatched movement was for.
    #[serde(rename = "bank.explain")]
    Explain {
        /// The bank's reference.
        reference: String,
        /// What it was for.
        matched: Row,
    },
}

impl BankCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(Role::Custodian)
    }

    pub(super) fn chunk(&self) -> Option<&Chunk> {
        match self {
            Self::Statement { matched, .. } => matched.chunk(),
            Self::Explain { .. } => None,
        }
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Statement {
                number,
                day,
                opening_minor,
                closing_minor,
                file,
                matched,
                unmatched,
            } => {
                let statement = crate::bank::Entering {
                    number: *number,
                    day: *day,
                    opening: *opening_minor,
                    closing: *closing_minor,
                    file: *file,
                    matched: matched.rows(asked.chunk)?,
                    unmatched,
                };
                state.enter_statement(asked.order, statement)
            }
            Self::Explain { reference, matched } => {
                state.explain_movement(asked.order, reference, matched)
            }
        }
    }
}
