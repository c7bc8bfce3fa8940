//! The Merkle tree of the log: hashing, roots and proofs of RFC 6962 (and RFC 9162 section 2.1).
//!
//! A leaf is `SHA-256(0x00 ‖ entry)`, a node `SHA-256(0x01 ‖ left ‖ right)`; the left subtree of
//! n leaves has the largest power of two below n. Verifiers name what failed, because "the proof
//! is wrong" and "the log shows two histories" call for different telephone calls.

use alloc::vec::Vec;
use core::ops::Range;

use thiserror::Error;

use crate::hash::{DIGEST_BYTES, Digest, Hasher, sha256};

/// Sizes stay below 2^63, so a proof never has more than 63 hashes (the limit of C2SP
/// tlog-witness) and no arithmetic on sizes overflows.
pub const SIZE_LIMIT: u64 = 1 << 63;

/// Why a proof or a frontier is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MerkleError {
    /// A size at or above [`SIZE_LIMIT`].
    #[error("a tree of {size} leaves is beyond the limit of 2^63")]
    SizeBeyondLimit {
        /// The size claimed.
        size: u64,
    },
    /// The index is not one of a leaf of this tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    IndexOutsideTree {
        /// The index claimed.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// A log only grows.
    #[error("a tree of {old} leaves cannot grow into one of {new}")]
    SizesOutOfOrder {
        /// Leaves of the tree said to be older.
        old: u64,
        /// Leaves of the tree said to be newer.
        new: u64,
    },
    /// A proof for these sizes has a fixed number of hashes.
    #[error("the proof has {found} hashes where these sizes need {expected}")]
    PathLength {
        /// Hashes needed.
        expected: usize,
        /// Hashes found.
        found: usize,
    },
    /// Leaf and path lead to another root: the leaf is not at this place of that tree.
    #[error("leaf and path lead to another root")]
    RootDiffers,
    /// The path does not contain the older tree: one of the two histories was rewritten.
    #[error("the path leads to another root of the older tree")]
    OldRootDiffers,
    /// The path does not lead to the newer tree.
    #[error("the path leads to another root of the newer tree")]
    NewRootDiffers,
    /// The bytes of a frontier are a size and one hash for each bit set in it.
    #[error("a frontier of {size} leaves is not {found} bytes long")]
    FrontierLength {
        /// The size claimed (zero if not even that is there).
        size: u64,
        /// Bytes found.
        found: usize,
    },
}

/// The hash of a leaf: `SHA-256(0x00 ‖ entry)`.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(&[0]);
    hasher.update(entry);
    hasher.finish()
}

/// The hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)`.
#[must_use]
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut block = [1; 1 + 2 * DIGEST_BYTES];
    block[1..=DIGEST_BYTES].copy_from_slice(&left.0);
    block[1 + DIGEST_BYTES..].copy_from_slice(&right.0);
    sha256(&block)
}

/// The root of the tree without leaves: the hash of nothing.
#[must_use]
pub fn empty_root() -> Digest {
    sha256(&[])
}

/// All that must be kept of a tree in order to append to it: the roots of its perfect subtrees,
/// largest first, one for each bit set in the size ("compact range").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Digest>,
}

impl Frontier {
    /// The frontier of the tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of the tree of these leaf hashes.
    #[must_use]
    pub fn of(leaves: &[Digest]) -> Self {
        let mut frontier = Self::new();
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
        frontier
    }

