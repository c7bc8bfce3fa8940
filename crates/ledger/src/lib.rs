//! The append-only log on disk: journal, chunks, checkpoints, snapshots. Knows no rule.
