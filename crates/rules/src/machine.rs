//! The machine: applies entries in order and keeps the log and the rules in step.
//!
//! The orderer *submits* commands and gets the entries to write, findings included. Whoever replays
//! *applies* the entries of a log: each finding in it must be, byte for byte, the one that the
//! rules conclude at that place.

use std::collections::VecDeque;

use proof::Digest;

use crate::actors::{Actor, Actors};
use crate::amendment::Version;
use crate::charter::{Charter, Role};
use crate::command::{Asked, Do, Permitted, PlanCommand};
use crate::day::Day;
use crate::entry::{self, Command, ENTRY_BYTES_MAX, Entry, EntryError, Order, Verified};
use crate::finding::{Finding, PlanFinding};
use crate::key::Key;
use crate::period::{self, Period};
use crate::refusal::Refusal;
use crate::state::{Founded, State};

/// The digest of the state is a finding after about so many entries: often enough that a deviation
/// is found near its cause, seldom enough that hashing costs little beside the signatures.
const DIGEST_EVERY: u64 = 1_024;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done: the entries to be written, the command first and then its findings.
    Done(Vec<Vec<u8>>),
    /// Done earlier, at this position of the log: the same command was sent again.
    Already(u64),
    /// Refused, and on record: somebody of the staff tried what the charter forbids. The entries
    /// to be written are the command and the finding that it was refused.
    Recorded(Vec<Vec<u8>>, Refusal),
}

/// Why an entry of a log is not what the rules make of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// Not an entry, or its signature does not hold.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A command that the rules refuse stands in the log.
    #[error("a command stands here that the rules refuse: {0}")]
    Refused(Refusal),
    /// A finding that the rules do not conclude at this place, or one left out.
    #[error("the rules conclude another finding here")]
    Finding,
    /// Time runs backwards, or a command stands here twice.
    #[error("the entry stands at the wrong place in time or twice")]
    Order,
}

/// A state and the findings that must follow in the log.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    state: State,
    pending: VecDeque<Vec<u8>>,
}

impl Machine {
    /// A machine that continues from a state, such as one of a snapshot.
    #[must_use]
    pub fn from_state(state: State) -> Self {
        Self { state, pending: VecDeque::new() }
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Gives the state away.
    #[must_use]
    pub fn into_state(self) -> State {
        self.state
    }

    /// The findings that must still follow the last command, encoded. After a crash in the middle
    /// of a group, a writer completes the log with them before it takes new commands.
    pub fn missing(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.pending).into()
    }

    /// Whether all findings of the last command have been applied, so that the log may end here.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.pending.is_empty()
    }

    /// Applies a command at a place in time. `chunk` holds the rows that it names, if any.
    ///
    /// # Errors
    /// When the rules refuse; the state is as before.
    pub fn submit(
        &mut self,
        order: Order,
        command: &Verified,
        chunk: Option<&[u8]>,
    ) -> Result<Outcome, Refusal> {
        assert!(self.pending.is_empty(), "commands follow the findings of the one before");
        if let Some(position) = self.state.done_before(command)? {
            return Ok(Outcome::Already(position));
        }
        let (findings, refusal) = self.state.take(order, command, chunk)?;
        let mut entries = vec![entry::encode(command.bytes(), order)];
        entries.extend(self.state.conclude(order, &findings));
        Ok(match refusal {
            None => Outcome::Done(entries),
            Some(refusal) => Outcome::Recorded(entries, refusal),
        })
    }

    /// Applies the next entry of a log, whose command part (if it is a command) is verified. Gives
    /// whether it was carried out: not so the attempt of somebody of the staff, which only stands
    /// on record.
    ///
    /// # Errors
    /// When the entry is not what the rules make of it. [`Machine::missing`] then tells which
    /// findings they conclude there.
    pub fn replay(&mut self, entry: Replayed, chunk: Option<&[u8]>) -> Result<bool, ReplayError> {
        let (order, command) = match entry {
            Replayed::Finding(order, bytes) => {
                let bytes = entry::encode(&bytes, order);
                if self.pending.front() != Some(&bytes) {
                    return Err(ReplayError::Finding);
                }
                self.pending.pop_front();
                return Ok(true);
            }
            Replayed::Command(order, command) => (order, command),
        };
        if !self.pending.is_empty() {
            return Err(ReplayError::Finding);
        }
        if self.state.done_before(&command).map_err(ReplayError::Refused)?.is_some() {
            return Err(ReplayError::Order);
        }
        let taken = self.state.take(order, &command, chunk);
        let (findings, refusal) = taken.map_err(ReplayError::Refused)?;
        self.pending = self.state.conclude(order, &findings).into();
        Ok(refusal.is_none())
    }
}

/// An entry of a log, ready to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// A command whose signature holds.
    Command(Order, Box<Verified>),
    /// The bytes of a finding's `command` part.
    Finding(Order, Vec<u8>),
}

