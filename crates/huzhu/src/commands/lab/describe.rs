//! `huzhu lab describe`: what the answers look like before anything is estimated.

use std::path::PathBuf;

use lab::data::descriptives::{Description, Shape, describe};
use lab::data::missing::{self, MissingMap};
use lab::data::{Items, screening};
use serde_json::json;

use super::{input, words};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// What to describe.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab describe --data survey.csv --items tr1,tr2,tr3 \
                        --low 1 --high 7 --attention att1=4")]
pub struct Arguments {
    /// Answers, one row for each respondent.
    #[arg(long)]
    data: PathBuf,
    /// Items to describe; all numeric columns without it.
    #[arg(long, value_delimiter = ',')]
    items: Vec<String>,
    /// A number that means "no answer", such as -99.
    #[arg(long, allow_negative_numbers = true)]
    missing_value: Option<f64>,
    /// Reverse-worded items, turned round first; needs --low and --high.
    #[arg(long, value_delimiter = ',', requires_all = ["low", "high"])]
    reverse: Vec<String>,
    /// Lowest answer of the scale.
    #[arg(long, allow_negative_numbers = true, requires = "high")]
    low: Option<f64>,
    /// Highest answer of the scale.
    #[arg(long, allow_negative_numbers = true, requires = "low")]
    high: Option<f64>,
    /// Attention check as ITEM=ANSWER.
    #[arg(long)]
    attention: Option<String>,
    /// Form of skewness and kurtosis.
    #[arg(long, value_enum, default_value = "sample")]
    shape: ShapeName,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ShapeName {
    /// Moments over the variance with divisor n (type 1).
    Moment,
    /// Corrected for bias, as in SPSS (type 2).
    Adjusted,
    /// Moments over the variance with divisor n - 1, as in psych (type 3).
    Sample,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let table = input::table(&self.data)?;
        let mut items = input::items(&table, &self.items, self.missing_value)?;
        if let (Some(low), Some(high)) = (self.low, self.high) {
            let places = self.positions(&items)?;
            items = screening::reverse_coded(&items, &places, low, high);
        }
        let shape = match self.shape {
            ShapeName::Moment => Shape::Moment,
            ShapeName::Adjusted => Shape::Adjusted,
            ShapeName::Sample => Shape::SampleDeviation,
        };
        let described = describe(&items, shape);
        let map = missing::map(&items);
        let attention = self.attention(&table)?;
        let document = self.document(&items, &described, &map, attention.as_deref());
        show(json, &document, || print(&items, &described, &map, &document["screening"]));
        Ok(Outcome::Done)
    }

    fn positions(&self, items: &Items) -> Result<Vec<usize>, Problem> {
        let place = |name: &String| {
            items.position(name).ok_or_else(|| {
                Problem::new(
                    Kind::Input,
                    "E-COLUMN",
                    "A reverse-worded item is not described.",
                    format!("{name:?} is not among the items."),
                    "Add it to --items.",
                )
            })
        };
        self.reverse.iter().map(place).collect()
    }

    /// Rows that failed the attention check, from 0.
    fn attention(&self, table: &lab::data::Table) -> Result<Option<Vec<usize>>, Problem> {
        let Some(check) = &self.attention else {
            return Ok(None);
        };
        let parsed = check
            .split_once('=')
            .and_then(|(item, answer)| Some((item.to_owned(), answer.parse::<f64>().ok()?)));
        let Some((item, answer)) = parsed else {
            return Err(Problem::new(
                Kind::Input,
                "E-ATTENTION",
                "The attention check cannot be read.",
                format!("{check:?} is not ITEM=ANSWER."),
                "Write it as --attention att1=4.",
            ));
        };
        let column = input::items(table, &[item], self.missing_value)?;
        Ok(Some(screening::failed_attention(&column, 0, answer)))
    }

    fn document(
        &self,
        items: &Items,
        described: &[Description],
        map: &MissingMap,
        attention: Option<&[usize]>,
    ) -> serde_json::Value {
        let name = |item: usize| &items.names()[item];
        let from_one = |rows: &[usize]| rows.iter().map(|row| row + 1).collect::<Vec<_>>();
        let range = match (self.low, self.high) {
            (Some(low), Some(high)) => screening::out_of_range(items, low, high, true),
            _ => Vec::new(),
        };
        let straight = screening::straight_lined(items, items.width().max(2));
        let one = |d: &Description| {
            json!({
                "name": d.name, "n": d.n, "missing": d.missing, "mean": d.mean, "sd": d.sd,
                "median": d.median, "min": d.min, "max": d.max, "skewness": d.skewness,
                "kurtosis": d.kurtosis, "se": d.se,
            })
        };
        let pattern = |p: &missing::Pattern| {
            let absent = p.answered.iter().enumerate().filter(|(_, answered)| !**answered);
            json!({"missing": absent.map(|(i, _)| name(i)).collect::<Vec<_>>(), "rows": p.rows})
        };
        json!({
            "rows": items.rows(),
            "items": described.iter().map(one).collect::<Vec<_>>(),
            "missing": {
                "complete_rows": map.complete_rows,
                "empty_rows": from_one(&map.empty_rows),
                "patterns": map.patterns.iter().map(pattern).collect::<Vec<_>>(),
                "coverage": words::nested(items.names(), &map.coverage),
            },
            "screening": {
                "constant_items": screening::constant_items(items).into_iter()
                    .map(name).collect::<Vec<_>>(),
                "duplicated_items": screening::duplicated_items(items).into_iter()
                    .map(|(a, b)| [name(a), name(b)]).collect::<Vec<_>>(),
                "straight_lined_rows": from_one(&straight),
                "failed_attention_rows": attention.map(from_one),
                "out_of_range": range.iter().map(|cell| json!({
                    "row": cell.row + 1, "item": name(cell.item), "answer": cell.answer,
                })).collect::<Vec<_>>(),
            },
        })
    }
}

fn print(
    items: &Items,
    described: &[Description],
    map: &MissingMap,
    screening: &serde_json::Value,
) {
    let row = |d: &Description| {
        let mut row = vec![d.name.clone(), d.n.to_string(), d.missing.to_string()];
        let figures = [d.mean, d.sd, d.median, d.min, d.max, d.skewness, d.kurtosis];
        row.extend(figures.map(words::figure));
        row
    };
    let header = ["item", "n", "missing", "mean", "sd", "median", "min", "max", "skew", "kurtosis"];
    let title = format!("{} rows, {} complete", items.rows(), map.complete_rows);
    words::print(&title, &header, described.iter().map(row).collect());
    for (what, key) in [
        ("constant items", "constant_items"),
        ("doubled items", "duplicated_items"),
        ("straight-lined rows", "straight_lined_rows"),
        ("rows that failed the attention check", "failed_attention_rows"),
        ("impossible answers", "out_of_range"),
    ] {
        if let Some(found) = screening[key].as_array().filter(|found| !found.is_empty()) {
            println!("{what}: {}", serde_json::Value::from(found.clone()));
        }
    }
}
