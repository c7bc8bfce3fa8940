//! The making of a seed that nobody can choose: whose answers count is fixed when it begins, the
//! roll is sealed before any answer is known, and who stays silent is named and left out.
//!
//! `nonce → sealed → answers → seed`. What is drawn by the seed is the caller's. The arithmetic
//! that anybody recomputes stands in `proof::draw`.

use proof::Digest;
use proof::draw::{Eligible, NONCE_BYTES};
use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::charter::{Hearing, Role};
use crate::key::Key;
use crate::refusal::Refusal;

const HOUR: i64 = 3_600_000;

/// Milliseconds of so many hours.
pub(crate) fn hours(hours: u32) -> i64 {
    i64::from(hours) * HOUR
}

/// A party of a draw and what it answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    /// The role that answers.
    pub role: Role,
    /// Its key of draws.
    pub key: Key,
    /// The proof of its output.
    pub proof: Option<Bytes>,
    /// Its output.
    pub output: Option<Bytes>,
}

/// A roll that can no longer change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Who can be drawn and who cannot; forgotten when the matter is over.
    pub eligible: Option<Eligible>,
    /// Its digest.
    pub digest: Digest,
    /// A committed nonce is revealed before this time, in milliseconds since 1970-01-01 UTC.
    pub reveal_until: i64,
    /// The parties answer before this time.
    pub answer_until: i64,
}

/// A draw on its way to a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// What is drawn for: its name in the log.
    pub subject: String,
    /// Whose answers count, fixed when the draw began.
    pub parties: Vec<Drawer>,
    /// Hours of each step.
    pub step_hours: u32,
    /// Without a commitment to a nonce the roll is sealed from this time on.
    pub nonce_until: i64,
    /// Commitment of whom it concerns to a nonce.
    pub nonce_commitment: Option<Digest>,
    /// The nonce, revealed after the roll was sealed.
    pub nonce: Option<[u8; NONCE_BYTES]>,
    /// The roll, once sealed.
    pub sealed: Option<Sealed>,
    /// The seed, once made.
    pub seed: Option<Digest>,
}

impl Draw {
    /// Begins a draw at a time, between the parties of the charter.
    pub(crate) fn begin(subject: String, hearing: &Hearing, at: i64) -> Result<Self, Refusal> {
        let parties: Option<Vec<Drawer>> = hearing
            .parties
            .iter()
            .map(|party| {
                let (role, key) = (party.role, party.key?);
                Some(Drawer { role, key, proof: None, output: None })
            })
            .collect();
        let parties = parties.filter(|parties| !parties.is_empty()).ok_or_else(|| {
            Refusal::new(
                "E-DRAW-NOBODY",
                "Nothing can be drawn.",
                "The charter names no parties that draw.",
                "Name them in `jury.hearing.parties` by an amendment.",
            )
        })?;
        let step_hours = hearing.answer_hours;
        Ok(Self {
            subject,
            parties,
            step_hours,
            nonce_until: at.saturating_add(hours(step_hours)),
            nonce_commitment: None,
            nonce: None,
            sealed: None,
            seed: None,
        })
    }

    fn refuse(
        &self,
        code: &'static str,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Refusal {
        let what = format!("The draw for {} does not take this step.", self.subject);
        Refusal::new(code, what, why, next)
    }

    /// Takes the commitment to a nonce.
    pub(crate) fn commit_nonce(&mut self, commitment: Digest) -> Result<(), Refusal> {
        if self.sealed.is_some() || self.nonce_commitment.is_some() {
            let why = "A nonce is committed already, or the roll is sealed.";
            return Err(self.refuse("E-DRAW-NONCE", why, "The draw goes on without another."));
        }
        self.nonce_commitment = Some(commitment);
        Ok(())
    }

    /// Whether the roll may be sealed now.
    pub(crate) fn may_seal(&self, at: i64) -> Result<(), Refusal> {
        if self.sealed.is_some() {
            return Err(self.refuse(
                "E-DRAW-SEALED",
                "The roll is sealed.",
                "Let the parties answer.",
            ));
        }
        if self.nonce_commitment.is_none() && at < self.nonce_until {
            let why = "The nonce of whom it concerns may still come.";
            let next =
                format!("Wait for it, or for {} (milliseconds since 1970).", self.nonce_until);
            return Err(self.refuse("E-DRAW-EARLY", why, next));
        }
        Ok(())
    }

    /// Seals the roll.
    pub(crate) fn seal(&mut self, at: i64, eligible: Eligible) -> Digest {
        let step = hours(self.step_hours);
        let reveal_until =
            if self.nonce_commitment.is_some() { at.saturating_add(step) } else { at };
        let answer_until = reveal_until.saturating_add(step);
        let digest = eligible.digest();
        let eligible = Some(eligible);
        self.sealed = Some(Sealed { eligible, digest, reveal_until, answer_until });
        digest
    }

