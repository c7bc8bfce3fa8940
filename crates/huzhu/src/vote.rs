//! A sealed vote at the console: what is sent now, and what is kept to open it later.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use node::KEYS_FOLDER;
use proof::Digest;
use rules::ballot::{Choice, Opening, purpose};
use rules::bytes::Bytes;
use rules::charter::Charter;
use serde_json::json;

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

/// Keeps an opening beside the voter's key, where nobody else reads it, under the name of its
/// commitment: a second vote that is refused does not take the place of the first.
pub fn keep(dir: &Path, commitment: &Digest, opening: &Opening) -> Result<(), Problem> {
    let path = path_of(dir, commitment);
    let failed = |error| Problem::file(&path, &error);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(failed)?;
    file.write_all(json!(opening).to_string().as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)
}

/// The opening that was kept of a commitment.
pub fn kept(dir: &Path, commitment: &Digest) -> Result<Opening, Problem> {
    let path = path_of(dir, commitment);
    let text = std::fs::read_to_string(&path).map_err(|error| Problem::file(&path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        let what = format!("{} does not open a vote.", path.display());
        let next = "Restore the file from where it was kept.";
        Problem::new(Kind::Input, "E-VOTE-FILE", what, format!("{error}."), next)
    })
}

fn path_of(dir: &Path, commitment: &Digest) -> PathBuf {
    dir.join(KEYS_FOLDER).join(format!("vote-{commitment}.json"))
}

fn no_key(opener: &rules::charter::Party) -> Problem {
    let what = "The vote is not sent.";
    let why = format!("The charter gives no key of {:?} for copies of votes.", opener.role);
    Problem::new(Kind::Input, "E-VOTE-OPENER", what, why, "Amend the charter: name its key.")
}
