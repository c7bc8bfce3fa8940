//! One call for every format: parts of bytes in, an answer or a reason out.
//!
//! The reasons are those of `docs/FORMATS.md` (Vectors). A second implementation gives the same
//! ones, so they say what failed and not how this one found out.

use proof::canonical;
use proof::charge::{self, ChargeError, ChargeNode};
use proof::checkpoint::Checkpoint;
use proof::closing::{Closing, ClosingError};
use proof::cosignature::{self, CosignerKey};
use proof::detection;
use proof::merkle::{self, MerkleError};
use proof::note::{Note, NoteError, VerifierKey};
use proof::policy::{Policy, PolicyError};
use proof::receipt::ProvedCharge;
use proof::receipt_check::{self, ReceiptError};
use proof::signature::{self, SignatureError};
use proof::tile::{self, TileError};
use proof::tile_path::TilePath;
use proof::tlog_proof::TlogProof;
use proof::value::Value;
use proof::{Digest, sha256};

/// Why something is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// One of the reasons of `docs/FORMATS.md`.
    pub reason: &'static str,
    /// A sentence for people; it is no part of any format.
    pub sentence: String,
}

/// What a check answers.
pub type Answer = Result<String, Refused>;

/// Checks `parts` by the rules of `format`.
///
/// # Errors
/// The reason; `request` for an unknown format or another number of parts.
pub fn answer(format: &str, parts: &[&[u8]]) -> Answer {
    match (format, parts) {
        ("canonical", [bytes]) => {
            canonical::check(bytes).map_err(|error| refused("form", &error))?;
            Ok(String::new())
        }
        ("key", [key]) => {
            let key = fixed(key, "key")?;
            signature::check_key(key).map_err(|error| refused("key", &error))?;
            Ok(String::new())
        }
        ("signature", [key, message, value]) => verify_signature(key, message, value),
        ("inclusion", [leaf, index, size, root, path]) => {
            let (leaf, root) = (Digest(*fixed(leaf, "form")?), Digest(*fixed(root, "form")?));
            let (index, size) = (number(index)?, number(size)?);
            merkle::verify_inclusion(&leaf, index, size, &digests(path)?, &root)
                .map_err(|error| refused(of_merkle(&error), &error))?;
            Ok(String::new())
        }
        ("consistency", [old_size, new_size, old_root, new_root, path]) => {
            let (old_size, new_size) = (number(old_size)?, number(new_size)?);
            let old_root = Digest(*fixed(old_root, "form")?);
            let new_root = Digest(*fixed(new_root, "form")?);
            let path = digests(path)?;
            merkle::verify_consistency(old_size, new_size, &old_root, &new_root, &path)
                .map_err(|error| refused(of_merkle(&error), &error))?;
            Ok(String::new())
        }
        ("checkpoint", [note, key]) => open_checkpoint(note, key),
        ("cosignature", [note, key]) => open_cosignature(note, key),
        ("tlog-proof", [text]) => read_proof(text),
        ("policy", [policy, note]) => judge(policy, note),
        ("tile-path", [path, size]) => {
            let path = tile_path(path)?;
            if path.is_of(number(size)?) {
                return Ok(path.to_string());
            }
            Err(said("absent", "a log of this size has no such tile"))
        }
        ("tile", [path, bytes]) => {
            let hashes = tile::hashes(&tile_path(path)?, bytes);
            let hashes = hashes.map_err(|error| refused(of_tile(&error), &error))?;
            Ok(tile::root(&hashes).to_string())
        }
        ("bundle", [path, bundle, tile]) => open_bundle(path, bundle, tile),
        ("edge", [size, tiles @ ..]) => {
            let tiles: Vec<_> = tiles.iter().map(|tile| digests(tile)).collect::<Result<_, _>>()?;
            let frontier = tile::frontier(number(size)?, &tiles);
            Ok(frontier.map_err(|error| refused("edge", &error))?.root().to_string())
        }
        ("charge", [section, root, count, sum]) => prove_charge(section, root, count, sum),
        ("period", [entry]) => recompute(entry),
        ("detection", [members, wrong, checkers]) => {
            let bound = detection::undetected(number(members)?, number(wrong)?, number(checkers)?);
            let outside = || said("range", "more wrong or checking than members, or too many");
            Ok(bound.ok_or_else(outside)?.to_string())
        }
        ("receipt", [receipt, policy]) => {
            let policy = (!policy.is_empty()).then_some(*policy);
            let verdict = receipt_check::check(receipt, policy);
            let step = |error: &ReceiptError| error.step().name();
            Ok(verdict.map_err(|error| refused(step(&error), &error))?.to_string())
        }
        _ => Err(said("request", "there is no such check of so many parts")),
    }
}

fn verify_signature(key: &[u8], message: &[u8], value: &[u8]) -> Answer {
    let key = fixed(key, "key")?;
    let verified = signature::verify(key, message, fixed(value, "signature")?);
    verified.map_err(|error| match error {
        SignatureError::KeyUndecodable => refused("key", &error),
        _ => refused("signature", &error),
    })?;
    Ok(String::new())
}

fn open_checkpoint(note: &[u8], key: &[u8]) -> Answer {
    let key: VerifierKey = text(key, "key")?.parse().map_err(|error| refused("key", &error))?;
    let opened = Checkpoint::open(note, &key);
    let (checkpoint, _) = opened.map_err(|error| refused(of_note(&error), &error))?;
    Ok(format!("{} {}", checkpoint.size, checkpoint.root))
}