impl Replayed {
    /// Checks the signatures of many entries at once.
    ///
    /// # Errors
    /// The position of the first whose signature does not hold.
    pub fn verify_all(entries: Vec<Entry>) -> Result<Vec<Self>, (usize, EntryError)> {
        let mut places = Vec::with_capacity(entries.len());
        let mut commands = Vec::new();
        for entry in entries {
            places.push(match entry {
                Entry::Command(order, signed) => {
                    commands.push(*signed);
                    (order, None)
                }
                Entry::Finding(order, bytes) => (order, Some(bytes)),
            });
        }
        let mut verified = entry::verify_all(commands).into_iter();
        let replayed =
            places.into_iter().enumerate().map(|(index, (order, finding))| match finding {
                Some(bytes) => Ok(Self::Finding(order, bytes)),
                None => {
                    let command = verified.next().expect("one verdict for each command");
                    let command = command.map_err(|error| (index, error))?;
                    Ok(Self::Command(order, Box::new(command)))
                }
            });
        replayed.collect()
    }
}

impl State {
    /// The position of a command that was sent before by the same actor.
    ///
    /// # Errors
    /// When another command was sent under the same id: it would be lost without a word.
    fn done_before(&self, command: &Verified) -> Result<Option<u64>, Refusal> {
        let (bytes, command) = (command.bytes(), command.command());
        let Some(actor) = self.actors.get(&command.by) else {
            return Ok(None);
        };
        match actor.latest.iter().find(|(id, ..)| *id == command.id) {
            None => Ok(None),
            Some((_, digest, position)) if *digest == proof::sha256(bytes) => Ok(Some(*position)),
            Some((id, _, position)) => Err(Refusal::new(
                "E-COMMAND-ID",
                "The command is refused.",
                format!("Its id {id:?} was used by another command, entry {position}."),
                "Give the command an id of its own and sign it again.",
            )),
        }
    }

    /// Applies a command, or puts it on record as a forbidden attempt, with its refusal.
    fn take(
        &mut self,
        order: Order,
        command: &Verified,
        chunk: Option<&[u8]>,
    ) -> Result<(Vec<Finding>, Option<Refusal>), Refusal> {
        let refusal = match self.apply(order, command, chunk) {
            Ok(findings) => return Ok((findings, None)),
            Err(refusal) => refusal,
        };
        match self.record_attempt(order, command.command(), &refusal) {
            Some(finding) => Ok((vec![finding], Some(refusal))),
            None => Err(refusal),
        }
    }

    /// Checks everything, then changes everything: a refusal leaves no trace.
    fn apply(
        &mut self,
        order: Order,
        command: &Verified,
        chunk: Option<&[u8]>,
    ) -> Result<Vec<Finding>, Refusal> {
        let digest = proof::sha256(command.bytes());
        let bytes = command.bytes().len();
        let command = command.command();
        // An entry carries integers within ±(2^53 − 1), and the last month has no period after it.
        let written = money::Amount::from_minor(order.at).is_ok();
        let last = order.day.month().next() == order.day.month();
        if order.at < self.at || order.day < self.day || !written || last {
            return Err(Refusal::new(
                "E-ORDER-TIME",
                "The command is not ordered.",
                "Its time lies before that of the last entry, or outside the calendar.",
                "Set the clock of the node right.",
            ));
        }
        assert!(bytes < ENTRY_BYTES_MAX, "commands are parsed within the limit");
        if let Do::Plan(PlanCommand::Found { charter, first_publicity, node }) = &command.body {
            let findings = self.found(order, command, charter, *first_publicity, *node)?;
            self.remember(order, command, digest);
            return Ok(findings);
        }
        let permitted = command.body.permitted();
        let member = self.may_act(command.by, command.seq, &command.plan, permitted)?;
        let before = self.advance(order.day);
        let asked = Asked { order, by: command.by, member, chunk };
        let done = self.seconds_of(command.by, &command.body).and_then(|second| match second {
            None => command.body.perform(self, asked),
            Some(second) => self.hold(asked, &command.body, second),
        });
        match done {
            Ok(findings) => {
                self.compare_custody(order.day);
                self.remember(order, command, digest);
                Ok(findings)
            }
            Err(refusal) => {
                self.turn_back(before);
                Err(refusal)
            }
        }
    }

    /// Whether a key may act; gives the member who acts by it.
    fn may_act(
        &self,
        by: Key,
        seq: u64,
        plan: &str,
        permitted: Permitted,
    ) -> Result<Option<u32>, Refusal> {
        let founded = self.founded.as_ref().ok_or_else(Refusal::not_founded)?;
        if plan != founded.plan {
            let what = format!("The command is for the plan {plan:?}.");
            let why = format!("This is the log of {:?}.", founded.plan);
            return Err(Refusal::new("E-PLAN-OTHER", what, why, "Send it to its own plan."));
        }
        let actor = self.fills(by, permitted)?;
        if seq != actor.seq + 1 {
            let why = format!("The actor's next number is {}, not {seq}.", actor.seq + 1);
            let next = "Number the command anew and sign it again.";
            return Err(Refusal::new("E-COMMAND-SEQ", "The command is out of order.", why, next));
        }
        Ok(actor.member)
    }

