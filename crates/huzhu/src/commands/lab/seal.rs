//! The seal of a survey in a plan's log: writing it before the answers, and finding it afterwards.

use std::path::Path;

use lab::report::{Declared, Seal as Found, Sealing};
use rules::command::{Do, SurveyCommand};
use serde_json::{Value, json};

use super::survey::{Source, instrument};
use crate::console::{Console, Folder, REHEARSAL};
use crate::layout::Table;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

/// What to seal.
#[derive(clap::Args)]
pub struct Seal {
    #[command(flatten)]
    source: Source,
    /// Name of the wave, without spaces; each wave is sealed once.
    #[arg(long)]
    wave: String,
    #[command(flatten)]
    folder: Folder,
}

/// Where to look.
#[derive(clap::Args)]
pub struct Sealed {
    #[command(flatten)]
    folder: Folder,
}

impl Seal {
    /// Writes the entry.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let seal = instrument(self.source.instrument.as_deref())?.seal();
        let instrument = seal.parse().expect("a seal is a SHA-256 in hexadecimal");
        let mut console = Console::open(&self.folder)?;
        let body = Do::Survey(SurveyCommand::Seal { wave: self.wave, instrument });
        console.send(body)?.show(&console, json)
    }
}

impl Sealed {
    /// Lists the seals.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let reader = Reader::open(&self.folder)?;
        let surveys = reader.state().surveys();
        let each = surveys.iter().map(|survey| {
            json!({
                "wave": survey.wave, "seal": survey.instrument,
                "day": survey.day, "entry": survey.entry,
            })
        });
        let document = json!({"waves": each.collect::<Vec<_>>()});
        Ok(reader.show(json, document, || {
            if surveys.is_empty() {
                println!("No wave is sealed.");
                return;
            }
            let mut table = Table::new("llrl", 0).header(["wave", "day", "entry", "seal"]);
            for survey in surveys {
                let (day, entry) = (survey.day.to_string(), survey.entry.to_string());
                table.row([survey.wave.clone(), day, entry, survey.instrument.to_string()]);
            }
            table.print();
        }))
    }
}

/// What the log in `dir` says of a questionnaire's seal.
///
/// # Errors
/// When there is no log, or it is damaged: a damaged log proves nothing.
pub fn sealing(dir: &Path, seal: &str) -> Result<Sealing, Problem> {
    let folder = Folder { dir: dir.to_owned(), day: None, signer: None };
    let reader = Reader::open(&folder)?.whole()?;
    let surveys = reader.state().surveys();
    let plan = reader.state().founded().map(|founded| founded.plan.clone()).unwrap_or_default();
    let is_own = |survey: &&rules::survey::Survey| survey.instrument.to_string() == seal;
    Ok(Sealing {
        rehearsal: plan.starts_with(REHEARSAL),
        log: plan,
        others: surveys.iter().filter(|survey| !is_own(survey)).count(),
        seal: surveys.iter().find(is_own).map(|survey| Found {
            wave: survey.wave.clone(),
            day: survey.day.to_string(),
            entry: survey.entry,
        }),
    })
}

/// A model alone has no seal to look for.
pub fn nothing_sealed() -> Problem {
    Problem::new(
        Kind::Input,
        "E-LAB-OPTION",
        "There is no seal to look for.",
        "A seal is that of a questionnaire with its models and plan; a model alone has none.",
        "Name the questionnaire with --instrument, or leave out --sealed-in.",
    )
}

/// The finding for `--json`.
pub fn document(sealing: &Sealing, declared: Declared, first_answer: Option<&str>) -> Value {
    let seal = sealing.seal.as_ref();
    json!({
        "log": sealing.log,
        "wave": seal.map(|seal| &seal.wave),
        "day": seal.map(|seal| &seal.day),
        "entry": seal.map(|seal| seal.entry),
        "other_seals": sealing.others,
        "first_answer": first_answer,
        "pre_declared": declared.stands(),
        "because": reason(declared),
    })
}

/// The finding for a person.
pub fn words(sealing: &Sealing, declared: Declared) -> String {
    let place = sealing
        .seal
        .as_ref()
        .map(|seal| format!("Sealed on {} in entry {} of {}: ", seal.day, seal.entry, sealing.log));
    format!("{}{}", place.unwrap_or_default(), reason(declared))
}

fn reason(declared: Declared) -> &'static str {
    match declared {
        Declared::Before => "the plan stood before the first answer.",
        Declared::After => "NOT pre-declared, the first answer is earlier.",
        Declared::Unsealed => "NOT pre-declared, that log holds no seal of this questionnaire.",
        Declared::SameDay => "not shown to be pre-declared, the first answer is of the same day.",
        Declared::Undated => {
            "not shown to be pre-declared, the answers have no column `answered` with a day in \
             every row."
        }
        Declared::Rehearsed => {
            "not shown to be pre-declared, the log is a rehearsal with typed days."
        }
        Declared::NoLog => "no log was named.",
    }
}
