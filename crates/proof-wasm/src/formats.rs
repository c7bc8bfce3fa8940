//! The formats that a receipt is made of, each by itself, for the vectors.
//!
//! The reasons are those of `docs/FORMATS.md` (Vectors). A second implementation gives the same
//! ones, so they say what failed and not how this one found out.

use proof::add_checkpoint::{AddCheckpoint, NotGrown};
use proof::canonical;
use proof::charge::{self, ChargeError, ChargeNode};
use proof::checkpoint::Checkpoint;
use proof::closing::{Closing, ClosingError};
use proof::cosignature::{self, CosignerKey};
use proof::detection;
use proof::draw_record::{self, Record, RecordError};
use proof::merkle::{self, MerkleError};
use proof::note::{Note, NoteError, VerifierKey};
use proof::policy::{Policy, PolicyError};
use proof::receipt::ProvedCharge;
use proof::signature::{self, SignatureError};
use proof::tile::{self, TileError};
use proof::tile_path::TilePath;
use proof::tlog_proof::TlogProof;
use proof::value::Value;
use proof::vrf::{self, VrfError};
use proof::{Digest, sha256};

use crate::answer::Answer;

/// Checks `parts` by the rules of `format`, any but that of receipts.
///
/// # Errors
/// The reason; `request` for an unknown format or another number of parts.
pub fn answer(format: &str, parts: &[&[u8]]) -> Answer {
    match (format, parts) {
        ("canonical", [bytes]) => {
            canonical::check(bytes).map_err(|_| "form")?;
            Ok(String::new())
        }
        ("key", [key]) => {
            let key = fixed(key, "key")?;
            signature::check_key(key).map_err(|_| "key")?;
            Ok(String::new())
        }
        ("signature", [key, message, value]) => verify_signature(key, message, value),
        ("inclusion", [leaf, index, size, root, path]) => {
            let (leaf, root) = (Digest(*fixed(leaf, "form")?), Digest(*fixed(root, "form")?));
            let (index, size) = (number(index)?, number(size)?);
            merkle::verify_inclusion(&leaf, index, size, &digests(path)?, &root)
                .map_err(|error| of_merkle(&error))?;
            Ok(String::new())
        }
        ("consistency", [old_size, new_size, old_root, new_root, path]) => {
            let (old_size, new_size) = (number(old_size)?, number(new_size)?);
            let old_root = Digest(*fixed(old_root, "form")?);
            let new_root = Digest(*fixed(new_root, "form")?);
            let path = digests(path)?;
            merkle::verify_consistency(old_size, new_size, &old_root, &new_root, &path)
                .map_err(|error| of_merkle(&error))?;
            Ok(String::new())
        }
        ("checkpoint", [note, key]) => open_checkpoint(note, key),
        ("cosignature", [note, key]) => open_cosignature(note, key),
        ("add-checkpoint", [body, key, size, root]) => witness(body, key, size, root),
        ("tlog-proof", [text]) => read_proof(text),
        ("policy", [policy, note]) => judge(policy, note),
        ("tile-path", [path, size]) => {
            let path = tile_path(path)?;
            if path.is_of(number(size)?) {
                return Ok(path.to_string());
            }
            Err("absent")
        }
        ("tile", [path, bytes]) => {
            let hashes = tile::hashes(&tile_path(path)?, bytes);
            let hashes = hashes.map_err(|error| of_tile(&error))?;
            Ok(tile::root(&hashes).to_string())
        }
        ("bundle", [path, bundle, tile]) => open_bundle(path, bundle, tile),
        ("edge", [size, tiles @ ..]) => {
            let tiles: Vec<_> = tiles.iter().map(|tile| digests(tile)).collect::<Result<_, _>>()?;
            let frontier = tile::frontier(number(size)?, &tiles);
            Ok(frontier.map_err(|_| "edge")?.root().to_string())
        }
        ("charge", [section, root, count, sum]) => prove_charge(section, root, count, sum),
        ("period", [entry, rates @ ..]) => recompute(entry, rates),
        ("detection", [members, wrong, checkers]) => {
            let bound = detection::undetected(number(members)?, number(wrong)?, number(checkers)?);
            Ok(bound.ok_or("range")?.to_string())
        }
        ("vrf", [key, input, proof]) => draw_output(key, input, proof),
        ("lot", [roll, seed, places]) => draw_lots(roll, seed, places),
        ("draw", [record]) => check_draw(record),
        _ => Err("request"),
    }
}

