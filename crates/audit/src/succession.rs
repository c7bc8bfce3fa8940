//! A log that goes on under another key: the key, and whether what the successor says of its
//! predecessor is so.

use node::{Succession, Watch};
use proof::checkpoint::Checkpoint;
use proof::note::VerifierKey;
use proof::policy::{Policy, PolicyError};

use crate::Error;
use crate::difference::{Difference, Kind};
use crate::inquiry::NotRecomputed;
use crate::place::Place;

/// The keys of a log: that of its founding, and that of its succession if it has one.
pub(crate) struct Keys {
    founding: VerifierKey,
    succession: Option<Succession>,
}

impl Keys {
    /// Reads what stands beside the log.
    pub(crate) fn of(
        place: &Place,
        founding: VerifierKey,
        differences: &mut Vec<Difference>,
    ) -> Result<Self, Error> {
        let Some(entry) = place.succession()? else {
            return Ok(Self { founding, succession: None });
        };
        let succession = Succession::parse(&entry).filter(|it| it.key.name() == founding.name());
        if succession.is_none() {
            let what = "what stands beside the log as its succession is no entry of one";
            differences.push(Difference::whole(Kind::WrongSuccession, what));
        }
        Ok(Self { founding, succession })
    }

    /// The key that signs the log now.
    pub(crate) fn current(&self) -> &VerifierKey {
        self.succession.as_ref().map_or(&self.founding, |succession| &succession.key)
    }

    /// Every key that has signed the log.
    pub(crate) fn all(&self) -> Vec<VerifierKey> {
        let now = self.succession.as_ref().map(|succession| succession.key.clone());
        std::iter::once(self.founding.clone()).chain(now).collect()
    }

    /// A comparison with the entries of the log.
    pub(crate) fn watch(&self) -> Option<Watch> {
        self.succession.clone().map(Succession::watch)
    }

    /// Whether the predecessor had signed the checkpoint from which the log goes on, the entries
    /// before it are those, and the policy's witnesses had cosigned it.
    pub(crate) fn compare(
        &self,
        watch: Option<&Watch>,
        policy: Option<&Policy>,
        differences: &mut Vec<Difference>,
        not_recomputed: &mut Vec<NotRecomputed>,
    ) {
        let Some(succession) = &self.succession else { return };
        let at = succession.checkpoint.size;
        let mut wrong = |what: String| {
            differences.push(Difference::at(Kind::WrongSuccession, at, what));
        };
        if let Some(why) = watch.and_then(Watch::wrong) {
            wrong(why.to_owned());
        }
        if let Err(error) = Checkpoint::open(&succession.note, &self.founding) {
            wrong(format!("the checkpoint from which the log goes on: {error}"));
        }
        match policy.map(|policy| policy.open(&succession.note)) {
            Some(Ok(_)) => {}
            None | Some(Err(PolicyError::UnknownLog { .. } | PolicyError::Note(_))) => {
                let what = "succession: whether the witnesses of before had signed its checkpoint";
                let (what, by) = (what.to_owned(), Vec::new());
                not_recomputed.push(NotRecomputed { what, count: 1, by });
            }
            Some(Err(error)) => {
                wrong(format!("the checkpoint from which the log goes on: {error}"));
            }
        }
    }
}
