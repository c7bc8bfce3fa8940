//! Commands that were done so long ago that the rules remember only their number: they are looked
//! up in the log, so that an interrupted submission can be sent again from its beginning.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ledger::View;
use node::{Receipt, Rejection};
use rules::entry::Signed;
use rules::key::Key;

/// How the rules refuse a number that is not the actor's next.
const OUT_OF_ORDER: &str = "E-COMMAND-SEQ";

/// What stands before a command in its entry, and after it.
const BEFORE: &[u8] = b"{\"command\":";
const AFTER: &[u8] = b",\"order\":";

/// The log as it was when the first such command came.
pub struct Earlier {
    dir: PathBuf,
    /// Opened when first needed.
    view: Option<View>,
    /// Where the last one was found: the next is most likely to stand after it.
    at: u64,
    /// From this number on no command of the actor is in the log.
    absent: BTreeMap<Key, u64>,
}

impl Earlier {
    /// A look at the log of the ledger in `dir`, which is not opened yet.
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_path_buf(), view: None, at: 0, absent: BTreeMap::new() }
    }

    /// Where the same command stands in the log, if it was refused for its number only.
    pub fn find(&mut self, command: &[u8], rejection: &Rejection) -> Option<Receipt> {
        let Rejection::Rules(refusal) = rejection else { return None };
        let signed = Signed::parse(command).ok().filter(|_| refusal.code == OUT_OF_ORDER)?;
        let (by, seq) = (signed.command().by, signed.command().seq);
        if self.absent.get(&by).is_some_and(|absent| *absent <= seq) {
            return None;
        }
        // A log that cannot be read has nothing to say: the refusal stands.
        if self.view.is_none() {
            self.view = Some(node::open_view(&self.dir).ok()?);
        }
        let view = self.view.as_ref()?;
        // Every number that was used is there once, whatever the command was.
        let (by_text, seq_text) = (format!("\"by\":\"{by}\""), format!("\"seq\":{seq},"));
        for (from, to) in [(self.at, view.size()), (0, self.at)] {
            let entries = view.entries(from).take((to - from) as usize);
            for (position, entry) in (from..).zip(entries) {
                let entry = entry.ok()?;
                let rest = entry.strip_prefix(BEFORE);
                let same = rest.and_then(|rest| rest.strip_prefix(command));
                if same.is_some_and(|rest| rest.starts_with(AFTER)) {
                    self.at = position + 1;
                    let next = view.entries(position + 1).next().and_then(Result::ok);
                    if next.is_some_and(|next| is_of_an_attempt(&next)) {
                        return None;
                    }
                    return Some(Receipt { position, again: true });
                }
                let text = std::str::from_utf8(&entry).unwrap_or_default();
                if text.contains(&by_text) && text.contains(&seq_text) && is(&entry, by, seq) {
                    return None;
                }
            }
        }
        let absent = self.absent.entry(by).or_insert(seq);
        *absent = (*absent).min(seq);
        None
    }
}

/// Whether an entry is the command of this number of this actor.
fn is(entry: &[u8], by: Key, seq: u64) -> bool {
    use rules::entry::Entry;
    match Entry::parse(entry) {
        Ok(Entry::Command(_, signed)) => (signed.command().by, signed.command().seq) == (by, seq),
        _ => false,
    }
}

/// Whether an entry says that the command before it was refused: it stands there, and was not done.
fn is_of_an_attempt(entry: &[u8]) -> bool {
    let entry: Option<serde_json::Value> = serde_json::from_slice(entry).ok();
    entry.is_some_and(|entry| {
        entry["command"]["by"] == "rules" && entry["command"]["do"] == "finding.attempt.refused"
    })
}
