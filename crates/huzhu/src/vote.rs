//! A sealed vote at the console: what is sent now, and what opens it later.

use proof::Digest;
use rules::ballot::{Choice, Opening, purpose};
use rules::bytes::Bytes;
use rules::charter::Charter;

use crate::problem::{Kind, Problem};

/// A vote that has been made and not yet opened.
pub struct Vote {
    /// What opens it.
    pub opening: Opening,
    /// What is sent.
    pub commitment: Digest,
    /// The opening, sealed for each institution of the charter.
    pub copies: Vec<Bytes>,
}

impl Vote {
    /// Makes the vote of a member on a question.
    pub fn new(
        (plan, charter): (&str, &Charter),
        question: &str,
        member: u32,
        (choice, reason): (Choice, &str),
    ) -> Result<Self, Problem> {
        let salt = Bytes(node::random_bytes::<32>()?.to_vec());
        let opening = Opening { choice, reason: reason.to_owned(), salt };
        let text = opening.to_bytes().map_err(|error| {
            let what = "The vote is not sent.";
            let next = "Give a shorter reason.";
            Problem::new(Kind::Input, "E-VOTE-REASON", what, format!("{error}."), next)
        })?;
        let purpose = purpose(plan, question, member);
        let seal = |opener: &rules::charter::Party| {
            let key = opener.key.ok_or_else(|| no_key(opener))?;
            let copy = secret::seal(&key.0, &purpose, &text, node::random_bytes()?);
            copy.map(Bytes).map_err(|_| no_key(opener))
        };
        let copies = charter.jury.hearing.openers.iter().map(seal).collect::<Result<_, _>>()?;
        let commitment = opening.commitment(plan, question, member);
        Ok(Self { opening, commitment, copies })
    }
}

fn no_key(opener: &rules::charter::Party) -> Problem {
    let what = "The vote is not sent.";
    let why = format!("The charter gives no key of {:?} for copies of votes.", opener.role);
    Problem::new(Kind::Input, "E-VOTE-OPENER", what, why, "Amend the charter: name its key.")
}
