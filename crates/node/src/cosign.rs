//! Collecting cosignatures: the log's newest checkpoint is sent to the witnesses of a policy, all
//! at once, and what comes back is kept only if it verifies.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::thread::{scope, sleep};
use std::time::Duration;

use ledger::View;
use ledger::checkpoint as stored;
use ledger::disk::{Disk, RealDisk};
use proof::Digest;
use proof::add_checkpoint::{AddCheckpoint, signed_size};
use proof::checkpoint::Checkpoint;
use proof::cosignature::{self, CosignerKey};
use proof::merkle::{Frontier, consistency_ranges, leaf_hash};
use proof::note::{NOTE_LIMIT, Note, NoteSignature};
use proof::policy::{Policy, WitnessKind};
use proof::policy_file;

use crate::Error;
use crate::mirror::agent;
use crate::replay::{checkpoint_key, open_note};
use crate::witnesses::{cosigned, store};

/// How long one answer may take. A witness that replays may need longer the first time; it goes on
/// by itself and is ready when asked again.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a witness is asked that does not answer, or says that it is not ready.
const ATTEMPTS: u32 = 3;

/// How long to wait before asking again, times the number of the attempt.
const PAUSE: Duration = Duration::from_millis(300);

/// What became of one witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// It has cosigned, at this time in seconds since 1970 UTC.
    Cosigned(u64),
    /// It has cosigned a longer log, or another of this length: the log shows two histories.
    Conflict(String),
    /// It refuses.
    Refused(String),
    /// It could not be reached, or what it answered is no cosignature.
    Failed(String),
    /// The policy names no address.
    NoAddress,
}

/// A witness that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Name of its key.
    pub name: String,
    /// What it does before it signs.
    pub kind: WitnessKind,
    /// What came of it.
    pub reply: Reply,
}

/// What was collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Each witness of the policy, in its order.
    pub asked: Vec<Asked>,
    /// Whether the policy is satisfied, with earlier cosignatures of the same checkpoint.
    pub enough: bool,
}

/// Asks the witnesses of `policy` to cosign the newest checkpoint of the log in `folder`, and
/// stores what they say beside it. `patience` is what one answer may take; 30 seconds if not given.
///
/// # Errors
/// When the log was never signed or is damaged, the policy does not name it, or nothing can be
/// stored. That a witness fails is no error.
pub fn cosign(
    folder: &Path,
    policy_bytes: &[u8],
    patience: Option<Duration>,
) -> Result<Collected, Error> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let key = checkpoint_key(&disk, folder)?.ok_or(Error::NotFounded)?;
    let open = |note: &[u8]| open_note(Some(&key), note);
    let (checkpoint, note) = stored::read(&*disk, folder, &open)?.ok_or(Error::Unsigned)?;
    let policy = Policy::parse(policy_bytes)?;
    let addresses: BTreeMap<CosignerKey, String> =
        policy_file::addresses(policy_bytes)?.into_iter().collect();
    if !policy.logs().contains(&key) {
        return Err(Error::OtherPolicy(key.to_string()));
    }
    let earlier = cosigned(folder, &key).ok().flatten();
    let view = View::open(disk, folder, &open)?;
    let asker = Asker { view: &view, checkpoint: &checkpoint, note: &note, patience };
    let known = |witness: &CosignerKey| match &earlier {
        Some(earlier) if earlier.witnesses.iter().any(|it| it.name == witness.name()) => {
            earlier.checkpoint.size
        }
        _ => 0,
    };
    let replies: Vec<(Reply, Option<NoteSignature>)> = scope(|scope| {
        let asking = policy.witnesses().iter().map(|witness| {
            let (asker, address, old) = (&asker, addresses.get(witness), known(witness));
            scope.spawn(move || match address {
                Some(address) => asker.ask(witness, address, old),
                None => (Reply::NoAddress, None),
            })
        });
        let asking: Vec<_> = asking.collect();
        let lost = || (Reply::Failed("the request was lost".to_owned()), None);
        asking.into_iter().map(|asked| asked.join().unwrap_or_else(|_| lost())).collect()
    });
    let mut merged = Note::parse(&note).map_err(Error::Note)?;
    for (witness, (_, line)) in policy.witnesses().iter().zip(&replies) {
        let before = earlier.as_ref().filter(|earlier| earlier.checkpoint == checkpoint);
        let before = before.and_then(|earlier| Note::parse(&earlier.note).ok());
        let before = before
            .and_then(|note| note.signatures().iter().find(|line| line.is_of(witness)).cloned());
        if let Some(line) = line.clone().or(before) {
            merged.add(line).map_err(Error::Note)?;
        }
    }
    let enough = policy.open(merged.to_string().as_bytes()).is_ok();
    store(folder, policy_bytes, &merged)?;
    let asked = policy.witnesses().iter().zip(replies).map(|(witness, (reply, _))| Asked {
        name: witness.name().to_owned(),
        kind: WitnessKind::of(witness),
        reply,
    });
    Ok(Collected { asked: asked.collect(), checkpoint, enough })
}

