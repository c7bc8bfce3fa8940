//! `huzhu lab report`: writes one self-contained page about a survey.

use std::path::PathBuf;

use lab::instrument::{Instrument, Language};
use lab::report::{BOOTSTRAPS, ReportError, Request, declared, document, first_answer};
use serde_json::json;

use super::{input, seal, survey};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};
use crate::progress;

/// What to report on.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  huzhu lab report --data answers.csv --instrument trust.toml \
    --lang zh \
                  --out report.html")]
pub struct Arguments {
    /// Answers, one row for each respondent.
    #[arg(long)]
    data: PathBuf,
    /// Questionnaire; the built-in one without it and without --model.
    #[arg(long, value_name = "F.toml")]
    instrument: Option<PathBuf>,
    /// Model in lavaan syntax, for data that do not come from a questionnaire.
    #[arg(long, value_name = "F.lav")]
    model: Option<PathBuf>,
    /// Language of the page.
    #[arg(long, value_enum, default_value = "en")]
    lang: survey::Lang,
    /// Where to write the page.
    #[arg(long)]
    out: PathBuf,
    /// A plan's log that may hold the seal of the questionnaire: the page then says whether the
    /// plan stood before the answers, and the end is 1 when it did not.
    #[arg(long, value_name = "DIR")]
    sealed_in: Option<PathBuf>,
    /// The answers are invented: say so on every page.
    #[arg(long)]
    synthetic: bool,
    /// Seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Bootstrap draws; the plan's number without it.
    #[arg(long, value_name = "N")]
    bootstrap: Option<usize>,
    /// Column that splits respondents into groups, for invariance.
    #[arg(long)]
    group: Option<String>,
    /// Construct whose antecedents are ranked; the plan's without it.
    #[arg(long)]
    outcome: Option<String>,
    /// Title of the page.
    #[arg(long)]
    title: Option<String>,
    /// Name of a construct for people, as CODE=NAME; may be given again.
    #[arg(long = "name", value_name = "CODE=NAME")]
    names: Vec<String>,
}

/// Draws without a plan to say otherwise.
const DRAWS: usize = 5000;

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let csv = std::fs::read(&self.data).map_err(|error| Problem::file(&self.data, &error))?;
        let model = self.model.as_deref().map(input::text).transpose()?;
        let instrument = match (&self.instrument, &model) {
            (None, Some(_)) => None,
            (path, _) => Some(survey::instrument(path.as_deref())?),
        };
        let planned = |i: &Instrument| i.plan.bootstrap_draws as usize;
        let draws = self.bootstrap.or(instrument.as_ref().map(planned)).unwrap_or(DRAWS);
        let sealing = match (&self.sealed_in, &instrument) {
            (Some(dir), Some(instrument)) => Some(seal::sealing(dir, &instrument.seal())?),
            (Some(_), None) => return Err(seal::nothing_sealed()),
            (None, _) => None,
        };
        let request = Request {
            csv: &csv,
            sealing: sealing.as_ref(),
            instrument: instrument.as_ref(),
            model: model.as_deref(),
            names: self.names()?,
            title: self.title.clone(),
            language: self.lang.into(),
            synthetic: self.synthetic,
            seed: self.seed,
            draws,
            group: self.group.as_deref(),
            outcome: self.outcome.as_deref(),
        };
        let bar = match json {
            true => indicatif::ProgressBar::hidden(),
            false => progress::bar((draws * BOOTSTRAPS) as u64, "bootstrap", "draws"),
        };
        let page = document(&request, &|done| bar.set_position(done as u64));
        bar.finish_and_clear();
        let page = page.map_err(|error| refuse(&error))?;
        std::fs::write(&self.out, &page).map_err(|error| Problem::file(&self.out, &error))?;
        let seal = instrument.as_ref().map(Instrument::seal);
        let mut document = json!({
            "out": self.out, "bytes": page.len(), "seed": self.seed, "draws": draws, "seal": seal,
        });
        let mut outcome = Outcome::Done;
        let mut words = None;
        if let Some(sealing) = &sealing {
            let first = first_answer(&csv).map_err(|error| input::unreadable(&error))?;
            let declared = declared(Some(sealing), first.as_deref());
            document["sealed"] = seal::document(sealing, declared, first.as_deref());
            words = Some(seal::words(sealing, declared));
            if declared.stands() == Some(false) {
                outcome = Outcome::False;
            }
        }
        show(json, &document, || {
            println!("{} ({} bytes)", self.out.display(), page.len());
            if let Some(seal) = &seal {
                println!("seal of the questionnaire {seal}");
            }
            if let Some(words) = &words {
                println!("{words}");
            }
        });
        Ok(outcome)
    }

    fn names(&self) -> Result<Vec<(String, String)>, Problem> {
        let one = |text: &String| {
            let pair = text.split_once('=').map(|(code, name)| (code.to_owned(), name.to_owned()));
            pair.ok_or_else(|| {
                Problem::new(
                    Kind::Input,
                    "E-LAB-OPTION",
                    format!("{text:?} names no construct."),
                    "A name is written CODE=NAME.",
                    "Write it as --name TRUST='Trust in the platform'.",
                )
            })
        };
        self.names.iter().map(one).collect()
    }
}

impl From<survey::Lang> for Language {
    fn from(lang: survey::Lang) -> Self {
        match lang {
            survey::Lang::En => Self::English,
            survey::Lang::Zh => Self::Chinese,
        }
    }
}

fn refuse(error: &ReportError) -> Problem {
    let (code, next) = match error {
        ReportError::Table(error) => return input::unreadable(error),
        ReportError::Model(error) => return input::misread(error),
        ReportError::Sem(error) => return super::sem::refuse(error),
        ReportError::NoConstructs => ("E-LAB-MODEL", "Correct the model file."),
        ReportError::MissingItems(_) => {
            ("E-LAB-COLUMNS", "See `huzhu lab survey check`, or give a --model for these data.")
        }
        ReportError::Outcome(_) | ReportError::Draws(_) => {
            ("E-LAB-OPTION", "See `huzhu lab report --help`.")
        }
        _ => ("E-LAB-FIT", "Check the items named, or simplify the model."),
    };
    let what = "There is no report.";
    Problem::new(Kind::Input, code, what, input::sentence(error), next)
}
