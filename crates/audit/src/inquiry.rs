//! The audit itself: reads a log once, lets the rules and the walk look at the same entries, and
//! says what agrees, what does not, and what could not be seen from here.

use std::collections::{BTreeMap, BTreeSet};

use node::{Error as NodeError, Watch, apply_entries, founding, named_by};
use proof::Digest;
use proof::checkpoint::Checkpoint;
use proof::merkle::{Frontier, leaf_hash};
use proof::note::{Note, VerifierKey};
use proof::policy::{Policy, PolicyError, WitnessKind};
use rules::machine::Machine;

use crate::Error;
use crate::difference::{Difference, Kind};
use crate::place::{Place, Unreadable};
use crate::replayed::{Replayed, difference};
use crate::succession::Keys;
use crate::walk::{Unknown, Walk, Walked};

/// A checkpoint that somebody has seen, here or elsewhere.
pub struct Seen {
    /// Who showed it, for the reader.
    pub by: String,
    /// The signed note.
    pub note: Vec<u8>,
}

/// What is asked.
pub struct Question<'q> {
    /// The log.
    pub place: &'q Place,
    /// The policy that the checkpoint must satisfy; without one the mirror's own is looked at.
    pub policy: Option<&'q [u8]>,
    /// Checkpoints seen earlier or elsewhere.
    pub seen: Vec<Seen>,
}

/// Who cosigned the checkpoint under the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cosigned {
    /// There is no policy to look at.
    NoPolicy,
    /// These, and they are enough.
    Enough(Vec<proof::policy::Witness>),
    /// These, and they are not enough.
    TooFew(Vec<proof::policy::Witness>),
}

/// Something that stands in the log and was not recomputed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRecomputed {
    /// What, in words.
    pub what: String,
    /// How many of it.
    pub count: u64,
    /// Replaying witnesses that say, under this checkpoint, that they did.
    pub by: Vec<String>,
}

/// What an audit found.
#[derive(Debug)]
pub struct Answer {
    /// Name of the log.
    pub origin: String,
    /// Entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Digest,
    /// Everything that is not as it should be, the first one first.
    pub differences: Vec<Difference>,
    /// What was not recomputed.
    pub not_recomputed: Vec<NotRecomputed>,
    /// Entries that were replayed under the rules.
    pub replayed: u64,
    /// Digest of the state, if all were.
    pub digest: Option<Digest>,
    /// Periods whose arithmetic was recomputed from public numbers.
    pub periods: u64,
    /// Payments of aid that were matched with decisions.
    pub payouts: u64,
    /// Draws by lot whose seed was made again from the answers.
    pub draws: u64,
    /// Who cosigned.
    pub cosigned: Cosigned,
}

impl Answer {
    /// Whether nothing was found.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.differences.is_empty()
    }
}

/// What one pass over the entries gathers.
struct Pass {
    frontier: Frontier,
    /// Roots at the sizes of checkpoints seen elsewhere.
    roots: BTreeMap<u64, Option<Digest>>,
    cards: BTreeSet<Digest>,
    walk: Walk,
    watch: Option<Watch>,
}

impl Pass {
    fn new(sizes: impl Iterator<Item = u64>) -> Self {
        let mut pass = Self {
            frontier: Frontier::new(),
            roots: sizes.map(|size| (size, None)).collect(),
            cards: BTreeSet::new(),
            walk: Walk::default(),
            watch: None,
        };
        pass.note();
        pass
    }

    fn note(&mut self) {
        if let Some(root) = self.roots.get_mut(&self.frontier.size()) {
            *root = Some(self.frontier.root());
        }
    }

    fn entry(&mut self, index: u64, entry: &[u8]) {
        self.frontier.push(leaf_hash(entry));
        self.note();
        self.cards.extend(named_by(entry).0);
        if let Some(watch) = &mut self.watch {
            watch.entry(index, entry);
        }
        self.walk.entry(index, entry);
    }
}

