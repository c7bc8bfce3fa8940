//! One self-contained page with tables and pictures: what a survey of trust shows and what it
//! does not. Asks for nothing outside itself, works from a file, prints.

mod behaviour;
mod bias;
mod compared;
mod composite;
mod conduct;
mod curves;
mod declared;
mod diagram;
mod effects;
mod explained;
mod findings;
mod forest;
mod invariance;
mod layout;
mod measured;
mod measurement;
mod page;
mod plots;
mod refusal;
mod repeated;
mod rivals;
mod robustness;
mod sample;
mod sealing;
mod sections;
mod sheet;
mod structure;
mod warning;

pub use findings::{BOOTSTRAPS, ReportError, Request};
pub use page::{document, escape};
pub use sealing::{Declared, Seal, Sealing, declared, first_answer};
