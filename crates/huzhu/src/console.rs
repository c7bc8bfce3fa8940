//! A ledger's folder as one person at a terminal uses it: every role's key at hand, one command at
//! a time. In a plan with separated duties each role has its own machine instead.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use money::{Amount, Currency};
use node::SystemClock;
use node::{Clock, KEYS_FOLDER, Orderer, PlanTime, Rejection, ScriptedClock, SecretKey, Solo};
use proof::Digest;
use rules::charter::{Charter, Role};
use rules::command::{Do, MemberList, MemberRows};
use rules::day::Day;
use rules::entry::Command;
use rules::key::Key;
use serde_json::{Value, json};

use crate::problem::{Kind, Problem};
use crate::sent::Sent;

/// Ledgers whose name begins so are rehearsals: their days are typed, not read from the clock.
pub const REHEARSAL: &str = "rehearsal-";

/// A command holds this many members itself; an entry has room for about 6,000 of seven digits.
const MEMBERS_OF_A_COMMAND: usize = 5_000;

/// A folder of keys holds at most this many for one role: one a month for some eight years.
const KEYS_OF_A_ROLE_MAX: u32 = 100;

/// Name of the node's own key.
pub const NODE_KEY: &str = "node";

/// Where the ledger is, and what day it is in a rehearsal.
#[derive(clap::Args, Clone, Debug)]
pub struct Folder {
    /// Folder of the ledger.
    #[arg(long, env = "HUZHU_DIR", value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    /// The day in a rehearsal (YYYY-MM-DD); without it the rehearsal's clock stands still.
    #[arg(long, value_name = "DAY")]
    pub day: Option<Day>,
    /// Sign with this key of the folder `keys` instead of the one that fills the role.
    #[arg(long, value_name = "NAME")]
    pub signer: Option<String>,
}

/// The open ledger.
pub struct Console {
    solo: Solo,
    dir: PathBuf,
    signer: Option<String>,
}

