//! One row for each member of whom something is on record, which is few of them.

use std::collections::BTreeMap;

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::blocks::Blocks;

/// Rows that share a digest: some KiB of stored form.
const BONDS_OF_A_BLOCK: usize = 128;

/// What is on record of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// The member.
    pub member: u32,
    /// Who introduced the member.
    pub introducer: Option<u32>,
    /// Circles to which the member belongs, ascending.
    pub circles: Vec<String>,
    /// Thanks that stand: the case and the salted hash of the text, ascending.
    pub thanks: Vec<(u32, Digest)>,
}

/// The rows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Blocks<Bond, BONDS_OF_A_BLOCK>")]
pub(crate) struct Bonds {
    rows: Blocks<Bond, BONDS_OF_A_BLOCK>,
    /// Row of each member; follows from the rows.
    row_of: BTreeMap<u32, u32>,
}

impl From<Blocks<Bond, BONDS_OF_A_BLOCK>> for Bonds {
    fn from(rows: Blocks<Bond, BONDS_OF_A_BLOCK>) -> Self {
        let row_of = (0..).zip(rows.iter()).map(|(row, bond)| (bond.member, row)).collect();
        Self { rows, row_of }
    }
}

impl Serialize for Bonds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl Bonds {
    pub(super) fn all(&self) -> &[Bond] {
        &self.rows
    }

    pub(super) fn get(&self, member: u32) -> Option<&Bond> {
        self.row_of.get(&member).map(|row| &self.rows[*row as usize])
    }

    /// The row of a member, made if there is none.
    pub(super) fn of(&mut self, member: u32) -> &mut Bond {
        let row = *self.row_of.entry(member).or_insert_with(|| {
            self.rows.push(Bond { member, ..Bond::default() });
            self.rows.len() as u32 - 1
        });
        &mut self.rows[row as usize]
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The digest of every block of rows.
    pub(crate) fn digests(&self) -> impl Iterator<Item = Digest> + '_ {
        self.rows.digests()
    }

    /// Works out the digests that are not known.
    pub(crate) fn refresh(&mut self) {
        self.rows.refresh();
    }
}
