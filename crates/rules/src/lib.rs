//! The rules of a plan as a pure state machine: `state + entry → state + findings`, or a refusal.
//!
//! No clock, no randomness, no files, no threads, no floats: time, keys and rows come in as values.
//! [`machine::Machine`] is the way in; [`charter::Charter`] is what it executes; [`case`],
//! [`period`] and [`member`] are the rule book, one step a file.

mod actors;
pub mod amendment;
mod areas;
pub mod arrears;
pub mod audit;
pub mod ballot;
pub mod bank;
mod blocks;
pub mod bytes;
mod canonical;
pub mod case;
pub mod charter;
pub mod command;
pub mod complaint;
pub mod day;
pub mod draw;
mod duty;
pub mod entry;
pub mod finding;
pub mod funds;
pub mod jury;
pub mod key;
pub mod machine;
pub mod member;
pub mod notice;
mod payout;
pub mod period;
mod refusal;
pub mod roll;
pub mod run_off;
mod state;
mod stored;
pub mod survey;
pub mod trust;

pub use funds::books;
pub use refusal::Refusal;
pub use state::{Founded, State};
