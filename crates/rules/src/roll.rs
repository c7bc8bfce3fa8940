//! The roll of members as columns of dense numbers, and the counts of sharers kept beside it.
//!
//! Members are numbered in the order of entry. Whether somebody is waiting, covered or too old
//! follows from the day and is not stored, so a day that passes changes nothing here.

use core::fmt;
use core::str::FromStr;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};

use crate::day::{Day, Month};

/// The attestor's pseudorandom function of a national identity, 128 bits: one person, one
/// membership, without a hash that could be searched.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity(pub [u8; 16]);

/// The text is not an identity commitment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identity commitment is 32 lowercase hexadecimal digits")]
pub struct NotAnIdentity;

impl FromStr for Identity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 32 || !text.bytes().all(digit) {
            return Err(NotAnIdentity);
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| NotAnIdentity)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

impl TryFrom<String> for Identity {
    type Error = NotAnIdentity;

    fn try_from(text: String) -> Result<Self, NotAnIdentity> {
        text.parse()
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> Self {
        identity.to_string()
    }
}

/// Why a membership goes on or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Standing {
    /// A member.
    Active = 0,
    /// Left at the member's wish.
    Left = 1,
    /// Expelled for arrears.
    Expelled = 2,
    /// Received aid; one claim a person.
    Aided = 3,
    /// Died.
    Deceased = 4,
    /// Ended because an illness fell into the waiting period.
    Ended = 5,
}

/// One row of the roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Month of birth.
    pub birth: Month,
    /// Day of joining.
    pub joined: Day,
    /// The person.
    pub identity: Identity,
    /// Why the membership goes on or ended.
    pub standing: Standing,
    /// Last day of membership, when it ended.
    pub ended: Option<Day>,
    /// First period of which the member is a sharer.
    pub first_period: u32,
    /// First period of which the member is a sharer no longer, when the membership ended.
    pub until_period: Option<u32>,
}

/// The roll. Columns have one length; `index` finds the latest membership of a person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Roll {
    birth: Vec<u16>,
    joined: Vec<i32>,
    identity: Vec<[u8; 16]>,
    standing: Vec<u8>,
    ended: Vec<i32>,
    first_period: Vec<u16>,
    until_period: Vec<u16>,
    /// Sharers by month of birth, up to the last month that has one.
    sharers: Vec<u64>,
    #[serde(skip)]
    index: HashTable<u32>,
}

/// Marks "not yet" in the columns of ends.
const OPEN_DAY: i32 = i32::MAX;
const OPEN_PERIOD: u16 = u16::MAX;

