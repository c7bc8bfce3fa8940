//! One plan: its machine, its actors, its calendar, its log.

use std::collections::BTreeMap;

use ed25519_zebra::SigningKey;
use proof::Digest;
use rules::Refusal;
use rules::charter::{Charter, Role};
use rules::command::{Do, MemberCommand, PlanCommand};
use rules::day::Day;
use rules::entry::{Command, Order, Signed};
use rules::finding::Finding;
use rules::machine::{Machine, Outcome};

use crate::keys::Keys;
use crate::replay::findings_of;

/// A second of the fake clock passes between two commands, in milliseconds.
const TICK: i64 = 1_000;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// A plan that a test runs.
#[derive(Clone, Debug)]
pub struct World {
    machine: Machine,
    keys: Keys,
    plan: String,
    order: Order,
    sent: u64,
    /// A duty whose key is away.
    muted: Option<Role>,
    log: Vec<Vec<u8>>,
    chunks: BTreeMap<Digest, Vec<u8>>,
}

impl World {
    /// A world in which nothing has been said yet, on `day`.
    #[must_use]
    pub fn empty(seed: u64, day: Day) -> Self {
        let at = i64::from(day.since_epoch()) * DAY;
        Self {
            machine: Machine::default(),
            keys: Keys::from_seed(seed),
            plan: "test".to_owned(),
            order: Order { at, day },
            sent: 0,
            muted: None,
            log: Vec::new(),
            chunks: BTreeMap::new(),
        }
    }

    /// Founds a plan under `charter` on 1 January 2020, its roles filled by the keys of `seed`
    /// unless the charter fills them itself.
    ///
    /// # Panics
    /// When the charter is refused.
    #[must_use]
    pub fn found(seed: u64, charter: &Charter) -> Self {
        let day = Day::new(2020, 1, 1).expect("the first day of 2020 exists");
        let mut world = Self::empty(seed, day);
        let empty = charter.roles.iter().all(|roles| roles.keys.is_empty());
        let charter = if empty { world.keys.fill(charter) } else { charter.clone() };
        // The node's key signs checkpoints, never commands: the stranger's serves.
        let node = Keys::name(world.keys.stranger());
        let charter = Box::new(charter);
        let founded =
            world.send(Do::Plan(PlanCommand::Found { charter, first_publicity: day, node }));
        founded.expect("the charter founds a plan");
        world
    }

    /// The machine.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &rules::State {
        self.machine.state()
    }

    /// The signing keys.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Every entry so far.
    #[must_use]
    pub fn log(&self) -> &[Vec<u8>] {
        &self.log
    }

    /// Every chunk of rows, by its hash.
    #[must_use]
    pub fn chunks(&self) -> &BTreeMap<Digest, Vec<u8>> {
        &self.chunks
    }

    /// Today.
    #[must_use]
    pub fn day(&self) -> Day {
        self.order.day
    }

    /// The place in time of the next command.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// Lets days pass.
    pub fn pass(&mut self, days: i32) {
        self.go_to(self.order.day.plus_days(days));
    }

    /// Lets hours pass, and with them the days that they make.
    ///
    /// # Panics
    /// When the calendar ends.
    pub fn pass_hours(&mut self, hours: i64) {
        let at = self.order.at + hours * 3_600_000;
        let day = i32::try_from(at / DAY).ok().and_then(|days| Day::from_epoch(days).ok());
        self.order = Order { at, day: day.expect("the world's days lie in the calendar") };
    }

    /// Goes to a later day; stays on an earlier one.
    pub fn go_to(&mut self, day: Day) {
        if day > self.order.day {
            let at = i64::from(day.since_epoch()) * DAY;
            self.order = Order { at, day };
        }
    }

    /// Goes to a day written as text.
    ///
    /// # Panics
    /// When the text is no day.
    pub fn go_to_text(&mut self, day: &str) {
        self.go_to(day.parse().expect("the test names a day"));
    }

    /// A command of `key`, next in its sequence, not yet signed.
    #[must_use]
    pub fn command(&self, key: &SigningKey, body: Do) -> Command {
        let by = Keys::name(key);
        Command {
            plan: self.plan.clone(),
            by,
            seq: self.state().seq(&by) + 1,
            id: format!("command-{}", self.sent),
            body,
        }
    }

    /// Sends a command under the key of the role that may ask it.
    ///
    /// # Errors
    /// When the rules refuse.
    ///
    /// # Panics
    /// When only members may ask it.
    pub fn send(&mut self, body: Do) -> Result<Vec<Finding>, Refusal> {
        let role = body.permitted().role();
        self.send_as(
            role.expect("a role may ask it; what only members ask goes by `send_by`"),
            body,
        )
    }

    /// Sends a command under the key of `role`.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn send_as(&mut self, role: Role, body: Do) -> Result<Vec<Finding>, Refusal> {
        // Whoever signs for a duty that is away has another key.
        let away = self.muted == Some(role);
        let key = if away { *self.keys.stranger() } else { *self.keys.of(role) };
        let command = self.command(&key, body);
        self.offer(&key, command).map(|(_, findings)| findings)
    }

    /// Takes the key of a duty away.
    pub fn mute(&mut self, role: Role) {
        self.muted = Some(role);
    }

    /// Sends a command under the key of a member, which is put on record first if it is not.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn send_by(&mut self, member: u32, body: Do) -> Result<Vec<Finding>, Refusal> {
        let key = self.keys.of_member(member);
        let public = Keys::name(&key);
        if self.state().key_of_member(member) != Some(public) {
            self.send(Do::Member(MemberCommand::Key { member, key: public }))?;
        }
        let command = self.command(&key, body);
        self.offer(&key, command).map(|(_, findings)| findings)
    }

    /// Signs a command as it stands and sends it; gives its position in the log and what the rules
    /// concluded now, which is nothing when it was done before.
    ///
    /// # Errors
    /// When the rules refuse.
    ///
    /// # Panics
    /// When the command cannot be signed or read back, or the machine writes what is no entry.
    pub fn offer(
        &mut self,
        key: &SigningKey,
        command: Command,
    ) -> Result<(u64, Vec<Finding>), Refusal> {
        let signed = Keys::sign(key, command).expect("the command fits an entry");
        // The machine gets what came over the wire, not what the sender held.
        let signed = Signed::parse(signed.bytes()).expect("a signed command reads back");
        let verified = signed.verify().expect("a fresh signature holds");
        let chunk = verified.command().body.chunk();
        let rows = chunk.and_then(|chunk| self.chunks.get(&chunk.hash));
        let rows = rows.map(Vec::as_slice);
        self.sent += 1;
        match self.machine.submit(self.order, &verified, rows)? {
            Outcome::Already(position) => Ok((position, Vec::new())),
            Outcome::Recorded(entries, refusal) => {
                self.log.extend(entries);
                self.order.at += TICK;
                Err(refusal)
            }
            Outcome::Done(entries) => {
                let position = self.log.len() as u64;
                let findings = findings_of(&entries[1..]);
                self.log.extend(entries);
                self.order.at += TICK;
                Ok((position, findings))
            }
        }
    }

    /// Lays rows beside the log, where commands that name their hash find them.
    pub fn lay_chunk(&mut self, bytes: Vec<u8>) -> Digest {
        let hash = proof::sha256(&bytes);
        self.chunks.insert(hash, bytes);
        hash
    }

    /// Takes a chunk away again.
    pub fn lose_chunk(&mut self, hash: &Digest) {
        self.chunks.remove(hash);
    }

    /// Takes all chunks away, for worlds too large to be replayed.
    pub fn forget_chunks(&mut self) {
        self.chunks.clear();
    }
}