fn verify_signature(key: &[u8], message: &[u8], value: &[u8]) -> Answer {
    let key = fixed(key, "key")?;
    let verified = signature::verify(key, message, fixed(value, "signature")?);
    verified.map_err(|error| match error {
        SignatureError::KeyUndecodable => "key",
        _ => "signature",
    })?;
    Ok(String::new())
}

fn open_checkpoint(note: &[u8], key: &[u8]) -> Answer {
    let key: VerifierKey = text(key, "key")?.parse().map_err(|_| "key")?;
    let opened = Checkpoint::open(note, &key);
    let (checkpoint, _) = opened.map_err(|error| of_note(&error))?;
    Ok(format!("{} {}", checkpoint.size, checkpoint.root))
}

fn open_cosignature(note: &[u8], key: &[u8]) -> Answer {
    let key: CosignerKey = text(key, "key")?.parse().map_err(|_| "key")?;
    let note = Note::parse(note).map_err(|_| "form")?;
    let found = cosignature::verify(&note, core::slice::from_ref(&key));
    let found = found.map_err(|error| of_note(&error))?;
    let found = found.first().ok_or("signer")?;
    Ok(found.time.to_string())
}

/// The witness watches the one log of this key, and has signed a checkpoint of this size and root
/// before; nothing yet if the root is empty.
fn witness(body: &[u8], key: &[u8], size: &[u8], root: &[u8]) -> Answer {
    let key: VerifierKey = text(key, "key")?.parse().map_err(|_| "key")?;
    let origin = key.name().to_owned();
    let signed = if root.is_empty() {
        None
    } else {
        let (size, root) = (number(size)?, Digest(*fixed(root, "form")?));
        Some(Checkpoint { origin, size, root, extensions: Vec::new() })
    };
    let request = AddCheckpoint::parse(body).map_err(|_| "form")?;
    let note = Note::parse(request.note.as_bytes()).map_err(|_| "form")?;
    let new = Checkpoint::parse(note.text()).map_err(|_| "form")?;
    if new.origin != key.name() {
        return Err("origin");
    }
    note.verify(core::slice::from_ref(&key)).map_err(|error| of_note(&error))?;
    let grown = request.check_growth(&new, signed.as_ref());
    grown.map_err(|error| match error {
        NotGrown::OldSize => "old-size",
        NotGrown::Proof(error) => of_merkle(&error),
        _ => "conflict",
    })?;
    Ok(format!("{} {}", new.size, new.root))
}

fn read_proof(bytes: &[u8]) -> Answer {
    let proof: TlogProof = text(bytes, "form")?.parse().map_err(|_| "form")?;
    let extra = proof.extra.as_ref().map_or(0, Vec::len);
    let (index, hashes) = (proof.index, proof.path.len());
    Ok(format!("{index} {hashes} {extra} {}", sha256(proof.checkpoint.as_bytes())))
}

fn judge(policy: &[u8], note: &[u8]) -> Answer {
    let policy = Policy::parse(policy).map_err(|_| "policy")?;
    let reason = |error: &PolicyError| match error {
        PolicyError::Note(error) => of_note(error),
        PolicyError::UnknownLog { .. } => "origin",
        _ => "quorum",
    };
    let witnessed = policy.open(note).map_err(|error| reason(&error))?;
    let witnesses = witnessed.witnesses.iter();
    let lines: Vec<String> = witnesses
        .map(|witness| format!("{} {} {}\n", witness.kind.name(), witness.time, witness.name))
        .collect();
    Ok(lines.concat())
}

fn open_bundle(path: &[u8], bundle: &[u8], hashes: &[u8]) -> Answer {
    let path = tile_path(path)?;
    let entries = tile::entries(&path, bundle);
    let entries = entries.map_err(|error| of_tile(&error))?;
    let verified = tile::verify_entries(&entries, &digests(hashes)?);
    verified.map_err(|error| of_tile(&error))?;
    Ok(entries.len().to_string())
}

