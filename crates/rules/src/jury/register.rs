//! The registers of hearings and of those who passed the quiz.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Jury, Stage};
use crate::blocks::Blocks;

/// Members who share a digest: some KiB of stored form.
const MEMBERS_OF_A_BLOCK: usize = 1_024;

/// Hearings, in the order in which they began. Each has a digest of its own, for it may hold a
/// roll.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Juries {
    rows: Blocks<Jury, 1>,
}

impl Juries {
    pub(super) fn all(&self) -> &[Jury] {
        &self.rows
    }

    pub(super) fn get(&self, number: u32) -> Option<&Jury> {
        self.rows.get(number as usize)
    }

    /// A hearing that is about to change; its number came from here.
    pub(super) fn change(&mut self, number: u32) -> &mut Jury {
        &mut self.rows[number as usize]
    }

    pub(super) fn open(&mut self, jury: Jury) -> u32 {
        self.rows.push(jury);
        self.rows.len() as u32 - 1
    }

    /// The latest hearing of a case.
    pub(super) fn latest_of(&self, case: u32) -> Option<u32> {
        self.rows.iter().rposition(|jury| jury.case == case).map(|number| number as u32)
    }

    /// Hearings that go on because of a member.
    pub(super) fn open_of(&self, member: u32) -> usize {
        let open = self.rows.iter().filter(|jury| jury.stage != Stage::Decided);
        open.filter(|jury| jury.objections.iter().any(|o| o.member == member)).count()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn digests(&self) -> impl Iterator<Item = proof::Digest> + '_ {
        self.rows.digests()
    }

    pub(crate) fn refresh(&mut self) {
        self.rows.refresh();
    }
}

/// Members who passed the quiz, in that order, so that the roll of a hearing is a beginning of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Blocks<u32, MEMBERS_OF_A_BLOCK>")]
pub(crate) struct JuryRoll {
    rows: Blocks<u32, MEMBERS_OF_A_BLOCK>,
    /// The same members; follows from the rows.
    known: BTreeSet<u32>,
}

impl From<Blocks<u32, MEMBERS_OF_A_BLOCK>> for JuryRoll {
    fn from(rows: Blocks<u32, MEMBERS_OF_A_BLOCK>) -> Self {
        let known = rows.iter().copied().collect();
        Self { rows, known }
    }
}

impl Serialize for JuryRoll {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl JuryRoll {
    pub(super) fn all(&self) -> &[u32] {
        &self.rows
    }

    pub(super) fn holds(&self, member: u32) -> bool {
        self.known.contains(&member)
    }

    pub(super) fn add(&mut self, member: u32) {
        self.rows.push(member);
        self.known.insert(member);
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn digests(&self) -> impl Iterator<Item = proof::Digest> + '_ {
        self.rows.digests()
    }

    pub(crate) fn refresh(&mut self) {
        self.rows.refresh();
    }
}