    fn sealed(&self) -> Result<&Sealed, Refusal> {
        self.sealed.as_ref().ok_or_else(|| {
            self.refuse("E-DRAW-UNSEALED", "The roll is not sealed yet.", "Seal it first.")
        })
    }

    /// Takes the nonce that was committed.
    pub(crate) fn reveal(&mut self, at: i64, nonce: &Bytes) -> Result<(), Refusal> {
        let nonce = nonce.array::<NONCE_BYTES>();
        let fits = nonce.is_some_and(|nonce| {
            self.nonce_commitment == Some(proof::draw::nonce_commitment(&nonce))
        });
        if at >= self.sealed()?.reveal_until || self.nonce.is_some() || !fits {
            let why = "It is not the nonce that was committed, or it comes late or twice.";
            return Err(self.refuse("E-DRAW-NONCE", why, "The draw goes on without it."));
        }
        self.nonce = nonce;
        Ok(())
    }

    /// What every party puts into its function.
    ///
    /// # Errors
    /// Before the roll is sealed.
    pub fn input(&self, plan: &str) -> Result<Vec<u8>, Refusal> {
        let roll = self.sealed()?.digest;
        Ok(proof::draw::input(plan, &self.subject, &roll, self.nonce.as_ref()))
    }

    /// Takes the answer of a party; gives whether all have answered.
    pub(crate) fn answer(
        &mut self,
        at: i64,
        plan: &str,
        may: impl Fn(Role) -> bool,
        proof: &Bytes,
    ) -> Result<bool, Refusal> {
        let sealed = self.sealed()?;
        if self.nonce_commitment.is_some() && self.nonce.is_none() && at < sealed.reveal_until {
            let why = "The nonce that was committed may still be revealed.";
            let next = "Answer once it is, or once its deadline has passed.";
            return Err(self.refuse("E-DRAW-EARLY", why, next));
        }
        let somebody = self.parties.iter().any(|party| party.output.is_some());
        if self.seed.is_some() || at >= sealed.answer_until && somebody {
            let why = "The deadline for answers has passed, or the seed is made.";
            return Err(self.refuse("E-DRAW-LATE", why, "The draw goes on without this answer."));
        }
        let input = self.input(plan)?;
        let mine = self.parties.iter().position(|party| may(party.role));
        let Some(place) = mine else {
            let why = "This key fills no role that takes part in this draw.";
            return Err(self.refuse("E-DRAW-PARTY", why, "Only the recorded parties answer."));
        };
        if self.parties[place].output.is_some() {
            let why = "This party has answered.";
            return Err(self.refuse("E-DRAW-TWICE", why, "There is only one answer to give."));
        }
        let key = self.parties[place].key.0;
        let output = proof.array().and_then(|bytes| proof::vrf::verify(&key, &input, &bytes).ok());
        let Some(output) = output else {
            let why = "The proof does not belong to this party's key and this draw.";
            return Err(self.refuse("E-DRAW-PROOF", why, "Answer with the recorded key."));
        };
        let party = &mut self.parties[place];
        (party.proof, party.output) = (Some(proof.clone()), Some(Bytes(output.to_vec())));
        Ok(self.parties.iter().all(|party| party.output.is_some()))
    }

    /// Makes the seed of those who have answered, once all have or the deadline has passed. Without
    /// any answer there is none: what follows from public things alone could be chosen.
    pub(crate) fn finish(&mut self, at: i64) -> Result<Digest, Refusal> {
        let until = self.sealed()?.answer_until;
        let answers = self.parties.iter().filter(|party| party.output.is_some()).count();
        if self.seed.is_some() || answers == 0 || at < until && answers < self.parties.len() {
            let why = "Nobody has answered yet, others still may, or the seed is made.";
            let next = format!("Wait for an answer, or for {until} (milliseconds since 1970).");
            return Err(self.refuse("E-DRAW-EARLY", why, next));
        }
        let outputs = (0_u8..).zip(&self.parties).filter_map(|(place, party)| {
            party.output.as_ref().and_then(Bytes::array).map(|output| (place, output))
        });
        let outputs: Vec<(u8, [u8; 64])> = outputs.collect();
        let seed = proof::draw::seed(outputs.iter().map(|(place, output)| (*place, output)));
        self.seed = Some(seed);
        Ok(seed)
    }

    /// The parties that have answered, or those that have not.
    #[must_use]
    pub fn roles(&self, answered: bool) -> Vec<Role> {
        let parties = self.parties.iter().filter(|party| party.output.is_some() == answered);
        parties.map(|party| party.role).collect()
    }

    /// Forgets the roll, whose digest stays.
    pub(crate) fn forget_roll(&mut self) {
        if let Some(sealed) = &mut self.sealed {
            sealed.eligible = None;
        }
    }
}
