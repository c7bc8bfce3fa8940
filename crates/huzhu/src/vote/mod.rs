//! Sealed votes at the console, on whatever is voted: committed, opened by the voter from what was
//! kept, or by an institution from its copies in the log.

mod question;

use node::Orderer as _;
use proof::Digest;
use rules::Founded;
use rules::ballot::{Choice, Opening, Vote, purpose};
use rules::bytes::Bytes;
use rules::charter::Role;
use rules::entry::Entry;
use secret::CopyKey;

pub use question::Question;

use crate::console::{Console, Folder};
use crate::keep;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::sent::Sent;

/// Reads a choice from the command line.
pub fn choice(text: &str) -> Result<Choice, String> {
    serde_json::from_value(serde_json::json!(text))
        .map_err(|_| "a vote is `for` or `against`".to_owned())
}

/// An opening is kept under the name of its commitment, so that a second vote that is refused does
/// not take the place of the first.
fn kept_as(commitment: &Digest) -> String {
    format!("vote {commitment}")
}

/// Commits the vote of a member on a question.
pub fn commit(
    folder: &Folder,
    question: Question,
    member: u32,
    (choice, reason): (Choice, String),
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let subject = question.ballot(console.state())?.subject.clone();
    let salt = Bytes(node::random_bytes::<32>()?.to_vec());
    let opening = Opening { choice, reason, salt };
    let mut random = || Ok(node::random_bytes()?);
    let Sealed { commitment, copies } =
        seal(console.founded()?, &subject, member, &opening, &mut random)?;
    // First kept, then sent: without what opens it only the institutions could.
    keep::write(&folder.dir, &kept_as(&commitment), &opening)?;
    console.send_as_member(member, question.commit(commitment, copies))?.show(&console, json)
}

/// A vote as it is sent.
pub struct Sealed {
    /// Fixes it without showing it.
    pub commitment: Digest,
    /// The opening, sealed for each of the charter's institutions.
    pub copies: Vec<Bytes>,
}

/// Seals the vote of a member; `random` gives 32 fresh bytes for each copy.
pub fn seal(
    founded: &Founded,
    subject: &str,
    member: u32,
    opening: &Opening,
    random: &mut dyn FnMut() -> Result<[u8; 32], Problem>,
) -> Result<Sealed, Problem> {
    let text = opening.to_bytes().map_err(|error| {
        let (what, why) = ("The vote is not sealed.", format!("{error}."));
        Problem::new(Kind::Input, "E-VOTE-FORM", what, why, "Say it in fewer words.")
    })?;
    let purpose = purpose(&founded.plan, subject, member);
    let mut copies = Vec::new();
    for opener in &founded.charter.jury.hearing.openers {
        let key = opener.key.map(|key| key.0).unwrap_or_default();
        let copy = secret::seal(&key, &purpose, &text, random()?).map_err(|error| {
            let why = format!("The charter's key of {:?} is none: {error}.", opener.role);
            let next = "Correct the charter by an amendment.";
            Problem::new(Kind::Input, "E-VOTE-COPIES", "The vote is not sealed.", why, next)
        })?;
        copies.push(Bytes(copy));
    }
    Ok(Sealed { commitment: opening.commitment(&founded.plan, subject, member), copies })
}

/// What an institution reads in its copy of a vote; nothing when the copy is none of a vote.
pub fn read_copy(
    key: &CopyKey,
    plan: &str,
    subject: &str,
    voter: u32,
    copy: &[u8],
) -> Option<Opening> {
    let text = key.open(&purpose(plan, subject, voter), copy).ok()?;
    Opening::from_bytes(&text).ok()
}

/// Opens a vote as the member who committed it.
pub fn open(
    folder: &Folder,
    question: Question,
    member: u32,
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let vote = question.ballot(console.state())?.votes.get(&member).ok_or_else(|| {
        let what = "Nothing is opened.";
        let why = format!("No vote of member {member} is committed on {question}.");
        Problem::new(Kind::Refused, "E-VOTE-NONE", what, why, "Check both numbers.")
    })?;
    let opening: Opening = keep::read(&folder.dir, &kept_as(&vote.commitment))?;
    console.send_as_member(member, question.open(opening))?.show(&console, json)
}

/// Opens every vote that its member left closed, as an institution that holds copies.
pub fn open_left(
    folder: &Folder,
    question: Question,
    role: Role,
    json: bool,
) -> Result<Outcome, Problem> {
    let mut console = Console::open(folder)?;
    let founded = console.founded()?;
    let mut openers = founded.charter.jury.hearing.openers.iter();
    let place = openers.position(|opener| opener.role == role).ok_or_else(|| {
        let what = format!("The role {role:?} opens no votes.");
        let why = "The charter's `jury.hearing.openers` do not name it.";
        Problem::new(Kind::Refused, "E-VOTE-OPENER", what, why, "Name one of them with --as.")
    })?;
    let ballot = question.ballot(console.state())?;
    let (plan, subject) = (founded.plan.clone(), ballot.subject.clone());
    let closed = |(_, vote): &(&u32, &Vote)| vote.opened.is_none();
    let closed = ballot.votes.iter().filter(closed).map(|(voter, vote)| (*voter, vote.commitment));
    let closed: Vec<(u32, Digest)> = closed.collect();
    let copies = copies(&mut console, question, place, &closed)?;
    let key = console.key(role)?.copies();
    let mut all: Option<Sent> = None;
    for (voter, copy) in copies {
        let Some(opening) = read_copy(&key, &plan, &subject, voter, &copy.0) else {
            // A copy that does not open is the voter's doing: the count names the vote as closed.
            continue;
        };
        let sent = console.send_as(role, question.open_left(voter, opening))?;
        all = Some(match all {
            Some(before) => before.then(sent),
            None => sent,
        });
    }
    let nothing = || {
        let what = "No vote is opened.";
        let why = "None is left closed, or no copy is of this institution's key.";
        let next = "Let the votes be counted.";
        Problem::new(Kind::Refused, "E-VOTE-OPENED", what, why, next)
    };
    all.ok_or_else(nothing)?.show(&console, json)
}

/// The copies for one institution of the votes that are closed, from the log.
fn copies(
    console: &mut Console,
    question: Question,
    place: usize,
    closed: &[(u32, Digest)],
) -> Result<Vec<(u32, Bytes)>, Problem> {
    let mut found = Vec::new();
    console.node().stream(0, &mut |_, entry| {
        if let Ok(Entry::Command(_, signed)) = Entry::parse(entry)
            && let Some((commitment, copies)) = question.committed(&signed.command().body)
        {
            let voter = closed.iter().find(|(_, other)| other == commitment);
            let copy = copies.get(place).cloned();
            found.extend(voter.and_then(|(voter, _)| Some((*voter, copy?))));
        }
        Ok(())
    })?;
    found.sort_unstable_by_key(|(voter, _)| *voter);
    Ok(found)
}
