//! Replaying the rules before a checkpoint is cosigned: entries and rows come from a mirror, and
//! nothing of it is believed that the checkpoint does not cover.

use ledger::surface::{Edge, Source, SurfaceReader};
use proof::checkpoint::Checkpoint;
use rules::command::Chunk;
use rules::machine::Machine;

use super::Answered;
use crate::Error;
use crate::apply::apply_entries;

/// The rules as far as this witness has replayed them.
pub(super) struct Replaying {
    mirror: Box<dyn Source>,
    edge: Edge,
    machine: Machine,
    /// What the rules refused: this log is never cosigned again.
    refused: Option<String>,
}

impl Replaying {
    /// A witness that has replayed nothing yet.
    pub(super) fn new(mirror: Box<dyn Source>) -> Self {
        Self { mirror, edge: Edge::default(), machine: Machine::default(), refused: None }
    }

    /// Replays up to a checkpoint. The answer is 503 when the mirror does not show what it takes,
    /// so that the log asks again, and 422 when the rules refuse an entry.
    pub(super) fn replay(&mut self, checkpoint: &Checkpoint) -> Result<(), Answered> {
        if let Some(refused) = &self.refused {
            return Err(Answered::text(422, refused));
        }
        if checkpoint.size < self.edge.size() {
            self.forget();
        }
        let Self { mirror, edge, machine, .. } = self;
        let rows = |chunk: &Chunk| rows(&**mirror, chunk);
        let (first, known) = (edge.size(), edge.clone());
        let reader = SurfaceReader::new(&**mirror, checkpoint.clone());
        let feed = |show: &mut dyn FnMut(&[u8])| {
            reader.read_on(known, |_, entry| {
                show(entry);
                Ok::<(), Error>(())
            })
        };
        match apply_entries(machine, first, &rows, feed, &mut |_| ()) {
            Ok(edge) if machine.is_whole() => {
                self.edge = edge;
                Ok(())
            }
            Ok(_) => {
                self.forget();
                Err(Answered::text(422, "the log ends before the findings of its last command"))
            }
            // Only now all entries are those of the checkpoint, so this is the log's own doing.
            Err(error @ Error::Replay { .. }) => {
                let refused = format!("the rules refuse it: {error}");
                self.refused = Some(refused.clone());
                Err(Answered::text(422, refused))
            }
            Err(error) => {
                self.forget();
                Err(Answered::text(503, format!("the mirror does not show the log: {error}")))
            }
        }
    }

    /// What was applied may not be of the log: the next replay begins at the first entry.
    fn forget(&mut self) {
        self.edge = Edge::default();
        self.machine = Machine::default();
    }
}

/// A chunk of the mirror, found to be the one that is named.
fn rows(mirror: &dyn Source, chunk: &Chunk) -> Result<Vec<u8>, Error> {
    let digest = chunk.hash;
    let path = format!("{}/{digest}.chunk", ledger::chunks::FOLDER);
    let bytes = mirror.get(&path, chunk.size).map_err(ledger::surface::SurfaceError::from)?;
    let bytes = bytes.filter(|bytes| proof::sha256(bytes) == digest);
    Ok(bytes.ok_or(ledger::Error::NoSuchChunk { digest })?)
}