/// The name of a role in key files and on the command line.
pub fn role_name(role: Role) -> String {
    serde_json::to_value(role).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Console {
    /// Opens the ledger of a founded plan.
    pub fn open(folder: &Folder) -> Result<Self, Problem> {
        let key = node_key(&folder.dir)?;
        let clock = ScriptedClock::default();
        let solo = Solo::open(&folder.dir, Box::new(clock.clone()), key)?;
        let at = time_of(folder, solo.state())?;
        clock.set(at);
        Ok(Self { solo, dir: folder.dir.clone(), signer: folder.signer.clone() })
    }

    /// The node, for those who send many commands.
    pub fn node(&mut self) -> &mut Solo {
        &mut self.solo
    }

    /// The state.
    pub fn state(&self) -> &rules::State {
        self.solo.state()
    }

    /// The plan.
    pub fn founded(&self) -> Result<&rules::Founded, Problem> {
        self.state().founded().ok_or_else(not_founded)
    }

    /// The charter in force.
    pub fn charter(&self) -> Result<&Charter, Problem> {
        self.state().founded().map(|founded| &founded.charter).ok_or_else(not_founded)
    }

    /// The plan's currency.
    pub fn currency(&self) -> Result<Currency, Problem> {
        Ok(self.charter()?.plan.currency)
    }

    /// Reads a decimal of the plan's currency.
    pub fn amount(&self, text: &str) -> Result<Amount, Problem> {
        read_amount(text, self.currency()?)
    }

    /// The key of a role.
    pub fn key(&self, role: Role) -> Result<SecretKey, Problem> {
        self.key_named(&self.name_of(role))
    }

    /// The name of the key that fills a role now: that of the role, or with a number from 2 on
    /// after the keys before it were revoked.
    fn name_of(&self, role: Role) -> String {
        let fills = |key: Key| self.state().keys_of_role(role).any(|other| other == key);
        self.name_where(role, fills)
    }

    /// The first name among the keys of a role whose key is wanted; that of the role when none is.
    fn name_where(&self, role: Role, wanted: impl Fn(Key) -> bool) -> String {
        let first = role_name(role);
        let names = (2..=KEYS_OF_A_ROLE_MAX).map(|number| format!("{first}-{number}"));
        let here = |name: &String| self.key_named(name).is_ok_and(|key| wanted(key.public()));
        std::iter::once(first.clone()).chain(names).find(here).unwrap_or(first)
    }

    /// Makes another key for a role, beside those that are there; gives its name and public part.
    pub fn new_key(&self, role: Role) -> Result<(String, Key), Problem> {
        let (folder, first) = (self.dir.join(KEYS_FOLDER), role_name(role));
        let mut names = (2..=KEYS_OF_A_ROLE_MAX).map(|number| format!("{first}-{number}"));
        let free = names.find(|name| !folder.join(format!("{name}.key")).exists());
        let name = free.ok_or_else(|| {
            let what = format!("No further key is made for the {first}.");
            let why = format!("The folder holds {KEYS_OF_A_ROLE_MAX} of them.");
            Problem::new(Kind::Input, "E-KEYS", what, why, "Give one with --public.")
        })?;
        let key = SecretKey::random()?;
        key.write(&folder, &name)?;
        Ok((name, key.public()))
    }

    /// A key of the folder by its name.
    pub fn key_named(&self, name: &str) -> Result<SecretKey, Problem> {
        Ok(SecretKey::read(&self.dir.join(KEYS_FOLDER), name)?)
    }

    /// Makes a key for a member, beside those of the roles, unless it is there; gives its public
    /// part.
    pub fn member_key(&self, member: u32) -> Result<Key, Problem> {
        let (folder, name) = (self.dir.join(KEYS_FOLDER), member_name(member));
        if !folder.join(format!("{name}.key")).exists() {
            SecretKey::random()?.write(&folder, &name)?;
        }
        Ok(self.key_named(&name)?.public())
    }

    /// Stores rows beside the log.
    pub fn store_chunk(
        &mut self,
        rows: &[u8],
        count: u32,
    ) -> Result<rules::command::Chunk, Problem> {
        Ok(self.solo.store_chunk(node::random_bytes()?, rows, count)?)
    }

    /// A list of members as a command carries it: in itself, or beside the log when it is long.
    pub fn members(&mut self, mut members: Vec<u32>) -> Result<MemberList, Problem> {
        members.sort_unstable();
        if members.len() <= MEMBERS_OF_A_COMMAND {
            return Ok(MemberList::Here(members));
        }
        let rows: Vec<u8> = members.iter().flat_map(|member| member.to_le_bytes()).collect();
        let chunk = self.store_chunk(&rows, members.len() as u32)?;
        Ok(MemberList::There(MemberRows { chunk }))
    }

    /// Stores a card beside the log and gives its hash.
    pub fn store_card(&self, text: &str) -> Result<Digest, Problem> {
        Ok(self.solo.cards().put(text.as_bytes())?)
    }

    /// Removes a card that no entry names.
    pub fn remove_card(&self, hash: &Digest) -> Result<(), Problem> {
        Ok(self.solo.cards().remove(hash)?)
    }

    /// Signs a command as the role that may send it, sends it, and seals the log.
    pub fn send(&mut self, body: Do) -> Result<Sent, Problem> {
        if let Some(name) = self.signer.clone() {
            return self.send_by(&name, format!("the key {name:?}"), body);
        }
        let role = body.permitted().role().ok_or_else(only_members)?;
        self.send_as(role, body)
    }

    /// Signs a command as a role, sends it, and seals the log.
    pub fn send_as(&mut self, role: Role, body: Do) -> Result<Sent, Problem> {
        let name = self.signer.clone().unwrap_or_else(|| self.name_of(role));
        self.send_by(&name, format!("the {}", role_name(role)), body)
    }

    /// Signs a command under one key of a role, where it is at hand, sends it, and seals the log.
    pub fn send_under(&mut self, role: Role, key: Key, body: Do) -> Result<Sent, Problem> {
        let name = self.signer.clone();
        let name = name.unwrap_or_else(|| self.name_where(role, |other| other == key));
        self.send_by(&name, format!("the {}", role_name(role)), body)
    }

    /// Signs a command as a member, sends it, and seals the log.
    pub fn send_as_member(&mut self, member: u32, body: Do) -> Result<Sent, Problem> {
        self.send_by(&member_name(member), format!("member {member}"), body)
    }

    /// Signs a command as the member whom it is about, or as the role that may send it for one.
    pub fn send_for(&mut self, member: u32, own_key: bool, body: Do) -> Result<Sent, Problem> {
        if own_key { self.send_as_member(member, body) } else { self.send(body) }
    }

    fn send_by(&mut self, key: &str, signer: String, body: Do) -> Result<Sent, Problem> {
        let verb = json!(body)["do"].as_str().unwrap_or_default().to_owned();
        let key = self.key_named(key)?;
        let founded = self.state().founded().ok_or_else(not_founded)?;
        let plan = founded.plan.clone();
        let by = key.public();
        let seq = self.state().seq(&by) + 1;
        let command = Command { plan, by, seq, id: node::random_id()?, body };
        let signed = key.sign_command(command).map_err(Rejection::from)?;
        let answers = self.solo.submit(&[signed.bytes().to_vec()]).map_err(Problem::of_a_write)?;
        let answer = answers.into_iter().next();
        let answer = answer.unwrap_or_else(|| unreachable!("one answer for each command"));
        if let Err(Rejection::Recorded(..)) = &answer {
            // What is on record is sealed like everything else.
            self.solo.seal().map_err(|error| Problem::unsealed(error.into()))?;
        }
        let receipt = answer?;
        // From here on the command is done: what fails now is told beside it and not in its place.
        let sealed = self.solo.seal().map_err(|error| Problem::unsealed(error.into()));
        let findings = self.findings_after(receipt.position);
        let missed = sealed.map(drop).and(findings.as_ref().map(drop).map_err(Clone::clone));
        let sent = Sent::new(receipt.position, verb, signer, findings.unwrap_or_default());
        Ok(sent.missing(missed.err()))
    }

    fn findings_after(&self, position: u64) -> Result<Vec<Value>, Problem> {
        let mut findings = Vec::new();
        self.solo.stream(position + 1, &mut |_, entry| {
            let entry: Value = serde_json::from_slice(entry).unwrap_or_default();
            findings.push(entry["command"].clone());
            Ok(())
        })?;
        Ok(findings)
    }
}

/// The node's own key, which every ledger's folder has on a console.
fn node_key(dir: &Path) -> Result<SecretKey, Problem> {
    match SecretKey::read(&dir.join(KEYS_FOLDER), NODE_KEY) {
        Err(node::Error::File { path, source }) if source.kind() == ErrorKind::NotFound => {
            let why = format!("There is no {}.", path.display());
            Err(Problem::not_a_ledger(dir, why))
        }
        key => Ok(key?),
    }
}

/// Reads a decimal of a currency from the command line.
pub fn read_amount(text: &str, currency: Currency) -> Result<Amount, Problem> {
    Amount::parse(text, currency).map_err(|error| {
        Problem::new(
            Kind::Input,
            "E-AMOUNT",
            format!("The amount {text:?} cannot be read."),
            format!("{error}."),
            "Write a decimal of the plan's currency, such as 300000.00.",
        )
    })
}

/// Reads a file of words, whole.
pub fn read_text(path: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(path).map_err(|error| Problem::file(path, &error))
}

/// What time it is for the commands of a console, in milliseconds since 1970-01-01 UTC.
pub fn time_of(folder: &Folder, state: &rules::State) -> Result<i64, Problem> {
    let founded = state.founded().ok_or_else(not_founded)?;
    let rehearsal = founded.plan.starts_with(REHEARSAL);
    let time = PlanTime::new(&founded.charter.plan.time_zone)?;
    let at = match (rehearsal, folder.day) {
        (true, Some(day)) => time.noon(day)?,
        (true, None) => state.at(),
        (false, None) => SystemClock.now(),
        (false, Some(_)) => return Err(not_a_rehearsal()),
    };
    if folder.day.is_some_and(|day| day < state.day()) {
        let what = format!("The rehearsal has reached {} already.", state.day());
        let why = "A log's time never runs backwards.";
        let next = "Name that day or a later one.";
        return Err(Problem::new(Kind::Input, "E-DAY", what, why, next));
    }
    Ok(at)
}

/// The name of a member's key file.
fn member_name(member: u32) -> String {
    format!("member-{member}")
}

fn only_members() -> Problem {
    Problem::new(
        Kind::Input,
        "E-SIGNER",
        "The command is not signed.",
        "Only a member may ask this, by the member's own key.",
        "Say which member asks.",
    )
}

/// The problem of an empty log.
pub fn not_founded() -> Problem {
    Problem::new(
        Kind::Input,
        "E-PLAN-NOT-FOUNDED",
        "There is no plan in this folder.",
        "Its log is empty.",
        "Found one with `huzhu plan found`.",
    )
}

fn not_a_rehearsal() -> Problem {
    Problem::new(
        Kind::Input,
        "E-DAY",
        "The day cannot be set here.",
        "This is the ledger of a real plan, whose days come from the clock.",
        "Leave --day out, or found a rehearsal with `huzhu plan found --rehearsal`.",
    )
}
