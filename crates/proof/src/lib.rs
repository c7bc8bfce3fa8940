//! Verification from bytes alone: canonical JSON, hashes, signatures, the log, its witnesses, a
//! period's charges, and the receipt that holds all of it.
//!
//! Everything here is a pure function of its arguments, so the same source gives the same verdict
//! on a server, in a page (wasm32) and on an auditor's laptop. This crate never makes a key, never
//! draws a random number, never reads a clock or a file, and never panics on any input.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod add_checkpoint;
#[cfg(feature = "batch")]
mod batch;
pub mod canonical;
pub mod charge;
pub mod checkpoint;
pub mod closing;
pub mod cosignature;
mod decimal;
pub mod detection;
pub mod draw;
pub mod draw_record;
pub mod hash;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod policy_file;
pub mod receipt;
pub mod receipt_check;
pub mod signature;
pub mod tile;
pub mod tile_path;
pub mod tlog_proof;
pub mod value;
pub mod vrf;

pub use hash::{Digest, Hasher, sha256};
