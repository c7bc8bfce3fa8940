//! Surveys of trust. Before a wave is answered, the hash of its questions, models and plan of
//! analysis stands in the log: from that entry on nobody can choose them by the answers. One wave
//! has one hash, so that nobody can seal two and show the one that turned out better.
//!
//! The log never holds a question or an answer.

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::command::Asked;
use crate::day::Day;
use crate::finding::{Finding, SurveyFinding};
use crate::refusal::Refusal;
use crate::state::State;

/// Length of a wave's name in characters.
const NAME_MAX: usize = 40;

/// Waves of one plan: one a week for some eighty years. They stand in the state as one list.
const WAVES_MAX: usize = 4_096;

/// The seal of one wave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Name of the wave.
    pub wave: String,
    /// Hash of questions, models and plan of analysis.
    pub instrument: Digest,
    /// When it was sealed.
    pub day: Day,
    /// The position of the entry that sealed it.
    pub entry: u64,
}

impl State {
    /// The seals, in the order of the log.
    #[must_use]
    pub fn surveys(&self) -> &[Survey] {
        &self.surveys
    }

    /// The operator seals a wave.
    pub(crate) fn seal_survey(
        &mut self,
        asked: Asked<'_>,
        wave: &str,
        instrument: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let length = wave.chars().count();
        let plain = !wave.chars().any(|c| c.is_control() || c.is_whitespace());
        let (code, why) = if !(1..=NAME_MAX).contains(&length) || !plain {
            ("E-SURVEY-NAME", format!("A name has 1 to {NAME_MAX} characters without spaces."))
        } else if let Some(sealed) = self.surveys.iter().find(|sealed| sealed.wave == wave) {
            (
                "E-SURVEY-TWICE",
                format!("It was sealed on {} in entry {}.", sealed.day, sealed.entry),
            )
        } else if self.surveys.len() >= WAVES_MAX {
            ("E-SURVEY-MANY", format!("A plan has at most {WAVES_MAX} waves."))
        } else {
            let (wave, day, entry) = (wave.to_owned(), asked.order.day, self.entries);
            self.surveys.push(Survey { wave: wave.clone(), instrument, day, entry });
            let number = self.surveys.len() as u32;
            return Ok(vec![Finding::Survey(SurveyFinding::Sealed { wave, instrument, number })]);
        };
        let what = format!("The wave {wave:?} is not sealed.");
        Err(Refusal::new(code, what, why, "Give the wave a name of its own."))
    }
}
