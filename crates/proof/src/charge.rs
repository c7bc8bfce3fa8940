//! The tree of one period's charges: proves the number of sharers, the sum, and one's own charge.
//!
//! - leaf: `SHA-256(0x02 ‖ salt ‖ member ‖ class ‖ charge)`, of 32, 4, 2 and 8 bytes;
//! - node: `SHA-256(0x03 ‖ hash ‖ count ‖ sum ‖ hash ‖ count ‖ sum)` of the left and the right
//!   child, of 32, 8 and 8 bytes each.
//!
//! Integers are big-endian and unsigned. The shape is that of RFC 6962: the left child of n leaves
//! has the largest power of two below n. So the number of leaves under every node on a path follows
//! from the index and the count of the whole, and a path carries only hashes and sums.
//!
//! A path shows its holder the charge of one neighbour and the sums of subtrees. The salt keeps
//! everybody else's leaf from being guessed. That a leaf is a real person is proved elsewhere or
//! not at all.

use alloc::vec::Vec;

use thiserror::Error;

use crate::canonical::INTEGER_LIMIT;
use crate::hash::{Digest, sha256, sha256_in_blocks};

/// Length of a salt in bytes.
pub const SALT_BYTES: usize = 32;

/// Largest count and largest sum: the largest integer of an entry.
pub const TOTAL_LIMIT: u64 = INTEGER_LIMIT;

/// What one member is charged in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeLeaf {
    /// Known to the member and the institutions.
    pub salt: [u8; SALT_BYTES],
    /// Number of the member.
    pub member: u32,
    /// Place of the member's class among the rates of the closed period, from zero.
    pub class: u16,
    /// The charge in minor units.
    pub charge: u64,
}

/// A subtree, or the whole: its hash, its leaves and their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargeNode {
    /// Hash of a leaf or a node.
    pub hash: Digest,
    /// Number of leaves: members who share.
    pub count: u64,
    /// Sum of their charges in minor units.
    pub sum: u64,
}

/// The other child of a node on the path from a leaf to the root. How many leaves it has follows
/// from the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Its hash.
    pub hash: Digest,
    /// Sum of the charges under it in minor units.
    pub sum: u64,
}

/// Why a charge is not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChargeError {
    /// A count beyond [`TOTAL_LIMIT`].
    #[error("a count is beyond 2^53 - 1")]
    CountBeyondLimit,
    /// A charge or a sum beyond [`TOTAL_LIMIT`].
    #[error("a charge or a sum is beyond 2^53 - 1")]
    SumBeyondLimit,
    /// There is no leaf of this index.
    #[error("leaf {index} is not in a tree of {count} leaves")]
    IndexOutsideTree {
        /// The index claimed.
        index: u64,
        /// Leaves of the tree.
        count: u64,
    },
    /// A path to this leaf has another number of steps.
    #[error("the path has {found} steps where this leaf needs {expected}")]
    PathLength {
        /// Steps needed.
        expected: usize,
        /// Steps found.
        found: usize,
    },
    /// The charges on the path do not add up to the announced sum.
    #[error("the charges add up to {found}, announced are {announced}")]
    SumDiffers {
        /// What the period announced.
        announced: u64,
        /// What the leaf and the path add up to.
        found: u64,
    },
    /// The path leads to another root.
    #[error("the path leads to another root")]
    RootDiffers,
}

impl ChargeLeaf {
    /// The leaf as a subtree of one.
    ///
    /// # Errors
    /// [`ChargeError::SumBeyondLimit`].
    pub fn node(&self) -> Result<ChargeNode, ChargeError> {
        if self.charge > TOTAL_LIMIT {
            return Err(ChargeError::SumBeyondLimit);
        }
        let [member, class] = [&self.member.to_be_bytes()[..], &self.class.to_be_bytes()];
        let hash =
            sha256_in_blocks::<1>(&[&[2], &self.salt, member, class, &self.charge.to_be_bytes()]);
        Ok(ChargeNode { hash, count: 1, sum: self.charge })
    }
}

