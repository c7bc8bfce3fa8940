//! Checks a receipt from its bytes and a policy alone, step by step.
//!
//! What a receipt proves: the log has committed itself to these entries, enough witnesses saw that
//! commitment, the period's figures follow from each other, and the charge is one of the announced
//! count and sum. What it does not prove: that every leaf is a real person, that the facts behind
//! an entry are true, or that money moved.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use crate::charge::{self, ChargeError, ChargeNode};
use crate::checkpoint::Checkpoint;
use crate::closing::{CLOSED_VERB, Closing, ClosingError, RATES_VERB, Recomputed};
use crate::hash::{Digest, sha256};
use crate::merkle::{MerkleError, leaf_hash};
use crate::policy::{Policy, PolicyError, Witness};
use crate::policy_file::PolicyFileError;
use crate::receipt::{Command, ProvedCharge, Receipt, ReceiptFormError};
use crate::value::Value;

/// The verb of the finding that announces the root of a period's charges.
pub const SEALED_VERB: &str = "finding.period.sealed";

/// A step of the check, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The bytes are a receipt.
    Form,
    /// The policy can be read.
    Policy,
    /// A log of the policy has signed the checkpoint.
    Checkpoint,
    /// Enough witnesses have cosigned it.
    Witnesses,
    /// Every entry is in the log.
    Inclusion,
    /// The figures of the closed period follow from each other.
    Arithmetic,
    /// The sealed count and sum are those of the closed period.
    Seal,
    /// The charge is the rate of its class and one leaf of the sealed tree.
    Charge,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 8] = [
        Self::Form,
        Self::Policy,
        Self::Checkpoint,
        Self::Witnesses,
        Self::Inclusion,
        Self::Arithmetic,
        Self::Seal,
        Self::Charge,
    ];

    /// The step's name, which never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Policy => "policy",
            Self::Checkpoint => "checkpoint",
            Self::Witnesses => "witnesses",
            Self::Inclusion => "inclusion",
            Self::Arithmetic => "arithmetic",
            Self::Seal => "seal",
            Self::Charge => "charge",
        }
    }
}

/// Why a receipt is not believed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// It is no receipt.
    #[error("the receipt cannot be read")]
    Form(#[from] ReceiptFormError),
    /// The policy is none.
    #[error("the policy cannot be read")]
    Policy(#[from] PolicyFileError),
    /// No log of the policy has signed the checkpoint.
    #[error("the checkpoint is not one of a log of the policy")]
    Checkpoint(#[source] PolicyError),
    /// Witnesses are missing or one of them has not signed this.
    #[error("the checkpoint is not witnessed as the policy asks")]
    Witnesses(#[source] PolicyError),
    /// An entry is not where the proof says.
    #[error("entry {place} is not in the log where the proof says")]
    Inclusion {
        /// Counted from one.
        place: usize,
        /// Why.
        source: MerkleError,
    },
    /// The figures of the closed period do not follow from each other.
    #[error("the figures of the closed period do not follow from each other")]
    Arithmetic(#[from] ClosingError),
    /// Two closed or two sealed periods in one receipt: which one is meant?
    #[error("the receipt has two findings {verb:?}")]
    FindingTwice {
        /// Their verb.
        verb: &'static str,
    },
    /// A member of the sealed finding is missing or out of range.
    #[error("the sealed finding does not say {member:?}, or not as it should")]
    SealMember {
        /// Its name.
        member: &'static str,
    },
    /// The sealed period is not the closed one, or has another count or sum.
    #[error("the sealed {member} is {sealed}, the closed one {closed}")]
    SealDiffers {
        /// `period`, `sharers` or `charges_minor`.
        member: &'static str,
        /// What the sealed finding says.
        sealed: u64,
        /// What the closed finding says.
        closed: u64,
    },
    /// A charge without the closed and the sealed finding of its period proves nothing.
    #[error("the charge stands without its closed and sealed period")]
    ChargeWithoutPeriod,
    /// The period has no such class.
    #[error("the period has no class {class}")]
    UnknownClass {
        /// Its place.
        class: u16,
    },
    /// The charge is not the rate of its class.
    #[error("the charge is {charge}, the rate of its class {rate}")]
    ChargeIsNotRate {
        /// What the leaf says.
        charge: u64,
        /// What the closed period says.
        rate: u64,
    },
    /// The charge is not in the sealed tree.
    #[error("the charge is not one of the sealed period")]
    Charge(#[from] ChargeError),
}

impl ReceiptError {
    /// The step that failed. All steps before it passed, none after it was made.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Form(_) | Self::FindingTwice { .. } => Step::Form,
            Self::Policy(_) => Step::Policy,
            Self::Checkpoint(_) => Step::Checkpoint,
            Self::Witnesses(_) => Step::Witnesses,
            Self::Inclusion { .. } => Step::Inclusion,
            Self::Arithmetic(_) => Step::Arithmetic,
            Self::SealMember { .. } | Self::SealDiffers { .. } => Step::Seal,
            Self::ChargeWithoutPeriod
            | Self::UnknownClass { .. }
            | Self::ChargeIsNotRate { .. }
            | Self::Charge(_) => Step::Charge,
        }
    }
}

/// A finding that a period's charges are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Number of the period.
    pub period: u32,
    /// Root of the tree of charges, with count and sum.
    pub total: ChargeNode,
}

/// An entry that is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedEntry {
    /// Its number in the log, from zero.
    pub index: u64,
    /// What it does.
    pub verb: String,
}

/// A charge that is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The member.
    pub member: u32,
    /// Name of the member's class.
    pub class: String,
    /// The charge in minor units.
    pub charge: u64,
}

