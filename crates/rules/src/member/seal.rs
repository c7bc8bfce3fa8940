//! Sealed answers: at joining each health question is answered under a salted commitment. Nobody
//! reads an answer; a refusal that rests on one must open it, and anybody can check the opening.

use proof::{Digest, Hasher};
use serde::{Deserialize, Serialize};

use crate::blocks::Blocks;
use crate::state::State;

/// Stands before what the commitment to one answer hashes.
const ANSWER_DOMAIN: &str = "huzhu/v1 health answer\n";

/// Stands before what the digest of a member's commitments hashes.
const ANSWERS_DOMAIN: &[u8] = b"huzhu/v1 health answers\n";

/// Seals that share a digest.
pub(crate) const SEALS_OF_A_BLOCK: usize = 256;

/// The commitment to the answer to one question.
#[must_use]
pub fn seal_answer(salt: &Digest, question: u32, answer: &str) -> Digest {
    proof::sha256(format!("{ANSWER_DOMAIN}{salt}\n{question}\n{answer}\n").as_bytes())
}

/// What is kept of a member's commitments: the list itself stands in the entry of joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    member: u32,
    answers: Digest,
}

/// What opens a sealed answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The salt of the answer.
    pub salt: Digest,
    /// The commitments to all answers of the member, in the order of the questions, as they stand
    /// in the entry of joining.
    pub seals: Vec<Digest>,
}

fn digest_of(seals: &[Digest]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(ANSWERS_DOMAIN);
    seals.iter().for_each(|seal| hasher.update(&seal.0));
    hasher.finish()
}

/// Seals by member, who join in the order of their numbers.
pub(crate) type Seals = Blocks<Seal, SEALS_OF_A_BLOCK>;

impl State {
    /// Keeps what a new member has sealed.
    pub(super) fn seal(&mut self, member: u32, commitments: &[Digest]) {
        if !commitments.is_empty() {
            self.seals.push(Seal { member, answers: digest_of(commitments) });
        }
    }

    /// Whether the member sealed any answer at joining. Whoever was enrolled in a batch did not.
    pub(crate) fn has_sealed(&self, member: u32) -> bool {
        self.seals.binary_search_by_key(&member, |seal| seal.member).is_ok()
    }

    /// Whether an opening shows that the member gave this answer to this question at joining.
    pub(crate) fn opens(
        &self,
        member: u32,
        opening: &Opening,
        question: u32,
        answer: &str,
    ) -> bool {
        let place = self.seals.binary_search_by_key(&member, |seal| seal.member);
        let kept = place.is_ok_and(|place| self.seals[place].answers == digest_of(&opening.seals));
        let place = (question as usize).checked_sub(1);
        let sealed = place.and_then(|place| opening.seals.get(place));
        kept && sealed == Some(&seal_answer(&opening.salt, question, answer))
    }
}
