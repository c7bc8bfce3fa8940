//! Rows in the order of their numbers, with a digest of every block of them, so that the digest of
//! a long register costs what has changed and not what is there.

use core::ops::{Deref, Index, IndexMut};

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::state::hash_stored;

/// Rows numbered from 0; `ROWS` of them share a digest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Blocks<T, const ROWS: usize> {
    rows: Vec<T>,
    /// Digest of each block, as far as it is known; a change forgets it.
    #[serde(skip)]
    digests: Vec<Option<Digest>>,
}

impl<T, const ROWS: usize> Default for Blocks<T, ROWS> {
    fn default() -> Self {
        Self { rows: Vec::new(), digests: Vec::new() }
    }
}

impl<T: Serialize, const ROWS: usize> Blocks<T, ROWS> {
    pub(crate) fn push(&mut self, row: T) {
        self.rows.push(row);
        self.forget(self.rows.len() - 1);
    }

    pub(crate) fn truncate(&mut self, rows: usize) {
        self.rows.truncate(rows);
        self.digests.truncate(rows.div_ceil(ROWS));
        self.digests.pop();
    }

    pub(crate) fn get_mut(&mut self, row: usize) -> Option<&mut T> {
        self.forget(row);
        self.rows.get_mut(row)
    }

    fn forget(&mut self, row: usize) {
        if let Some(digest) = self.digests.get_mut(row / ROWS) {
            *digest = None;
        }
    }

    /// The digest of every block.
    pub(crate) fn digests(&self) -> impl Iterator<Item = Digest> + '_ {
        let known = self.digests.iter().copied().chain(core::iter::repeat(None));
        self.rows.chunks(ROWS).zip(known).map(|(rows, known)| known.unwrap_or_else(|| of(rows)))
    }

    /// Works out the digests that are not known.
    pub(crate) fn refresh(&mut self) {
        self.digests.resize(self.rows.len().div_ceil(ROWS), None);
        for (rows, digest) in self.rows.chunks(ROWS).zip(&mut self.digests) {
            digest.get_or_insert_with(|| of(rows));
        }
    }
}

fn of<T: Serialize>(rows: &[T]) -> Digest {
    hash_stored(&rows)
}

impl<T, const ROWS: usize> Deref for Blocks<T, ROWS> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.rows
    }
}

impl<T, const ROWS: usize> Index<usize> for Blocks<T, ROWS> {
    type Output = T;

    fn index(&self, row: usize) -> &T {
        &self.rows[row]
    }
}

impl<T: Serialize, const ROWS: usize> IndexMut<usize> for Blocks<T, ROWS> {
    fn index_mut(&mut self, row: usize) -> &mut T {
        self.forget(row);
        &mut self.rows[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests_are_those_of_the_rows() {
        let mut kept: Blocks<u32, 4> = Blocks::default();
        let mut all = Vec::new();
        for step in 0..200_u32 {
            match step % 7 {
                5 if !all.is_empty() => {
                    let row = step as usize * 31 % all.len();
                    kept[row] = step;
                    all[row] = step;
                }
                6 => {
                    let rows = all.len() - usize::from(step % 2 == 0);
                    kept.truncate(rows);
                    all.truncate(rows);
                }
                _ => {
                    kept.push(step);
                    all.push(step);
                }
            }
            if step % 3 == 0 {
                kept.refresh();
            }
            let fresh: Vec<Digest> = all.chunks(4).map(|rows| hash_stored(&rows)).collect();
            assert_eq!(kept.digests().collect::<Vec<_>>(), fresh, "after step {step}");
        }
    }
}