    /// The frontier with these subtrees. The caller has seen that they are as many as bits are
    /// set in the size.
    pub(crate) fn from_roots(size: u64, roots: Vec<Digest>) -> Self {
        Self { size, roots }
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf, given its [`leaf_hash`]. Amortised, one node is hashed.
    pub fn push(&mut self, leaf: Digest) {
        let mut root = leaf;
        // As in binary addition: each trailing one of the size is a subtree to be carried.
        for _ in 0..self.size.trailing_ones() {
            let left = self.roots.pop().expect("one root for each bit set in the size");
            root = node_hash(&left, &root);
        }
        self.roots.push(root);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Digest {
        let folded =
            self.roots.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        folded.unwrap_or_else(empty_root)
    }

    /// Size as u64 little-endian, then the hashes, largest subtree first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + DIGEST_BYTES * self.roots.len());
        bytes.extend_from_slice(&self.size.to_le_bytes());
        self.roots.iter().for_each(|root| bytes.extend_from_slice(&root.0));
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`MerkleError::FrontierLength`], [`MerkleError::SizeBeyondLimit`]. The hashes themselves
    /// cannot be checked here: compare the root with one that is trusted.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MerkleError> {
        let found = bytes.len();
        let (size, hashes) =
            bytes.split_first_chunk().ok_or(MerkleError::FrontierLength { size: 0, found })?;
        let size = u64::from_le_bytes(*size);
        if size >= SIZE_LIMIT {
            return Err(MerkleError::SizeBeyondLimit { size });
        }
        let roots = Digest::each(hashes).ok_or(MerkleError::FrontierLength { size, found })?;
        if roots.len() != size.count_ones() as usize {
            return Err(MerkleError::FrontierLength { size, found });
        }
        Ok(Self { size, roots })
    }
}

/// Verifies that `leaf` (a [`leaf_hash`]) is leaf number `index` of the tree of `size` leaves with
/// this `root`. The path runs from leaf to root (RFC 9162 section 2.1.3.2).
///
/// # Errors
/// [`MerkleError::SizeBeyondLimit`], [`MerkleError::IndexOutsideTree`],
/// [`MerkleError::PathLength`], [`MerkleError::RootDiffers`].
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    path: &[Digest],
    root: &Digest,
) -> Result<(), MerkleError> {
    if size >= SIZE_LIMIT {
        return Err(MerkleError::SizeBeyondLimit { size });
    }
    if index >= size {
        return Err(MerkleError::IndexOutsideTree { index, size });
    }
    // Below `inner` levels the leaf shares no node with the last leaf, so each level has a
    // sibling; above, only where the leaf's subtree is a right child.
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    let expected = (inner + border) as usize;
    if path.len() != expected {
        return Err(MerkleError::PathLength { expected, found: path.len() });
    }
    let (below, above) = path.split_at(inner as usize);
    let climbed =
        below.iter().enumerate().fold(*leaf, |node, (level, sibling)| match index >> level & 1 {
            0 => node_hash(&node, sibling),
            _ => node_hash(sibling, &node),
        });
    let climbed = above.iter().fold(climbed, |node, sibling| node_hash(sibling, &node));
    if climbed == *root { Ok(()) } else { Err(MerkleError::RootDiffers) }
}

/// Verifies that the tree of `old_size` leaves with `old_root` is the beginning of the tree of
/// `new_size` leaves with `new_root` (RFC 9162 section 2.1.4.2).
///
/// For an empty old tree or equal sizes the proof is empty and the roots are compared.
///
/// # Errors
/// [`MerkleError::SizeBeyondLimit`], [`MerkleError::SizesOutOfOrder`],
/// [`MerkleError::PathLength`], [`MerkleError::OldRootDiffers`], [`MerkleError::NewRootDiffers`].
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    old_root: &Digest,
    new_root: &Digest,
    path: &[Digest],
) -> Result<(), MerkleError> {
    if new_size >= SIZE_LIMIT {
        return Err(MerkleError::SizeBeyondLimit { size: new_size });
    }
    if old_size > new_size {
        return Err(MerkleError::SizesOutOfOrder { old: old_size, new: new_size });
    }
    if old_size == 0 || old_size == new_size {
        return verify_trivial_consistency(old_size, new_size, old_root, new_root, path);
    }
    // The last perfect subtree of the old tree is the node from which both roots are climbed to.
    let start_level = old_size.trailing_zeros();
    let last = (old_size - 1) >> start_level;
    let last_new = (new_size - 1) >> start_level;
    let inner = u64::BITS - (last ^ last_new).leading_zeros();
    let border = last.checked_shr(inner).unwrap_or(0).count_ones();
    // If the old tree is perfect its root is that node, and the proof does not repeat it.
    let perfect = old_size.is_power_of_two();
    let expected = (inner + border) as usize + usize::from(!perfect);
    if path.len() != expected {
        return Err(MerkleError::PathLength { expected, found: path.len() });
    }
    let (start, rest) = match path.split_first() {
        Some((first, rest)) if !perfect => (*first, rest),
        _ => (*old_root, path),
    };
    let (below, above) = rest.split_at(inner as usize);
    let (mut old, mut new) = (start, start);
    for (level, sibling) in below.iter().enumerate() {
        if last >> level & 1 == 1 {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
        } else {
            new = node_hash(&new, sibling);
        }
    }
    for sibling in above {
        old = node_hash(sibling, &old);
        new = node_hash(sibling, &new);
    }
    if old != *old_root {
        return Err(MerkleError::OldRootDiffers);
    }
    if new == *new_root { Ok(()) } else { Err(MerkleError::NewRootDiffers) }
}

