//! `huzhu lab index`: the trust index of a plan over waves.

use std::path::{Path, PathBuf};

use lab::data::TableError;
use lab::index::{FORMULA, IndexError, Survey, waves};
use lab::instrument::{Instrument, check_answers, score, usable_rows};
use serde_json::{Value, json};

use super::{input, survey, words};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Waves to sum up.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  huzhu lab index --waves waves.csv\nColumns: wave, survey (a file \
                        of answers), members, verified, objections, complaints, \
                        members_at_rise, exits_after_rise, delay_days; unknown ones may be left \
                        out."
)]
pub struct Arguments {
    /// One row for each wave.
    #[arg(long)]
    waves: PathBuf,
    /// Questionnaire of the surveys; the built-in one without it.
    #[arg(long, value_name = "F.toml")]
    instrument: Option<PathBuf>,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let instrument = survey::instrument(self.instrument.as_deref())?;
        let table = input::table(&self.waves)?;
        let waves = waves(&table).map_err(|error| match error {
            IndexError::Table(error) => input::unreadable(&error),
            other => Problem::new(
                Kind::Input,
                "E-INDEX",
                "There is no index.",
                input::sentence(&other),
                "Correct the file of waves.",
            ),
        })?;
        let mut lines = Vec::new();
        for wave in &waves {
            let file = wave.survey_file.as_ref();
            let said = file.map(|file| self.survey(&instrument, file.as_ref())).transpose()?;
            lines.push((wave, wave.index(said.flatten())));
        }
        let document = json!({
            "seal": instrument.seal(),
            "formula": FORMULA.lines().collect::<Vec<_>>(),
            "waves": lines.iter().map(|(wave, index)| json!({
                "wave": wave.wave,
                "index": index.index,
                "behaviour": index.behaviour,
                "survey": index.survey.map(|s| json!({
                    "mean": s.mean, "se": s.se, "respondents": s.respondents,
                    "ci_lower": s.mean - 1.96 * s.se, "ci_upper": s.mean + 1.96 * s.se,
                })),
                "components": wave.components.iter()
                    .map(|(name, value)| ((*name).to_owned(), json!(value)))
                    .collect::<serde_json::Map<_, _>>(),
            })).collect::<Vec<Value>>(),
        });
        show(json, &document, || {
            let number = |value: Option<f64>| value.map_or("–".to_owned(), |v| format!("{v:.1}"));
            let rows = lines.iter().map(|(wave, index)| {
                let mut row = vec![
                    wave.wave.clone(),
                    number(index.index),
                    number(index.survey.map(|s| s.mean)),
                    number(index.survey.map(|s| s.se)),
                    number(index.behaviour),
                ];
                row.extend(wave.components.iter().map(|(_, value)| number(*value)));
                row
            });
            let header = [
                "wave",
                "index",
                "survey",
                "SE",
                "behaviour",
                "verification",
                "objections",
                "complaints",
                "exits",
                "delay",
            ];
            words::print("Trust index", &header, rows.collect());
            println!("{FORMULA}\nseal of the questionnaire {}", instrument.seal());
        });
        Ok(Outcome::Done)
    }

    /// The trust scores of a wave's answers; its file is named from the place of that of waves.
    fn survey(&self, instrument: &Instrument, file: &Path) -> Result<Option<Survey>, Problem> {
        let answers = input::table(&self.waves.parent().unwrap_or(Path::new("")).join(file))?;
        let unreadable = |error: TableError| input::unreadable(&error);
        let found = check_answers(instrument, &answers).map_err(unreadable)?;
        let scores = score(instrument, &answers).map_err(unreadable)?;
        let column = scores.column(&instrument.plan.outcome).unwrap_or_default();
        let kept = usable_rows(instrument, &found);
        Ok(Survey::of(&kept.iter().map(|&row| column[row]).collect::<Vec<_>>()))
    }
}
