//! `huzhu lab reliability`: does each scale measure one thing, and different things?

use std::path::PathBuf;

use lab::data::moments::correlation;
use lab::data::{Items, Table};
use lab::efa::{Extraction, extract};
use lab::model::Model;
use lab::reliability::{
    Alpha, Joint, Omega, ReliabilityError, alpha, average_variance_extracted,
    composite_reliability, htmt, htmt2, joint, omega_of_one_factor,
};
use lab::sem::FitOptions;
use serde_json::{Map, Value, json};

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Which scales to examine.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab reliability --data survey.csv \
                        --scale TRUST=tr1,tr2,tr3,tr4 --scale RISK=ri1,ri2,ri3")]
pub struct Arguments {
    /// Answers, one row for each respondent.
    #[arg(long)]
    data: PathBuf,
    /// Model whose measurement lines (=~) are the scales; omega, rho_c and AVE then come from one
    /// confirmatory model of all of them (maximum likelihood, complete rows).
    #[arg(long, conflicts_with_all = ["scale", "items"])]
    model: Option<PathBuf>,
    /// A scale as NAME=ITEM,ITEM,…; may be repeated.
    #[arg(long, conflicts_with = "items")]
    scale: Vec<String>,
    /// Items of one scale; all numeric columns without any of these.
    #[arg(long, value_delimiter = ',')]
    items: Vec<String>,
    /// A number that means "no answer", such as -99.
    #[arg(long, allow_negative_numbers = true)]
    missing_value: Option<f64>,
    /// Level of the interval of alpha.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
}

struct Scale {
    name: String,
    items: Items,
    alpha: Alpha,
    omega: Result<Omega, ReliabilityError>,
    loadings: Option<Vec<f64>>,
}

/// By which model omega was computed.
const ALONE: &str = "one factor of this scale alone, maximum likelihood";
const JOINT: &str = "one confirmatory model of all scales, factors correlated, maximum likelihood";

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.data)?;
        let model = self.model.as_deref().map(input::whole_model).transpose()?;
        let mut scales = Vec::new();
        for (name, names) in self.scales(model.as_ref())? {
            let items = input::items(&table, &names, self.missing_value)?;
            let refused = |error: ReliabilityError| {
                let said = format!("scale {name:?}: {error}");
                input::impossible("E-SCALE", &said, "Check the scale's items.")
            };
            let alpha = alpha(&items, self.level).map_err(refused)?;
            let omega = omega_of_one_factor(&items);
            let (complete, _) = items.complete_rows();
            let matrix = correlation(&complete);
            let factor = extract(&matrix, items.width(), 1, Extraction::MaximumLikelihood);
            let loadings = factor.ok().map(|factor| factor.loadings);
            scales.push(Scale { name, items, alpha, omega, loadings });
        }
        let joint = match &model {
            Some(model) => Some(self.joint(model, &mut scales)?),
            None => None,
        };
        let ratios = ratios(&table, &scales, self.missing_value)?;
        let document = document(&scales, &ratios, joint.as_ref());
        show(json, &document, || print(&scales, &ratios, joint.as_ref()));
        Ok(Outcome::Done)
    }

    /// Puts the joint model's figures in place of those of each scale alone.
    fn joint(&self, model: &Model, scales: &mut [Scale]) -> Result<Joint, Problem> {
        let columns = scales.iter().flat_map(|scale| {
            let names = scale.items.names().iter().cloned().enumerate();
            names.map(|(item, name)| (name, scale.items.column(item).collect::<Vec<f64>>()))
        });
        let answers = Table::from_columns(columns.collect());
        let found = joint(model, &answers, &FitOptions::default())
            .map_err(|error| super::sem::refuse(&error))?;
        for (scale, of_joint) in scales.iter_mut().zip(&found.scales) {
            let alone = ReliabilityError::TooFewItems(scale.items.width());
            scale.omega = of_joint.omega.ok_or(alone);
            scale.loadings = Some(of_joint.loadings.clone());
        }
        Ok(found)
    }

    fn scales(&self, model: Option<&Model>) -> Result<Vec<(String, Vec<String>)>, Problem> {
        if let Some(model) = model {
            let scales = lab::reliability::scales(model);
            if scales.is_empty() {
                return Err(Problem::new(
                    Kind::Input,
                    "E-SCALE",
                    "The model names no scale.",
                    "It has no measurement line.",
                    "Write one such as TRUST =~ tr1 + tr2 + tr3.",
                ));
            }
            return Ok(scales.into_iter().map(|scale| (scale.name, scale.items)).collect());
        }
        if self.scale.is_empty() {
            return Ok(vec![("scale".to_owned(), self.items.clone())]);
        }
        let parse = |scale: &String| {
            let (name, items) = scale.split_once('=').ok_or_else(|| {
                Problem::new(
                    Kind::Input,
                    "E-SCALE",
                    "A scale cannot be read.",
                    format!("{scale:?} is not NAME=ITEM,ITEM."),
                    "Write it as --scale TRUST=tr1,tr2,tr3.",
                )
            })?;
            let items = items.split(',').map(|item| item.trim().to_owned()).collect();
            Ok((name.to_owned(), items))
        };
        self.scale.iter().map(parse).collect()
    }
}