fn prove_charge(section: &[u8], root: &[u8], count: &[u8], sum: &[u8]) -> Answer {
    let section: ProvedCharge = text(section, "form")?.parse().map_err(|_| "form")?;
    let hash = Digest(*fixed(root, "form")?);
    let root = ChargeNode { hash, count: number(count)?, sum: number(sum)? };
    let reason = |error: &ChargeError| match error {
        ChargeError::PathLength { .. } => "length",
        ChargeError::SumDiffers { .. } => "sum",
        ChargeError::RootDiffers => "root",
        _ => "range",
    };
    charge::verify(&section.leaf, section.index, &section.path, &root)
        .map_err(|error| reason(&error))?;
    Ok(String::new())
}

fn recompute(entry: &[u8], rates: &[&[u8]]) -> Answer {
    let command = |entry| Value::of(entry).ok().and_then(|entry| entry.get("command"));
    let closed = command(entry).ok_or("form")?;
    let further = rates.iter().map(|entry| command(entry)).collect::<Option<Vec<_>>>();
    let further = further.ok_or("form")?;
    let reason = |error: &ClosingError| match error {
        ClosingError::Sharers { .. } => "sharers",
        ClosingError::Total { .. } => "total",
        ClosingError::Charges { .. } => "charges",
        ClosingError::Equation { .. } => "equation",
        ClosingError::Rate { .. } => "rate",
        _ => "form",
    };
    let recomputed = Closing::read(closed).and_then(|mut closing| {
        further.into_iter().try_for_each(|command| closing.add_rates(command))?;
        closing.verify()
    });
    Ok(recomputed.map_err(|error| reason(&error))?.name().to_owned())
}

fn draw_output(key: &[u8], input: &[u8], proof: &[u8]) -> Answer {
    let key = fixed(key, "key")?;
    vrf::check_key(key).map_err(|_| "key")?;
    let output = vrf::verify(key, input, fixed(proof, "proof")?);
    let output = output.map_err(|error| if error == VrfError::Key { "key" } else { "proof" })?;
    Ok(output.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn draw_lots(roll: &[u8], seed: &[u8], places: &[u8]) -> Answer {
    let roll = draw_record::parse_roll(text(roll, "form")?).map_err(|_| "form")?;
    let (seed, places) = (Digest(*fixed(seed, "form")?), number(places)?);
    let places = u32::try_from(places).map_err(|_| "range")?;
    let drawn = roll.draw(&seed, places as usize, 0);
    Ok(format!("{} {}", roll.digest(), draw_record::list(&drawn.panel)))
}

fn check_draw(record: &[u8]) -> Answer {
    let reason = |error: RecordError| match error {
        RecordError::Roll => "roll",
        RecordError::Answers => "answers",
        RecordError::Seed => "seed",
        RecordError::Panel => "panel",
        _ => "form",
    };
    let record = Record::parse(text(record, "form")?).map_err(reason)?;
    record.check().map_err(reason)?;
    Ok(format!("{} {}", record.seed, draw_record::list(&record.drawn)))
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

fn fixed<'a, const N: usize>(
    bytes: &'a [u8],
    reason: &'static str,
) -> Result<&'a [u8; N], &'static str> {
    bytes.try_into().map_err(|_| reason)
}

fn text<'a>(bytes: &'a [u8], reason: &'static str) -> Result<&'a str, &'static str> {
    core::str::from_utf8(bytes).map_err(|_| reason)
}

fn number(bytes: &[u8]) -> Result<u64, &'static str> {
    let number = text(bytes, "form")?.parse();
    number.map_err(|_: core::num::ParseIntError| "range")
}

fn digests(bytes: &[u8]) -> Result<Vec<Digest>, &'static str> {
    Digest::each(bytes).ok_or("length")
}

fn tile_path(bytes: &[u8]) -> Result<TilePath, &'static str> {
    text(bytes, "form")?.parse().map_err(|_| "form")
}
