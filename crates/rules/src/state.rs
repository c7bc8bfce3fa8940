//! The state of a plan: everything that the log has made true, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use money::Amount;
use proof::Digest;
use serde::{Deserialize, Serialize};

use crate::actors::Actors;
use crate::amendment::{Amendment, Version};
use crate::audit::Audit;
use crate::bank::Bank;
use crate::blocks::Blocks;
use crate::books::Books;
use crate::case::Case;
use crate::charter::Charter;
use crate::complaint::Complaints;
use crate::day::Day;
use crate::duty::Held;
use crate::funds::Debt;
use crate::jury::{Juries, JuryRoll};
use crate::key::Key;
use crate::member::Seals;
use crate::period::Period;
use crate::refusal::Refusal;
use crate::roll::{Identity, Roll};
use crate::run_off::RunOff;
use crate::survey::Survey;
use crate::trust::Bonds;

/// Cases that share a digest: about 16 KiB of stored form.
const CASES_OF_A_BLOCK: usize = 64;

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

/// A member to whom all shares are returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundDue {
    pub member: u32,
    /// What periods have returned so far.
    pub returned: Amount,
}

/// The state of a plan. Two logs with the same entries give the same state on every machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    pub(crate) founded: Option<Founded>,
    /// Every version of the charter, the founding one first.
    pub(crate) versions: Vec<Version>,
    pub(crate) amendments: Blocks<Amendment, 1>,
    /// Time of the last entry, in milliseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
    /// Day of the last entry.
    pub(crate) day: Day,
    /// Entries in the log, findings included.
    pub(crate) entries: u64,
    /// Findings in the log.
    pub(crate) findings: u64,
    pub(crate) actors: Actors,
    /// Re-audits of settled periods.
    pub(crate) audits: Blocks<Audit, 1>,
    /// Commands that wait for a second key.
    pub(crate) held: Vec<Held>,
    pub(crate) roll: Roll,
    /// What members have sealed at joining.
    pub(crate) seals: Seals,
    pub(crate) cases: Blocks<Case, CASES_OF_A_BLOCK>,
    /// The case of each person who has one that was neither refused nor withdrawn; follows from
    /// the cases.
    #[serde(skip)]
    pub(crate) open_cases: BTreeMap<Identity, u32>,
    pub(crate) periods: Blocks<Period, 1>,
    /// Periods whose sharers are counted.
    pub(crate) counted: u32,
    pub(crate) books: Books,
    /// Members to whom the periods that close return what they have paid.
    pub(crate) refunds_due: Vec<RefundDue>,
    /// What the sponsor's guarantee has paid so far.
    pub(crate) sponsor_used: Amount,
    /// Balances that members have paid in ahead, by member.
    pub(crate) deposits: crate::funds::Column,
    /// Published estimates of the hidden debt.
    pub(crate) hidden_debts: Vec<Debt>,
    /// The end of the plan as far as it has come.
    pub(crate) run_off: RunOff,
    pub(crate) complaints: Complaints,
    pub(crate) bonds: Bonds,
    /// Hearings of disputed cases.
    pub(crate) juries: Juries,
    /// Members who can be drawn.
    pub(crate) jury_roll: JuryRoll,
    /// Members who work for the plan, and are never drawn.
    pub(crate) staff: BTreeSet<u32>,
    /// Waves of surveys that are sealed.
    pub(crate) surveys: Vec<Survey>,
    /// Periods in a row that left a cost to later ones.
    pub(crate) deferred_periods: u32,
    /// What the bank's statements have shown.
    pub(crate) bank: Bank,
}

