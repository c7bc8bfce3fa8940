//! Issuing receipts: entries of a log with their proofs under one checkpoint, and a member's charge
//! with its path. Nothing is handed out that `proof` does not verify.

mod places;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use ledger::View;
use ledger::disk::{Disk, RealDisk};
use proof::Digest;
use proof::merkle::{Frontier, inclusion_path, leaf_hash};
use proof::policy::{Policy, PolicyError};
use proof::policy_file::PolicyFileError;
use proof::receipt::{ENTRIES_LIMIT, ProvedCharge, ProvedEntry, Receipt};
use proof::receipt_check::{self, ReceiptError, Verdict};
use proof::tlog_proof::TlogProof;
use rules::State;
use settle::SettleError;
use settle::tree::PeriodTree;

use crate::Error;
use crate::replay::{checkpoint_key, open_note};
use places::Places;

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptIssue {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] Error),
    /// The policy is none.
    #[error("the policy cannot be read: {0}")]
    Policy(#[from] PolicyFileError),
    /// There is no checkpoint of this log that a log of the policy has signed.
    #[error("the checkpoint is not one of the policy's log: {0}")]
    Checkpoint(#[from] PolicyError),
    /// No checkpoint was signed yet.
    #[error("no checkpoint of this log was signed yet")]
    NoCheckpoint,
    /// The checkpoint is one of another log, or of a longer one.
    #[error("the checkpoint is not one of this log")]
    OtherLog,
    /// There is nothing in the log of this kind and number.
    #[error("the log has no {what} {number}")]
    Unknown {
        /// Member, case or closed period.
        what: &'static str,
        /// The number asked for.
        number: u32,
    },
    /// The period's charges are not sealed.
    #[error("period {0} is not sealed yet")]
    NotSealed(u32),
    /// The charge is that of another period than asked for, or there is no tree.
    #[error(transparent)]
    Charge(#[from] SettleError),
    /// The tree of the roll has another root than the sealed one.
    #[error("the roll and the plan's secret make another tree than the sealed one of period {0}")]
    OtherTree(u32),
    /// The last checkpoint was signed before an entry of the receipt was written.
    #[error("entry {index} is not covered by the checkpoint of {size} entries")]
    NotCovered {
        /// The entry.
        index: u64,
        /// Entries of the checkpoint.
        size: u64,
    },
    /// More entries than a receipt holds.
    #[error("the receipt would have {0} entries, and holds {ENTRIES_LIMIT}")]
    TooManyEntries(usize),
    /// What was made does not verify: too few witnesses have signed, for example.
    #[error("the receipt would not be believed at the step `{}`", .0.step().name())]
    Fails(#[from] ReceiptError),
}

/// Makes receipts of one log under one checkpoint.
pub struct Issuer {
    view: View,
    places: Places,
    policy: String,
    note: String,
    size: u64,
    leaves: Vec<Digest>,
    /// Paths that were made already: a period's findings stand in everybody's receipt.
    paths: BTreeMap<u64, Vec<Digest>>,
}

impl Issuer {
    /// Reads the log of a folder. `policy` is the text of the policy to be stated; without it, the
    /// log's own signature suffices. `note` is a checkpoint, cosigned perhaps; without it, the one
    /// stored beside the log.
    ///
    /// # Errors
    /// When the log is damaged, or policy, checkpoint and log do not fit together.
    pub fn open(
        folder: &Path,
        policy: Option<String>,
        note: Option<Vec<u8>>,
    ) -> Result<Self, ReceiptIssue> {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let key = checkpoint_key(&disk, folder)?.ok_or(ReceiptIssue::NoCheckpoint)?;
        let policy = policy.unwrap_or_else(|| format!("log {key}\nquorum none\n"));
        let note = match note {
            Some(note) => note,
            None => stored_note(folder)?.ok_or(ReceiptIssue::NoCheckpoint)?,
        };
        let (mut places, mut leaves) = (Places::default(), Vec::new());
        let open = |note: &[u8]| open_note(Some(&key), note);
        let mut visit = |index: u64, entry: &[u8]| {
            places.take(index, entry);
            leaves.push(leaf_hash(entry));
        };
        let view = View::open_visiting(disk, folder, &open, &[], &mut visit);
        let view = view.map_err(Error::from)?;
        let (checkpoint, _) = Policy::parse(policy.as_bytes())?.open_log(&note)?;
        let covered = usize::try_from(checkpoint.size).ok().and_then(|size| leaves.get(..size));
        let covered = covered.ok_or(ReceiptIssue::OtherLog)?;
        if Frontier::of(covered).root() != checkpoint.root {
            return Err(ReceiptIssue::OtherLog);
        }
        leaves.truncate(covered.len());
        let note = String::from_utf8(note).map_err(|_| ReceiptIssue::OtherLog)?;
        let size = checkpoint.size;
        Ok(Self { view, places, policy, note, size, leaves, paths: BTreeMap::new() })
    }

    /// The entries by which a member joined.
    ///
    /// # Errors
    /// When there is no such member, or no receipt can be made.
    pub fn member(&mut self, member: u32) -> Result<(Receipt, Verdict), ReceiptIssue> {
        let unknown = ReceiptIssue::Unknown { what: "member", number: member };
        let entries = self.places.of_member(member).ok_or(unknown)?;
        self.issue(&entries, None)
    }

    /// Everything that the log says about a case.
    ///
    /// # Errors
    /// When there is no such case, or no receipt can be made.
    pub fn case(&mut self, case: u32) -> Result<(Receipt, Verdict), ReceiptIssue> {
        let unknown = ReceiptIssue::Unknown { what: "case", number: case };
        let entries = self.places.of_case(case).ok_or(unknown)?.to_vec();
        self.issue(&entries, None)
    }

    /// The findings of a closed period.
    ///
    /// # Errors
    /// When the period is not closed, or no receipt can be made.
    pub fn period(&mut self, period: u32) -> Result<(Receipt, Verdict), ReceiptIssue> {
        let unknown = ReceiptIssue::Unknown { what: "closed period", number: period };
        let places = self.places.of_period(period).filter(|places| places.closed.is_some());
        let places = places.ok_or(unknown)?.clone();
        let all = places.published.into_iter().chain(places.rates).chain(places.closed);
        let all = all.chain(places.sealed).chain(places.collected).chain(places.settled);
        self.issue(&all.collect::<Vec<_>>(), None)
    }

    /// One member's charge in a sealed period, whose tree is at hand.
    ///
    /// # Errors
    /// When the period is not sealed, or with another tree; when the member does not share it; or
    /// when no receipt can be made.
    pub fn charge(
        &mut self,
        state: &State,
        tree: &PeriodTree,
        member: u32,
    ) -> Result<(Receipt, Verdict), ReceiptIssue> {
        let period = tree.period();
        let places = self.places.of_period(period).cloned().unwrap_or_default();
        let (Some(closed), Some(sealed)) = (places.closed, places.sealed) else {
            return Err(ReceiptIssue::NotSealed(period));
        };
        if state.period(period).and_then(|row| row.sealed) != Some(tree.root().hash) {
            return Err(ReceiptIssue::OtherTree(period));
        }
        let charge = tree.prove(state.roll(), member)?;
        let entries: Vec<u64> = places.rates.into_iter().chain([closed, sealed]).collect();
        self.issue(&entries, Some(charge))
    }

    /// The entries and the charge as a receipt that verifies.
    fn issue(
        &mut self,
        entries: &[u64],
        charge: Option<ProvedCharge>,
    ) -> Result<(Receipt, Verdict), ReceiptIssue> {
        let mut entries = entries.to_vec();
        entries.sort_unstable();
        entries.dedup();
        if entries.len() > ENTRIES_LIMIT {
            return Err(ReceiptIssue::TooManyEntries(entries.len()));
        }
        let proved = entries.into_iter().map(|index| self.prove(index));
        let entries = proved.collect::<Result<_, _>>()?;
        let receipt = Receipt { policy: self.policy.clone(), entries, charge };
        let verdict = receipt_check::check(receipt.to_string().as_bytes(), None)?;
        Ok((receipt, verdict))
    }

    fn prove(&mut self, index: u64) -> Result<ProvedEntry, ReceiptIssue> {
        let uncovered = || ReceiptIssue::NotCovered { index, size: self.size };
        let path = match self.paths.get(&index) {
            Some(path) => path.clone(),
            None => {
                let place = usize::try_from(index).ok();
                let path = place.and_then(|place| inclusion_path(&self.leaves, place));
                path.ok_or_else(uncovered)?
            }
        };
        let entry = self.view.entry(index).map_err(Error::from)?;
        let entry = String::from_utf8(entry).map_err(|_| ReceiptIssue::OtherLog)?;
        self.paths.insert(index, path.clone());
        let checkpoint = self.note.clone();
        Ok(ProvedEntry { entry, proof: TlogProof { extra: None, index, path, checkpoint } })
    }
}

/// The checkpoint beside the log as it stands in its file.
fn stored_note(folder: &Path) -> Result<Option<Vec<u8>>, Error> {
    let path = folder.join(ledger::checkpoint::FILE);
    match std::fs::read(&path) {
        Ok(note) => Ok(Some(note)),
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::File { path, source }),
    }
}