/// Audits a log. `progress` is told how many entries were replayed.
///
/// # Errors
/// When there is no log, or it cannot be read at all.
pub fn audit(question: &Question<'_>, progress: &mut dyn FnMut(u64)) -> Result<Answer, Error> {
    let place = question.place;
    let note = place.note()?;
    let claimed = note.as_deref().and_then(|note| Note::parse(note).ok());
    let claimed = claimed.and_then(|note| Checkpoint::parse(note.text()).ok());
    let size = claimed.as_ref().map_or(0, |checkpoint| checkpoint.size);
    let policy = question.policy.map(Policy::parse).transpose()?;
    let mut differences = Vec::new();
    // A policy may name the key of a successor; where the log began, its first entry says.
    let anchor = policy.as_ref().filter(|_| !matches!(place.succession(), Ok(Some(_))));
    let founding = log_key(place, anchor, claimed.as_ref(), size)?;
    let keys = Keys::of(place, founding, &mut differences)?;
    let key = keys.current().clone();
    let checkpoint = note.as_deref().and_then(|note| match Checkpoint::open(note, &key) {
        Ok((checkpoint, _)) => Some(checkpoint),
        Err(error) => {
            let what = format!("the checkpoint: {error}");
            differences.push(Difference::whole(Kind::Checkpoint, what));
            claimed.clone()
        }
    });
    let seen = open_seen(&question.seen, &keys.all(), &mut differences);
    let mut pass = Pass::new(seen.iter().map(|(_, checkpoint)| checkpoint.size));
    pass.watch = keys.watch();
    let replayed = read(place, checkpoint.as_ref(), &key, &mut pass, &mut differences, progress)?;
    let Pass { frontier, roots, cards, walk, watch } = pass;
    compare_seen(&seen, frontier.size(), &roots, &mut differences);
    let walked = walk.finish(replayed.read_whole);
    // Before what the rules say of the same entry: the walk knows what came later.
    differences.splice(0..0, walked.difference.clone());
    if let Err(unreadable) = place.check_files(&key) {
        found(unreadable, &mut differences)?;
    }
    let cosigned = cosigned(place, &key, question.policy, note.as_deref(), &mut differences)?;
    let mut not_recomputed = not_recomputed(&replayed, &walked, &cosigned);
    missing_cards(place, &cards, &mut differences, &mut not_recomputed)?;
    keys.compare(watch.as_ref(), policy.as_ref(), &mut differences, &mut not_recomputed);
    differences.sort_by_key(Difference::rank);
    // Both readers may have seen the same thing.
    differences.dedup_by(|later, first| {
        later == first || later.entry.is_some() && later.entry == first.entry
    });
    Ok(Answer {
        origin: key.name().to_owned(),
        size: frontier.size(),
        root: frontier.root(),
        not_recomputed,
        replayed: replayed.entries,
        digest: (replayed.entries == frontier.size()).then_some(replayed.digest),
        periods: walked.periods,
        payouts: walked.payouts,
        draws: walked.draws,
        cosigned,
        differences,
    })
}

/// The key under which the log began: of the policy, or of the founding entry.
fn log_key(
    place: &Place,
    policy: Option<&Policy>,
    claimed: Option<&Checkpoint>,
    size: u64,
) -> Result<VerifierKey, Error> {
    let named = |key: &&VerifierKey| claimed.is_none_or(|claimed| claimed.origin == key.name());
    if let Some(key) = policy.and_then(|policy| policy.logs().iter().find(named)) {
        return Ok(key.clone());
    }
    let first = place.first_entry(size)?;
    let first = first.ok_or_else(|| Error::NoLog("it has no entry".to_owned()))?;
    let founding = founding(&first);
    Ok(founding.ok_or_else(|| Error::NoLog("it does not begin with a founding".to_owned()))?.1)
}

/// Checkpoints seen elsewhere that this log has signed. One that it has not signed is worth nothing
/// as evidence, which is said.
fn open_seen<'s>(
    seen: &'s [Seen],
    keys: &[VerifierKey],
    differences: &mut Vec<Difference>,
) -> Vec<(&'s str, Checkpoint)> {
    let mut opened = Vec::new();
    for seen in seen {
        let (mut by_keys, open) = (keys.iter(), |key| Checkpoint::open(&seen.note, key));
        let first = by_keys.next().map(open);
        let later = || by_keys.map(open).find_map(Result::ok);
        let Some(first) = first else { continue };
        match first.or_else(|error| later().ok_or(error)) {
            Ok((checkpoint, _)) => opened.push((seen.by.as_str(), checkpoint)),
            Err(error) => {
                let what = format!("the checkpoint of {}: {error}", seen.by);
                differences.push(Difference::whole(Kind::Checkpoint, what));
            }
        }
    }
    opened
}

