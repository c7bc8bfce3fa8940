//! Measures group commit against a bare write and fdatasync of the same bytes, in turns, on the
//! disk of the current folder: `cargo run --release -p ledger --example group_commit`.
#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::Log;
use ledger::disk::RealDisk;
use proof::note::NoteError;

/// Length of an entry, and the eight bytes that the journal adds.
const ENTRY_BYTES: usize = 320;
const RECORD_BYTES: usize = ENTRY_BYTES + 8;

/// Each size of group is measured this long for either side, in turns.
const TIME: Duration = Duration::from_secs(3);

fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let open = |_: &[u8]| Err(NoteError::NoSignatures);
    let mut log = Log::open(Arc::new(RealDisk), folder.path(), &open).unwrap();
    let mut bare = File::create(folder.path().join("bare")).unwrap();
    println!("{:>7} {:>12} {:>12} {:>7}", "group", "log /s", "bare /s", "ratio");
    for group in [1, 10, 100, 1000, 10_000] {
        let bytes = vec![b'x'; group * RECORD_BYTES];
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let start = Instant::now();
        while start.elapsed() < 2 * TIME {
            let turn = Instant::now();
            for _ in 0..group {
                log.append(&bytes[..ENTRY_BYTES]).unwrap();
            }
            log.commit().unwrap();
            ours.push(turn.elapsed().as_secs_f64());

            let turn = Instant::now();
            bare.write_all(&bytes).unwrap();
            bare.sync_data().unwrap();
            theirs.push(turn.elapsed().as_secs_f64());
        }
        let rate = |mut times: Vec<f64>| {
            times.sort_by(f64::total_cmp);
            group as f64 / times[times.len() / 2]
        };
        let (ours, theirs) = (rate(ours), rate(theirs));
        println!("{group:>7} {ours:>12.0} {theirs:>12.0} {:>7.2}", ours / theirs);
    }
}
