//! `huzhu lab survey`: the questionnaire as a page, its answers checked and scored.

use std::path::{Path, PathBuf};

use lab::instrument::{
    AnswerReport, Instrument, SIMULATED_MAX, TRUST, answer_sheet, check_answers, questionnaire,
    score, simulate, usable_rows,
};
use serde_json::{Value, json};

use super::{input, seal};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Languages of pages.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// The questionnaire's verbs.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Write the questionnaire as a page (.html) or its empty answer sheet (.csv).
    #[command(after_help = "Example:\n  huzhu lab survey new --lang zh --out questionnaire.html")]
    New(New),
    /// Check answers: columns, ranges, attention, straight-lining, doubles, gaps.
    #[command(after_help = "Example:\n  huzhu lab survey check --data answers.csv")]
    Check(Check),
    /// Score every respondent from 0 to 100 on every construct.
    #[command(
        after_help = "Example:\n  huzhu lab survey score --data answers.csv --out scores.csv"
    )]
    Score(Score),
    /// Invent answers, marked as synthetic, to try the other verbs with.
    #[command(
        after_help = "Example:\n  huzhu lab survey simulate --n 600 --seed 1 --out invented.csv"
    )]
    Simulate(Simulate),
    /// Write the seal of a wave into a plan's log, before anybody answers.
    #[command(after_help = "Example:\n  huzhu lab survey seal --wave 2026-spring --dir walk")]
    Seal(seal::Seal),
    /// Show the waves that a plan's log has sealed.
    #[command(after_help = "Example:\n  huzhu lab survey sealed --dir walk")]
    Sealed(seal::Sealed),
}

/// Where the questionnaire comes from.
#[derive(clap::Args)]
pub struct Source {
    /// Questionnaire; the built-in one on trust without it.
    #[arg(long, value_name = "F.toml")]
    pub instrument: Option<PathBuf>,
}

/// What to write.
#[derive(clap::Args)]
pub struct New {
    #[command(flatten)]
    source: Source,
    /// Language of the page.
    #[arg(long, value_enum, default_value = "en")]
    lang: Lang,
    /// A name that ends in .html or .csv.
    #[arg(long)]
    out: PathBuf,
}

/// What to check.
#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    source: Source,
    /// Answers, one row for each respondent.
    #[arg(long)]
    data: PathBuf,
}