/// What all witnesses are sent.
struct Asker<'a> {
    view: &'a View,
    checkpoint: &'a Checkpoint,
    note: &'a [u8],
    patience: Option<Duration>,
}

impl Asker<'_> {
    /// Asks one witness, and again with the size that it says it has signed.
    fn ask(
        &self,
        witness: &CosignerKey,
        address: &str,
        mut old: u64,
    ) -> (Reply, Option<NoteSignature>) {
        let mut last = String::new();
        let mut corrected = false;
        for attempt in 1..=ATTEMPTS {
            match self.send(address, old) {
                Ok((200, body)) => return self.believe(witness, &body),
                Ok((409, body)) => {
                    let signed = signed_size(&body);
                    match signed.filter(|signed| *signed <= self.checkpoint.size) {
                        Some(signed) if signed != old && !corrected => {
                            (old, corrected) = (signed, true);
                            continue;
                        }
                        _ => {
                            let what = format!(
                                "it has signed {} entries, and not those of this checkpoint",
                                signed.map_or("other".to_owned(), |signed| signed.to_string())
                            );
                            return (Reply::Conflict(what), None);
                        }
                    }
                }
                Ok((503, body)) => last = text(&body),
                Ok((status, body)) => {
                    return (Reply::Refused(format!("{status}: {}", text(&body))), None);
                }
                Err(error) => last = error,
            }
            if attempt < ATTEMPTS {
                sleep(PAUSE * attempt);
            }
        }
        (Reply::Failed(last), None)
    }

    fn send(&self, address: &str, old: u64) -> Result<(u16, Vec<u8>), String> {
        let proof = self.proof(old).map_err(|error| error.to_string())?;
        let note = String::from_utf8_lossy(self.note).into_owned();
        let body = AddCheckpoint { old, proof, note }.to_string();
        let request = agent().post(format!("{}/add-checkpoint", address.trim_end_matches('/')));
        let patience = self.patience.unwrap_or(PATIENCE);
        let request = request.config().timeout_global(Some(patience)).build();
        let mut answer = request.send(body.as_bytes()).map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(NOTE_LIMIT as u64).read_to_vec();
        Ok((status, body.map_err(|error| error.to_string())?))
    }

    /// The proof that the checkpoint contains the first `old` entries, in one pass over the log.
    fn proof(&self, old: u64) -> Result<Vec<Digest>, Error> {
        let runs: Vec<Range<u64>> =
            consistency_ranges(old, self.checkpoint.size).unwrap_or_default();
        let mut subtrees = vec![Frontier::new(); runs.len()];
        let entries = if runs.is_empty() { 0 } else { self.checkpoint.size };
        for (index, entry) in (0..entries).zip(self.view.entries(0)) {
            let place = runs.iter().position(|run| run.contains(&index));
            if let Some(place) = place {
                subtrees[place].push(leaf_hash(&entry?));
            }
        }
        Ok(subtrees.iter().map(Frontier::root).collect())
    }

    /// Takes the line of this witness out of an answer, if it verifies.
    fn believe(&self, witness: &CosignerKey, body: &[u8]) -> (Reply, Option<NoteSignature>) {
        let whole = [self.note, body].concat();
        let verified = Note::parse(&whole).map_err(|error| error.to_string()).and_then(|note| {
            let own = std::slice::from_ref(witness);
            let found = cosignature::verify(&note, own).map_err(|error| error.to_string())?;
            let time = found.first().map(|found| found.time);
            let line = note.signatures().iter().rfind(|line| line.is_of(witness)).cloned();
            time.zip(line).ok_or_else(|| "it has not signed with its key".to_owned())
        });
        match verified {
            Ok((time, line)) => (Reply::Cosigned(time), Some(line)),
            Err(why) => (Reply::Failed(format!("its answer is no cosignature: {why}")), None),
        }
    }
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).trim().to_owned()
}
