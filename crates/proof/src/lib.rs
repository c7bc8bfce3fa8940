//! Verification from bytes alone: canonical JSON, hashes, signatures, Merkle proofs, checkpoints.
