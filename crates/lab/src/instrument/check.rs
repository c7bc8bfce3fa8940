//! Reads an instrument file and refuses one that contradicts itself.

use std::collections::BTreeSet;

use super::definition::{Instrument, Role, Text};
use crate::model::{Operator, parse};
use crate::sem::Estimator;

/// Longest file read; the questionnaire that travels with the program has 16 kB.
const BYTES_MAX: usize = 1 << 20;

/// Why an instrument file cannot serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstrumentError {
    /// The file is longer than a questionnaire can be.
    #[error("the instrument is longer than {0} bytes")]
    TooLong(usize),
    /// The file is not TOML of this form, or holds an unknown key.
    #[error("{0}")]
    Form(String),
    /// Two things bear one code.
    #[error("the code {0:?} is used twice")]
    DuplicateCode(String),
    /// A code is no name of a variable.
    #[error("{0:?} is no name for a variable: letters, digits and _ only, a letter first")]
    BadCode(String),
    /// An item belongs to no construct of the file.
    #[error("item {item:?} belongs to {construct:?}, which is no construct{}", hint(nearest))]
    UnknownConstruct {
        /// The item.
        item: String,
        /// Its construct.
        construct: String,
        /// The nearest construct.
        nearest: Option<String>,
    },
    /// A construct has no items.
    #[error("construct {0:?} has no items")]
    NoItems(String),
    /// Words are missing in one language.
    #[error("{0} lacks its words in one language")]
    Wordless(String),
    /// The answer scale is empty or its labels do not fit.
    #[error("the scale from {low} to {high} has {labels} labels")]
    Scale {
        /// Lowest answer.
        low: i32,
        /// Highest answer.
        high: i32,
        /// Labels given.
        labels: usize,
    },
    /// An attention item without an answer to expect, or an expectation elsewhere.
    #[error("item {0:?}: an attention item, and no other, names the answer it expects")]
    Expectation(String),
    /// A model cannot be read.
    #[error("model {code:?}: {message}")]
    Model {
        /// The model.
        code: String,
        /// What is wrong with it.
        message: String,
    },
    /// A model uses a variable that the questionnaire does not measure.
    #[error(
        "model {code:?} uses {variable:?}, which is neither construct nor item{}",
        hint(nearest)
    )]
    UnknownVariable {
        /// The model.
        code: String,
        /// The variable.
        variable: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// The plan names something that does not exist.
    #[error("the plan's {what} {name:?} is unknown")]
    Plan {
        /// What is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A threshold is not a number from 0 to 1.
    #[error("the plan's {0} must be a number from 0 to 1")]
    Threshold(&'static str),
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

/// The most similar of `known`, when one is near.
pub(crate) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    // Half of the letters in common is where a suggestion starts to help more than it misleads.
    known
        .map(|k| {
            (strsim::normalized_damerau_levenshtein(&k.to_lowercase(), &name.to_lowercase()), k)
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(similarity, _)| *similarity > 0.5)
        .map(|(_, k)| k.to_owned())
}

impl Instrument {
    /// Reads and checks an instrument file.
    ///
    /// # Errors
    /// When the text is not of the form, or contradicts itself; the message names the place.
    pub fn parse(text: &str) -> Result<Self, InstrumentError> {
        if text.len() > BYTES_MAX {
            return Err(InstrumentError::TooLong(BYTES_MAX));
        }
        let instrument: Self =
            toml::from_str(text).map_err(|error| InstrumentError::Form(error.to_string()))?;
        instrument.check()?;
        Ok(instrument)
    }

    fn check(&self) -> Result<(), InstrumentError> {
        self.check_scale()?;
        self.check_codes()?;
        self.check_items()?;
        for model in &self.models {
            self.check_model(&model.code, &self.full_model(model))?;
            worded(&model.title, &model.code)?;
            worded(&model.idea, &model.code)?;
        }
        for (title, column) in self
            .groups
            .iter()
            .map(|g| (&g.title, &g.column))
            .chain(self.controls.iter().map(|c| (&c.title, &c.column)))
        {
            worded(title, column)?;
        }
        self.check_plan()
    }

    fn check_scale(&self) -> Result<(), InstrumentError> {
        let scale = &self.scale;
        let wrong =
            InstrumentError::Scale { low: scale.low, high: scale.high, labels: scale.labels.len() };
        let answers = i64::from(scale.high) - i64::from(scale.low) + 1;
        if answers < 2 || answers != scale.labels.len() as i64 {
            return Err(wrong);
        }
        worded(&self.title, "the title")?;
        worded(&self.introduction, "the introduction")?;
        scale.labels.iter().try_for_each(|label| worded(label, "a label of the scale"))
    }

    fn check_codes(&self) -> Result<(), InstrumentError> {
        let mut seen = BTreeSet::new();
        let codes = self.constructs.iter().map(|c| &c.code);
        for code in codes.chain(self.items.iter().map(|item| &item.code)) {
            let letters = code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !letters || !code.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Err(InstrumentError::BadCode(code.clone()));
            }
            if !seen.insert(code) {
                return Err(InstrumentError::DuplicateCode(code.clone()));
            }
        }
        let mut models = BTreeSet::new();
        match self.models.iter().find(|model| !models.insert(&model.code)) {
            Some(model) => Err(InstrumentError::DuplicateCode(model.code.clone())),
            None => Ok(()),
        }
    }

    fn check_items(&self) -> Result<(), InstrumentError> {
        for item in &self.items {
            worded(&item.text, &item.code)?;
            let of = self.constructs.iter().find(|c| c.code == item.construct);
            let Some(construct) = of else {
                let known = self.constructs.iter().map(|c| c.code.as_str());
                return Err(InstrumentError::UnknownConstruct {
                    item: item.code.clone(),
                    construct: item.construct.clone(),
                    nearest: nearest(&item.construct, known),
                });
            };
            let attention = construct.role == Role::Attention;
            let inside = |answer: i32| (self.scale.low..=self.scale.high).contains(&answer);
            if attention != item.expected.is_some_and(inside)
                || !attention && item.expected.is_some()
            {
                return Err(InstrumentError::Expectation(item.code.clone()));
            }
        }
        for construct in &self.constructs {
            worded(&construct.name, &construct.code)?;
            if self.items_of(&construct.code).next().is_none() {
                return Err(InstrumentError::NoItems(construct.code.clone()));
            }
        }
        Ok(())
    }

    fn check_model(&self, code: &str, text: &str) -> Result<(), InstrumentError> {
        let model = parse(text).map_err(|error| InstrumentError::Model {
            code: code.to_owned(),
            message: error.to_string(),
        })?;
        let mut known: BTreeSet<&str> = self.items.iter().map(|item| item.code.as_str()).collect();
        known.extend(self.constructs.iter().map(|construct| construct.code.as_str()));
        // A second-order construct is known once its model measures it.
        for relation in &model.relations {
            if matches!(relation.op, Operator::Measures | Operator::Composite) {
                known.insert(&relation.lhs);
            }
        }
        for relation in &model.relations {
            for variable in [&relation.lhs, &relation.rhs.name] {
                if !variable.is_empty() && !known.contains(variable.as_str()) {
                    return Err(InstrumentError::UnknownVariable {
                        code: code.to_owned(),
                        variable: variable.clone(),
                        nearest: nearest(variable, known.iter().copied()),
                    });
                }
            }
        }
        Ok(())
    }

    fn check_plan(&self) -> Result<(), InstrumentError> {
        let plan = &self.plan;
        let unknown = |what, name: &str| InstrumentError::Plan { what, name: name.to_owned() };
        for name in std::iter::once(&plan.estimator).chain(&plan.robustness) {
            if Estimator::named(name).is_none() && !["pls", "plsc"].contains(&name.as_str()) {
                return Err(unknown("estimator", name));
            }
        }
        if !["listwise", "fiml"].contains(&plan.missing.as_str()) {
            return Err(unknown("treatment of missing answers", &plan.missing));
        }
        if !["percentile", "bc", "bca", "normal"].contains(&plan.interval.as_str()) {
            return Err(unknown("interval", &plan.interval));
        }
        let modelled = |name: &String| self.constructs_of(Role::Model).any(|c| c.code == *name);
        if !modelled(&plan.outcome) {
            return Err(unknown("outcome", &plan.outcome));
        }
        if let Some(name) = plan.controls_on.iter().find(|name| !modelled(name)) {
            return Err(unknown("construct for the controls", name));
        }
        if !plan.marker.is_empty() && self.constructs_of(Role::Marker).next().is_none() {
            return Err(unknown("construct with the role", "marker"));
        }
        self.check_comparisons()?;
        let t = &plan.thresholds;
        for (name, value) in [
            ("alpha_min", t.alpha_min),
            ("composite_reliability_min", t.composite_reliability_min),
            ("variance_extracted_min", t.variance_extracted_min),
            ("heterotrait_max", t.heterotrait_max),
            ("loading_min", t.loading_min),
            ("cfi_min", t.cfi_min),
            ("rmsea_max", t.rmsea_max),
            ("srmr_max", t.srmr_max),
            ("invariance_cfi_fall_max", t.invariance_cfi_fall_max),
            ("invariance_rmsea_rise_max", t.invariance_rmsea_rise_max),
            ("significance", t.significance),
            ("answers_min_share", plan.exclusions.answers_min_share),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(InstrumentError::Threshold(name));
            }
        }
        Ok(())
    }

    fn check_comparisons(&self) -> Result<(), InstrumentError> {
        let unknown = |what, name: &str| InstrumentError::Plan { what, name: name.to_owned() };
        for comparison in &self.plan.comparisons {
            for code in &comparison.models {
                if !self.models.iter().any(|model| &model.code == code) {
                    return Err(unknown("model", code));
                }
            }
            for measure in &comparison.by {
                if !["chisq", "cfi", "tli", "rmsea", "srmr", "aic", "bic", "loss"]
                    .contains(&measure.as_str())
                {
                    return Err(unknown("measure", measure));
                }
            }
        }
        Ok(())
    }
}

fn worded(text: &Text, what: &str) -> Result<(), InstrumentError> {
    if text.en.trim().is_empty() || text.zh.trim().is_empty() {
        return Err(InstrumentError::Wordless(what.to_owned()));
    }
    Ok(())
}
