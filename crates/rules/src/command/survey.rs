//! What is asked about surveys.

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Asked, Permitted};
use crate::charter::Role;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

/// What is asked about surveys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum SurveyCommand {
    /// Fixes what a wave asks and how its answers are analysed, before anybody answers.
    #[serde(rename = "survey.seal")]
    Seal {
        /// Name of the wave.
        wave: String,
        /// Hash of questions, models and plan of analysis.
        instrument: Digest,
    },
}

impl SurveyCommand {
    pub(super) fn permitted(&self) -> Permitted {
        Permitted::Role(Role::Operator)
    }

    pub(super) fn perform(
        &self,
        state: &mut State,
        asked: Asked<'_>,
    ) -> Result<Vec<Finding>, Refusal> {
        match self {
            Self::Seal { wave, instrument } => state.seal_survey(asked, wave, *instrument),
        }
    }
}
