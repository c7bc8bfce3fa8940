//! What a payment is called on its whole way: an end-to-end id of at most 35 characters that says
//! which plan, what for, which period, whose, and which attempt; and the id of a whole file.
//!
//! `C.1a2b3c4d.42.1234567.0`: purpose, tag of the plan, period, member or case, attempt. Every part
//! is written in one way only, so that a text has one meaning and a payment one text.

use core::fmt;
use core::str::FromStr;

use crate::error::RailsError;
use crate::totals::Totals;

/// ISO 20022's limit of an id (`Max35Text`).
pub(crate) const ID_MAX: usize = 35;

/// The largest attempt; two digits, so that an id never exceeds 35 characters.
const ATTEMPT_MAX: u8 = 99;

/// Thirty-two bits that tell plans apart at one bank, from the hash of the plan's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanTag(pub u32);

impl fmt::Display for PlanTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// What a payment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// A member's charge of a period; the number is the member's.
    Collection,
    /// A failed charge that is paid late; the number is the member's.
    Late,
    /// Aid of a case; the number is the case's.
    Aid,
    /// Shares returned to a member; the number is the member's.
    Refund,
    /// The operator's fee of a period; the number is 0.
    Fee,
    /// What the sponsor pays under its guarantee; the number is 0.
    Guarantee,
    /// What the sponsor lends; the number is 0.
    Advance,
    /// What the sponsor gets back; the number is 0.
    Repayment,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Collection,
        Self::Late,
        Self::Aid,
        Self::Refund,
        Self::Fee,
        Self::Guarantee,
        Self::Advance,
        Self::Repayment,
    ];

    pub(crate) const fn letter(self) -> u8 {
        match self {
            Self::Collection => b'C',
            Self::Late => b'D',
            Self::Aid => b'A',
            Self::Refund => b'B',
            Self::Fee => b'F',
            Self::Guarantee => b'G',
            Self::Advance => b'L',
            Self::Repayment => b'R',
        }
    }

    /// Whether the money comes into custody.
    #[must_use]
    pub const fn comes_in(self) -> bool {
        matches!(self, Self::Collection | Self::Late | Self::Guarantee | Self::Advance)
    }
}

/// The id of a payment from end to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndToEnd {
    /// What for.
    pub purpose: Purpose,
    /// Which plan.
    pub plan: PlanTag,
    /// Which period.
    pub period: u32,
    /// Which member or case.
    pub number: u32,
    /// Which attempt or part, at most 99.
    pub attempt: u8,
}

impl EndToEnd {
    /// Whether it can be written.
    pub(crate) fn fits(&self) -> bool {
        self.attempt <= ATTEMPT_MAX
    }
}

impl fmt::Display for EndToEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { purpose, plan, period, number, attempt } = self;
        write!(f, "{}.{plan}.{period}.{number}.{attempt}", char::from(purpose.letter()))
    }
}

fn decimal<T: FromStr>(text: &str) -> Option<T> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = text == "0" || !text.starts_with('0');
    (plain && shortest).then(|| text.parse().ok())?
}

fn tag(text: &str) -> Option<PlanTag> {
    let plain = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let plain = text.len() == 8 && text.bytes().all(plain);
    plain.then(|| u32::from_str_radix(text, 16).ok())?.map(PlanTag)
}

impl FromStr for EndToEnd {
    type Err = RailsError;

    fn from_str(text: &str) -> Result<Self, RailsError> {
        let read = || {
            let mut parts = text.split('.');
            let letter = parts.next()?;
            let purpose = Purpose::ALL.into_iter().find(|p| [p.letter()] == *letter.as_bytes())?;
            let id = Self {
                purpose,
                plan: tag(parts.next()?)?,
                period: decimal(parts.next()?)?,
                number: decimal(parts.next()?)?,
                attempt: decimal(parts.next()?)?,
            };
            (parts.next().is_none() && id.fits()).then_some(id)
        };
        read().ok_or_else(|| RailsError::UnknownId(text.chars().take(ID_MAX + 1).collect()))
    }
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Batch {
    /// Charges of a period, or those of them that failed before.
    Collections,
    /// Aid and returned shares of a period.
    Payouts,
    /// The fee of a period.
    Fee,
    /// What the sponsor gets back after a period.
    Repayment,
}

impl Batch {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Collections, Self::Payouts, Self::Fee, Self::Repayment];

    /// Whether a payment for `purpose` belongs into it.
    #[must_use]
    pub const fn holds(self, purpose: Purpose) -> bool {
        matches!(
            (self, purpose),
            (Self::Collections, Purpose::Collection)
                | (Self::Payouts, Purpose::Aid | Purpose::Refund)
                | (Self::Fee, Purpose::Fee)
                | (Self::Repayment, Purpose::Repayment)
        )
    }

    const fn letter(self) -> char {
        match self {
            Self::Collections => 'C',
            Self::Payouts => 'P',
            Self::Fee => 'F',
            Self::Repayment => 'R',
        }
    }
}

/// The id of a file: what it holds, plan, period, attempt, and a fingerprint of its lines, so that
/// the same payments always have the same id and others another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// What it holds.
    pub batch: Batch,
    /// Which plan.
    pub plan: PlanTag,
    /// Which period.
    pub period: u32,
    /// Which attempt, at most 99.
    pub attempt: u8,
    /// CRC-32 of the lines.
    pub fingerprint: u32,
}

impl MessageId {
    /// The id of a file with these lines.
    #[must_use]
    pub fn of(batch: Batch, plan: PlanTag, period: u32, attempt: u8, totals: &Totals) -> Self {
        Self { batch, plan, period, attempt, fingerprint: totals.fingerprint() }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { batch, plan, period, attempt, fingerprint } = self;
        write!(f, "M{}.{plan}.{period}.{attempt}.{fingerprint:08x}", batch.letter())
    }
}

impl FromStr for MessageId {
    type Err = RailsError;

    fn from_str(text: &str) -> Result<Self, RailsError> {
        let read = || {
            let mut parts = text.strip_prefix('M')?.split('.');
            let letter = parts.next()?;
            let batch = Batch::ALL.into_iter().find(|b| b.letter().to_string() == letter)?;
            let id = Self {
                batch,
                plan: tag(parts.next()?)?,
                period: decimal(parts.next()?)?,
                attempt: decimal(parts.next()?)?,
                fingerprint: tag(parts.next()?)?.0,
            };
            (parts.next().is_none() && id.attempt <= ATTEMPT_MAX).then_some(id)
        };
        read().ok_or_else(|| RailsError::UnknownId(text.chars().take(ID_MAX + 1).collect()))
    }
}
