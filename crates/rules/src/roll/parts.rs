//! The digest of the roll, by blocks of rows: one part for what never changes about a member and
//! one for what does, so that somebody who leaves costs the hash of a few kilobytes.

use proof::{Digest, Hasher};

use super::Roll;
use super::column::Fixed;

/// Rows of one block. A block of the part that changes has 15 bytes a row: 15 KiB are hashed when
/// one of its members leaves, and the digests of 100 million members are 6 MB.
const ROWS: usize = 1 << 10;

/// The digests of blocks, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    fixed: Vec<Option<Digest>>,
    moving: Vec<Option<Digest>>,
}

impl Parts {
    /// A member has been added.
    pub(super) fn joined(&mut self, member: u32) {
        forget(&mut self.fixed, member);
        forget(&mut self.moving, member);
    }

    /// What may change about a member has changed.
    pub(super) fn moved(&mut self, member: u32) {
        forget(&mut self.moving, member);
    }
}

fn forget(digests: &mut [Option<Digest>], member: u32) {
    if let Some(digest) = digests.get_mut(member as usize / ROWS) {
        *digest = None;
    }
}

fn put<T: Fixed>(hasher: &mut Hasher, rows: &[T]) {
    let mut bytes = Vec::with_capacity(rows.len() * T::WIDTH);
    rows.iter().for_each(|row| row.put(&mut bytes));
    hasher.update(&bytes);
}

impl Roll {
    fn fixed_part(&self, block: usize) -> Digest {
        let span = block * ROWS..self.birth.len().min((block + 1) * ROWS);
        let mut hasher = Hasher::new();
        put(&mut hasher, &self.birth[span.clone()]);
        put(&mut hasher, &self.joined[span.clone()]);
        put(&mut hasher, &self.identity[span.clone()]);
        put(&mut hasher, &self.first_period[span]);
        hasher.finish()
    }

    fn moving_part(&self, block: usize) -> Digest {
        let span = block * ROWS..self.birth.len().min((block + 1) * ROWS);
        let mut hasher = Hasher::new();
        put(&mut hasher, &self.standing[span.clone()]);
        put(&mut hasher, &self.ended[span.clone()]);
        put(&mut hasher, &self.until_period[span.clone()]);
        let members = || span.start as u32..span.end as u32;
        // A column that ends earlier says of the rest that they are in no household.
        let payers: Vec<u32> = members().map(|member| self.payer_of(member)).collect();
        let nexts: Vec<u32> = members().map(|member| self.next_of(member)).collect();
        put(&mut hasher, &payers);
        put(&mut hasher, &nexts);
        hasher.finish()
    }

    /// The digests of all blocks, first of what never changes and then of what does.
    pub(crate) fn digests(&self) -> impl Iterator<Item = Digest> + '_ {
        let known = |digests: &[Option<Digest>], block| digests.get(block).copied().flatten();
        let blocks = 0..self.birth.len().div_ceil(ROWS);
        let fixed = blocks.clone().map(move |block| {
            known(&self.parts.fixed, block).unwrap_or_else(|| self.fixed_part(block))
        });
        fixed.chain(blocks.map(move |block| {
            known(&self.parts.moving, block).unwrap_or_else(|| self.moving_part(block))
        }))
    }

    /// Works out the digests that are not known.
    pub(crate) fn refresh(&mut self) {
        let blocks = self.birth.len().div_ceil(ROWS);
        let mut parts = core::mem::take(&mut self.parts);
        parts.fixed.resize(blocks, None);
        parts.moving.resize(blocks, None);
        for (block, digest) in parts.fixed.iter_mut().enumerate() {
            digest.get_or_insert_with(|| self.fixed_part(block));
        }
        for (block, digest) in parts.moving.iter_mut().enumerate() {
            digest.get_or_insert_with(|| self.moving_part(block));
        }
        self.parts = parts;
    }
}
