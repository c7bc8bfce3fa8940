//! `huzhu lab sem`: fits a structural equation model and prints the solution.

use std::path::PathBuf;

use comfy_table::{CellAlignment, Table as Page, presets};
use lab::model::{GroupEqual, Parameterization};
use lab::sem::{
    Draws, Estimate, Estimator, Fit, FitOptions, Interval, Likelihood, Missing, ScoreMethod,
    SemError, Warning,
};
use serde_json::{Map, Value, json};

use super::{detail, input};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Fit a structural equation model in lavaan syntax.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab sem --model trust.lav --data answers.csv \
                  --estimator mlr\n  \
                        huzhu lab sem --model trust.lav --data answers.csv --group school \
                        --equal loadings,intercepts --bootstrap 5000 --seed 1")]
pub struct Sem {
    /// Model in lavaan syntax.
    #[arg(long)]
    model: PathBuf,
    /// Answers as CSV with a header line.
    #[arg(long)]
    data: PathBuf,
    /// ml, mlr, mlm, mlf, mlmv, gls, uls, wls, dwls, wlsm, wlsmv, ulsm, ulsmv [default: ml, or
    /// wlsmv with --ordered].
    #[arg(long)]
    estimator: Option<String>,
    /// listwise, fiml or pairwise (ordered variables only).
    #[arg(long, default_value = "listwise")]
    missing: String,
    /// Ordered variables, comma-separated.
    #[arg(long, value_delimiter = ',')]
    ordered: Vec<String>,
    /// Scale of ordered variables: delta (total variances are 1) or theta (residual variances are).
    #[arg(long, default_value = "delta")]
    parameterization: String,
    /// Column that splits the cases into groups.
    #[arg(long)]
    group: Option<String>,
    /// Held equal between groups: loadings, intercepts, thresholds, residuals, means,
    /// regressions, residual.covariances, lv.variances, lv.covariances.
    #[arg(long, value_delimiter = ',')]
    equal: Vec<String>,
    /// Fix latent variances at 1 instead of first loadings.
    #[arg(long)]
    std_lv: bool,
    /// Fix covariances of exogenous latent variables at 0.
    #[arg(long)]
    orthogonal: bool,
    /// Put means in the model.
    #[arg(long)]
    meanstructure: bool,
    /// normal (divisor n) or wishart (divisor n - 1).
    #[arg(long, default_value = "normal")]
    likelihood: String,
    /// Standard errors and intervals from this many bootstrap draws.
    #[arg(long, value_name = "N")]
    bootstrap: Option<usize>,
    /// Seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bootstrap intervals: percentile, bc, bca or normal.
    #[arg(long, default_value = "percentile")]
    interval: String,
    /// Print modification indices.
    #[arg(long)]
    modindices: bool,
    /// Estimate the moments of exogenous variables instead of taking them as given.
    #[arg(long)]
    free_x: bool,
    /// Print what the model leaves of covariances, correlations and means.
    #[arg(long)]
    residuals: bool,
    /// Factor scores of every case: regression, bartlett, or mode (the one for ordered answers).
    #[arg(long, value_name = "METHOD")]
    scores: Option<String>,
}

/// The most bootstrap draws: beyond it no digit of an interval moves.
const DRAWS_MAX: usize = 1_000_000;

