//! Floors: what the disk and the signatures alone would take, without a ledger.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use proof::signature::Batch;

/// Signatures checked together, as the node does.
pub const BATCH: usize = 256;

/// A floor is measured at least this often, and this long.
const REPETITIONS_MIN: usize = 9;
const TIME_MIN: Duration = Duration::from_millis(400);

/// A message with its signature and key.
pub type Signature = ([u8; 32], Vec<u8>, [u8; 64]);

/// Seconds that one write of `bytes` bytes at the end of a growing file and one fdatasync took,
/// many times over.
pub fn syncs(path: &Path, bytes: usize) -> io::Result<Vec<f64>> {
    let mut file = File::options().create(true).append(true).open(path)?;
    let written = vec![b'x'; bytes];
    let mut times = Vec::new();
    let start = Instant::now();
    while times.len() < REPETITIONS_MIN || start.elapsed() < TIME_MIN {
        let turn = Instant::now();
        file.write_all(&written)?;
        file.sync_data()?;
        times.push(turn.elapsed().as_secs_f64());
    }
    Ok(times)
}

/// Signatures that are checked in a second on `threads` threads at once, in batches.
pub fn verifications(signatures: &[Signature], threads: usize) -> f64 {
    let turn = |first: usize| {
        let (mut count, start) = (0, Instant::now());
        while start.elapsed() < TIME_MIN {
            let batches = signatures.chunks(BATCH).skip(first).step_by(threads);
            for signatures in batches {
                let mut batch = Batch::new();
                for (key, message, signature) in signatures {
                    batch.add(key, message, signature);
                }
                assert!(batch.verify().is_ok(), "the commands were signed here");
                count += signatures.len();
            }
        }
        count as f64 / start.elapsed().as_secs_f64()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|first| scope.spawn(move || turn(first))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum()
    })
}

/// The middle one.
pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
