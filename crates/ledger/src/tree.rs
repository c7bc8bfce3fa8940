//! The Merkle tree of a log while its entries are passed over.

use std::collections::BTreeMap;

use proof::Digest;
use proof::merkle::{Frontier, leaf_hash};

use crate::error::Error;

/// The tree as it grows, and its roots at sizes that somebody has claimed something about.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) frontier: Frontier,
    pub(crate) roots: BTreeMap<u64, Option<Digest>>,
}

impl Tree {
    pub(crate) fn noting(sizes: impl IntoIterator<Item = u64>) -> Self {
        let roots = sizes.into_iter().map(|size| (size, None)).collect();
        let mut tree = Self { frontier: Frontier::new(), roots };
        tree.note();
        tree
    }

    fn note(&mut self) {
        if let Some(root) = self.roots.get_mut(&self.frontier.size()) {
            *root = Some(self.frontier.root());
        }
    }

    pub(crate) fn push(&mut self, entry: &[u8]) {
        self.frontier.push(leaf_hash(entry));
        self.note();
    }

    /// The root at a noted size that the tree has reached.
    pub(crate) fn root_at(&self, size: u64) -> Option<Digest> {
        self.roots.get(&size).copied().flatten()
    }

    /// Checks that the tree has grown past `size` and had this root then. `size` must be among
    /// those noted.
    pub(crate) fn must_have(&self, size: u64, signed: &Digest) -> Result<(), Error> {
        match self.root_at(size) {
            None => {
                let entries = self.frontier.size();
                Err(Error::ShorterThanCheckpoint { entries, signed: size })
            }
            Some(found) if found != *signed => {
                Err(Error::RootDiffers { size, found, signed: *signed })
            }
            Some(_) => Ok(()),
        }
    }
}
