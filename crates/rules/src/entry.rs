//! The envelope of an entry: who said what, when it was ordered, and its canonical bytes.
//!
//! An entry is canonical JSON (RFC 8785, integers only) with two parts, `command` and `order`. The
//! actor signs the canonical bytes of `command` without `sig`, behind a domain prefix; the orderer
//! assigns `order`. Findings have the same envelope, `"by":"rules"` and no signature: everybody who
//! replays computes them again.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proof::canonical::Member;
use proof::signature::COMMAND_DOMAIN;
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::command::Do;
use crate::day::Day;
use crate::finding::Finding;
use crate::key::Key;

/// An entry is at most this long: C2SP entry bundles carry lengths of 16 bits.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// What the orderer adds to a command may take this much of an entry.
const ORDER_BYTES_MAX: usize = 100;

/// A command is at most this long.
const COMMAND_BYTES_MAX: usize = ENTRY_BYTES_MAX - ORDER_BYTES_MAX;

/// The longest idempotency id and the longest name of a plan, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// The author of findings.
const RULES: &str = "rules";
const RULES_QUOTED: &[u8] = b"\"rules\"";

/// When and where in time an entry stands; assigned by the orderer, never read from a clock here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Milliseconds since 1970-01-01 UTC, never decreasing.
    pub at: i64,
    /// The day of the plan's calendar.
    pub day: Day,
}

/// A command as its actor means it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Name of the plan's ledger.
    pub plan: String,
    /// Key of the actor.
    pub by: Key,
    /// One more than the actor's last command.
    pub seq: u64,
    /// Chosen by the actor; the same command sent twice is done once.
    pub id: String,
    /// What is to be done.
    pub body: Do,
}

/// A command with its signature and its canonical bytes, checked for form and not yet for truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    command: Command,
    signature: [u8; 64],
    bytes: Vec<u8>,
    message: Vec<u8>,
}

/// A command whose signature holds. Only `Signed::verify` and `verify_all` make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified(Signed);

/// Why bytes are not an entry or a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// Not canonical JSON of the permitted kind.
    #[error("not canonical JSON: {0}")]
    NotCanonical(#[from] proof::canonical::NotCanonical),
    /// A missing, unknown or ill-typed member.
    #[error("the entry does not have the form of an entry: {0}")]
    Shape(String),
    /// Longer than an entry may be.
    #[error("an entry has at most {ENTRY_BYTES_MAX} bytes")]
    TooLong,
    /// The signature does not hold under ZIP-215.
    #[error("the signature does not belong to this command and key")]
    Signature,
}

/// The version of the envelope.
const VERSION: u64 = 1;

/// The kind of signature that commands have.
const ALGORITHM: &str = "ed25519";

/// Members of a command that are no objects of its verb.
const ENVELOPE: [&[u8]; 6] = [b"by", b"id", b"plan", b"seq", SIG, b"v"];
const SIG: &[u8] = b"sig";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sig<'a> {
    alg: Cow<'a, str>,
    value: Cow<'a, str>,
}

/// A command or a finding with its envelope, as it is written.
#[derive(Serialize)]
struct Written<'a, T> {
    by: &'a str,
    id: &'a str,
    plan: &'a str,
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sig: Option<Sig<'a>>,
    v: u64,
    #[serde(flatten)]
    body: &'a T,
}

fn shape(what: impl ToString) -> EntryError {
    EntryError::Shape(what.to_string())
}

/// The members of canonical bytes that must be an object.
fn members<'a>(bytes: &'a [u8], what: &str) -> Result<Vec<Member<'a>>, EntryError> {
    proof::canonical::members(bytes)?.ok_or_else(|| shape(format!("{what} is an object")))
}

/// The value of a member.
fn find<'a>(members: &[Member<'a>], key: &str) -> Option<&'a [u8]> {
    members.iter().find(|member| member.key == key.as_bytes()).map(|member| member.value)
}