impl Sem {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let model = input::model(&self.model)?;
        let data = input::table(&self.data)?;
        let options = self.options()?;
        let (interval, method) = (self.interval()?, self.method()?);
        let mut fit = lab::sem::fit(&model, &data, &options).map_err(|error| refuse(&error))?;
        let draws = match self.bootstrap {
            Some(count) if (2..=DRAWS_MAX).contains(&count) => {
                Some(bootstrap(&fit, count, self.seed, json))
            }
            Some(count) => {
                let why = format!("--bootstrap {count} is outside 2 to {DRAWS_MAX}.");
                return Err(usage("The bootstrap cannot be drawn.", &why));
            }
            None => None,
        };
        let lines = match &draws {
            Some(draws) => fit.with_draws(draws, interval),
            None => fit.estimates(),
        };
        let mut document = self.document(&mut fit, &lines, draws.as_ref());
        if let Some(method) = method {
            document["scores"] = detail::scores(&fit, method)?;
        }
        if self.residuals {
            document["residuals"] = detail::residuals(&fit);
        }
        show(json, &document, || {
            self.page(&mut fit, &lines, draws.as_ref());
            if self.residuals {
                detail::print_residuals(&fit);
            }
            if let Some(rows) = document["scores"].as_array() {
                detail::print_scores(rows);
            }
        });
        Ok(Outcome::Done)
    }

    fn options(&self) -> Result<FitOptions, Problem> {
        let estimator = match &self.estimator {
            Some(name) => Some(Estimator::named(name).ok_or_else(|| {
                let known: Vec<&str> = Estimator::ALL.iter().map(|e| e.name).collect();
                let why = format!("Known are {}.", known.join(", ").to_lowercase());
                usage(&format!("{name:?} is no estimator."), &why)
            })?),
            None => None,
        };
        let parameterization = match self.parameterization.as_str() {
            "delta" => Parameterization::Delta,
            "theta" => Parameterization::Theta,
            other => {
                let what = format!("{other:?} is no scale of ordered variables.");
                return Err(usage(&what, "Known are delta and theta."));
            }
        };
        let missing = match self.missing.as_str() {
            "listwise" => Missing::Listwise,
            "fiml" | "ml" => Missing::Fiml,
            "pairwise" => Missing::Pairwise,
            other => {
                let what = format!("{other:?} is no way to treat missing answers.");
                return Err(usage(&what, "Known are listwise, fiml and pairwise."));
            }
        };
        let likelihood = match self.likelihood.as_str() {
            "normal" => Likelihood::Normal,
            "wishart" => Likelihood::Wishart,
            other => {
                let what = format!("{other:?} is no likelihood.");
                return Err(usage(&what, "Known are normal and wishart."));
            }
        };
        let equal = self.equal.iter().map(|name| {
            GroupEqual::named(name).ok_or_else(|| {
                let why = "Known are loadings, intercepts, thresholds, residuals, means, \
                           regressions, residual.covariances, lv.variances, lv.covariances.";
                usage(&format!("{name:?} cannot be held equal."), why)
            })
        });
        Ok(FitOptions {
            estimator,
            missing,
            likelihood,
            ordered: self.ordered.clone(),
            group: self.group.clone(),
            equal: equal.collect::<Result<_, _>>()?,
            std_lv: self.std_lv,
            orthogonal: self.orthogonal,
            means: self.meanstructure.then_some(true),
            fixed_x: !self.free_x,
            parameterization,
        })
    }

    fn method(&self) -> Result<Option<ScoreMethod>, Problem> {
        let Some(name) = &self.scores else { return Ok(None) };
        match name.as_str() {
            "regression" => Ok(Some(ScoreMethod::Regression)),
            "bartlett" => Ok(Some(ScoreMethod::Bartlett)),
            "mode" => Ok(Some(ScoreMethod::Mode)),
            other => {
                let what = format!("{other:?} is no method of factor scores.");
                Err(usage(&what, "Known are regression, bartlett and mode."))
            }
        }
    }

    fn interval(&self) -> Result<Interval, Problem> {
        Ok(match self.interval.as_str() {
            "percentile" => Interval::Percentile,
            "bc" => Interval::BiasCorrected,
            "bca" => Interval::Accelerated,
            "normal" => Interval::Normal,
            other => {
                let what = format!("{other:?} is no bootstrap interval.");
                return Err(usage(&what, "Known are percentile, bc, bca and normal."));
            }
        })
    }

    fn document(&self, fit: &mut Fit, lines: &[Estimate], draws: Option<&Draws>) -> Value {
        let mut measures = Map::new();
        for (name, value) in fit.measures().values {
            measures.insert(name.replace('.', "_"), json!(value));
        }
        let explained = |group: usize| -> Value {
            let values = fit.explained(group).into_iter();
            Value::Object(values.map(|(name, value)| (name, json!(value))).collect())
        };
        let labels = group_labels(fit);
        let r2 = if labels.is_empty() {
            explained(0)
        } else {
            let each = labels.iter().enumerate();
            Value::Object(each.map(|(g, label)| (label.clone(), explained(g))).collect())
        };
        let mut document = json!({
            "params": lines.iter().map(line_json).collect::<Vec<_>>(),
            "fit": measures,
            "r2": r2,
            "converged": fit.solved.ending.converged,
            "warnings": warnings(fit, draws).iter().map(told).collect::<Vec<_>>(),
            "estimator": fit.data.options.estimator().name,
            "cases": fit.data.sample.cases,
            "cases_dropped": fit.data.sample.dropped,
            "groups": labels,
        });
        if let Some(draws) = draws {
            document["bootstrap"] = json!({
                "draws": draws.asked, "failed": draws.failed,
                "inadmissible": draws.inadmissible(), "seed": self.seed,
                "interval": self.interval,
            });
        }
        if self.modindices {
            let each = fit.modifications().into_iter().map(|m| {
                json!({
                    "lhs": m.lhs, "op": m.op.as_str(), "rhs": m.rhs, "group": m.group,
                    "mi": m.index, "epc": m.change,
                    "sepc_lv": m.change_std_lv, "sepc_all": m.change_std_all,
                })
            });
            document["modindices"] = Value::Array(each.collect());
        }
        document
    }

    fn page(&self, fit: &mut Fit, lines: &[Estimate], draws: Option<&Draws>) {
        let sample = &fit.data.sample;
        println!(
            "{} with {} cases{}",
            fit.data.options.estimator().name,
            sample.cases,
            if sample.dropped > 0 {
                format!(" ({} left out)", sample.dropped)
            } else {
                String::new()
            }
        );
        for warning in warnings(fit, draws) {
            println!("warning: {warning}");
        }
        print_measures(fit);
        let labels = group_labels(fit);
        for group in 0..fit.table.groups {
            if let Some(label) = labels.get(group) {
                println!("\nGroup {} ({label})", group + 1);
            }
            print_lines(lines.iter().filter(|line| line.group == group + 1));
            let mut page = page(&["", "R2"]);
            for (name, value) in fit.explained(group) {
                page.add_row([name, number(value)]);
            }
            print_page(page);
        }
        if lines.iter().any(|line| line.group == 0) {
            println!("\nDefined");
            print_lines(lines.iter().filter(|line| line.group == 0));
        }
        if self.modindices {
            let mut page = page(&["modification", "group", "index", "change", "std.all"]);
            for m in fit.modifications().into_iter().take(20) {
                page.add_row([
                    format!("{} {} {}", m.lhs, m.op.as_str(), m.rhs),
                    m.group.to_string(),
                    number(m.index),
                    number(m.change),
                    number(m.change_std_all),
                ]);
            }
            print_page(page);
        }
    }
}

