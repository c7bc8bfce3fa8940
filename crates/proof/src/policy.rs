//! Which logs and how many witnesses are enough: <https://c2sp.org/tlog-policy>.
//!
//! A policy is a file that the charter names and everybody can read. Two kinds of witnesses are
//! told apart by the name of their key: one that ends in `/replay` has replayed the rules before
//! it signed, any other has checked only that the log grew. This module never counts lines, only
//! keys, and no key in two places.

use alloc::string::String;
use alloc::vec::Vec;

use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::cosignature::{self, Cosignature, CosignerKey};
use crate::note::{Note, NoteError, VerifierKey};
use crate::policy_file::{self, PolicyFileError};

/// What the name of a key ends in whose cosignature says "I have replayed the rules".
pub const REPLAY_SUFFIX: &str = "/replay";

/// What a witness did before it signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WitnessKind {
    /// It checked that the log only grew.
    AppendOnly,
    /// It also replayed the rules over all entries.
    Replaying,
}

impl WitnessKind {
    /// The kind that the name of a key states.
    #[must_use]
    pub fn of(key: &CosignerKey) -> Self {
        if key.name().ends_with(REPLAY_SUFFIX) { Self::Replaying } else { Self::AppendOnly }
    }

    /// `append-only` or `replaying`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AppendOnly => "append-only",
            Self::Replaying => "replaying",
        }
    }
}

/// Something that can witness: a witness or a group, by its place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Witness(usize),
    Group(usize),
}

/// Witnesses together when at least `needed` of its members are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) needed: usize,
    pub(crate) members: Vec<Member>,
}

/// A policy that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) logs: Vec<VerifierKey>,
    pub(crate) witnesses: Vec<CosignerKey>,
    pub(crate) groups: Vec<Group>,
    /// `None` when no cosignature is needed.
    pub(crate) quorum: Option<Member>,
}

/// A witness whose cosignature verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Name of its key.
    pub name: String,
    /// What it did.
    pub kind: WitnessKind,
    /// When, as it says, in seconds since 1970-01-01 UTC.
    pub time: u64,
}

/// A checkpoint that satisfies a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// What the log commits itself to.
    pub checkpoint: Checkpoint,
    /// Who cosigned, each public key once, in the order of the policy.
    pub witnesses: Vec<Witness>,
}

/// Why a policy does not take a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is no checkpoint, or a signature of a known key in it is invalid.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// No log of the policy has this origin.
    #[error("the policy knows no log of origin {origin:?}")]
    UnknownLog {
        /// The origin of the checkpoint.
        origin: String,
    },
    /// Too few witnesses, or not those that are needed.
    #[error(
        "the witnesses that signed ({append_only} append-only, {replaying} replaying) are not \
         enough for the policy"
    )]
    NoQuorum {
        /// Distinct keys of append-only witnesses.
        append_only: usize,
        /// Distinct keys of replaying witnesses.
        replaying: usize,
    },
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyFileError`] names the line.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyFileError> {
        policy_file::parse(bytes)
    }

    /// The keys of the logs.
    #[must_use]
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of the witnesses.
    #[must_use]
    pub fn witnesses(&self) -> &[CosignerKey] {
        &self.witnesses
    }

    /// Opens a checkpoint: a log of the policy has signed it and enough witnesses have cosigned.
    ///
    /// # Errors
    /// [`PolicyError::Note`] of the log's signature first, then of any witness;
    /// [`PolicyError::UnknownLog`], [`PolicyError::NoQuorum`].
    pub fn open(&self, note: &[u8]) -> Result<Witnessed, PolicyError> {
        let (checkpoint, note) = self.open_log(note)?;
        let witnesses = self.witnessed(&note)?;
        Ok(Witnessed { checkpoint, witnesses })
    }

    /// The first half of [`Policy::open`]: a log of the policy has signed.
    ///
    /// # Errors
    /// [`PolicyError::Note`], [`PolicyError::UnknownLog`].
    pub fn open_log(&self, note: &[u8]) -> Result<(Checkpoint, Note), PolicyError> {
        let note = Note::parse(note)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let mut logs = self.logs.clone();
        logs.retain(|log| log.name() == checkpoint.origin);
        if logs.is_empty() {
            return Err(PolicyError::UnknownLog { origin: checkpoint.origin });
        }
        note.verify(&logs)?;
        Ok((checkpoint, note))
    }

    /// The second half of [`Policy::open`]: enough witnesses have cosigned.
    ///
    /// # Errors
    /// [`PolicyError::Note`], [`PolicyError::NoQuorum`].
    pub fn witnessed(&self, note: &Note) -> Result<Vec<Witness>, PolicyError> {
        let (cosigned, witnesses) = witnesses_of(note, &self.witnesses)?;
        let has_signed = |key: &CosignerKey| cosigned.iter().any(|found| found.key == key);
        if self.is_enough(has_signed) {
            return Ok(witnesses);
        }
        let count = |kind| witnesses.iter().filter(|witness| witness.kind == kind).count();
        Err(PolicyError::NoQuorum {
            append_only: count(WitnessKind::AppendOnly),
            replaying: count(WitnessKind::Replaying),
        })
    }

    /// Who of the policy's witnesses has cosigned, be they enough or not; nobody if it is no note,
    /// or one of their lines is invalid.
    #[must_use]
    pub fn cosigned_by(&self, note: &[u8]) -> Vec<Witness> {
        let note = Note::parse(note).ok();
        let found = note.and_then(|note| Some(witnesses_of(&note, &self.witnesses).ok()?.1));
        found.unwrap_or_default()
    }

    fn is_enough(&self, has_signed: impl Fn(&CosignerKey) -> bool) -> bool {
        let mut groups: Vec<bool> = Vec::with_capacity(self.groups.len());
        let stands = |member: Member, groups: &[bool]| match member {
            Member::Witness(place) => self.witnesses.get(place).is_some_and(&has_signed),
            Member::Group(place) => groups.get(place).copied().unwrap_or(false),
        };
        // A group names only groups before it, so one pass decides all of them.
        for group in &self.groups {
            let standing = group.members.iter().filter(|member| stands(**member, &groups));
            groups.push(standing.count() >= group.needed);
        }
        self.quorum.is_none_or(|quorum| stands(quorum, &groups))
    }
}

/// The cosignatures of these keys, and who that is.
fn witnesses_of<'k>(
    note: &Note,
    keys: &'k [CosignerKey],
) -> Result<(Vec<Cosignature<'k>>, Vec<Witness>), NoteError> {
    let cosigned = cosignature::verify(note, keys)?;
    let witness = |found: &Cosignature<'_>| Witness {
        name: found.key.name().into(),
        kind: WitnessKind::of(found.key),
        time: found.time,
    };
    let witnesses = cosigned.iter().map(witness).collect();
    Ok((cosigned, witnesses))
}
