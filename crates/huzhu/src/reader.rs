//! A ledger's folder as one who only looks at it uses it: without its lock and without keys, and
//! on a damaged log up to the damage.

use money::Currency;
use node::Reading;
use rules::charter::Charter;
use serde_json::{Value, json};

use crate::console::{Folder, not_founded, time_of};
use crate::outcome::{Outcome, show};
use crate::problem::Problem;

/// What was read of a ledger.
pub struct Reader {
    state: rules::State,
    /// What a writer would be told.
    damage: Option<Problem>,
}

impl Reader {
    /// Reads the ledger of a founded plan.
    pub fn open(folder: &Folder) -> Result<Self, Problem> {
        let journal = folder.dir.join(ledger::journal::FOLDER);
        if !journal.is_dir() {
            let why = format!("There is no folder {}.", journal.display());
            return Err(Problem::not_a_ledger(&folder.dir, why));
        }
        let Reading { state, refused } = node::read(&folder.dir)?;
        let damage = refused.map(Problem::from);
        if state.founded().is_none() {
            return Err(damage.unwrap_or_else(not_founded));
        }
        time_of(folder, &state)?;
        Ok(Self { state, damage })
    }

    /// The same, if nothing of the log is damaged.
    pub fn whole(self) -> Result<Self, Problem> {
        match self.damage {
            Some(damage) => Err(damage),
            None => Ok(self),
        }
    }

    /// The state.
    pub fn state(&self) -> &rules::State {
        &self.state
    }

    /// The charter in force.
    pub fn charter(&self) -> Result<&Charter, Problem> {
        self.state.founded().map(|founded| &founded.charter).ok_or_else(not_founded)
    }

    /// The plan's currency.
    pub fn currency(&self) -> Result<Currency, Problem> {
        Ok(self.charter()?.plan.currency)
    }

    /// Shows what was read, and says so if the log goes on in a way that cannot be read.
    pub fn show(&self, json: bool, mut document: Value, words: impl FnOnce()) -> Outcome {
        if let Some(damage) = &self.damage {
            document["damage"] = damage.document();
            document["entries_read"] = json!(self.state.entries());
        }
        show(json, &document, words);
        let Some(damage) = &self.damage else { return Outcome::Done };
        if !json {
            let entries = self.state.entries();
            eprintln!("This is the plan after its first {entries} entries only.");
            damage.print();
        }
        Outcome::False
    }
}
