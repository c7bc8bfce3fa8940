//! The envelope of an entry: who said what, when it was ordered, and its canonical bytes.
//!
//! An entry is canonical JSON (RFC 8785, integers only) with two parts, `command` and `order`. The
//! actor signs the canonical bytes of `command` without `sig`, behind a domain prefix; the orderer
//! assigns `order`. Findings have the same envelope, `"by":"rules"` and no signature: everybody who
//! replays computes them again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proof::signature::COMMAND_DOMAIN;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::command::Do;
use crate::day::Day;
use crate::finding::Finding;
use crate::key::Key;

/// An entry is at most this long: C2SP entry bundles carry lengths of 16 bits.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// What the orderer adds to a command may take this much of an entry.
const ORDER_BYTES_MAX: usize = 100;

/// The longest idempotency id and the longest name of a plan, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// The author of findings.
const RULES: &str = "rules";

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sig {
    alg: String,
    value: String,
}

fn shape(what: impl ToString) -> EntryError {
    EntryError::Shape(what.to_string())
}

/// Takes a member out of an object and reads it.
fn take<T: serde::de::DeserializeOwned>(
    object: &mut Map<String, Value>,
    key: &str,
) -> Result<T, EntryError> {
    let value = object.remove(key).ok_or_else(|| shape(format!("`{key}` is missing")))?;
    serde_json::from_value(value).map_err(|error| shape(format!("`{key}`: {error}")))
}

impl Command {
    fn to_value(&self) -> Value {
        let mut value = serde_json::to_value(&self.body).expect("commands have text keys only");
        let object = value.as_object_mut().expect("a tagged command is an object");
        object.insert("by".into(), Value::from(self.by.to_string()));
        object.insert("id".into(), Value::from(self.id.as_str()));
        object.insert("plan".into(), Value::from(self.plan.as_str()));
        object.insert("seq".into(), Value::from(self.seq));
        object.insert("v".into(), Value::from(1));
        value
    }

    /// The bytes that the actor signs.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        let mut message = COMMAND_DOMAIN.to_vec();
        message.extend(self.to_value().to_string().into_bytes());
        message
    }

    /// The command with its signature.
    ///
    /// # Errors
    /// When the command is too long for an entry.
    pub fn signed(self, signature: [u8; 64]) -> Result<Signed, EntryError> {
        let message = self.message();
        let mut value = self.to_value();
        let sig = serde_json::json!({
            "alg": "ed25519", "value": URL_SAFE_NO_PAD.encode(signature),
        });
        value.as_object_mut().expect("a command is an object").insert("sig".into(), sig);
        let bytes = value.to_string().into_bytes();
        if bytes.len() > ENTRY_BYTES_MAX - ORDER_BYTES_MAX {
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
        if bytes.len() > ENTRY_BYTES_MAX - ORDER_BYTES_MAX {
            return Err(EntryError::TooLong);
        }
        proof::canonical::check(bytes)?;
        let Value::Object(mut object) = serde_json::from_slice(bytes).map_err(shape)? else {
            return Err(shape("a command is an object"));
        };
        let sig: Sig = take(&mut object, "sig")?;
        if sig.alg != "ed25519" {
            return Err(shape(format!("`sig.alg` {:?} is not known here", sig.alg)));
        }
        let signature = URL_SAFE_NO_PAD.decode(&sig.value).ok().and_then(|s| s.try_into().ok());
        let signature = signature.ok_or_else(|| shape("`sig.value` is 64 bytes in base64url"))?;
        let mut message = COMMAND_DOMAIN.to_vec();
        message.extend(Value::Object(object.clone()).to_string().into_bytes());
        let (plan, by, seq, id) = envelope(&mut object)?;
        let by = by.parse().map_err(|error| shape(format!("`by`: {error}")))?;
        let body = serde_json::from_value(Value::Object(object)).map_err(shape)?;
        let command = Command { plan, by, seq, id, body };
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

/// Takes the members of the envelope that commands and findings share.
fn envelope(object: &mut Map<String, Value>) -> Result<(String, String, u64, String), EntryError> {
    let version: u64 = take(object, "v")?;
    if version != 1 {
        return Err(shape(format!("version {version} is not known here")));
    }
    let (plan, by): (String, String) = (take(object, "plan")?, take(object, "by")?);
    let (seq, id): (u64, String) = (take(object, "seq")?, take(object, "id")?);
    if plan.len() > NAME_BYTES_MAX || id.is_empty() || id.len() > NAME_BYTES_MAX {
        return Err(shape(format!("`plan` and `id` have at most {NAME_BYTES_MAX} bytes")));
    }
    Ok((plan, by, seq, id))
}

/// The canonical bytes of an entry: a command (or finding) with its place in time.
#[must_use]
pub fn encode(command: &[u8], order: Order) -> Vec<u8> {
    let order = serde_json::to_string(&order).expect("an order is a number and a text");
    let mut bytes = Vec::with_capacity(command.len() + order.len() + 24);
    bytes.extend_from_slice(b"{\"command\":");
    bytes.extend_from_slice(command);
    bytes.extend_from_slice(b",\"order\":");
    bytes.extend_from_slice(order.as_bytes());
    bytes.push(b'}');
    bytes
}

/// The canonical bytes of the `command` part of a finding, the `number`-th of its ledger.
#[must_use]
pub fn encode_finding(plan: &str, number: u64, finding: &Finding) -> Vec<u8> {
    let mut value = serde_json::to_value(finding).expect("findings have text keys only");
    let object = value.as_object_mut().expect("a tagged finding is an object");
    object.insert("by".into(), Value::from(RULES));
    object.insert("id".into(), Value::from(format!("finding-{number}")));
    object.insert("plan".into(), Value::from(plan));
    object.insert("seq".into(), Value::from(number));
    object.insert("v".into(), Value::from(1));
    value.to_string().into_bytes()
}

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
        proof::canonical::check(bytes)?;
        let Value::Object(mut object) = serde_json::from_slice(bytes).map_err(shape)? else {
            return Err(shape("an entry is an object"));
        };
        let order: Order = take(&mut object, "order")?;
        let command: Value = take(&mut object, "command")?;
        if let Some(other) = object.keys().next() {
            return Err(shape(format!("`{other}` is not a member of an entry")));
        }
        let is_finding = command.get("by").and_then(Value::as_str) == Some(RULES);
        let command = command.to_string().into_bytes();
        if is_finding {
            return Ok(Self::Finding(order, command));
        }
        Ok(Self::Command(order, Box::new(Signed::parse(&command)?)))
    }
}
