//! Proofs given as numbers on the command line, and signed notes.

use std::path::PathBuf;

use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::{verify_consistency, verify_inclusion};
use proof::note::VerifierKey;
use serde_json::json;

use super::{Checked, read};
use crate::outcome::{Outcome, show};
use crate::problem::{Kind, Problem, sentence};

/// A proof by itself.
#[derive(clap::Subcommand)]
pub enum Command {
    /// That a leaf is in a tree (RFC 6962).
    #[command(after_help = "Example:\n  huzhu verify inclusion --index 0 --size 1 --leaf HEX \
                            --root HEX --path \"\"")]
    Inclusion {
        /// Place of the leaf, from zero.
        #[arg(long)]
        index: u64,
        /// Leaves of the tree.
        #[arg(long)]
        size: u64,
        /// Hash of the leaf.
        #[arg(long, value_name = "HEX")]
        leaf: String,
        /// Root of the tree.
        #[arg(long, value_name = "HEX")]
        root: String,
        /// Hashes from the leaf's sibling upwards; empty for none.
        #[arg(long, value_name = "HEX,…")]
        path: String,
    },
    /// That a later tree extends an earlier one (RFC 6962).
    #[command(after_help = "Example:\n  huzhu verify consistency --from 3 --to 7 \
                            --from-root HEX --to-root HEX --path HEX,HEX")]
    Consistency {
        /// Leaves of the earlier tree.
        #[arg(long)]
        from: u64,
        /// Leaves of the later tree.
        #[arg(long)]
        to: u64,
        /// Root of the earlier tree.
        #[arg(long, value_name = "HEX")]
        from_root: String,
        /// Root of the later tree.
        #[arg(long, value_name = "HEX")]
        to_root: String,
        /// Hashes of the proof; empty for none.
        #[arg(long, value_name = "HEX,…")]
        path: String,
    },
    /// That a log has signed a checkpoint (https://c2sp.org/tlog-checkpoint).
    #[command(after_help = "Example:\n  huzhu verify checkpoint --key \
                            'example.org/log+1a2b3c4d+AQ…' checkpoint")]
    Checkpoint {
        /// The log's verifier key.
        #[arg(long, value_name = "VKEY")]
        key: String,
        /// The signed note.
        file: PathBuf,
    },
}

impl Command {
    /// Verifies.
    pub fn run(&self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Inclusion { index, size, leaf, root, path } => {
                let (leaf, root) = (digest("leaf", leaf)?, digest("root", root)?);
                let path = digests(path)?;
                let result = verify_inclusion(&leaf, *index, *size, &path, &root);
                let proves = "The leaf stands at this place in the tree with this root.";
                end("inclusion", result.map_err(|error| error.to_string()), proves, json)
            }
            Self::Consistency { from, to, from_root, to_root, path } => {
                let (old, new) = (digest("from-root", from_root)?, digest("to-root", to_root)?);
                let path = digests(path)?;
                let result = verify_consistency(*from, *to, &old, &new, &path);
                let proves = "The later tree holds all leaves of the earlier one, unchanged.";
                end("consistency", result.map_err(|error| error.to_string()), proves, json)
            }
            Self::Checkpoint { key, file } => {
                let key: VerifierKey = key.parse().map_err(|error: proof::note::NoteError| {
                    let next = "A key is <name>+<8 hexadecimal digits>+<base64>.";
                    unreadable("key", &error.to_string(), next)
                })?;
                let opened = Checkpoint::open(&read(file)?, &key);
                let result = opened.map(drop).map_err(|error| error.to_string());
                let proves = "The log has signed this size and root.";
                end("checkpoint", result, proves, json)
            }
        }
    }
}

fn end(
    name: &'static str,
    result: Result<(), String>,
    proves: &str,
    json: bool,
) -> Result<Outcome, Problem> {
    let checked = Checked::single(name, result);
    let mut document = checked.document();
    if checked.why.is_none() {
        document["proves"] = json!(proves);
        document["does_not_prove"] = json!(
            "Whose tree it is, or that others are shown the same one: that takes signatures and \
             witnesses."
        );
    }
    show(json, &document, || checked.print());
    Ok(checked.outcome())
}

fn digest(name: &str, text: &str) -> Result<Digest, Problem> {
    let lower = text.to_ascii_lowercase();
    let next = "A hash has 64 hexadecimal digits.";
    lower
        .parse()
        .map_err(|error: proof::hash::DigestTextError| unreadable(name, &error.to_string(), next))
}

fn digests(text: &str) -> Result<Vec<Digest>, Problem> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|text| digest("path", text.trim())).collect()
}

fn unreadable(name: &str, why: &str, next: &str) -> Problem {
    let what = format!("--{name} cannot be read.");
    Problem::new(Kind::Input, "E-USAGE", what, sentence(why), next)
}