fn open_cosignature(note: &[u8], key: &[u8]) -> Answer {
    let key: CosignerKey = text(key, "key")?.parse().map_err(|error| refused("key", &error))?;
    let note = Note::parse(note).map_err(|error| refused("form", &error))?;
    let found = cosignature::verify(&note, core::slice::from_ref(&key));
    let found = found.map_err(|error| refused(of_note(&error), &error))?;
    let found = found.first().ok_or_else(|| said("signer", "nobody known here has cosigned"))?;
    Ok(found.time.to_string())
}

fn read_proof(bytes: &[u8]) -> Answer {
    let proof: TlogProof = text(bytes, "form")?.parse().map_err(|error| refused("form", &error))?;
    let extra = proof.extra.as_ref().map_or(0, Vec::len);
    let (index, hashes) = (proof.index, proof.path.len());
    Ok(format!("{index} {hashes} {extra} {}", sha256(proof.checkpoint.as_bytes())))
}

fn judge(policy: &[u8], note: &[u8]) -> Answer {
    let policy = Policy::parse(policy).map_err(|error| refused("policy", &error))?;
    let reason = |error: &PolicyError| match error {
        PolicyError::Note(error) => of_note(error),
        PolicyError::UnknownLog { .. } => "origin",
        _ => "quorum",
    };
    let witnessed = policy.open(note).map_err(|error| refused(reason(&error), &error))?;
    let witnesses = witnessed.witnesses.iter();
    let lines: Vec<String> = witnesses
        .map(|witness| format!("{} {} {}\n", witness.kind.name(), witness.time, witness.name))
        .collect();
    Ok(lines.concat())
}

fn open_bundle(path: &[u8], bundle: &[u8], hashes: &[u8]) -> Answer {
    let path = tile_path(path)?;
    let entries = tile::entries(&path, bundle);
    let entries = entries.map_err(|error| refused(of_tile(&error), &error))?;
    let verified = tile::verify_entries(&entries, &digests(hashes)?);
    verified.map_err(|error| refused(of_tile(&error), &error))?;
    Ok(entries.len().to_string())
}

fn prove_charge(section: &[u8], root: &[u8], count: &[u8], sum: &[u8]) -> Answer {
    let section: ProvedCharge =
        text(section, "form")?.parse().map_err(|error| refused("form", &error))?;
    let hash = Digest(*fixed(root, "form")?);
    let root = ChargeNode { hash, count: number(count)?, sum: number(sum)? };
    let reason = |error: &ChargeError| match error {
        ChargeError::PathLength { .. } => "length",
        ChargeError::SumDiffers { .. } => "sum",
        ChargeError::RootDiffers => "root",
        _ => "range",
    };
    charge::verify(&section.leaf, section.index, &section.path, &root)
        .map_err(|error| refused(reason(&error), &error))?;
    Ok(String::new())
}

fn recompute(entry: &[u8]) -> Answer {
    let entry = Value::of(entry).map_err(|error| refused("form", &error))?;
    let command = entry.get("command").ok_or_else(|| said("form", "it is no entry"))?;
    let reason = |error: &ClosingError| match error {
        ClosingError::Sharers { .. } => "sharers",
        ClosingError::Total { .. } => "total",
        ClosingError::Charges { .. } => "charges",
        ClosingError::Equation { .. } => "equation",
        ClosingError::Rate { .. } => "rate",
        _ => "form",
    };
    let recomputed = Closing::read(command).and_then(|closing| closing.verify());
    Ok(recomputed.map_err(|error| refused(reason(&error), &error))?.name().to_owned())
}

fn of_merkle(error: &MerkleError) -> &'static str {
    match error {
        MerkleError::PathLength { .. } => "length",
        MerkleError::RootDiffers => "root",
        MerkleError::OldRootDiffers => "old-root",
        MerkleError::NewRootDiffers => "new-root",
        _ => "range",
    }
}

fn of_note(error: &NoteError) -> &'static str {
    match error {
        NoteError::SignatureInvalid { .. } => "signature",
        NoteError::SignedByNobodyKnown => "signer",
        NoteError::OtherOrigin { .. } => "origin",
        _ => "form",
    }
}

fn of_tile(error: &TileError) -> &'static str {
    match error {
        TileError::Kind => "kind",
        TileError::Truncated { .. } => "truncated",
        TileError::TrailingBytes => "trailing",
        TileError::EntryDiffers { .. } => "entry",
        TileError::Edge { .. } => "edge",
        _ => "length",
    }
}

/// An error with everything that caused it, as one sentence.
fn refused(reason: &'static str, error: &dyn core::error::Error) -> Refused {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        sentence = format!("{sentence}: {error}");
        cause = error.source();
    }
    Refused { reason, sentence }
}

fn said(reason: &'static str, sentence: &str) -> Refused {
    Refused { reason, sentence: sentence.to_owned() }
}

fn fixed<'a, const N: usize>(
    bytes: &'a [u8],
    reason: &'static str,
) -> Result<&'a [u8; N], Refused> {
    bytes.try_into().map_err(|_| said(reason, "the length is not the one of this format"))
}

fn text<'a>(bytes: &'a [u8], reason: &'static str) -> Result<&'a str, Refused> {
    core::str::from_utf8(bytes).map_err(|error| refused(reason, &error))
}

fn number(bytes: &[u8]) -> Result<u64, Refused> {
    let number = text(bytes, "form")?.parse();
    number.map_err(|error: core::num::ParseIntError| refused("range", &error))
}

fn digests(bytes: &[u8]) -> Result<Vec<Digest>, Refused> {
    Digest::each(bytes).ok_or_else(|| said("length", "the last hash is cut"))
}

fn tile_path(bytes: &[u8]) -> Result<TilePath, Refused> {
    text(bytes, "form")?.parse().map_err(|error| refused("form", &error))
}