impl Default for State {
    fn default() -> Self {
        Self {
            founded: None,
            versions: Vec::new(),
            amendments: Blocks::default(),
            at: i64::MIN,
            day: Day::new(1900, 1, 1).expect("the first day of the calendar exists"),
            entries: 0,
            findings: 0,
            actors: Actors::default(),
            audits: Blocks::default(),
            held: Vec::new(),
            roll: Roll::default(),
            seals: Seals::default(),
            cases: Blocks::default(),
            open_cases: BTreeMap::new(),
            periods: Blocks::default(),
            counted: 0,
            books: Books::default(),
            refunds_due: Vec::new(),
            sponsor_used: Amount::ZERO,
            deposits: crate::funds::Column::default(),
            hidden_debts: Vec::new(),
            run_off: RunOff::default(),
            complaints: Complaints::default(),
            bonds: Bonds::default(),
            juries: Juries::default(),
            jury_roll: JuryRoll::default(),
            staff: BTreeSet::new(),
            surveys: Vec::new(),
            deferred_periods: 0,
            bank: Bank::default(),
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

    /// The key by which a member acts, once the registrar has put one on record.
    #[must_use]
    pub fn key_of_member(&self, member: u32) -> Option<Key> {
        self.actors.key_of(member)
    }

    /// The member who acts by a key.
    #[must_use]
    pub fn member_of_key(&self, key: &Key) -> Option<u32> {
        self.actors.get(key)?.member
    }

    /// The digest of the state: SHA-256 of the digests of its parts. Equal states have equal
    /// digests, whatever is remembered of the parts.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = proof::Hasher::new();
        hasher.update(DIGEST_DOMAIN);
        let (actors, roll) = (self.actors.len(), self.roll.len() as usize);
        let (complaints, bonds) = (self.complaints.len(), self.bonds.len());
        let (cases, periods, deposits) =
            (self.cases.len(), self.periods.len(), self.deposits.len());
        let counts = [actors, roll, self.seals.len(), cases, periods, complaints, bonds, deposits];
        let (amendments, audits) = (self.amendments.len(), self.audits.len());
        let heard = [self.juries.len(), self.jury_roll.len(), amendments, audits];
        counts.iter().chain(&heard).for_each(|count| hasher.update(&(*count as u64).to_le_bytes()));
        hasher.update(&hash_stored(&self.rest()).0);
        self.actors.digests().for_each(|part| hasher.update(&part.0));
        self.roll.digests().for_each(|part| hasher.update(&part.0));
        self.seals.digests().for_each(|part| hasher.update(&part.0));
        self.cases.digests().for_each(|part| hasher.update(&part.0));
        self.periods.digests().for_each(|part| hasher.update(&part.0));
        self.complaints.digests().for_each(|part| hasher.update(&part.0));
        self.bonds.digests().for_each(|part| hasher.update(&part.0));
        self.deposits.digests().for_each(|part| hasher.update(&part.0));
        self.juries.digests().for_each(|part| hasher.update(&part.0));
        self.jury_roll.digests().for_each(|part| hasher.update(&part.0));
        self.amendments.digests().for_each(|part| hasher.update(&part.0));
        self.audits.digests().for_each(|part| hasher.update(&part.0));
        hasher.finish()
    }

    /// Works out what `digest` needs and remembers it, so that the next costs only what changes.
    pub(crate) fn refresh_digests(&mut self) {
        self.actors.refresh();
        self.roll.refresh();
        self.seals.refresh();
        self.cases.refresh();
        self.periods.refresh();
        self.complaints.refresh();
        self.bonds.refresh();
        self.deposits.refresh();
        self.juries.refresh();
        self.jury_roll.refresh();
        self.amendments.refresh();
        self.audits.refresh();
    }

    /// All that is small.
    fn rest(&self) -> impl Serialize + '_ {
        (
            (&self.founded, &self.versions, self.at, self.day, self.entries, self.findings),
            (self.counted, &self.books, &self.refunds_due, self.sponsor_used),
            (self.deferred_periods, self.roll.cohorts(), &self.held, &self.hidden_debts),
            (&self.staff, &self.run_off),
            &self.bank,
            &self.surveys,
        )
    }

    /// Gives the stored form to `write`, piece by piece, until it refuses one.
    ///
    /// # Errors
    /// What `write` answered.
    pub fn store<E>(&self, write: &mut dyn FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let pieces = Pieces { write, gathered: Vec::with_capacity(PIECE), refused: None };
        let pieces = postcard::serialize_with_flavor(self, pieces);
        pieces.expect("the state has no shape that cannot be stored")
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
        for (number, case) in (0..).zip(state.cases.iter()) {
            let member = state.roll.get(case.member);
            let member = member.ok_or(postcard::Error::DeserializeBadEncoding)?;
            if case.is_claim() {
                state.open_cases.insert(member.identity, number);
            }
        }
        Ok(state)
    }
}

/// Stands before what the digest of a state hashes.
const DIGEST_DOMAIN: &[u8] = b"huzhu/v1 state\n";

/// SHA-256 of the stored form of a value.
pub(crate) fn hash_stored<T: Serialize + ?Sized>(value: &T) -> Digest {
    let hasher = postcard::serialize_with_flavor(value, Hashing(proof::Hasher::new()));
    hasher.expect("the state has no shape that cannot be stored")
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

/// Bytes of one piece of the stored form: large enough that handing it on costs nothing.
const PIECE: usize = 1 << 16;

/// Hands what is stored on in pieces; after a refusal it only remembers it.
struct Pieces<'a, E> {
    write: &'a mut dyn FnMut(&[u8]) -> Result<(), E>,
    gathered: Vec<u8>,
    refused: Option<E>,
}

impl<E> Pieces<'_, E> {
    fn hand_on(&mut self) {
        if self.refused.is_none() {
            self.refused = (self.write)(&self.gathered).err();
        }
        self.gathered.clear();
    }
}

impl<E> postcard::ser_flavors::Flavor for Pieces<'_, E> {
    type Output = Result<(), E>;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.gathered.extend_from_slice(data);
        if self.gathered.len() >= PIECE {
            self.hand_on();
        }
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.try_extend(&[data])
    }

    fn finalize(mut self) -> postcard::Result<Result<(), E>> {
        self.hand_on();
        Ok(self.refused.map_or(Ok(()), Err))
    }
}
