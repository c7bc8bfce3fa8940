//! What the rules conclude about surveys.

use proof::Digest;
use serde::{Deserialize, Serialize};

/// What the rules conclude about surveys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", deny_unknown_fields)]
#[non_exhaustive]
pub enum SurveyFinding {
    /// A wave's questions, models and plan are fixed.
    #[serde(rename = "finding.survey.sealed")]
    Sealed {
        /// Name of the wave.
        wave: String,
        /// Hash of questions, models and plan of analysis.
        instrument: Digest,
        /// How many waves are sealed by now.
        number: u32,
    },
}