/// Two checkpoints signed by one log must be of one history.
fn compare_seen(
    seen: &[(&str, Checkpoint)],
    size: u64,
    roots: &BTreeMap<u64, Option<Digest>>,
    differences: &mut Vec<Difference>,
) {
    for (by, checkpoint) in seen {
        let (signed, there) = (checkpoint.size, roots.get(&checkpoint.size).copied().flatten());
        let (kind, what) = match there {
            None => (
                Kind::ShortenedLog,
                format!("{by} holds a checkpoint of {signed} entries, {size} are shown here"),
            ),
            Some(root) if root == checkpoint.root => continue,
            Some(root) => (
                if signed == size { Kind::SplitView } else { Kind::RewrittenHistory },
                format!(
                    "{by} holds a checkpoint of {signed} entries with the root {}, and the first \
                     {signed} entries shown here have the root {root}; the log has signed both",
                    checkpoint.root
                ),
            ),
        };
        differences.push(Difference::whole(kind, what));
    }
}

/// Reads every entry once, on one side the walk, on the other the rules.
fn read(
    place: &Place,
    checkpoint: Option<&Checkpoint>,
    key: &VerifierKey,
    pass: &mut Pass,
    differences: &mut Vec<Difference>,
    progress: &mut dyn FnMut(u64),
) -> Result<Replayed, Error> {
    let mut machine = Machine::default();
    let rows = |chunk: &rules::command::Chunk| place.chunk(chunk);
    let mut unreadable = None;
    let feed = |show: &mut dyn FnMut(&[u8])| {
        let mut visit = Visit { pass, show };
        let read = place.read(checkpoint, key, &mut |index, entry| visit.entry(index, entry));
        unreadable = read.err();
        Ok(())
    };
    let applied = apply_entries(&mut machine, 0, &rows, feed, progress);
    let read_whole = unreadable.is_none();
    if let Some(unreadable) = unreadable {
        found(unreadable, differences)?;
    }
    let reached = Replayed { read_whole, ..Replayed::of(&machine) };
    let size = pass.frontier.size();
    match applied {
        Ok(()) if read_whole && !machine.is_whole() => {
            let what = "the findings of the last command are missing";
            differences.push(Difference::at(Kind::RemovedEntry, size, what));
            Ok(reached)
        }
        Ok(()) => Ok(Replayed { seals: place.seals(machine.state(), differences)?, ..reached }),
        Err(NodeError::Ledger(ledger::Error::NoSuchChunk { digest })) => {
            Ok(Replayed { without: Some(digest), ..reached })
        }
        Err(NodeError::Ledger(ledger::Error::Damaged(damage))) => {
            differences.push(Difference::whole(Kind::DamagedFile, damage.to_string()));
            Ok(reached)
        }
        Err(NodeError::Replay { index, source }) => {
            let there = place.entry(key, checkpoint.map_or(size, |signed| signed.size), index);
            let expected = machine.missing().into_iter().next();
            differences.push(difference(index, &source, there.as_deref(), expected.as_deref()));
            Ok(reached)
        }
        Err(other) => Err(other.into()),
    }
}

/// Shows each entry to both readers.
struct Visit<'v> {
    pass: &'v mut Pass,
    show: &'v mut dyn FnMut(&[u8]),
}

impl Visit<'_> {
    fn entry(&mut self, index: u64, entry: &[u8]) {
        self.pass.entry(index, entry);
        (self.show)(entry);
    }
}

fn found(unreadable: Unreadable, differences: &mut Vec<Difference>) -> Result<(), Error> {
    match unreadable {
        Unreadable::Difference(difference) => differences.push(difference),
        Unreadable::Error(error) => return Err(error),
    }
    Ok(())
}

