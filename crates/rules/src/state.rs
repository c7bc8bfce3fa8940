//! The state of a plan: everything that the log has made true, and nothing else.

use std::collections::{BTreeMap, VecDeque};

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::books::Books;
use crate::case::Case;
use crate::charter::{Charter, Role};
use crate::day::Day;
use crate::key::Key;
use crate::period::{Period, Refund};
use crate::refusal::Refusal;
use crate::roll::{Identity, Roll};

/// How many of an actor's latest commands are remembered, so that one sent again is done once. A
/// client that lost more answers than this asks for the actor's sequence number first.
pub(crate) const IDS_REMEMBERED: usize = 64;

/// The plan as founded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founded {
    /// Name of the ledger; every command carries it.
    pub plan: String,
    /// The charter in force.
    #[serde(with = "crate::stored")]
    pub charter: Charter,
    /// Its identity.
    pub charter_id: Digest,
    /// The key of the node that signs the log's checkpoints.
    pub node: Key,
}

/// An actor's duties and the order of the actor's commands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Actor {
    pub roles: Vec<Role>,
    pub seq: u64,
    /// The latest commands: id, SHA-256 of the bytes, position of the entry.
    pub latest: VecDeque<(String, Digest, u64)>,
}

/// The state of a plan. Two logs with the same entries give the same state on every machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    pub(crate) founded: Option<Founded>,
    /// Time of the last entry, in milliseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
    /// Day of the last entry.
    pub(crate) day: Day,
    /// Entries in the log, findings included.
    pub(crate) entries: u64,
    /// Findings in the log.
    pub(crate) findings: u64,
    pub(crate) actors: BTreeMap<Key, Actor>,
    pub(crate) roll: Roll,
    pub(crate) cases: Vec<Case>,
    /// The case of each person who has one that was neither refused nor withdrawn.
    pub(crate) open_cases: BTreeMap<Identity, u32>,
    pub(crate) periods: Vec<Period>,
    /// Periods whose sharers are counted.
    pub(crate) counted: u32,
    pub(crate) books: Books,
    /// Shares to be returned by the next period that closes.
    pub(crate) refunds_due: Vec<Refund>,
    /// Charges of settled periods that were never collected, for the next period to bear.
    pub(crate) written_off: Amount,
    /// What the sponsor's guarantee has paid so far.
    pub(crate) sponsor_used: Amount,
    /// Periods in a row that left a cost to later ones.
    pub(crate) deferred_periods: u32,
}

impl Default for State {
    fn default() -> Self {
        Self {
            founded: None,
            at: i64::MIN,
            day: Day::new(1900, 1, 1).expect("the first day of the calendar exists"),
            entries: 0,
            findings: 0,
            actors: BTreeMap::new(),
            roll: Roll::default(),
            cases: Vec::new(),
            open_cases: BTreeMap::new(),
            periods: Vec::new(),
            counted: 0,
            books: Books::default(),
            refunds_due: Vec::new(),
            written_off: Amount::ZERO,
            sponsor_used: Amount::ZERO,
            deferred_periods: 0,
        }
    }
}

impl State {
    /// The plan, once founded.
    #[must_use]
    pub fn founded(&self) -> Option<&Founded> {
        self.founded.as_ref()
    }

    pub(crate) fn charter(&self) -> Result<&Charter, Refusal> {
        self.founded.as_ref().map(|founded| &founded.charter).ok_or_else(Refusal::not_founded)
    }

    /// The day of the last entry.
    #[must_use]
    pub fn day(&self) -> Day {
        self.day
    }

    /// The time of the last entry, in milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn at(&self) -> i64 {
        self.at
    }

    /// Entries in the log, findings included.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The roll.
    #[must_use]
    pub fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The books.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Number of the last command of a key; 0 when it has sent none.
    #[must_use]
    pub fn seq(&self, key: &Key) -> u64 {
        self.actors.get(key).map_or(0, |actor| actor.seq)
    }

    /// SHA-256 of the whole state in its stored form: equal states have equal digests.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let hasher = postcard::serialize_with_flavor(self, Hashing(proof::Hasher::new()));
        hasher.expect("the state has no shape that cannot be stored")
    }

    /// The stored form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("the state has no shape that cannot be stored")
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// When the bytes are not one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, postcard::Error> {
        let (mut state, rest): (Self, _) = postcard::take_from_bytes(bytes)?;
        if !rest.is_empty() {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        state.roll.reindex()?;
        Ok(state)
    }
}

/// Hashes what is stored instead of keeping it.
struct Hashing(proof::Hasher);

impl postcard::ser_flavors::Flavor for Hashing {
    type Output = Digest;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.update(data);
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.update(&[data]);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Digest> {
        Ok(self.0.finish())
    }
}
