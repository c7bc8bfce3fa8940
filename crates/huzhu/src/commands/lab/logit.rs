//! `huzhu lab logit`: what goes with a yes-or-no outcome?

use std::path::PathBuf;

use lab::behaviour::{Binary, Link, binary_regression};
use serde_json::{Value, json};

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// What to regress on what.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab logit --data members.csv --outcome joined \
                        --covariates trust,share,age")]
pub struct Arguments {
    /// Table with one row for each case; rows with a missing value are left out.
    #[arg(long)]
    data: PathBuf,
    /// Column of the outcome.
    #[arg(long)]
    outcome: String,
    /// Value of the outcome column that means yes; 1, or 2 in a column of ones and twos.
    #[arg(long, allow_negative_numbers = true)]
    event_value: Option<f64>,
    /// Columns of the predictors; an intercept is added.
    #[arg(long, value_delimiter = ',', required = true, visible_alias = "predictors")]
    covariates: Vec<String>,
    /// How the linear predictor becomes a probability.
    #[arg(long, value_enum, default_value = "logit")]
    link: LinkName,
    /// A number that means "no answer", such as -99.
    #[arg(long, allow_negative_numbers = true)]
    missing_value: Option<f64>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LinkName {
    Logit,
    Cloglog,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.data)?;
        let outcome = self.outcome.as_str();
        let rows = input::complete(&table, &self.covariates, &[outcome], self.missing_value)?;
        let (events, _) = input::events(&rows.others[0], self.event_value)?;
        let link = match self.link {
            LinkName::Logit => Link::Logit,
            LinkName::Cloglog => Link::ComplementaryLogLog,
        };
        let predictors = rows.predictors.with_intercept(events.len());
        let found = binary_regression(&events, &predictors, link).map_err(|error| {
            input::impossible("E-LOGIT", &error, "Leave the predictor out or add rows.")
        })?;
        let ratio = if link == Link::Logit { "odds_ratio" } else { "hazard_ratio" };
        let mut document = document(&found, ratio);
        document["dropped_rows"] = json!(rows.dropped);
        show(json, &document, || {
            print(&format!("Regression of {outcome}"), ratio, &found, rows.dropped);
        });
        Ok(Outcome::Done)
    }
}

/// A binary regression for programs.
pub fn document(found: &Binary, ratio: &str) -> Value {
    json!({
        "params": words::coefficients(&found.coefficients, ratio),
        "loglik": found.log_likelihood, "deviance": found.deviance,
        "null_deviance": found.null_deviance, "aic": found.aic, "bic": found.bic,
        "pseudo_r2": found.pseudo_r2, "auc": found.discrimination,
        "n": found.rows, "events": found.events, "iterations": found.steps, "converged": true,
    })
}

/// A binary regression for people.
pub fn print(title: &str, ratio: &str, found: &Binary, dropped: usize) {
    words::print_coefficients(title, &ratio.replace('_', " "), &found.coefficients);
    println!(
        "{} rows ({dropped} left out for missing values), {} events; deviance {} (null {}), \
         AIC {}, McFadden R2 {}, area under the curve {}",
        found.rows,
        found.events,
        words::figure(found.deviance),
        words::figure(found.null_deviance),
        words::figure(found.aic),
        words::figure(found.pseudo_r2),
        words::figure(found.discrimination),
    );
}
