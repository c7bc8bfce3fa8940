//! `huzhu lab cox`: who has the event sooner?

use lab::behaviour::{Cox, Ties, cox_regression};
use serde_json::{Value, json};

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Which spells to model.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab cox --data members.csv --time days --event left \
                        --covariates trust,share,age")]
pub struct Arguments {
    #[command(flatten)]
    columns: input::SpellColumns,
    /// Columns of the predictors.
    #[arg(long, value_delimiter = ',', required = true, visible_alias = "predictors")]
    covariates: Vec<String>,
    /// Correction for events at one time.
    #[arg(long, value_enum, default_value = "efron")]
    ties: TiesName,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum TiesName {
    Efron,
    Breslow,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.columns.data)?;
        let rows = self.columns.read(&table, &self.covariates)?;
        let ties = match self.ties {
            TiesName::Efron => Ties::Efron,
            TiesName::Breslow => Ties::Breslow,
        };
        let found = cox_regression(&rows.spells, &rows.predictors, ties).map_err(|error| {
            input::impossible("E-COX", &error, "Leave the predictor out or add rows.")
        })?;
        let mut document = document(&found);
        document["event_value"] = json!(rows.event);
        document["dropped_rows"] = json!(rows.dropped);
        show(json, &document, || print(&found, rows.dropped));
        Ok(Outcome::Done)
    }
}

fn document(found: &Cox) -> Value {
    let test =
        |test: (f64, f64)| json!({"chisq": test.0, "df": found.coefficients.len(), "p": test.1});
    let times: Vec<Value> = found
        .proportionality
        .iter()
        .map(|t| json!({"name": t.name, "chisq": t.chisq, "df": t.df, "p": t.p}))
        .collect();
    json!({
        "params": words::coefficients(&found.coefficients, "hazard_ratio"),
        "loglik": found.log_likelihood, "loglik_null": found.null_log_likelihood,
        "likelihood_ratio": test(found.likelihood_ratio), "wald": test(found.wald),
        "score": test(found.score),
        "concordance": found.concordance.estimate, "concordance_se": found.concordance.se,
        "proportionality": times,
        "n": found.rows, "events": found.events, "iterations": found.steps, "converged": true,
    })
}

fn print(found: &Cox, dropped: usize) {
    words::print_coefficients("Proportional hazards", "hazard ratio", &found.coefficients);
    println!(
        "{} rows ({dropped} left out for missing values), {} events; concordance {} (SE {}); \
         likelihood ratio {} (p {})",
        found.rows,
        found.events,
        words::figure(found.concordance.estimate),
        words::figure(found.concordance.se),
        words::figure(found.likelihood_ratio.0),
        words::probability(found.likelihood_ratio.1),
    );
    for test in found.proportionality.iter().filter(|test| test.p < 0.05) {
        println!(
            "Not proportional: the effect of {} changes with time (chi-square {}, p {}).",
            test.name,
            words::figure(test.chisq),
            words::probability(test.p)
        );
    }
}
