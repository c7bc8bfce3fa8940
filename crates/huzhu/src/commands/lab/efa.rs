//! `huzhu lab efa`: which factors lie behind a set of items?

use std::path::PathBuf;

use lab::data::Items;
use lab::data::moments::correlation;
use lab::efa::{
    EfaError, Extraction, Factors, Parallel, Rotated, Rotation, bartlett, extract, fit_test,
    harman_share, parallel_analysis, rotate, sampling_adequacy,
};
use serde_json::{Value, json};

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// What to factor and how.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab efa --data survey.csv --items x1,x2,x3,x4,x5,x6 \
                        --factors 2 --extraction minres --rotation oblimin")]
pub struct Arguments {
    /// Answers, one row for each respondent; rows with a missing answer are left out.
    #[arg(long)]
    data: PathBuf,
    /// Items to factor; all numeric columns without it.
    #[arg(long, value_delimiter = ',')]
    items: Vec<String>,
    /// Number of factors; what parallel analysis suggests without it.
    #[arg(long)]
    factors: Option<usize>,
    /// How factors are found.
    #[arg(long, value_enum, default_value = "ml")]
    extraction: ExtractionName,
    /// What loadings are turned to.
    #[arg(long, value_enum, default_value = "oblimin")]
    rotation: RotationName,
    /// Power of promax.
    #[arg(long, default_value_t = 4.0)]
    power: f64,
    /// Obliqueness of oblimin, 0 or negative.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    gamma: f64,
    /// Random data sets of the parallel analysis.
    #[arg(long, default_value_t = 200)]
    parallel: u32,
    /// Seed of the parallel analysis.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A number that means "no answer", such as -99.
    #[arg(long, allow_negative_numbers = true)]
    missing_value: Option<f64>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ExtractionName {
    /// Maximum likelihood.
    Ml,
    /// Least squares of off-diagonal residuals.
    Minres,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum RotationName {
    None,
    Varimax,
    Promax,
    Oblimin,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.data)?;
        let items = input::items(&table, &self.items, self.missing_value)?;
        let (complete, _) = items.complete_rows();
        let width = complete.width();
        let matrix = correlation(&complete);
        let refused = |error: EfaError| {
            input::impossible("E-EFA", &error, "Leave the item out, or ask for fewer factors.")
        };
        if complete.rows() <= width || width < 3 {
            let said = format!("{} complete rows of {width} items are too few", complete.rows());
            return Err(input::impossible("E-EFA", &said, "Add respondents or items."));
        }
        let adequacy = sampling_adequacy(&matrix, width).map_err(refused)?;
        let test = bartlett(&matrix, width, complete.rows()).map_err(refused)?;
        let parallel = parallel_analysis(&complete, self.parallel.max(1), 0.95, self.seed)
            .ok_or_else(|| refused(EfaError::Singular))?;
        let count = self.factors.unwrap_or(parallel.factors.max(1));
        let extraction = match self.extraction {
            ExtractionName::Ml => Extraction::MaximumLikelihood,
            ExtractionName::Minres => Extraction::MinimumResidual,
        };
        let factors = extract(&matrix, width, count, extraction).map_err(refused)?;
        let rotation = match self.rotation {
            RotationName::None => Rotation::None,
            RotationName::Varimax => Rotation::Varimax,
            RotationName::Promax => Rotation::Promax { power: self.power },
            RotationName::Oblimin => Rotation::Oblimin { gamma: self.gamma },
        };
        let rotated = rotate(&factors.loadings, count, rotation).map_err(refused)?;
        let mut document = json!({
            "n": complete.rows(),
            "dropped_rows": items.rows() - complete.rows(),
            "kmo": adequacy.overall,
            "msa": words::named(items.names(), &adequacy.items),
            "bartlett": {"chisq": test.chisq, "df": test.df, "p": test.p},
            "harman_share": harman_share(&matrix, width),
        });
        add_solution(&mut document, &complete, &factors, &rotated, &parallel);
        if extraction == Extraction::MaximumLikelihood {
            let test = fit_test(&factors, complete.rows());
            document["fit"] = json!({"chisq": test.chisq, "df": test.df, "p": test.p});
        }
        show(json, &document, || print(&document, &complete, &factors, &rotated));
        Ok(Outcome::Done)
    }
}

fn add_solution(
    document: &mut Value,
    items: &Items,
    factors: &Factors,
    rotated: &Rotated,
    parallel: &Parallel,
) {
    let count = factors.factors;
    let loadings: Vec<Value> = rotated
        .loadings
        .chunks(count)
        .zip(items.names())
        .zip(&factors.uniquenesses)
        .map(|((row, item), uniqueness)| {
            json!({
                "item": item, "loadings": row, "uniqueness": uniqueness,
                "communality": 1.0 - uniqueness,
            })
        })
        .collect();
    let improper: Vec<&String> = factors.improper.iter().map(|&i| &items.names()[i]).collect();
    document["factors"] = json!(count);
    document["loadings"] = Value::from(loadings);
    document["factor_correlations"] =
        rotated.correlations.chunks(count).map(|row| json!(row)).collect();
    document["variance"] = json!(rotated.variances);
    document["eigenvalues"] = json!(parallel.observed);
    document["parallel"] = json!({
        "factors": parallel.factors, "mean": parallel.mean, "quantile_95": parallel.quantile,
    });
    document["improper_items"] = json!(improper);
}

fn print(document: &Value, items: &Items, factors: &Factors, rotated: &Rotated) {
    println!(
        "{} rows; KMO {}; Bartlett {} on {} df; parallel analysis suggests {} factors",
        document["n"],
        words::perhaps(document["kmo"].as_f64()),
        words::perhaps(document["bartlett"]["chisq"].as_f64()),
        document["bartlett"]["df"],
        document["parallel"]["factors"],
    );
    let count = factors.factors;
    let rows = rotated.loadings.chunks(count).zip(items.names()).zip(&factors.uniquenesses);
    let rows = rows.map(|((row, item), uniqueness)| {
        let mut cells = vec![item.clone()];
        cells.extend(row.iter().map(|l| words::figure(*l)));
        cells.push(words::figure(*uniqueness));
        cells
    });
    let mut header = vec!["item".to_owned()];
    header.extend((1..=count).map(|k| format!("factor {k}")));
    header.push("uniqueness".to_owned());
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    words::print("Loadings", &header, rows.collect());
    if !factors.improper.is_empty() {
        println!(
            "Improper: the uniqueness of {} ran into its lower bound (Heywood case); do not \
             interpret this solution.",
            document["improper_items"]
        );
    }
}