    /// The actor of a key that may do what is permitted so.
    pub(crate) fn fills(&self, by: Key, permitted: Permitted) -> Result<&Actor, Refusal> {
        let actor = self.actors.get(&by).ok_or_else(|| Refusal::permitted(permitted))?;
        if let Some(day) = actor.revoked {
            return Err(Refusal::revoked(day));
        }
        let fills = match permitted {
            Permitted::Role(role) => self.fills_role(actor, role),
            Permitted::Member => actor.member.is_some(),
            Permitted::MemberOr(role) => actor.member.is_some() || self.fills_role(actor, role),
            Permitted::Staff => !actor.roles.is_empty(),
        };
        if fills { Ok(actor) } else { Err(Refusal::permitted(permitted)) }
    }

    /// Whether an actor may act in a role. When the operator has fallen silent, the members'
    /// delegates act in every role but those of the bank and the regulator.
    fn fills_role(&self, actor: &Actor, role: Role) -> bool {
        let kept = matches!(role, Role::Custodian | Role::Regulator);
        actor.roles.contains(&role)
            || self.run_off().caretaker && !kept && actor.roles.contains(&Role::Delegate)
    }

    fn found(
        &mut self,
        order: Order,
        command: &Command,
        charter: &Charter,
        first_publicity: Day,
        node: Key,
    ) -> Result<Vec<Finding>, Refusal> {
        let refuse =
            |why: &str, next| Refusal::new("E-PLAN-FOUND", "No plan is founded.", why, next);
        if self.founded.is_some() {
            let next = "Use another folder for another plan.";
            return Err(refuse("This log has its plan already.", next));
        }
        if let Some(complaint) = charter.check().errors.first() {
            return Err(Refusal::charter(complaint));
        }
        let mut actors = Actors::default();
        for roles in &charter.roles {
            for key in &roles.keys {
                let key: Key = key.parse().map_err(|_| Refusal::role(roles.role))?;
                actors.appoint(key, roles.role);
            }
        }
        let founder = actors.get(&command.by);
        if !founder.is_some_and(|actor| actor.roles.contains(&Role::Operator)) {
            return Err(Refusal::role(Role::Operator));
        }
        if command.seq != 1 || proof::signature::check_key(&node.0).is_err() {
            let next = "Number the command 1 and give the node's own Ed25519 key.";
            return Err(refuse(
                "It is not the actor's first command, or no key signs the log.",
                next,
            ));
        }
        if first_publicity < order.day {
            let next = "Name a day that is still to come.";
            return Err(refuse("The first publicity day lies in the past.", next));
        }
        let dates = period::first_from(&charter.calendar, first_publicity);
        let charter_id = charter.id();
        self.actors = actors;
        self.periods.push(Period::new(dates, 0));
        let plan = command.plan.clone();
        let (from, from_period) = (order.day, 0);
        let version = Version { charter: charter.clone(), id: charter_id, from, from_period };
        self.versions.push(version);
        self.founded = Some(Founded { plan, charter: charter.clone(), charter_id, node });
        self.day = order.day;
        Ok(vec![Finding::Plan(PlanFinding::Founded {
            charter: charter_id,
            publicity: dates.publicity,
        })])
    }

    /// Marks a command as done.
    fn remember(&mut self, order: Order, command: &Command, digest: Digest) {
        let position = self.entries;
        self.heard(command.by, order.day);
        self.at = order.at;
        self.entries += 1;
        let actor = self.actors.get_mut(&command.by).expect("only known actors act");
        actor.remember(command.seq, command.id.clone(), digest, position);
    }

    /// Numbers findings and encodes them as entries.
    fn conclude(&mut self, order: Order, findings: &[Finding]) -> Vec<Vec<u8>> {
        let plan = self.founded.as_ref().map_or("", |founded| founded.plan.as_str()).to_owned();
        let conclude = |state: &mut Self, finding: &Finding| {
            state.entries += 1;
            state.findings += 1;
            entry::encode_finding(&plan, state.findings, finding, order)
        };
        // The command itself is counted already.
        let before = self.entries - 1;
        let mut encoded: Vec<Vec<u8>> =
            findings.iter().map(|finding| conclude(self, finding)).collect();
        if before / DIGEST_EVERY != self.entries / DIGEST_EVERY {
            self.refresh_digests();
            let state =
                Finding::Plan(PlanFinding::State { entries: self.entries, digest: self.digest() });
            encoded.push(conclude(self, &state));
        }
        encoded
    }
}
