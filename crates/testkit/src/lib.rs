//! Worlds for tests: a plan run by really signed commands, on a calendar that the test turns.
//!
//! [`World`] drives the machine of the rules and keeps every entry and chunk, so that a test can
//! replay them elsewhere; [`History`] drives a world at random from a seed. Only tests and
//! benchmarks depend on this crate, so what cannot happen in a sound test panics here.

mod bank;
pub mod charters;
mod chooser;
mod funds;
mod hearings;
mod history;
mod inquiry;
mod keys;
mod moves;
mod re_audits;
mod replay;
mod steps;
mod world;

pub use bank::Statement;
pub use chooser::{Chooser, seeds};
pub use ed25519_zebra::SigningKey;
pub use history::{History, Step};
pub use inquiry::{ANSWER, salt, seals};
pub use keys::Keys;
pub use replay::{ReplayedWrong, findings_of, replay, replay_into};
pub use steps::{person, refused};
pub use world::World;
