//! `huzhu lab kappa`: do two coders agree beyond chance?

use std::path::PathBuf;

use lab::agreement::{Weighting, cohen_kappa};
use serde_json::json;

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Which coders to compare.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab kappa --data coding.csv --first anna --second bo \
                        --weights quadratic")]
pub struct Arguments {
    /// Table with one row for each unit.
    #[arg(long)]
    data: PathBuf,
    /// Column of the first coder.
    #[arg(long)]
    first: String,
    /// Column of the second coder.
    #[arg(long)]
    second: String,
    /// How far apart categories are.
    #[arg(long, value_enum, default_value = "unweighted")]
    weights: WeightsName,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum WeightsName {
    Unweighted,
    Linear,
    Quadratic,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.data)?;
        let labels = |name: &str| table.labels(name).map_err(|error| input::unreadable(&error));
        let weighting = match self.weights {
            WeightsName::Unweighted => Weighting::Unweighted,
            WeightsName::Linear => Weighting::Linear,
            WeightsName::Quadratic => Weighting::Quadratic,
        };
        let found = cohen_kappa(&labels(&self.first)?, &labels(&self.second)?, weighting)
            .map_err(|error| input::impossible("E-KAPPA", &error, "Check the coders' columns."))?;
        let document = json!({
            "kappa": found.estimate, "se": found.se, "se_null": found.se_null, "p": found.p,
            "ci_lower": found.ci_lower, "ci_upper": found.ci_upper,
            "observed": found.observed, "expected": found.expected, "units": found.units,
            "categories": found.categories,
        });
        show(json, &document, || {
            println!(
                "kappa {} (SE {}, 95% CI [{}, {}]), {} units, {} categories; agreement {} where \
                 chance gives {}",
                words::figure(found.estimate),
                words::figure(found.se),
                words::figure(found.ci_lower),
                words::figure(found.ci_upper),
                found.units,
                found.categories.len(),
                words::figure(found.observed),
                words::figure(found.expected),
            );
        });
        Ok(Outcome::Done)
    }
}