/// Who cosigned, under the policy that was brought, which must then be satisfied, or under the
/// mirror's own.
fn cosigned(
    place: &Place,
    key: &VerifierKey,
    brought: Option<&[u8]>,
    note: Option<&[u8]>,
    differences: &mut Vec<Difference>,
) -> Result<Cosigned, Error> {
    let own = if brought.is_none() { place.policy(key)? } else { None };
    let (Some(policy), Some(note)) = (brought.or(own.as_deref()), note) else {
        return Ok(Cosigned::NoPolicy);
    };
    let parsed = match Policy::parse(policy) {
        Ok(policy) => policy,
        Err(error) if brought.is_none() => {
            let what = format!("the mirror's policy: {error}");
            differences.push(Difference::whole(Kind::DamagedFile, what));
            return Ok(Cosigned::NoPolicy);
        }
        Err(error) => return Err(error.into()),
    };
    match parsed.open(note) {
        Ok(witnessed) => Ok(Cosigned::Enough(witnessed.witnesses)),
        Err(error) => {
            let few = matches!(error, PolicyError::NoQuorum { .. });
            if brought.is_some() || !few {
                differences.push(Difference::whole(Kind::NotWitnessed, error.to_string()));
            }
            Ok(Cosigned::TooFew(parsed.cosigned_by(note)))
        }
    }
}

fn not_recomputed(replayed: &Replayed, walked: &Walked, cosigned: &Cosigned) -> Vec<NotRecomputed> {
    let unsealed = walked.unknown.sealed.saturating_sub(replayed.seals);
    let by: Vec<String> = match cosigned {
        Cosigned::NoPolicy => Vec::new(),
        Cosigned::Enough(witnesses) | Cosigned::TooFew(witnesses) => {
            let replaying = witnesses.iter().filter(|it| it.kind == WitnessKind::Replaying);
            replaying.map(|witness| witness.name.clone()).collect()
        }
    };
    let trees = "periods: the tree of charges, for which the plan's secret is needed";
    let Some(missing) = replayed.without else {
        let trees = NotRecomputed { what: trees.to_owned(), count: unsealed, by };
        return Some(trees).filter(|trees| trees.count > 0).into_iter().collect();
    };
    let Unknown { sharers, bounded, states, sealed: _, refunds, failed, .. } = walked.unknown;
    let Unknown { topped_up, verdicts, re_audits, other, .. } = walked.unknown;
    let items = [
        (
            1,
            format!(
                "the rules from entry {} on: the rows {missing} are not here",
                replayed.entries
            ),
        ),
        (sharers, "periods: who of the members shares, which was only bounded from above".into()),
        (bounded, "periods: shares under a cap, which were only bounded from above".into()),
        (failed, "collections: whose charges failed".into()),
        (refunds, "payments: shares returned to members".into()),
        (topped_up, "payments: how a topping up is divided among cases".into()),
        (unsealed, trees.into()),
        (verdicts, "hearings: who was on the roll of the panel, and its votes".into()),
        (re_audits, "re-audits: which paid cases could be drawn".into()),
        (states, "statements of the state's digest".into()),
        (other, "commands of areas that have no second reading".into()),
    ];
    let items = items.into_iter().filter(|(count, _)| *count > 0);
    items.map(|(count, what)| NotRecomputed { what, count, by: by.clone() }).collect()
}

/// Cards whose text is not there: withdrawn, or kept back.
fn missing_cards(
    place: &Place,
    cards: &BTreeSet<Digest>,
    differences: &mut Vec<Difference>,
    not_recomputed: &mut Vec<NotRecomputed>,
) -> Result<(), Error> {
    let mut missing = 0;
    for card in cards {
        match place.has_card(card) {
            Ok(there) => missing += u64::from(!there),
            Err(unreadable) => found(unreadable, differences)?,
        }
    }
    if missing > 0 {
        let what = "cards: their text is not here, withdrawn or kept back".to_owned();
        not_recomputed.push(NotRecomputed { what, count: missing, by: Vec::new() });
    }
    Ok(())
}