/// Reads a member.
fn read<'a, T: Deserialize<'a>>(members: &[Member<'a>], key: &str) -> Result<T, EntryError> {
    let value = find(members, key).ok_or_else(|| shape(format!("`{key}` is missing")))?;
    serde_json::from_slice(value).map_err(|error| shape(format!("`{key}`: {error}")))
}

/// The canonical text of the object that has only the members that are kept, after `bytes`.
fn keep(bytes: &mut Vec<u8>, members: &[Member<'_>], kept: impl Fn(&[u8]) -> bool) {
    bytes.push(b'{');
    let start = bytes.len();
    for member in members.iter().filter(|member| kept(member.key)) {
        if bytes.len() > start {
            bytes.push(b',');
        }
        bytes.extend_from_slice(member.whole);
    }
    bytes.push(b'}');
}

impl Command {
    /// Appends the canonical bytes.
    fn append(&self, bytes: &mut Vec<u8>, sig: Option<Sig<'_>>) {
        let (by, v) = (self.by.to_string(), VERSION);
        let (by, id, plan, seq, body) =
            (&by[..], &self.id[..], &self.plan[..], self.seq, &self.body);
        canonical::append(bytes, &Written { by, id, plan, seq, sig, v, body });
    }

    /// The bytes that the actor signs.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        let mut message = COMMAND_DOMAIN.to_vec();
        self.append(&mut message, None);
        message
    }

    /// The command with its signature.
    ///
    /// # Errors
    /// When the command is too long for an entry.
    pub fn signed(self, signature: [u8; 64]) -> Result<Signed, EntryError> {
        let message = self.message();
        let value = URL_SAFE_NO_PAD.encode(signature).into();
        let mut bytes = Vec::new();
        self.append(&mut bytes, Some(Sig { alg: ALGORITHM.into(), value }));
        if bytes.len() > COMMAND_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        proof::canonical::check(&bytes)?;
        Ok(Signed { command: self, signature, bytes, message })
    }
}

impl Signed {
    /// Reads a command from its canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not canonical or not a command.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > COMMAND_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        Self::of(bytes, &members(bytes, "a command")?)
    }

    /// Reads a command whose members are known.
    fn of(bytes: &[u8], members: &[Member<'_>]) -> Result<Self, EntryError> {
        if bytes.len() > COMMAND_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        let sig: Sig<'_> = read(members, "sig")?;
        if sig.alg != ALGORITHM {
            return Err(shape(format!("`sig.alg` {:?} is not known here", sig.alg)));
        }
        let mut signature = [0; 64];
        let decoded = URL_SAFE_NO_PAD.decode_slice(&*sig.value, &mut signature);
        if decoded != Ok(signature.len()) {
            return Err(shape("`sig.value` is 64 bytes in base64url"));
        }
        let (plan, by, seq, id) = envelope(members)?;
        let by = by.parse().map_err(|error| shape(format!("`by`: {error}")))?;
        let mut object = Vec::with_capacity(bytes.len());
        keep(&mut object, members, |key| !ENVELOPE.contains(&key));
        let verb: Option<Cow<'_, str>> = read(members, "do").ok();
        let body = Do::read(&object, verb.as_deref()).map_err(shape)?;
        let command = Command { plan, by, seq, id, body };
        // What is canonical stays so without one of its members.
        let mut message = Vec::with_capacity(COMMAND_DOMAIN.len() + bytes.len());
        message.extend_from_slice(COMMAND_DOMAIN);
        keep(&mut message, members, |key| key != SIG);
        Ok(Self { command, signature, bytes: bytes.to_vec(), message })
    }

    /// The command.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }

    /// The canonical bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Checks the signature under ZIP-215.
    ///
    /// # Errors
    /// When it does not hold.
    pub fn verify(self) -> Result<Verified, EntryError> {
        proof::signature::verify(&self.command.by.0, &self.message, &self.signature)
            .map_err(|_| EntryError::Signature)?;
        Ok(Verified(self))
    }
}

/// Checks many signatures at once; the verdict on each is the same as by itself.
#[must_use]
pub fn verify_all(commands: Vec<Signed>) -> Vec<Result<Verified, EntryError>> {
    let mut batch = proof::signature::Batch::new();
    for signed in &commands {
        batch.add(&signed.command.by.0, &signed.message, &signed.signature);
    }
    let bad = batch.verify().err().unwrap_or_default();
    commands
        .into_iter()
        .enumerate()
        .map(
            |(index, signed)| {
                if bad.contains(&index) { Err(EntryError::Signature) } else { Ok(Verified(signed)) }
            },
        )
        .collect()
}

impl Verified {
    /// The command.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.0.command
    }

    /// The canonical bytes of the command.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }
}

