//! `huzhu lab alpha-krippendorff`: do coders agree, whoever judged what?

use std::path::PathBuf;

use lab::agreement::{AgreementError, Krippendorff, Metric, krippendorff_alpha};
use serde_json::json;

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// Which judgements to compare.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab alpha-krippendorff --data coding.csv \
                        --coders anna,bo,chen --metric ordinal --bootstrap 1000 --seed 7")]
pub struct Arguments {
    /// Table with one row for each unit and one column for each coder.
    #[arg(long)]
    data: PathBuf,
    /// Columns of the coders; all columns without it.
    #[arg(long, value_delimiter = ',')]
    coders: Vec<String>,
    /// Rows are coders and columns are units.
    #[arg(long)]
    transposed: bool,
    /// How far apart two values are.
    #[arg(long, value_enum, default_value = "nominal")]
    metric: MetricName,
    /// Draws of units for the interval.
    #[arg(long, default_value_t = 0)]
    bootstrap: u32,
    /// Seed of the draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum MetricName {
    Nominal,
    Ordinal,
    Interval,
    Ratio,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.data)?;
        let names: Vec<String> = if self.coders.is_empty() {
            table.names().map(str::to_owned).collect()
        } else {
            self.coders.clone()
        };
        let mut judgements = names
            .iter()
            .map(|name| table.labels(name).map_err(|error| input::unreadable(&error)))
            .collect::<Result<Vec<_>, _>>()?;
        if self.transposed {
            judgements = (0..table.rows())
                .map(|row| judgements.iter().map(|column| column[row].clone()).collect())
                .collect();
        }
        let metric = match self.metric {
            MetricName::Nominal => Metric::Nominal,
            MetricName::Ordinal => Metric::Ordinal,
            MetricName::Interval => Metric::Interval,
            MetricName::Ratio => Metric::Ratio,
        };
        let refused = |error: AgreementError| {
            input::impossible("E-ALPHA", &error, "Check the coders' columns or the metric.")
        };
        let found =
            krippendorff_alpha(&judgements, metric, self.bootstrap, self.seed).map_err(refused)?;
        let plain = |metric: Metric| {
            krippendorff_alpha(&judgements, metric, 0, 0).ok().map(|found| found.alpha)
        };
        let document = json!({
            "alpha": found.alpha, "metric": format!("{metric:?}").to_lowercase(),
            "ci_lower": found.interval.map(|ends| ends.0),
            "ci_upper": found.interval.map(|ends| ends.1),
            "draws": self.bootstrap, "failed_draws": found.failed_draws,
            "coders": judgements.len(), "units": found.units, "judgements": found.judgements,
            "values": found.values,
            "all": {
                "nominal": plain(Metric::Nominal), "ordinal": plain(Metric::Ordinal),
                "interval": plain(Metric::Interval), "ratio": plain(Metric::Ratio),
            },
        });
        show(json, &document, || print(&found, judgements.len(), metric));
        Ok(Outcome::Done)
    }
}

fn print(found: &Krippendorff, coders: usize, metric: Metric) {
    print!("Krippendorff's alpha ({metric:?}) {}", words::figure(found.alpha));
    if let Some((lower, upper)) = found.interval {
        print!(", 95% CI [{}, {}]", words::figure(lower), words::figure(upper));
    }
    println!(
        "; {coders} coders, {} units judged at least twice, {} judgements, {} values",
        found.units, found.judgements, found.values
    );
}