/// What a receipt proves, once every step has passed.
///
/// Its [`Display`](fmt::Display) is the statement that every implementation gives for the same
/// receipt, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The plan.
    pub plan: String,
    /// What the log has committed itself to.
    pub checkpoint: Checkpoint,
    /// SHA-256 of the policy under which this was checked.
    pub policy: Digest,
    /// Who cosigned.
    pub witnesses: Vec<Witness>,
    /// The entries.
    pub entries: Vec<LoggedEntry>,
    /// The closed period and how far it was recomputed.
    pub closed: Option<(Closing, Recomputed)>,
    /// The sealed period.
    pub sealed: Option<Sealed>,
    /// The charge.
    pub charge: Option<Charged>,
}

/// Checks a receipt under a policy that the caller trusts, or under the one that the receipt
/// states (`None`), whose digest is then to be compared with the charter's.
///
/// # Errors
/// The first step that failed, and why.
pub fn check(bytes: &[u8], policy: Option<&[u8]>) -> Result<Verdict, ReceiptError> {
    let receipt = Receipt::parse(bytes)?;
    let commands: Vec<Command<'_>> =
        receipt.entries.iter().filter_map(|entry| Command::of(&entry.entry)).collect();
    let closed = only(&commands, CLOSED_VERB)?;
    let sealed = only(&commands, SEALED_VERB)?;
    let policy_bytes = policy.unwrap_or(receipt.policy.as_bytes());
    let policy = Policy::parse(policy_bytes)?;
    let checkpoint = receipt.checkpoint().as_bytes();
    let (checkpoint, note) = policy.open_log(checkpoint).map_err(ReceiptError::Checkpoint)?;
    let witnesses = policy.witnessed(&note).map_err(ReceiptError::Witnesses)?;
    for (before, entry) in receipt.entries.iter().enumerate() {
        let verified = entry.proof.verify_leaf(&leaf_hash(entry.entry.as_bytes()), &checkpoint);
        verified.map_err(|source| ReceiptError::Inclusion { place: before + 1, source })?;
    }
    let closed = check_closed(closed, &commands)?;
    let sealed = sealed.map(|sealed| check_sealed(sealed, closed.as_ref())).transpose()?;
    let charge = match (&receipt.charge, &closed, &sealed) {
        (None, ..) => None,
        (Some(charge), Some((closing, _)), Some(sealed)) => {
            Some(check_charge(charge, closing, sealed)?)
        }
        _ => return Err(ReceiptError::ChargeWithoutPeriod),
    };
    let plan = commands.first().map_or("", |command| command.plan).into();
    let pairs = commands.iter().zip(&receipt.entries);
    let entries = pairs
        .map(|(command, entry)| LoggedEntry { index: entry.proof.index, verb: command.verb.into() })
        .collect();
    let policy = sha256(policy_bytes);
    Ok(Verdict { plan, checkpoint, policy, witnesses, entries, closed, sealed, charge })
}