fn bootstrap(fit: &Fit, count: usize, seed: u64, json: bool) -> Draws {
    let bar = if json {
        indicatif::ProgressBar::hidden()
    } else {
        indicatif::ProgressBar::new(count as u64)
    };
    let draws = fit.bootstrap(count, seed, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    draws
}

fn warnings(fit: &Fit, draws: Option<&Draws>) -> Vec<Warning> {
    let of_draws = draws.map(Draws::warnings).unwrap_or_default();
    fit.warnings.iter().cloned().chain(of_draws).collect()
}

/// A warning for programs: a code that stays, and words.
pub fn told(warning: &Warning) -> Value {
    json!({"code": warning.code(), "what": warning.to_string()})
}

pub(super) fn group_labels(fit: &Fit) -> Vec<String> {
    let labels = fit.data.sample.groups.iter().map(|group| group.label.clone());
    labels.filter(|label| !label.is_empty()).collect()
}

fn line_json(line: &Estimate) -> Value {
    json!({
        "lhs": line.lhs, "op": line.op.as_str(), "rhs": line.rhs, "group": line.group,
        "label": line.label, "est": line.est, "se": line.se, "z": line.z, "p": line.p,
        "ci_lower": line.ci_lower, "ci_upper": line.ci_upper,
        "std_lv": line.std_lv, "std_all": line.std_all, "std_nox": line.std_nox,
    })
}

fn print_measures(fit: &mut Fit) {
    let measures = fit.measures();
    let robust = measures.get("chisq.scaled").is_some();
    let heads: &[&str] = if robust { &["", "plain", "scaled", "robust"] } else { &["", "plain"] };
    let mut page = page(heads);
    let names = ["chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower"];
    let more = ["rmsea.ci.upper", "rmsea.pvalue", "srmr", "logl", "aic", "bic"];
    for name in names.into_iter().chain(more) {
        let Some(value) = measures.get(name) else {
            continue;
        };
        let mut row = vec![name.to_owned(), number(value)];
        if robust {
            for kind in ["scaled", "robust"] {
                let value = measures.get(&format!("{name}.{kind}"));
                row.push(value.map_or(String::new(), number));
            }
        }
        page.add_row(row);
    }
    print_page(page);
}

fn print_lines<'l>(lines: impl Iterator<Item = &'l Estimate>) {
    let mut page = page(&["parameter", "label", "est", "se", "z", "p", "2.5%", "97.5%", "std"]);
    for line in lines {
        page.add_row([
            format!("{} {} {}", line.lhs, line.op.as_str(), line.rhs),
            line.label.clone(),
            number(line.est),
            number(line.se),
            number(line.z),
            number(line.p),
            number(line.ci_lower),
            number(line.ci_upper),
            number(line.std_all),
        ]);
    }
    print_page(page);
}

pub(super) fn page(heads: &[&str]) -> Page {
    let mut page = Page::new();
    page.load_style(presets::NOTHING).set_header(heads);
    page
}

pub(super) fn print_page(mut page: Page) {
    for column in page.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    println!("\n{}", page.trim_fmt());
}

pub(super) fn number(value: f64) -> String {
    if value.is_nan() { String::new() } else { format!("{value:.3}") }
}

fn usage(what: &str, why: &str) -> Problem {
    let next = "See `huzhu lab sem --help`.";
    Problem::new(Kind::Input, "E-LAB-OPTION", what, why, next)
}

/// An error of model or data as a person meets it; the code names its kind.
pub fn refuse(error: &SemError) -> Problem {
    let (code, what, next) = match error {
        SemError::Model(error) => return input::misread(error),
        SemError::Data(error) => return input::unreadable(error),
        SemError::Options(_) => {
            ("E-LAB-OPTION", "The options do not go together.", "Change the options.")
        }
        _ => (
            "E-LAB-FIT",
            "The model cannot be fitted to these data.",
            "Check the items named, or simplify the model.",
        ),
    };
    Problem::new(Kind::Input, code, what, input::sentence(error), next)
}