/// What to score.
#[derive(clap::Args)]
pub struct Score {
    #[command(flatten)]
    source: Source,
    /// Answers, one row for each respondent.
    #[arg(long)]
    data: PathBuf,
    /// CSV to write; standard output without it.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// How many to invent.
#[derive(clap::Args)]
pub struct Simulate {
    #[command(flatten)]
    source: Source,
    /// Respondents.
    #[arg(long, default_value_t = 600)]
    n: usize,
    /// Seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// CSV to write.
    #[arg(long)]
    out: PathBuf,
}

/// Reads a questionnaire, or gives the one that travels with the program.
pub fn instrument(path: Option<&Path>) -> Result<Instrument, Problem> {
    let text = match path {
        Some(path) => input::text(path)?,
        None => TRUST.to_owned(),
    };
    Instrument::parse(&text).map_err(|error| {
        Problem::new(
            Kind::Input,
            "E-INSTRUMENT",
            "The questionnaire cannot be used.",
            input::sentence(&error),
            "Correct the file; compare it with instruments/trust.toml.",
        )
    })
}

impl Command {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::New(new) => new.run(json),
            Self::Check(check) => check.run(json),
            Self::Score(score) => score.run(json),
            Self::Simulate(simulate) => simulate.run(json),
            Self::Seal(seal) => seal.run(json),
            Self::Sealed(sealed) => sealed.run(json),
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Problem> {
    std::fs::write(path, text).map_err(|error| Problem::file(path, &error))
}

impl New {
    fn run(self, json: bool) -> Result<Outcome, Problem> {
        let instrument = instrument(self.source.instrument.as_deref())?;
        let text = match self.out.extension().and_then(|ending| ending.to_str()) {
            Some("html") => questionnaire(&instrument, self.lang.into()),
            Some("csv") => answer_sheet(&instrument),
            _ => {
                return Err(Problem::new(
                    Kind::Input,
                    "E-LAB-OPTION",
                    format!("{} is neither a page nor a sheet.", self.out.display()),
                    "The ending says what is written.",
                    "Use a name that ends in .html or .csv.",
                ));
            }
        };
        write(&self.out, &text)?;
        let seal = instrument.seal();
        let document = json!({"out": self.out, "items": instrument.items.len(), "seal": seal});
        show(json, &document, || {
            println!("{}: {} items, seal {seal}", self.out.display(), instrument.items.len());
        });
        Ok(Outcome::Done)
    }
}

impl Check {
    fn run(self, json: bool) -> Result<Outcome, Problem> {
        let instrument = instrument(self.source.instrument.as_deref())?;
        let table = input::table(&self.data)?;
        let found = check_answers(&instrument, &table).map_err(|e| input::unreadable(&e))?;
        let usable = usable_rows(&instrument, &found);
        let document = checked(&found, usable.len(), &instrument.seal());
        show(json, &document, || print(&document));
        Ok(if found.complete() { Outcome::Done } else { Outcome::False })
    }
}

fn checked(found: &AnswerReport, usable: usize, seal: &str) -> Value {
    let one = |rows: &[usize]| rows.iter().map(|row| row + 1).collect::<Vec<_>>();
    let missing: serde_json::Map<_, _> =
        found.items.iter().zip(&found.missing).map(|(i, n)| (i.clone(), json!(n))).collect();
    json!({
        "seal": seal,
        "rows": found.rows,
        "usable_rows": usable,
        "missing_columns": found.missing_columns.iter()
            .map(|c| json!({"expected": c.expected, "nearest": c.nearest})).collect::<Vec<_>>(),
        "absent_items": found.absent_items,
        "unknown_columns": found.unknown_columns,
        "out_of_range": found.out_of_range.iter().map(|cell| json!({
            "row": cell.row + 1, "item": found.items[cell.item], "answer": cell.answer,
        })).collect::<Vec<_>>(),
        "failed_attention_rows": found.failed_attention.as_deref().map(one),
        "straight_lined_rows": one(&found.straight_lined),
        "sparse_rows": one(&found.sparse),
        "repeated_respondent_rows": one(&found.duplicate_respondents),
        "same_answers": found.same_answers.iter()
            .map(|(a, b)| [a + 1, b + 1]).collect::<Vec<_>>(),
        "doubled_items": found.doubled_items.iter()
            .map(|(a, b)| [&found.items[*a], &found.items[*b]]).collect::<Vec<_>>(),
        "missing_answers": missing,
    })
}

fn print(document: &Value) {
    println!("seal {}", document["seal"].as_str().unwrap_or_default());
    println!("{} rows, {} usable under the plan", document["rows"], document["usable_rows"]);
    for column in document["missing_columns"].as_array().into_iter().flatten() {
        let hint = column["nearest"].as_str().map(|name| format!("; is it {name:?}?"));
        println!("no column {}{}", column["expected"], hint.unwrap_or_default());
    }
    for key in [
        "absent_items",
        "unknown_columns",
        "out_of_range",
        "failed_attention_rows",
        "straight_lined_rows",
        "sparse_rows",
        "repeated_respondent_rows",
        "same_answers",
        "doubled_items",
    ] {
        if document[key].as_array().is_some_and(|found| !found.is_empty()) {
            println!("{}: {}", key.replace('_', " "), document[key]);
        }
    }
    let gaps = document["missing_answers"].as_object().into_iter().flatten();
    let gaps: Vec<String> =
        gaps.filter(|(_, n)| **n != json!(0)).map(|(item, n)| format!("{item} {n}")).collect();
    if !gaps.is_empty() {
        println!("missing answers: {}", gaps.join(", "));
    }
}

impl Score {
    fn run(self, json: bool) -> Result<Outcome, Problem> {
        let instrument = instrument(self.source.instrument.as_deref())?;
        let table = input::table(&self.data)?;
        let scores = score(&instrument, &table).map_err(|error| input::unreadable(&error))?;
        let width = scores.constructs.len();
        let names = table
            .labels("respondent")
            .unwrap_or_else(|_| (1..=scores.rows).map(|row| row.to_string()).collect());
        let row = |at: usize| &scores.values[at * width..(at + 1) * width];
        if json {
            let one = |at: usize| {
                let of: serde_json::Map<_, _> = scores
                    .constructs
                    .iter()
                    .zip(row(at))
                    .map(|(code, value)| (code.clone(), json!(value)))
                    .collect();
                json!({"respondent": names[at], "scores": of})
            };
            let all: Vec<Value> = (0..scores.rows).map(one).collect();
            let document = json!({"seal": instrument.seal(), "respondents": all});
            show(true, &document, || {});
            return Ok(Outcome::Done);
        }
        let mut text = format!("respondent,{}\n", scores.constructs.join(","));
        for (at, name) in names.iter().enumerate() {
            let cells: Vec<String> = row(at)
                .iter()
                .map(|v| if v.is_nan() { String::new() } else { format!("{v:.2}") })
                .collect();
            text.push_str(&format!("{},{}\n", quoted(name), cells.join(",")));
        }
        match &self.out {
            Some(path) => {
                write(path, &text)?;
                println!("{}: {} rows, seal {}", path.display(), scores.rows, instrument.seal());
            }
            None => {
                eprintln!("seal {}", instrument.seal());
                print!("{text}");
            }
        }
        Ok(Outcome::Done)
    }
}

/// A pseudonym as a cell of CSV.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

impl Simulate {
    fn run(self, json: bool) -> Result<Outcome, Problem> {
        let instrument = instrument(self.source.instrument.as_deref())?;
        if !(1..=SIMULATED_MAX).contains(&self.n) {
            return Err(Problem::new(
                Kind::Input,
                "E-LAB-OPTION",
                format!("{} respondents cannot be invented.", self.n),
                format!("From 1 to {SIMULATED_MAX} can."),
                "Choose another --n.",
            ));
        }
        write(&self.out, &simulate(&instrument, self.n, self.seed))?;
        let seal = instrument.seal();
        let document = json!({
            "out": self.out, "rows": self.n, "seed": self.seed, "synthetic": true, "seal": seal,
        });
        show(json, &document, || {
            println!("{}: {} SYNTHETIC respondents, seal {seal}", self.out.display(), self.n);
        });
        Ok(Outcome::Done)
    }
}
