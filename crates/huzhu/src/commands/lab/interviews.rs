//! `huzhu lab interviews`: what coded interviews say, and beside the survey.

use std::path::PathBuf;

use lab::instrument::score;
use lab::interviews::{CODEBOOK, Codebook, Coding, joint_display, summarize};
use serde_json::{Value, json};

use super::{input, survey, words};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem};

/// Codings to sum up.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  huzhu lab interviews --data codings.csv --survey answers.csv\n\
                        Columns of codings: interview, turn, coder, codes (separated by ;)."
)]
pub struct Arguments {
    /// Codings, one row for each turn and coder.
    #[arg(long)]
    data: PathBuf,
    /// Codebook; the built-in one without it.
    #[arg(long, value_name = "F.toml")]
    codebook: Option<PathBuf>,
    /// Answers of a survey, for the joint display.
    #[arg(long)]
    survey: Option<PathBuf>,
    /// Questionnaire of the survey; the built-in one without it.
    #[arg(long, value_name = "F.toml")]
    instrument: Option<PathBuf>,
}

impl Arguments {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        let text = self.codebook.as_deref().map(input::text).transpose()?;
        let book = Codebook::parse(text.as_deref().unwrap_or(CODEBOOK)).map_err(refuse)?;
        let bytes = std::fs::read(&self.data).map_err(|e| Problem::file(&self.data, &e))?;
        let coding = Coding::parse(&bytes, &book).map_err(refuse)?;
        let scores = match &self.survey {
            Some(path) => {
                let instrument = survey::instrument(self.instrument.as_deref())?;
                let answers = input::table(path)?;
                Some(score(&instrument, &answers).map_err(|error| input::unreadable(&error))?)
            }
            None => None,
        };
        let summary = summarize(&coding, &book);
        let joint = joint_display(&coding, &book, scores.as_ref());
        let document = json!({
            "interviews": coding.interviews.len(),
            "turns": coding.turns.len(),
            "coders": coding.coders,
            "codes": summary.codes.iter().map(|c| json!({
                "code": c.code, "turns": c.turns, "interviews": c.interviews,
                "kappa": c.kappa, "alpha": c.alpha,
            })).collect::<Vec<Value>>(),
            "saturation": summary.saturation.iter().map(|s| json!({
                "interview": s.interview, "new_codes": s.new_codes, "seen": s.seen,
            })).collect::<Vec<Value>>(),
            "together": summary.shared.iter().map(|s| json!({
                "first": s.first, "second": s.second, "turns": s.turns,
            })).collect::<Vec<Value>>(),
            "joint_display": joint.iter().map(|(construct, share, mean, n)| json!({
                "construct": construct, "interviews_share": share, "survey_mean": mean,
                "respondents": n,
            })).collect::<Vec<Value>>(),
        });
        show(json, &document, || print(&summary, &joint));
        Ok(Outcome::Done)
    }
}

fn print(summary: &lab::interviews::Summary, joint: &[(String, f64, f64, usize)]) {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), words::figure);
    let rows = summary.codes.iter().map(|c| {
        let (turns, interviews) = (c.turns.to_string(), c.interviews.to_string());
        vec![c.code.clone(), turns, interviews, number(c.kappa), number(c.alpha)]
    });
    words::print("Codes", &["code", "turns", "interviews", "kappa", "alpha"], rows.collect());
    let rows = summary
        .saturation
        .iter()
        .map(|s| vec![s.interview.clone(), s.new_codes.to_string(), s.seen.to_string()]);
    words::print("Saturation", &["interview", "new codes", "seen"], rows.collect());
    let rows =
        summary.shared.iter().map(|s| vec![s.first.clone(), s.second.clone(), s.turns.to_string()]);
    words::print("Together in a turn", &["code", "code", "turns"], rows.collect());
    let rows = joint.iter().map(|(construct, share, mean, n)| {
        vec![construct.clone(), words::figure(*share), words::figure(*mean), n.to_string()]
    });
    let header = ["construct", "share of interviews", "survey mean (0-100)", "respondents"];
    words::print("Interviews beside the survey", &header, rows.collect());
}

fn refuse(error: lab::interviews::InterviewError) -> Problem {
    let what = "The interviews cannot be summed up.";
    let next = "Correct the file named.";
    Problem::new(Kind::Input, "E-INTERVIEWS", what, input::sentence(&error), next)
}
