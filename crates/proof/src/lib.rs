//! Verification from bytes alone: canonical JSON, hashes, signatures, Merkle proofs, checkpoints.
//!
//! Everything here is a pure function of its arguments, so the same source gives the same verdict
//! on a server, in a page (wasm32) and on an auditor's laptop. This crate never makes a key, never
//! draws a random number, never reads a clock or a file, and never panics on any input.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod canonical;
pub mod checkpoint;
pub mod hash;
pub mod merkle;
pub mod note;
pub mod signature;

pub use hash::{Digest, Hasher, sha256};