impl ChargeNode {
    /// The tree without leaves: the hash of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self { hash: sha256(&[]), count: 0, sum: 0 }
    }

    /// The node over two subtrees.
    ///
    /// # Errors
    /// [`ChargeError::CountBeyondLimit`], [`ChargeError::SumBeyondLimit`].
    pub fn join(left: &Self, right: &Self) -> Result<Self, ChargeError> {
        let add = |a: u64, b: u64| a.checked_add(b).filter(|sum| *sum <= TOTAL_LIMIT);
        let count = add(left.count, right.count).ok_or(ChargeError::CountBeyondLimit)?;
        let sum = add(left.sum, right.sum).ok_or(ChargeError::SumBeyondLimit)?;
        let [left, right] = [left, right]
            .map(|child| (&child.hash.0, [child.count.to_be_bytes(), child.sum.to_be_bytes()]));
        let hash = sha256_in_blocks::<2>(&[
            &[3],
            left.0,
            left.1.as_flattened(),
            right.0,
            right.1.as_flattened(),
        ]);
        Ok(Self { hash, count, sum })
    }
}

/// Verifies that `leaf` is leaf number `index` of the tree with this `root`, count and sum. The
/// path runs from the leaf's sibling to a child of the root.
///
/// # Errors
/// In this order: [`ChargeError::CountBeyondLimit`], [`ChargeError::SumBeyondLimit`] of the
/// announced total, [`ChargeError::IndexOutsideTree`], [`ChargeError::PathLength`],
/// [`ChargeError::SumBeyondLimit`] on the way, [`ChargeError::SumDiffers`],
/// [`ChargeError::RootDiffers`].
pub fn verify(
    leaf: &ChargeLeaf,
    index: u64,
    path: &[Sibling],
    root: &ChargeNode,
) -> Result<(), ChargeError> {
    if root.count > TOTAL_LIMIT {
        return Err(ChargeError::CountBeyondLimit);
    }
    if root.sum > TOTAL_LIMIT {
        return Err(ChargeError::SumBeyondLimit);
    }
    let turns = turns(index, root.count);
    let turns = turns.ok_or(ChargeError::IndexOutsideTree { index, count: root.count })?;
    if turns.len() != path.len() {
        let (expected, found) = (turns.len(), path.len());
        return Err(ChargeError::PathLength { expected, found });
    }
    let mut node = leaf.node()?;
    for (sibling, turn) in path.iter().zip(turns.iter().rev()) {
        if sibling.sum > TOTAL_LIMIT {
            return Err(ChargeError::SumBeyondLimit);
        }
        let other = ChargeNode { hash: sibling.hash, count: turn.leaves, sum: sibling.sum };
        node = match turn.side {
            Side::Left => ChargeNode::join(&other, &node)?,
            Side::Right => ChargeNode::join(&node, &other)?,
        };
    }
    if node.sum != root.sum {
        return Err(ChargeError::SumDiffers { announced: root.sum, found: node.sum });
    }
    if node.hash == root.hash { Ok(()) } else { Err(ChargeError::RootDiffers) }
}

/// On which side of the path a sibling stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// One step from the root down: the side and the leaves of the child that is left aside.
struct Turn {
    side: Side,
    leaves: u64,
}

/// The steps from the root to leaf `index` of `count`; `None` if there is no such leaf.
fn turns(mut index: u64, mut count: u64) -> Option<Vec<Turn>> {
    if index >= count {
        return None;
    }
    let mut turns = Vec::new();
    while count > 1 {
        let left = 1 << (count - 1).ilog2();
        if index < left {
            turns.push(Turn { side: Side::Right, leaves: count - left });
            count = left;
        } else {
            turns.push(Turn { side: Side::Left, leaves: left });
            index -= left;
            count -= left;
        }
    }
    Some(turns)
}