/// Identities are pseudorandom already; multiplying by an odd constant (2^64 / golden ratio)
/// spreads even those that a careless attestor chose.
fn hash(identity: &[u8; 16]) -> u64 {
    let number = u128::from_be_bytes(*identity);
    ((number >> 64) as u64 ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
}

fn standing_of(byte: u8) -> Standing {
    match byte {
        1 => Standing::Left,
        2 => Standing::Expelled,
        3 => Standing::Aided,
        4 => Standing::Deceased,
        5 => Standing::Ended,
        _ => Standing::Active,
    }
}

impl Roll {
    /// How many memberships there ever were.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.birth.len()).expect("the roll is limited to 32 bits at enrolment")
    }

    /// Whether nobody ever joined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.birth.is_empty()
    }

    /// One member.
    #[must_use]
    pub fn get(&self, member: u32) -> Option<Member> {
        let row = member as usize;
        let birth = Month::from_index(*self.birth.get(row)?).ok()?;
        let until = self.until_period[row];
        let ended = self.ended[row];
        Some(Member {
            birth,
            joined: Day::from_epoch(self.joined[row]).ok()?,
            identity: Identity(self.identity[row]),
            standing: standing_of(self.standing[row]),
            ended: (ended != OPEN_DAY).then(|| Day::from_epoch(ended)).transpose().ok()?,
            first_period: u32::from(self.first_period[row]),
            until_period: (until != OPEN_PERIOD).then_some(u32::from(until)),
        })
    }

    /// The latest membership of a person.
    #[must_use]
    pub fn find(&self, identity: Identity) -> Option<u32> {
        let same = |row: &u32| self.identity[*row as usize] == identity.0;
        self.index.find(hash(&identity.0), same).copied()
    }

    /// Whether a person has a membership that goes on.
    #[must_use]
    pub fn is_active(&self, identity: Identity) -> bool {
        let active = Standing::Active as u8;
        self.find(identity).is_some_and(|row| self.standing[row as usize] == active)
    }

    /// Adds a membership that shares from `first_period` on.
    pub(crate) fn push(&mut self, birth: Month, joined: Day, who: Identity, first_period: u32) {
        let number = self.len();
        self.birth.push(birth.index());
        self.joined.push(joined.since_epoch());
        self.identity.push(who.0);
        self.standing.push(Standing::Active as u8);
        self.ended.push(OPEN_DAY);
        self.first_period.push(u16::try_from(first_period).unwrap_or(OPEN_PERIOD - 1));
        self.until_period.push(OPEN_PERIOD);
        let cohort = usize::from(birth.index());
        if self.sharers.len() <= cohort {
            self.sharers.resize(cohort + 1, 0);
        }
        self.sharers[cohort] += 1;
        let identity = &self.identity;
        let same = |row: &u32| identity[*row as usize] == who.0;
        match self.index.find_mut(hash(&who.0), same) {
            Some(row) => *row = number,
            None => {
                let rehash = |row: &u32| hash(&identity[*row as usize]);
                self.index.insert_unique(hash(&who.0), number, rehash);
            }
        }
    }

    /// Ends an active membership; `until_period` is the first that it shares no longer.
    pub(crate) fn end(&mut self, member: u32, standing: Standing, day: Day, until_period: u32) {
        let row = member as usize;
        assert_eq!(self.standing[row], Standing::Active as u8, "a membership ends once");
        self.standing[row] = standing as u8;
        self.ended[row] = day.since_epoch();
        self.until_period[row] = u16::try_from(until_period).unwrap_or(OPEN_PERIOD - 1);
        self.sharers[usize::from(self.birth[row])] -= 1;
    }

    /// Sharers by month of birth (index since January 1900), as they stand now.
    #[must_use]
    pub fn sharers(&self) -> &[u64] {
        &self.sharers
    }

    /// Months of birth, one a membership, counted from January 1900.
    #[must_use]
    pub fn births(&self) -> &[u16] {
        &self.birth
    }

    /// The first period that each membership shares, one a membership.
    #[must_use]
    pub fn first_periods(&self) -> &[u16] {
        &self.first_period
    }

    /// The first period that each membership shares no longer, one a membership; `u16::MAX` while
    /// it goes on.
    #[must_use]
    pub fn until_periods(&self) -> &[u16] {
        &self.until_period
    }

    /// Checks the columns of a stored roll and restores what is not stored with them.
    pub(crate) fn reindex(&mut self) -> Result<(), postcard::Error> {
        let rows = self.birth.len();
        let lengths = [
            self.joined.len(),
            self.identity.len(),
            self.standing.len(),
            self.ended.len(),
            self.first_period.len(),
            self.until_period.len(),
        ];
        if lengths.iter().any(|length| *length != rows) || u32::try_from(rows).is_err() {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        let mut sharers = vec![0; self.sharers.len()];
        for (birth, standing) in self.birth.iter().zip(&self.standing) {
            let cohort = sharers.get_mut(usize::from(*birth));
            let cohort = cohort.ok_or(postcard::Error::DeserializeBadEncoding)?;
            *cohort += u64::from(*standing == Standing::Active as u8);
        }
        let last =
            Month::from_index(u16::try_from(sharers.len().saturating_sub(1)).unwrap_or(u16::MAX));
        if sharers != self.sharers || last.is_err() {
            return Err(postcard::Error::DeserializeBadEncoding);
        }
        let mut index = HashTable::with_capacity(rows);
        for row in 0..rows as u32 {
            let who = self.identity[row as usize];
            let same = |other: &u32| self.identity[*other as usize] == who;
            match index.find_mut(hash(&who), same) {
                Some(slot) => *slot = row,
                None => {
                    let rehash = |other: &u32| hash(&self.identity[*other as usize]);
                    index.insert_unique(hash(&who), row, rehash);
                }
            }
        }
        self.index = index;
        Ok(())
    }
}
