//! The trust index of a plan over waves: what members say and what they do, each from 0 to 100,
//! with the formula beside the figures. It describes; it explains nothing.

use crate::data::{Table, TableError};

/// Days of delay at which the component is 0.
const DELAY_DAYS: f64 = 30.0;
/// Objections a member and wave at which the component is 0.
const OBJECTIONS: f64 = 0.05;
/// Complaints a member and wave at which the component is 0.
const COMPLAINTS: f64 = 0.05;
/// Share of members leaving after a rise at which the component is 0.
const EXITS: f64 = 0.10;

/// The formula, as it is printed with every index.
pub const FORMULA: &str = "\
survey = mean over respondents of the trust score (0 to 100: mean of the answers to tr1-tr4, \
lowest answer 0, highest 100)
verification = 100 * verified / members
objections = 100 * (1 - min(1, (objections / members) / 0.05))
complaints = 100 * (1 - min(1, (complaints / members) / 0.05))
exits = 100 * (1 - min(1, (exits_after_rise / members_at_rise) / 0.10))
delay = 100 * (1 - min(1, delay_days / 30))
behaviour = mean of the five components that are known
index = mean of survey and behaviour; only one of them when the other is unknown
The survey's 95% interval is mean +- 1.96 standard errors over respondents; behaviour is a count \
of everyone and has none.";

/// Why an index cannot be computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The file cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A count is negative, or exceeds the number it is a part of.
    #[error("wave {wave:?}: {column} is {value}, which cannot be")]
    Impossible {
        /// The wave.
        wave: String,
        /// The column.
        column: String,
        /// Its value.
        value: f64,
    },
    /// A wave is listed twice.
    #[error("wave {0:?} is listed twice")]
    Twice(String),
    /// No wave.
    #[error("the file holds no wave")]
    Empty,
}

/// What a survey wave said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survey {
    /// Mean score from 0 to 100.
    pub mean: f64,
    /// Standard error of the mean.
    pub se: f64,
    /// Respondents with a score.
    pub respondents: usize,
}

impl Survey {
    /// Sums up scores; nothing without any.
    #[must_use]
    pub fn of(scores: &[f64]) -> Option<Self> {
        let given: Vec<f64> = scores.iter().copied().filter(|score| !score.is_nan()).collect();
        let n = given.len() as f64;
        if given.is_empty() {
            return None;
        }
        let mean = given.iter().sum::<f64>() / n;
        let squares: f64 = given.iter().map(|score| (score - mean).powi(2)).sum();
        let se = (squares / (n - 1.0)).sqrt() / n.sqrt();
        Some(Self { mean, se, respondents: given.len() })
    }
}

/// What members did in one wave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wave {
    /// Name of the wave.
    pub wave: String,
    /// File of answers, when there was a survey.
    pub survey_file: Option<String>,
    /// Components from 0 to 100 by name, in the order of the formula; nothing where unknown.
    pub components: Vec<(&'static str, Option<f64>)>,
}

/// The index of one wave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// From the survey.
    pub survey: Option<Survey>,
    /// From behaviour.
    pub behaviour: Option<f64>,
    /// Both.
    pub index: Option<f64>,
}

/// Reads waves: columns `wave`, and where known `survey` (a file of answers), `members`,
/// `verified`, `objections`, `complaints`, `members_at_rise`, `exits_after_rise`, `delay_days`.
///
/// # Errors
/// When the file cannot be read or a count cannot be.
pub fn waves(table: &Table) -> Result<Vec<Wave>, IndexError> {
    let names = table.labels("wave")?;
    let known = |name: &str| table.names().any(|column| column == name);
    let files =
        if known("survey") { table.labels("survey")? } else { vec![String::new(); names.len()] };
    let column = |name: &str| -> Result<Vec<f64>, TableError> {
        if known(name) {
            Ok(table.numbers(name)?.to_vec())
        } else {
            Ok(vec![f64::NAN; names.len()])
        }
    };
    let [members, verified, objections] =
        [column("members")?, column("verified")?, column("objections")?];
    let [complaints, at_rise, exits, delay] = [
        column("complaints")?,
        column("members_at_rise")?,
        column("exits_after_rise")?,
        column("delay_days")?,
    ];
    let mut waves: Vec<Wave> = Vec::new();
    for (row, wave) in names.iter().enumerate() {
        if waves.iter().any(|known| known.wave == *wave) {
            return Err(IndexError::Twice(wave.clone()));
        }
        let refuse = |column: &str, value: f64| IndexError::Impossible {
            wave: wave.clone(),
            column: column.to_owned(),
            value,
        };
        let part = |column: &str, value: f64, whole: f64, bounded: bool| {
            let wrong = value < 0.0 || whole <= 0.0 || bounded && value > whole;
            if wrong { Err(refuse(column, value)) } else { Ok(value / whole) }
        };
        if delay[row] < 0.0 {
            return Err(refuse("delay_days", delay[row]));
        }
        let all = [
            ("verification", 100.0 * part("verified", verified[row], members[row], true)?),
            (
                "objections",
                falling(part("objections", objections[row], members[row], false)?, OBJECTIONS),
            ),
            (
                "complaints",
                falling(part("complaints", complaints[row], members[row], false)?, COMPLAINTS),
            ),
            ("exits", falling(part("exits_after_rise", exits[row], at_rise[row], true)?, EXITS)),
            ("delay", falling(delay[row], DELAY_DAYS)),
        ];
        waves.push(Wave {
            wave: wave.clone(),
            survey_file: Some(files[row].clone()).filter(|file| !file.is_empty()),
            components: all.map(|(name, v)| (name, Some(v).filter(|v| !v.is_nan()))).to_vec(),
        });
    }
    if waves.is_empty() { Err(IndexError::Empty) } else { Ok(waves) }
}

/// `min` takes a number over `NaN`, so an unknown rate must be kept unknown by hand.
fn falling(rate: f64, worst: f64) -> f64 {
    if rate.is_nan() { f64::NAN } else { 100.0 * (1.0 - (rate / worst).min(1.0)) }
}

impl Wave {
    /// The index with what its survey said.
    #[must_use]
    pub fn index(&self, survey: Option<Survey>) -> Index {
        let known: Vec<f64> = self.components.iter().filter_map(|(_, value)| *value).collect();
        let behaviour = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
        let index = match (survey, behaviour) {
            (Some(survey), Some(behaviour)) => Some(f64::midpoint(survey.mean, behaviour)),
            (survey, behaviour) => survey.map(|survey| survey.mean).or(behaviour),
        };
        Index { survey, behaviour, index }
    }
}
