//! The questionnaire: constructs, items in two languages, rival models and the plan of analysis,
//! sealed as one hash before answers arrive. Reads, checks, scores and simulates; fits nothing.

mod answers;
mod check;
mod definition;
mod page;
mod score;
mod seal;
mod simulate;

pub use answers::{AnswerReport, WrongColumn, check_answers, usable_rows};
pub use check::InstrumentError;
pub(crate) use check::nearest;
pub use definition::{
    Column, Comparison, Construct, Exclusions, Grouping, Instrument, Item, Language, MarkerUse,
    Method, Plan, Rival, Role, Scale, Text, Thresholds,
};
pub use page::{ANSWERED, answer_sheet, questionnaire};
pub use score::{Scores, score};
pub use seal::canonical;
pub use simulate::{SIMULATED_MAX, simulate};

/// The instrument that travels with the program.
pub const TRUST: &str = include_str!("../../../../instruments/trust.toml");
