//! `huzhu lab …`: the trust lab on the command line.

mod cox;
mod describe;
mod detail;
mod efa;
mod hazard;
mod index;
mod input;
mod interviews;
mod kappa;
mod km;
mod krippendorff;
mod logit;
mod pls;
mod reliability;
mod report;
mod seal;
mod sem;
mod survey;
mod words;

use crate::outcome::Outcome;
use crate::problem::Problem;

/// The lab's verbs.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Fit a structural equation model in lavaan syntax.
    Sem(sem::Sem),
    /// Describe and screen answers: moments, missing map, impossible answers, straight-lining.
    Describe(describe::Arguments),
    /// Reliability and discriminant validity of scales: alpha, omega, rho_c, AVE, HTMT.
    Reliability(reliability::Arguments),
    /// Exploratory factor analysis with adequacy tests, parallel analysis and rotation.
    Efa(efa::Arguments),
    /// Partial least squares path model (PLS-SEM, consistent PLS).
    Pls(pls::Arguments),
    /// Logistic (or complementary log-log) regression of a yes-or-no outcome.
    Logit(logit::Arguments),
    /// Discrete-time hazard: when do members leave, period by period?
    Hazard(hazard::Arguments),
    /// Cox's proportional hazards.
    Cox(cox::Arguments),
    /// Kaplan-Meier survival curves and the log-rank test.
    Km(km::Arguments),
    /// Cohen's kappa of two coders.
    Kappa(kappa::Arguments),
    /// Make, check, score or simulate a questionnaire.
    #[command(subcommand)]
    Survey(survey::Command),
    /// Write one self-contained page: reliability, model, ranking, rivals, behaviour.
    Report(report::Arguments),
    /// Codes of interviews: prevalence, agreement of coders, saturation, joint display.
    Interviews(interviews::Arguments),
    /// Trust index over waves, from surveys and from behaviour, with its formula.
    Index(index::Arguments),
    /// Krippendorff's alpha of any number of coders, with missing judgements.
    AlphaKrippendorff(krippendorff::Arguments),
}

impl Command {
    /// Runs the verb.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Sem(command) => command.run(json),
            Self::Describe(arguments) => arguments.run(json),
            Self::Reliability(arguments) => arguments.run(json),
            Self::Efa(arguments) => arguments.run(json),
            Self::Pls(arguments) => arguments.run(json),
            Self::Logit(arguments) => arguments.run(json),
            Self::Hazard(arguments) => arguments.run(json),
            Self::Cox(arguments) => arguments.run(json),
            Self::Km(arguments) => arguments.run(json),
            Self::Kappa(arguments) => arguments.run(json),
            Self::Survey(command) => command.run(json),
            Self::Report(arguments) => arguments.run(json),
            Self::Interviews(arguments) => arguments.run(json),
            Self::Index(arguments) => arguments.run(json),
            Self::AlphaKrippendorff(arguments) => arguments.run(json),
        }
    }
}
