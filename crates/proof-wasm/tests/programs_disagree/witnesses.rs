//! Vectors of requests to a witness, and of what it decides.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proof::Digest;
use proof::merkle::{Frontier, consistency_path, leaf_hash};

use super::file::{File, Part, bytes, text};
use super::world::{Log, checkpoint_text};

const ORIGIN: &str = "plan.example/log";

fn leaves(size: u64) -> Vec<Digest> {
    (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn root(size: u64) -> Digest {
    Frontier::of(&leaves(size)).root()
}

fn path(old: u64, new: u64) -> Vec<Digest> {
    consistency_path(&leaves(new), old as usize).expect("the old size is at most the new one")
}

fn body(old: impl ToString, proof: &[Digest], note: &str) -> String {
    let hashes: String = proof.iter().map(|hash| STANDARD.encode(hash.0) + "\n").collect();
    format!("old {}\n{hashes}\n{note}", old.to_string())
}

/// What the witness watches and has signed.
struct Watched {
    log: Log,
}

impl Watched {
    fn note(&self, size: u64) -> String {
        self.log.sign(&checkpoint_text(ORIGIN, size, &root(size)))
    }

    /// A request for a witness that has signed `signed` entries; nothing yet if that is `None`.
    fn asked(&self, body: impl ToString, signed: Option<u64>) -> [Part; 4] {
        let size = signed.map_or(0, |size| size);
        let root = signed.map_or(Vec::new(), |size| root(size).0.to_vec());
        [text(body), text(&self.log.key), text(size), bytes(root)]
    }
}

/// Vectors of `add-checkpoint`.
pub fn file() -> File {
    let parts = &["body", "verifier key", "signed size", "signed root"];
    let mut file = File::new("add-checkpoint", parts);
    let watched = Watched { log: Log::new(ORIGIN, 1) };
    let good = |old, new| body(old, &path(old, new), &watched.note(new));
    file.accepted("the first checkpoint", &watched.asked(body(0, &[], &watched.note(7)), None));
    let nothing = body(0, &[], &watched.note(0));
    file.accepted("a first one of nothing", &watched.asked(nothing, None));
    for (old, new) in [(1, 2), (3, 7), (4, 8), (7, 7), (7, 8), (255, 256), (256, 300)] {
        let request = watched.asked(good(old, new), Some(old));
        file.accepted(&format!("from {old} to {new}"), &request);
    }
    let stranger = Log::new("other.example", 2).line("text\n");
    let beside = watched.asked(good(3, 7) + &stranger, Some(3));
    file.accepted("beside a line of a stranger", &beside);
    let empty = watched.asked(body(0, &[], &watched.note(7)), Some(0));
    file.accepted("after nothing was signed as a checkpoint", &empty);
    refused(&mut file, &watched);
    malformed(&mut file, &watched, &good(3, 7));
    file
}

fn refused(file: &mut File, watched: &Watched) {
    let note = watched.note(7);
    let mut refused = |name: &str, body: String, signed: Option<u64>, reason: &str| {
        file.refused(name, &watched.asked(body, signed), reason);
    };
    let right = path(3, 7);
    refused("another size was signed", body(3, &right, &note), Some(4), "conflict");
    refused("nothing was signed", body(3, &right, &note), None, "conflict");
    refused("old size 0 again", body(0, &[], &note), Some(3), "conflict");
    refused("a smaller checkpoint", body(8, &[], &note), Some(8), "old-size");
    let sign = |size, root: &Digest| watched.log.sign(&checkpoint_text(ORIGIN, size, root));
    let split = sign(7, &Digest([1; 32]));
    refused("two histories of one size", body(7, &[], &split), Some(7), "conflict");
    refused("two empty histories", body(0, &[], &sign(0, &Digest([1; 32]))), Some(0), "conflict");
    let other = sign(7, &root(8));
    refused("another history", body(3, &right, &other), Some(3), "new-root");
    let (mut bent, mut exchanged) = (right.clone(), right.clone());
    bent[0].0[0] ^= 1;
    exchanged.swap(0, 1);
    refused("a bit of the proof", body(3, &bent, &note), Some(3), "old-root");
    refused("two hashes exchanged", body(3, &exchanged, &note), Some(3), "old-root");
    refused("a hash missing", body(3, &right[1..], &note), Some(3), "length");
    let spare = [right.as_slice(), &[Digest([0; 32])]].concat();
    refused("a hash to spare", body(3, &spare, &note), Some(3), "length");
    refused("no proof", body(3, &[], &note), Some(3), "length");
    refused("a proof from nothing", body(0, &[Digest([0; 32])], &note), None, "length");
    refused("a proof of no growth", body(7, &[Digest([0; 32])], &note), Some(7), "length");
    let vast = sign(1 << 63, &root(8));
    refused("a checkpoint of 2^63", body(3, &right, &vast), Some(3), "range");
    let same_name = Log::new(ORIGIN, 3).sign(&checkpoint_text(ORIGIN, 7, &root(7)));
    refused("signed by another key", body(3, &right, &same_name), Some(3), "signer");
    let moved = note.replacen("\n7\n", "\n8\n", 1);
    refused("a size under the signature", body(3, &right, &moved), Some(3), "signature");
    let foreign = Log::new("other.example/log", 2);
    let foreign = foreign.sign(&checkpoint_text("other.example/log", 7, &root(7)));
    refused("another log", body(3, &right, &foreign), Some(3), "origin");
}

fn malformed(file: &mut File, watched: &Watched, good: &str) {
    let mut bad = |name: &str, body: String| {
        assert_ne!(body, good, "{name}");
        file.refused(name, &watched.asked(body, Some(3)), "form");
    };
    for (name, from, to) in [
        ("no old line", "old 3\n", ""),
        ("a capital", "old 3", "Old 3"),
        ("two spaces", "old 3", "old  3"),
        ("a leading zero", "old 3", "old 03"),
        ("a plus", "old 3", "old +3"),
        ("an old size of 2^63", "old 3", "old 9223372036854775808"),
        ("an old size of 2^64", "old 3", "old 18446744073709551616"),
        ("no empty line", "\n\n", "\n"),
        ("carriage returns", "\n", "\r\n"),
        ("no padding", "=\n", "\n"),
        ("no line of a signature", "\u{2014} ", "- "),
        ("no root", "\n7\n", "\n7"),
    ] {
        bad(name, good.replacen(from, to, if from == "\n" { 99 } else { 1 }));
    }
    let note = watched.note(7);
    bad("64 hashes", body(3, &[Digest([0; 32]); 64], &note));
    bad("a hash of 31 bytes", format!("old 3\n{}\n\n{note}", STANDARD.encode([0; 31])));
    bad("a hash of 33 bytes", format!("old 3\n{}\n\n{note}", STANDARD.encode([0; 33])));
    bad("nothing", String::new());
    bad("only the old line", "old 3\n".to_owned());
    bad("no note", "old 3\n\n".to_owned());
    let most = body(3, &[Digest([0; 32]); 63], &note);
    file.refused("63 hashes", &watched.asked(most, Some(3)), "length");
    let key = Part::read("text:plan.example/log+00000000+AQ==");
    let mut parts = watched.asked(good, Some(3));
    parts[1] = key;
    file.refused("no key", &parts, "key");
    let mut parts = watched.asked(good, Some(3));
    parts[0] = bytes([good.as_bytes(), b"\xff\n"].concat());
    file.refused("not UTF-8", &parts, "form");
}