/// HTMT and HTMT2 of every pair, over rows that answered every item of every scale.
struct Ratios {
    names: Vec<String>,
    first: Vec<f64>,
    second: Vec<f64>,
}

fn ratios(table: &Table, scales: &[Scale], code: Option<f64>) -> Result<Ratios, Problem> {
    let size = scales.len();
    let names: Vec<String> = scales.iter().flat_map(|scale| scale.items.names().to_vec()).collect();
    let (complete, _) = input::items(table, &names, code)?.complete_rows();
    let matrix = correlation(&complete);
    let mut blocks = Vec::with_capacity(size);
    let mut next = 0;
    for scale in scales {
        blocks.push((next..next + scale.items.width()).collect::<Vec<_>>());
        next += scale.items.width();
    }
    let (mut first, mut second) = (vec![f64::NAN; size * size], vec![f64::NAN; size * size]);
    for a in 0..size {
        for b in (0..size).filter(|&b| b != a) {
            first[a * size + b] = htmt(&matrix, names.len(), &blocks[a], &blocks[b]);
            second[a * size + b] = htmt2(&matrix, names.len(), &blocks[a], &blocks[b]);
        }
    }
    Ok(Ratios { names: scales.iter().map(|scale| scale.name.clone()).collect(), first, second })
}

fn document(scales: &[Scale], ratios: &Ratios, joint: Option<&Joint>) -> Value {
    let mut found = Map::new();
    let by = if joint.is_some() { JOINT } else { ALONE };
    for scale in scales {
        let drops: Vec<Value> = scale
            .alpha
            .drops
            .iter()
            .map(|drop| {
                json!({
                    "item": drop.item, "alpha": drop.alpha, "alpha_standardized": drop.standardized,
                    "rest_correlation": drop.rest_correlation,
                })
            })
            .collect();
        let loadings = scale.loadings.as_deref();
        let record = json!({
            "items": scale.items.names(), "n": scale.alpha.rows,
            "alpha": scale.alpha.raw, "alpha_standardized": scale.alpha.standardized,
            "alpha_ci_lower": scale.alpha.ci_lower, "alpha_ci_upper": scale.alpha.ci_upper,
            "mean_correlation": scale.alpha.mean_correlation, "drop": drops,
            "omega": scale.omega.as_ref().ok().map(|omega| json!({
                "model_implied": omega.model_implied,
                "observed_total": omega.observed_total,
                "model": by,
            })),
            "omega_refused": scale.omega.as_ref().err().map(ToString::to_string),
            "rho_c": loadings.map(composite_reliability),
            "ave": loadings.map(average_variance_extracted),
            "loadings": loadings.map(|l| words::named(scale.items.names(), l)),
        });
        found.insert(scale.name.clone(), record);
    }
    let mut document = json!({
        "scales": found,
        "htmt": words::nested(&ratios.names, &ratios.first),
        "htmt2": words::nested(&ratios.names, &ratios.second),
    });
    if let Some(joint) = joint {
        document["factor_correlations"] = words::nested(&ratios.names, &joint.correlations);
        let warnings = joint.fit.warnings.iter().map(super::sem::told);
        document["warnings"] = warnings.collect();
    }
    document
}

fn told(joint: &Joint) -> Vec<String> {
    joint.fit.warnings.iter().map(ToString::to_string).collect()
}

fn print(scales: &[Scale], ratios: &Ratios, joint: Option<&Joint>) {
    println!("Omega, rho_c and AVE by {}.", if joint.is_some() { JOINT } else { ALONE });
    for warning in joint.map(told).unwrap_or_default() {
        println!("warning: {warning}");
    }
    let row = |scale: &Scale| {
        let omega = scale.omega.as_ref().ok();
        let loadings = scale.loadings.as_deref();
        vec![
            scale.name.clone(),
            scale.items.width().to_string(),
            scale.alpha.rows.to_string(),
            words::figure(scale.alpha.raw),
            format!(
                "[{}, {}]",
                words::figure(scale.alpha.ci_lower),
                words::figure(scale.alpha.ci_upper)
            ),
            words::perhaps(omega.map(|o| o.model_implied)),
            words::perhaps(omega.map(|o| o.observed_total)),
            words::perhaps(loadings.map(composite_reliability)),
            words::perhaps(loadings.map(average_variance_extracted)),
        ]
    };
    let header = [
        "scale",
        "items",
        "n",
        "alpha",
        "CI",
        "omega (implied)",
        "omega (observed)",
        "rho_c",
        "AVE",
    ];
    words::print("Reliability", &header, scales.iter().map(row).collect());
    let drops = scales.iter().flat_map(|scale| {
        scale.alpha.drops.iter().map(|drop| {
            vec![
                format!("{} without {}", scale.name, drop.item),
                words::perhaps(drop.alpha),
                words::figure(drop.rest_correlation),
            ]
        })
    });
    words::print("Items left out", &["", "alpha", "item-rest r"], drops.collect());
    if scales.len() > 1 {
        let size = scales.len();
        let rows = (0..size).map(|a| {
            let mut row = vec![ratios.names[a].clone()];
            row.extend((0..a).map(|b| words::figure(ratios.first[a * size + b])));
            row.resize(size + 1, String::new());
            row
        });
        let mut header = vec!["HTMT"];
        header.extend(ratios.names.iter().map(String::as_str));
        words::print("Discriminant validity", &header, rows.collect());
    }
}
