//! One self-contained page with tables and pictures: what a survey of trust shows and what it
//! does not. Asks for nothing outside itself, works from a file, prints.

mod behaviour;
mod compared;
mod diagram;
mod effects;
mod findings;
mod invariance;
mod layout;
mod measured;
mod measurement;
mod page;
mod plots;
mod rivals;
mod sample;
mod sections;
mod sheet;
mod structure;
mod told;

pub use findings::{ReportError, Request};
pub use page::{document, escape};
