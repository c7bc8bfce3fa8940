//! `huzhu lab pls`: a partial least squares path model from a model file and a table.

mod document;
mod print;

use std::io::Write as _;
use std::path::PathBuf;

use lab::data::{Items, Table};
use lab::pls::{
    Antecedents, Bootstrap, Fit, Folds, Importance, Interval, ItemForecast, Model, PlsError,
    Scheme, Settings, Specification, Summary, blindfold, importance_performance, predict,
};

use super::input;
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Which model to estimate and what to ask of it.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab pls --model trust.lav --data survey.csv \
                        --bootstrap 5000 --seed 7 --predict\n\nThe model is lavaan notation: \
                        TRUST =~ tr1 + tr2 (mode A), IM <~ im1 + im2 (mode B), TRUST ~ IM.")]
pub struct Arguments {
    /// Model file.
    #[arg(long)]
    model: PathBuf,
    /// Answers, one row for each respondent.
    #[arg(long)]
    data: PathBuf,
    /// Inner weighting scheme.
    #[arg(long, value_enum, default_value = "path")]
    scheme: SchemeName,
    /// Correct reflective blocks for attenuation (PLSc).
    #[arg(long)]
    consistent: bool,
    /// Find weights from covariances instead of correlations.
    #[arg(long)]
    unscaled: bool,
    /// A number that means "no answer", such as -99.
    #[arg(long, allow_negative_numbers = true)]
    missing_value: Option<f64>,
    /// What becomes of rows with a missing answer.
    #[arg(long, value_enum, default_value = "mean")]
    missing: MissingName,
    /// Bootstrap draws.
    #[arg(long)]
    bootstrap: Option<usize>,
    /// Seed of bootstrap and folds.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Kind of bootstrap interval.
    #[arg(long, value_enum, default_value = "percentile")]
    interval: IntervalName,
    /// Level of bootstrap intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// Predict items out of sample (PLSpredict).
    #[arg(long)]
    predict: bool,
    /// Folds of the prediction.
    #[arg(long, default_value_t = 10)]
    folds: usize,
    /// Repetitions of the prediction.
    #[arg(long, default_value_t = 10)]
    repetitions: usize,
    /// Column with the fold of every row (0, 1, …) instead of random ones.
    #[arg(long)]
    fold_column: Option<String>,
    /// Predict from constructs without antecedents alone.
    #[arg(long)]
    earliest: bool,
    /// Omission distance for Q2 by blindfolding, usually 7.
    #[arg(long)]
    blindfold: Option<usize>,
    /// Construct whose importance-performance map is wanted.
    #[arg(long)]
    target: Option<String>,
    /// Lowest answer of the scale, for the map.
    #[arg(long, allow_negative_numbers = true, requires = "high")]
    low: Option<f64>,
    /// Highest answer of the scale, for the map.
    #[arg(long, allow_negative_numbers = true, requires = "low")]
    high: Option<f64>,
    /// Marker item for method bias: unrelated to the model in theory.
    #[arg(long)]
    marker: Option<String>,
    /// Write the construct scores to this CSV file.
    #[arg(long)]
    scores: Option<PathBuf>,
    /// Sum of changes of weights at which iteration stops.
    #[arg(long, default_value_t = 1e-7)]
    tolerance: f64,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum SchemeName {
    Path,
    Factorial,
    Centroid,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum MissingName {
    /// Replaced by the mean of the item, in every draw anew.
    Mean,
    /// Rows are left out.
    Listwise,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum IntervalName {
    /// Quantiles of the draws.
    Percentile,
    /// Bias-corrected and accelerated.
    Bca,
}

/// Everything that was computed.
struct Findings {
    specification: Specification,
    model: Model,
    fit: Fit,
    dropped: usize,
    replaced: usize,
    bootstrap: Option<(Bootstrap, Vec<Summary>)>,
    forecasts: Option<Vec<ItemForecast>>,
    blindfolded: Option<Vec<lab::pls::Blindfolded>>,
    map: Option<(usize, Vec<Importance>)>,
    /// Smallest correlation, by size, of the marker item with a construct.
    marker: Option<f64>,
    level: f64,
}

/// A path model that cannot be estimated.
pub fn refused(error: &PlsError) -> Problem {
    let (code, what, next) = match error {
        PlsError::Table(error) => return input::unreadable(error),
        PlsError::Model(error) => return input::misread(error),
        PlsError::TooFewRows { .. } | PlsError::NoAnswers(_) | PlsError::Estimation(_) => (
            "E-PLS",
            "The model cannot be estimated on these data.",
            "Check the item or construct named, or leave it out.",
        ),
        PlsError::Draws(_) | PlsError::Folds(_) => {
            ("E-PLS-DRAWS", "The request is out of bounds.", "Choose another number.")
        }
        _ => ("E-MODEL", "The model is impossible.", "Correct the model file."),
    };
    Problem::new(Kind::Input, code, what, input::sentence(error), next)
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let specification = Specification::from_model(&input::whole_model(&self.model)?)
            .map_err(|e| refused(&e))?;
        let table = input::table(&self.data)?;
        let (items, kept, dropped) = self.answers(&specification, &table)?;
        let replaced = items.missing();
        let model = Model::new(&specification, items, self.settings()).map_err(|e| refused(&e))?;
        let fit = model.fit().map_err(|e| refused(&e))?;
        let mut findings = Findings {
            bootstrap: self.draw(&model, &fit)?,
            forecasts: self.forecasts(&model, &table, &kept)?,
            blindfolded: self
                .blindfold
                .map(|distance| blindfold(&model, distance).map_err(|e| refused(&e)))
                .transpose()?,
            map: self.map(&model, &fit)?,
            marker: None,
            specification,
            model,
            fit,
            dropped,
            replaced,
            level: self.level,
        };
        findings.marker = self.marker(&findings, &table, &kept)?;
        self.write_scores(&findings)?;
        let document = document::document(&findings, &self);
        show(json, &document, || print::print(&findings, &document));
        Ok(Outcome::Done)
    }

    /// The model's items, which rows of the table they are, and how many rows were left out.
    fn answers(
        &self,
        specification: &Specification,
        table: &Table,
    ) -> Result<(Items, Vec<usize>, usize), Problem> {
        let names: Vec<String> = specification.items().into_iter().map(str::to_owned).collect();
        let all = input::items(table, &names, self.missing_value)?;
        let (items, kept) = match self.missing {
            MissingName::Listwise => all.complete_rows(),
            MissingName::Mean => {
                // A row without any answer would be all means: it says nothing.
                let empty = all.empty_rows();
                let kept: Vec<usize> = (0..all.rows()).filter(|row| !empty.contains(row)).collect();
                (all.take_rows(&kept), kept)
            }
        };
        let dropped = all.rows() - kept.len();
        Ok((items, kept, dropped))
    }

    fn settings(&self) -> Settings {
        Settings {
            scheme: match self.scheme {
                SchemeName::Path => Scheme::Path,
                SchemeName::Factorial => Scheme::Factorial,
                SchemeName::Centroid => Scheme::Centroid,
            },
            scaled: !self.unscaled,
            consistent: self.consistent,
            tolerance: self.tolerance,
            ..Settings::default()
        }
    }

    fn draw(&self, model: &Model, fit: &Fit) -> Result<Option<(Bootstrap, Vec<Summary>)>, Problem> {
        let Some(draws) = self.bootstrap else {
            return Ok(None);
        };
        let bar = indicatif::ProgressBar::new(draws as u64);
        let boot = model
            .bootstrap(fit, draws, self.seed, &|done| bar.set_position(done))
            .map_err(|e| refused(&e))?;
        bar.finish_and_clear();
        if boot.successful() < 2 {
            let said = format!("{} of {draws} draws failed", boot.failures.total());
            return Err(input::impossible(
                "E-PLS",
                &said,
                "The data are too thin for a bootstrap.",
            ));
        }
        let interval = match self.interval {
            IntervalName::Percentile => Interval::Percentile,
            IntervalName::Bca => Interval::BiasCorrectedAccelerated,
        };
        let summaries = boot.summaries(model, fit, interval, self.level);
        Ok(Some((boot, summaries)))
    }

    fn forecasts(
        &self,
        model: &Model,
        table: &Table,
        kept: &[usize],
    ) -> Result<Option<Vec<ItemForecast>>, Problem> {
        if !self.predict {
            return Ok(None);
        }
        let folds = match &self.fold_column {
            Some(column) => {
                let groups = table.numbers(column).map_err(|e| input::unreadable(&e))?;
                // A cell that is no whole number from 0 becomes a fold that cannot be.
                let fold = |group: f64| {
                    if group >= 0.0 && group.fract() == 0.0 { group as usize } else { usize::MAX }
                };
                Folds::Given(kept.iter().map(|&row| fold(groups[row])).collect())
            }
            None => {
                Folds::Seeded { folds: self.folds, repetitions: self.repetitions, seed: self.seed }
            }
        };
        let antecedents = if self.earliest { Antecedents::Earliest } else { Antecedents::Direct };
        predict(model, antecedents, &folds).map(Some).map_err(|e| refused(&e))
    }

    fn map(&self, model: &Model, fit: &Fit) -> Result<Option<(usize, Vec<Importance>)>, Problem> {
        let Some(target) = &self.target else {
            return Ok(None);
        };
        let place = fit.constructs_named().iter().position(|name| name == target);
        let Some(place) = place else {
            let said = format!("{target:?} is not a construct of the model");
            return Err(input::impossible("E-TARGET", &said, "Name one that is."));
        };
        let scale = self.low.zip(self.high);
        Ok(Some((place, importance_performance(model, fit, place, scale))))
    }

    fn marker(
        &self,
        findings: &Findings,
        table: &Table,
        kept: &[usize],
    ) -> Result<Option<f64>, Problem> {
        let Some(marker) = &self.marker else {
            return Ok(None);
        };
        let column = input::items(table, std::slice::from_ref(marker), self.missing_value)?;
        let column = column.take_rows(kept).mean_replaced();
        let size = findings.fit.constructs_named().len();
        let scores = findings.model.scores(&findings.fit);
        let mut names = findings.fit.constructs_named().to_vec();
        names.push(marker.clone());
        let mut values = Vec::with_capacity(scores.len() + kept.len());
        for (row, own) in scores.chunks(size).enumerate() {
            values.extend_from_slice(own);
            values.push(column.row(row)[0]);
        }
        let matrix = lab::data::moments::correlation(&Items::from_rows(names, values));
        let with_marker = &matrix[size * (size + 1)..size * (size + 1) + size];
        Ok(with_marker.iter().map(|r| r.abs()).min_by(f64::total_cmp))
    }

    fn write_scores(&self, findings: &Findings) -> Result<(), Problem> {
        let Some(path) = &self.scores else {
            return Ok(());
        };
        let mut text = findings.fit.constructs_named().join(",");
        text.push('\n');
        let scores = findings.model.scores(&findings.fit);
        for row in scores.chunks(findings.fit.constructs_named().len()) {
            let cells: Vec<String> = row.iter().map(f64::to_string).collect();
            text.push_str(&cells.join(","));
            text.push('\n');
        }
        std::fs::File::create(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Problem::file(path, &error))
    }
}
