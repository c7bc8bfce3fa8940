//! The register of keys that act: for each its duties or its member, and the order of its commands.
//!
//! A key is never taken out: whoever loses a duty or a membership's key keeps a row, so that an old
//! command cannot be sent again. Rows share digests in blocks, since a plan of millions of members
//! may have millions of keys.

use std::collections::{BTreeMap, VecDeque};

use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::blocks::Blocks;
use crate::charter::Role;
use crate::day::Day;
use crate::key::Key;

/// How many of an actor's latest commands are remembered, so that one sent again is done once. A
/// client that lost more answers than this asks for the actor's sequence number first.
const IDS_REMEMBERED: usize = 64;

/// Rows that share a digest: some KiB of stored form.
const ACTORS_OF_A_BLOCK: usize = 64;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Actor {
    pub key: Key,
    /// Duties that the key fills.
    pub roles: Vec<Role>,
    /// Duties that it has ever filled.
    pub held: Vec<Role>,
    /// When it lost them all, for good.
    pub revoked: Option<Day>,
    /// Attempts at what is forbidden, recorded on the latest day that had one.
    pub attempts: Option<(Day, u32)>,
    /// The member who acts by the key.
    pub member: Option<u32>,
    /// Number of its last command.
    pub seq: u64,
    /// The latest commands: id, SHA-256 of the bytes, position of the entry.
    pub latest: VecDeque<(String, Digest, u64)>,
}

impl Actor {
    fn new(key: Key) -> Self {
        Self {
            key,
            roles: Vec::new(),
            held: Vec::new(),
            revoked: None,
            attempts: None,
            member: None,
            seq: 0,
            latest: VecDeque::new(),
        }
    }

    /// Marks a command as done.
    pub(crate) fn remember(&mut self, seq: u64, id: String, digest: Digest, position: u64) {
        self.seq = seq;
        self.latest.push_back((id, digest, position));
        if self.latest.len() > IDS_REMEMBERED {
            self.latest.pop_front();
        }
    }
}

/// All keys that act or have acted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Blocks<Actor, ACTORS_OF_A_BLOCK>")]
pub(crate) struct Actors {
    rows: Blocks<Actor, ACTORS_OF_A_BLOCK>,
    /// Row of each key; follows from the rows.
    by_key: BTreeMap<Key, u32>,
    /// Row of the key by which a member acts now; follows from the rows.
    by_member: BTreeMap<u32, u32>,
    /// Rows that fill or have filled a role; follows from the rows.
    staff: Vec<u32>,
}

impl From<Blocks<Actor, ACTORS_OF_A_BLOCK>> for Actors {
    fn from(rows: Blocks<Actor, ACTORS_OF_A_BLOCK>) -> Self {
        let mut actors = Self { rows, ..Self::default() };
        for (row, actor) in (0..).zip(actors.rows.iter()) {
            actors.by_key.insert(actor.key, row);
            if let Some(member) = actor.member {
                actors.by_member.insert(member, row);
            }
            if !actor.held.is_empty() {
                actors.staff.push(row);
            }
        }
        actors
    }
}

impl Serialize for Actors {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl Actors {
    /// What is known of a key.
    pub(crate) fn get(&self, key: &Key) -> Option<&Actor> {
        self.by_key.get(key).map(|row| &self.rows[*row as usize])
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, key: &Key) -> Option<&mut Actor> {
        self.by_key.get(key).map(|row| &mut self.rows[*row as usize])
    }

    /// The key by which a member acts.
    pub(crate) fn key_of(&self, member: u32) -> Option<Key> {
        self.by_member.get(&member).map(|row| self.rows[*row as usize].key)
    }

    /// Gives a duty to a key.
    pub(crate) fn appoint(&mut self, key: Key, role: Role) {
        let row = self.row(key);
        if !self.staff.contains(&row) {
            self.staff.push(row);
        }
        let actor = &mut self.rows[row as usize];
        actor.roles.push(role);
        actor.held.push(role);
    }

    /// Takes all duties from a key; gives which they were.
    pub(crate) fn revoke(&mut self, key: &Key, day: Day) -> Vec<Role> {
        let Some(actor) = self.get_mut(key) else {
            return Vec::new();
        };
        actor.revoked = Some(day);
        std::mem::take(&mut actor.roles)
    }

    /// The keys that fill a role.
    pub(crate) fn filling(&self, role: Role) -> impl Iterator<Item = Key> + '_ {
        let staff = self.staff.iter().map(|row| &self.rows[*row as usize]);
        staff.filter(move |actor| actor.roles.contains(&role)).map(|actor| actor.key)
    }

    /// Every key that fills or has filled a role.
    pub(crate) fn staff(&self) -> impl Iterator<Item = Key> + '_ {
        self.staff.iter().map(|row| self.rows[*row as usize].key)
    }

    /// Lets a member act by a key, and no longer by the one before.
    pub(crate) fn bind(&mut self, member: u32, key: Key) {
        if let Some(before) = self.by_member.remove(&member) {
            self.rows[before as usize].member = None;
        }
        let row = self.row(key);
        self.rows[row as usize].member = Some(member);
        self.by_member.insert(member, row);
    }

    fn row(&mut self, key: Key) -> u32 {
        *self.by_key.entry(key).or_insert_with(|| {
            self.rows.push(Actor::new(key));
            self.rows.len() as u32 - 1
        })
    }

    /// How many keys there are.
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
