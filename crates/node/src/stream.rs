//! A stream of commands made durable in groups: checked on all cores, decided in order on one
//! thread, and written on another, so that neither the disk nor a core waits for the other.
//!
//! While one group is made durable, the commands that are decided meanwhile become the next.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use ledger::{Log, Records};

use crate::Error;
use crate::admission::{Admission, check};
use crate::apply::{GROUP, GROUP_BYTES};
use crate::in_order::in_order;
use crate::orderer::{Receipt, Rejection};

/// How a stream of commands flows.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// Most commands that are made durable together. More wait longer for the first answer; fewer
    /// wait for the disk more often.
    pub group_max: usize,
    /// Commands after which the stream ends, though more may come.
    pub commands_max: u64,
}

impl Default for Flow {
    /// Groups of 4,096 keep a disk that syncs two hundred times a second out of the way of two
    /// cores that check signatures.
    fn default() -> Self {
        Self { group_max: 4_096, commands_max: u64::MAX }
    }
}

/// What became of a command of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The command as it came.
    pub command: Vec<u8>,
    /// Its place in the log, where it is durable with its findings, or why it has none.
    pub receipt: Result<Receipt, Rejection>,
}

/// Is told what became of a group of commands, in order, on another thread than the caller's.
pub type Acknowledge<'a> = dyn FnMut(Vec<Answer>) -> Result<(), Error> + Send + 'a;

/// Commands that were decided together, and what is to be written for them.
struct Decided {
    answers: Vec<Answer>,
    records: Records,
}

/// Adds records to those that wait, committing what waits already if there is no room beside it.
pub(crate) fn append_with_room(log: &mut Log, records: &Records) -> Result<(), Error> {
    match log.append_all(records) {
        Err(ledger::Error::PendingFull) => {
            log.commit()?;
            log.append_all(records)?;
        }
        appended => appended?,
    }
    Ok(())
}

/// Orders all commands; returns how many. See [`crate::Solo::submit_stream`].
pub(crate) fn order_all(
    log: &mut Log,
    admission: &mut Admission,
    commands: &mut Receiver<Vec<u8>>,
    flow: Flow,
    acknowledge: &mut Acknowledge<'_>,
) -> Result<u64, Error> {
    let group = flow.group_max.clamp(1, GROUP);
    let waiting = flow.group_max.div_ceil(group);
    let (sender, receiver) = sync_channel(waiting);
    std::thread::scope(|scope| {
        let committer =
            scope.spawn(move || commit_all(log, &receiver, flow.group_max, acknowledge));
        let mut count = 0;
        let mut stopped = Ok(());
        in_order(
            |give| feed(commands, flow.commands_max, group, give),
            |commands: Vec<Vec<u8>>| (check(&commands), commands),
            |(checked, commands)| {
                count += commands.len() as u64;
                stopped = decide(admission, checked, commands, &sender);
                stopped.is_ok()
            },
        );
        drop(sender);
        let committed = committer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // Why the disk failed says more than that the rules could not go on without it.
        committed.and(stopped).map(|()| count)
    })
}

/// Hands out commands in groups of those that are there, without waiting for more to come.
fn feed(
    commands: &mut Receiver<Vec<u8>>,
    mut left: u64,
    group_max: usize,
    give: &mut dyn FnMut(Vec<Vec<u8>>) -> bool,
) {
    while left > 0
        && let Ok(first) = commands.recv()
    {
        let mut bytes = first.len();
        let mut group = vec![first];
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(group_max);
        while group.len() < most
            && bytes < GROUP_BYTES
            && let Ok(next) = commands.try_recv()
        {
            bytes += next.len();
            group.push(next);
        }
        left -= group.len() as u64;
        if !give(group) {
            return;
        }
    }
}

/// Lets the rules decide about a group and passes it on to be written.
fn decide(
    admission: &mut Admission,
    checked: Vec<Result<rules::entry::Verified, rules::entry::EntryError>>,
    commands: Vec<Vec<u8>>,
    sender: &SyncSender<Decided>,
) -> Result<(), Error> {
    let mut decided = Decided { answers: Vec::new(), records: Records::default() };
    let mut stopped = Ok(());
    for (checked, command) in checked.into_iter().zip(commands) {
        match admission.admit(checked, &mut decided.records) {
            Ok(receipt) => decided.answers.push(Answer { command, receipt }),
            Err(error) => {
                stopped = Err(error);
                break;
            }
        }
    }
    // Nobody receives any more only if the disk has failed.
    sender.send(decided).map_err(|_| Error::Poisoned).and(stopped)
}

/// Makes what was decided durable, as many groups at once as wait, and then acknowledges it.
fn commit_all(
    log: &mut Log,
    decided: &Receiver<Decided>,
    group_max: usize,
    acknowledge: &mut Acknowledge<'_>,
) -> Result<(), Error> {
    while let Ok(Decided { mut answers, records }) = decided.recv() {
        append_with_room(log, &records)?;
        while answers.len() < group_max
            && let Ok(more) = decided.try_recv()
        {
            append_with_room(log, &more.records)?;
            answers.extend(more.answers);
        }
        log.commit()?;
        acknowledge(answers)?;
    }
    Ok(())
}
