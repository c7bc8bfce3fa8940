//! The register of complaints, and how many each member has open.

use std::collections::BTreeMap;

use proof::Digest;
use serde::{Deserialize, Serialize};

use super::{Complaint, Status};
use crate::blocks::Blocks;

/// Complaints that share a digest: some KiB of stored form.
const COMPLAINTS_OF_A_BLOCK: usize = 64;

/// Complaints, numbered from 0.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Blocks<Complaint, COMPLAINTS_OF_A_BLOCK>")]
pub(crate) struct Complaints {
    rows: Blocks<Complaint, COMPLAINTS_OF_A_BLOCK>,
    /// How many each member has that wait for an answer; follows from the rows.
    open_of: BTreeMap<u32, u32>,
}

impl From<Blocks<Complaint, COMPLAINTS_OF_A_BLOCK>> for Complaints {
    fn from(rows: Blocks<Complaint, COMPLAINTS_OF_A_BLOCK>) -> Self {
        let mut open_of = BTreeMap::new();
        for complaint in rows.iter().filter(|complaint| complaint.status == Status::Open) {
            *open_of.entry(complaint.member).or_default() += 1;
        }
        Self { rows, open_of }
    }
}

impl Serialize for Complaints {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl Complaints {
    pub(super) fn all(&self) -> &[Complaint] {
        &self.rows
    }

    pub(super) fn get(&self, number: u32) -> Option<&Complaint> {
        self.rows.get(number as usize)
    }

    /// How many of a member wait for an answer.
    pub(super) fn open_of(&self, member: u32) -> u32 {
        self.open_of.get(&member).copied().unwrap_or_default()
    }

    /// Adds an open complaint and gives its number.
    pub(super) fn open(&mut self, complaint: Complaint) -> u32 {
        *self.open_of.entry(complaint.member).or_default() += 1;
        self.rows.push(complaint);
        self.rows.len() as u32 - 1
    }

    /// Puts a changed complaint in the place of its former self.
    pub(super) fn replace(&mut self, number: u32, complaint: Complaint) {
        let before = &self.rows[number as usize];
        if before.status == Status::Open && complaint.status != Status::Open {
            let open = self.open_of.get_mut(&before.member);
            let open = open.expect("an open complaint is counted");
            *open -= 1;
            if *open == 0 {
                self.open_of.remove(&complaint.member);
            }
        }
        self.rows[number as usize] = complaint;
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
