//! What is done with secret keys beside signing: answers to a draw, and copies of votes that only
//! one reader opens. `proof` checks the former; nothing here is needed to verify anything.
//!
//! Nothing here draws a random number: seeds come in as values, from whoever holds the key.

#![forbid(unsafe_code)]

mod copy;
mod lot;

pub use copy::{CannotOpen, CopyKey, seal};
pub use lot::LotKey;
