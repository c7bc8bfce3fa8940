//! `huzhu lab hazard`: does the event happen this period, given that it has not yet?

use lab::behaviour::{Baseline, BehaviourError, Link, binary_regression, person_periods};
use serde_json::json;

use super::{input, logit};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Which spells to model.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab hazard --data members.csv --time periods \
                        --event left --covariates trust,share --baseline log-time")]
pub struct Arguments {
    #[command(flatten)]
    columns: input::SpellColumns,
    /// Columns of the predictors.
    #[arg(long, value_delimiter = ',', visible_alias = "predictors")]
    covariates: Vec<String>,
    /// How the hazard changes with time alone.
    #[arg(long, value_enum, default_value = "free")]
    baseline: BaselineName,
    /// cloglog (proportional hazards) or logit (proportional odds).
    #[arg(long, value_enum, default_value = "cloglog")]
    link: LinkName,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum BaselineName {
    /// A parameter for every period.
    Free,
    /// The same in every period.
    Constant,
    /// Linear in the logarithm of the period.
    LogTime,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LinkName {
    Cloglog,
    Logit,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.columns.data)?;
        let rows = self.columns.read(&table, &self.covariates)?;
        let baseline = match self.baseline {
            BaselineName::Free => Baseline::Free,
            BaselineName::Constant => Baseline::Constant,
            BaselineName::LogTime => Baseline::LogTime,
        };
        let (link, ratio) = match self.link {
            LinkName::Cloglog => (Link::ComplementaryLogLog, "hazard_ratio"),
            LinkName::Logit => (Link::Logit, "odds_ratio"),
        };
        let refused = |error: BehaviourError| {
            let next =
                "Count whole periods, leave the predictor out, or choose another --baseline.";
            input::impossible("E-HAZARD", &error, next)
        };
        let expanded = person_periods(&rows.spells, &rows.predictors, baseline).map_err(refused)?;
        let found =
            binary_regression(&expanded.events, &expanded.predictors, link).map_err(refused)?;
        let mut document = logit::document(&found, ratio);
        document["spells"] = json!(rows.spells.times.len());
        document["person_periods"] = json!(found.rows);
        document["dropped_rows"] = json!(rows.dropped);
        show(json, &document, || {
            let title =
                format!("Hazard of {} in {} spells", self.columns.event, rows.spells.times.len());
            logit::print(&title, ratio, &found, rows.dropped);
        });
        Ok(Outcome::Done)
    }
}