/// Reads the members of the envelope that commands and findings share.
fn envelope(members: &[Member<'_>]) -> Result<(String, String, u64, String), EntryError> {
    let version: u64 = read(members, "v")?;
    if version != VERSION {
        return Err(shape(format!("version {version} is not known here")));
    }
    let (plan, by): (String, String) = (read(members, "plan")?, read(members, "by")?);
    let (seq, id): (u64, String) = (read(members, "seq")?, read(members, "id")?);
    if plan.len() > NAME_BYTES_MAX || id.is_empty() || id.len() > NAME_BYTES_MAX {
        return Err(shape(format!("`plan` and `id` have at most {NAME_BYTES_MAX} bytes")));
    }
    Ok((plan, by, seq, id))
}

/// What stands in an entry behind its command.
fn close(bytes: &mut Vec<u8>, order: Order) {
    bytes.extend_from_slice(b",\"order\":");
    canonical::append(bytes, &order);
    bytes.push(b'}');
}

/// What stands in an entry before its command.
const HEAD: &[u8] = b"{\"command\":";

/// The canonical bytes of an entry: a command (or finding) with its place in time.
#[must_use]
pub fn encode(command: &[u8], order: Order) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD.len() + command.len() + ORDER_BYTES_MAX);
    bytes.extend_from_slice(HEAD);
    bytes.extend_from_slice(command);
    close(&mut bytes, order);
    bytes
}

/// The canonical bytes of the entry of a finding, the `number`-th of its ledger.
#[must_use]
pub fn encode_finding(plan: &str, number: u64, finding: &Finding, order: Order) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FINDING_BYTES);
    bytes.extend_from_slice(HEAD);
    let id = format!("finding-{number}");
    let (seq, sig, v, body) = (number, None, VERSION, finding);
    let written = Written { by: RULES, id: &id, plan, seq, sig, v, body };
    canonical::append(&mut bytes, &written);
    close(&mut bytes, order);
    bytes
}

/// Most findings are shorter.
const FINDING_BYTES: usize = 384;

/// An entry taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A signed command.
    Command(Order, Box<Signed>),
    /// A finding: the bytes of its `command` part.
    Finding(Order, Vec<u8>),
}

impl Entry {
    /// Reads an entry from its canonical bytes.
    ///
    /// # Errors
    /// When the bytes are not canonical or not an entry.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        let members = members(bytes, "an entry")?;
        let order: Order = read(&members, "order")?;
        let command = find(&members, "command").ok_or_else(|| shape("`command` is missing"))?;
        let other = members.iter().find(|m| !matches!(m.key, b"command" | b"order"));
        if let Some(other) = other {
            let key = String::from_utf8_lossy(other.key);
            return Err(shape(format!("`{key}` is not a member of an entry")));
        }
        let inside = self::members(command, "a command")?;
        if find(&inside, "by") == Some(RULES_QUOTED) {
            return Ok(Self::Finding(order, command.to_vec()));
        }
        Ok(Self::Command(order, Box::new(Signed::of(command, &inside)?)))
    }
}