/// The one command with this verb, if there is any.
fn only<'a>(
    commands: &[Command<'a>],
    verb: &'static str,
) -> Result<Option<Value<'a>>, ReceiptError> {
    let mut found = commands.iter().filter(|command| command.verb == verb);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(ReceiptError::FindingTwice { verb }),
        (first, None) => Ok(first.map(|command| command.value)),
    }
}

/// Recomputes the closed period with its further rates, in the order of the receipt.
fn check_closed(
    closed: Option<Value<'_>>,
    commands: &[Command<'_>],
) -> Result<Option<(Closing, Recomputed)>, ReceiptError> {
    let mut further = commands.iter().filter(|command| command.verb == RATES_VERB);
    let Some(closed) = closed else {
        return further.next().map_or(Ok(None), |_| Err(ClosingError::OtherRates.into()));
    };
    let mut closing = Closing::read(closed)?;
    further.try_for_each(|command| closing.add_rates(command.value))?;
    let recomputed = closing.verify()?;
    Ok(Some((closing, recomputed)))
}

fn check_sealed(
    command: Value<'_>,
    closed: Option<&(Closing, Recomputed)>,
) -> Result<Sealed, ReceiptError> {
    let wrong = |member| ReceiptError::SealMember { member };
    let natural = |member| command.get(member).and_then(Value::natural).ok_or(wrong(member));
    let period = natural("period")?;
    let hash = command.get("root").and_then(Value::text).and_then(|text| text.parse().ok());
    let hash = hash.ok_or(wrong("root"))?;
    let (count, sum) = (natural("sharers")?, natural("charges_minor")?);
    if let Some((closing, _)) = closed {
        let pairs = [
            ("period", period, closing.period.into()),
            ("sharers", count, closing.sharers),
            ("charges_minor", sum, closing.charges),
        ];
        for (member, sealed, closed) in pairs {
            if sealed != closed {
                return Err(ReceiptError::SealDiffers { member, sealed, closed });
            }
        }
    }
    let period = period.try_into().map_err(|_| wrong("period"))?;
    Ok(Sealed { period, total: ChargeNode { hash, count, sum } })
}

fn check_charge(
    charge: &ProvedCharge,
    closing: &Closing,
    sealed: &Sealed,
) -> Result<Charged, ReceiptError> {
    let leaf = &charge.leaf;
    let class = leaf.class;
    let rate = closing.rates.get(usize::from(class));
    let rate = rate.ok_or(ReceiptError::UnknownClass { class })?;
    if leaf.charge != rate.share {
        return Err(ReceiptError::ChargeIsNotRate { charge: leaf.charge, rate: rate.share });
    }
    charge::verify(leaf, charge.index, &charge.path, &sealed.total)?;
    Ok(Charged { member: leaf.member, class: rate.class.clone(), charge: leaf.charge })
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Checkpoint { origin, size, root, .. } = &self.checkpoint;
        writeln!(formatter, "plan {}\nlog {origin}\nsize {size}\nroot {root}", self.plan)?;
        writeln!(formatter, "policy {}", self.policy)?;
        for Witness { name, kind, time } in &self.witnesses {
            writeln!(formatter, "witness {} {time} {name}", kind.name())?;
        }
        for LoggedEntry { index, verb } in &self.entries {
            writeln!(formatter, "entry {index} {verb}")?;
        }
        if let Some((closing, recomputed)) = &self.closed {
            let Closing { period, sharers, total, charges, .. } = closing;
            let how = recomputed.name();
            writeln!(formatter, "closed {period} {sharers} {total} {charges} {how}")?;
        }
        if let Some(Sealed { period, total }) = &self.sealed {
            writeln!(formatter, "sealed {period} {} {} {}", total.count, total.sum, total.hash)?;
        }
        match &self.charge {
            Some(Charged { member, class, charge }) => {
                writeln!(formatter, "charge {member} {charge} {class}")
            }
            None => Ok(()),
        }
    }
}