fn verify_trivial_consistency(
    old_size: u64,
    new_size: u64,
    old_root: &Digest,
    new_root: &Digest,
    path: &[Digest],
) -> Result<(), MerkleError> {
    if !path.is_empty() {
        return Err(MerkleError::PathLength { expected: 0, found: path.len() });
    }
    if old_size == 0 && *old_root != empty_root() {
        return Err(MerkleError::OldRootDiffers);
    }
    if old_size == new_size && new_root != old_root {
        return Err(MerkleError::NewRootDiffers);
    }
    Ok(())
}

/// The runs of leaves whose roots, in this order, are the path that [`verify_inclusion`] takes for
/// leaf `index` of a tree of `size` leaves. `None` if there is no such leaf.
#[must_use]
pub fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let (mut run, mut path) = (0..size, Vec::new());
    while run.end - run.start > 1 {
        let middle = run.start + left_leaves(run.end - run.start);
        if index < middle {
            path.push(middle..run.end);
            run.end = middle;
        } else {
            path.push(run.start..middle);
            run.start = middle;
        }
    }
    path.reverse();
    Some(path)
}

/// The runs of leaves whose roots, in this order, are the path that [`verify_consistency`] takes
/// from `old_size` leaves to `new_size`. `None` if the old tree is the larger one.
#[must_use]
pub fn consistency_ranges(old_size: u64, new_size: u64) -> Option<Vec<Range<u64>>> {
    if old_size > new_size {
        return None;
    }
    if old_size == 0 || old_size == new_size {
        return Some(Vec::new());
    }
    let (mut run, mut path) = (0..new_size, Vec::new());
    while old_size < run.end {
        let middle = run.start + left_leaves(run.end - run.start);
        if old_size <= middle {
            path.push(middle..run.end);
            run.end = middle;
        } else {
            path.push(run.start..middle);
            run.start = middle;
        }
    }
    // A perfect old tree is itself the node that is climbed from: its root is known already.
    if run.start > 0 {
        path.push(run);
    }
    path.reverse();
    Some(path)
}

/// The path that [`verify_inclusion`] takes, for leaf `index` of the tree of these leaf hashes.
/// `None` if there is no such leaf. Hashes every leaf once: for proofs at scale, keep tiles.
#[must_use]
pub fn inclusion_path(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    Some(roots_of(leaves, &inclusion_ranges(index as u64, leaves.len() as u64)?))
}

/// The path that [`verify_consistency`] takes from the first `old_size` leaves to all of them.
/// `None` if there are fewer.
#[must_use]
pub fn consistency_path(leaves: &[Digest], old_size: usize) -> Option<Vec<Digest>> {
    Some(roots_of(leaves, &consistency_ranges(old_size as u64, leaves.len() as u64)?))
}

fn roots_of(leaves: &[Digest], runs: &[Range<u64>]) -> Vec<Digest> {
    let run = |run: &Range<u64>| &leaves[run.start as usize..run.end as usize];
    runs.iter().map(|range| Frontier::of(run(range)).root()).collect()
}

/// How many of `count` leaves (two or more) are left of the root: the largest power of two below.
fn left_leaves(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}
