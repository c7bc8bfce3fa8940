//! From a person to their latest membership: a table of row numbers beside the identity column.
//!
//! It is never iterated, stored or hashed, so how it spreads identities is nobody's business but
//! that of the time it takes.

use core::hash::Hasher;
use std::hash::DefaultHasher;

use hashbrown::HashTable;

type Column = [[u8; 16]];

/// The table. Every row in it stands in the column that is handed in.
#[derive(Clone, Debug, Default)]
pub(super) struct Index(HashTable<u32>);

/// `SipHash` without a key. An attestor who chooses identities so that they meet in one place of
/// the table has to try: about as many for each as the table has places. A mix that can be undone
/// would give them for nothing, and enrolling would slow down with every one of them. No key can be
/// hidden from an attestor, since everybody replays the log.
fn hash(identity: &[u8; 16]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(identity);
    hasher.finish()
}

impl Index {
    /// A table for so many persons.
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self(HashTable::with_capacity(rows))
    }

    /// The latest row of a person.
    pub(super) fn find(&self, who: &[u8; 16], column: &Column) -> Option<u32> {
        self.0.find(hash(who), |row| column[*row as usize] == *who).copied()
    }

    /// Lets `row` be the latest of its person.
    pub(super) fn put(&mut self, row: u32, column: &Column) {
        let who = &column[row as usize];
        match self.0.find_mut(hash(who), |other| column[*other as usize] == *who) {
            Some(slot) => *slot = row,
            None => {
                let rehash = |other: &u32| hash(&column[*other as usize]);
                self.0.insert_unique(hash(who), row, rehash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table has room for so many persons here.
    const PLACES: usize = 1 << 12;

    /// The most persons who meet in one place, of as many as there are places. The table takes the
    /// place from the lowest bits of a hash and tells neighbours apart by the seven highest.
    fn crowd(identities: impl Iterator<Item = [u8; 16]>) -> (usize, usize) {
        let (mut places, mut tags) = (vec![0; PLACES], vec![0; 128]);
        for identity in identities.take(PLACES) {
            let hash = hash(&identity);
            places[hash as usize % PLACES] += 1;
            tags[(hash >> 57) as usize] += 1;
        }
        let most = |counts: Vec<usize>| counts.into_iter().max().unwrap_or(0);
        (most(places), most(tags))
    }

    /// Fear: an attestor who gives out numbers in some order makes enrolling crawl.
    #[test]
    fn identities_that_differ_anywhere_are_spread() {
        let numbers = || 0..PLACES as u128;
        for shift in 0..=128 - PLACES.ilog2() {
            let shifted = crowd(numbers().map(|number| (number << shift).to_be_bytes()));
            // Twelve in one place happen once in a million tables, 70 under one tag in 10,000.
            assert!(shifted.0 < 12 && shifted.1 < 70, "{shifted:?} by {shift} bits");
        }
        // What a sum, a difference or a product of the two halves would not tell apart.
        let opposite = numbers().map(|number| number << 64 | number);
        let inverse = numbers().map(|number| !number << 64 | number);
        let swapped = numbers().map(|number| number << 64 | (PLACES as u128 - number));
        for (name, crowd) in [
            ("opposite", crowd(opposite.map(u128::to_be_bytes))),
            ("inverse", crowd(inverse.map(u128::to_be_bytes))),
            ("swapped", crowd(swapped.map(u128::to_be_bytes))),
        ] {
            assert!(crowd.0 < 12 && crowd.1 < 70, "{crowd:?} of {name} halves");
        }
    }
}
