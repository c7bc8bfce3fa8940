//! Reading a policy file, <https://c2sp.org/tlog-policy>: strict, and refused by line.
//!
//! Three things are stricter than the specification allows: the file is UTF-8, it names at least
//! one log, and no key is both a log's and a witness's (a log cannot witness itself). Keys of
//! types that are not verified here are refused rather than passed over, for a policy that counts
//! on them would otherwise mean something else than it says.

use alloc::string::String;
use alloc::vec::Vec;

use thiserror::Error;

use crate::cosignature::CosignerKey;
use crate::decimal;
use crate::note::VerifierKey;
use crate::policy::{Group, Member, Policy};

/// Longest policy file in bytes: 192 lines of keys and web addresses, and comments.
pub const POLICY_LIMIT: usize = 1 << 16;

/// Most logs, most witnesses and most groups: twice what the specification asks for.
pub const POLICY_NAMES_LIMIT: usize = 64;

/// A policy file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the policy: {reason}")]
pub struct PolicyFileError {
    /// Counted from one; zero for the file as a whole.
    pub line: usize,
    /// What is wrong there.
    pub reason: PolicyReason,
}

/// What is wrong with a policy file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyReason {
    /// Longer than [`POLICY_LIMIT`].
    #[error("the file is longer than 65,536 bytes")]
    TooLong,
    /// Not UTF-8, or a control character other than tab and newline.
    #[error("it is not text")]
    NotText,
    /// The last line has no newline.
    #[error("the last line has no end")]
    Unended,
    /// Not one of log, witness, group, quorum with what belongs to it.
    #[error("it is not a log, witness, group or quorum line")]
    Malformed,
    /// The key is none, or of a type that this program does not verify.
    #[error("it has no key that can be verified here")]
    Key,
    /// A key that another line has already.
    #[error("its key stands in another line already")]
    KeyTwice,
    /// A name that another line has already, or `none`.
    #[error("its name is taken")]
    NameTaken,
    /// A name that no line before it defines.
    #[error("it refers to a name that no line before it defines")]
    UnknownName,
    /// A witness or group that is a member of a group already.
    #[error("it refers to a name that is a member already")]
    MemberTwice,
    /// A threshold that is not a number from one to the number of members.
    #[error("its threshold is not between one and the number of its members")]
    Threshold,
    /// More than [`POLICY_NAMES_LIMIT`] of a kind.
    #[error("there are more than 64 of its kind")]
    TooMany,
    /// A second quorum line.
    #[error("there is a quorum already")]
    QuorumTwice,
    /// No quorum line.
    #[error("there is no quorum line")]
    NoQuorum,
    /// No log line.
    #[error("there is no log line")]
    NoLog,
}

pub(crate) fn parse(bytes: &[u8]) -> Result<Policy, PolicyFileError> {
    let whole = |reason| PolicyFileError { line: 0, reason };
    let text = check_text(bytes).map_err(whole)?;
    let mut reader = Reader::default();
    for (before, line) in text.split('\n').enumerate() {
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        reader.line(&words).map_err(|reason| PolicyFileError { line: before + 1, reason })?;
    }
    let quorum = reader.quorum.ok_or(whole(PolicyReason::NoQuorum))?;
    if reader.logs.is_empty() {
        return Err(whole(PolicyReason::NoLog));
    }
    let Reader { logs, witnesses, groups, .. } = reader;
    Ok(Policy { logs, witnesses, groups, quorum })
}

/// The witnesses of a policy that can be asked for cosignatures, and where: lines of a witness that
/// name an address. What the address means is the matter of those who use it.
///
/// # Errors
/// Those of [`Policy::parse`].
pub fn addresses(bytes: &[u8]) -> Result<Vec<(CosignerKey, String)>, PolicyFileError> {
    parse(bytes)?;
    let text = check_text(bytes).map_err(|reason| PolicyFileError { line: 0, reason })?;
    let lines =
        text.split('\n').map(|line| line.split([' ', '\t']).filter(|word| !word.is_empty()));
    let found = lines.filter_map(|mut words| match (words.next(), words.nth(1), words.next()) {
        (Some("witness"), Some(key), Some(address)) => Some((key.parse().ok()?, address.into())),
        _ => None,
    });
    Ok(found.collect())
}

fn check_text(bytes: &[u8]) -> Result<&str, PolicyReason> {
    if bytes.len() > POLICY_LIMIT {
        return Err(PolicyReason::TooLong);
    }
    let text = core::str::from_utf8(bytes).map_err(|_| PolicyReason::NotText)?;
    let control = |byte: u8| (byte < 0x20 && byte != b'\t' && byte != b'\n') || byte == 0x7f;
    if text.bytes().any(control) {
        return Err(PolicyReason::NotText);
    }
    text.strip_suffix('\n').ok_or(PolicyReason::Unended)
}

/// What has been read so far. Names are borrowed from the file.
#[derive(Default)]
struct Reader<'a> {
    logs: Vec<VerifierKey>,
    witnesses: Vec<CosignerKey>,
    groups: Vec<Group>,
    /// `Some(None)` is the quorum `none`.
    quorum: Option<Option<Member>>,
    names: Vec<(&'a str, Member)>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, words: &[&'a str]) -> Result<(), PolicyReason> {
        match words {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key),
            ["group", name, needed, members @ ..] if !members.is_empty() => {
                self.group(name, needed, members)
            }
            ["quorum", name] => self.quorum(name),
            _ => Err(PolicyReason::Malformed),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), PolicyReason> {
        let key: VerifierKey = key.parse().map_err(|_| PolicyReason::Key)?;
        self.check_new(key.key())?;
        room(self.logs.len())?;
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &'a str, key: &str) -> Result<(), PolicyReason> {
        let key: CosignerKey = key.parse().map_err(|_| PolicyReason::Key)?;
        self.check_new(key.key())?;
        room(self.witnesses.len())?;
        self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(key);
        Ok(())
    }

    fn group(&mut self, name: &'a str, needed: &str, members: &[&str]) -> Result<(), PolicyReason> {
        room(self.groups.len())?;
        let needed = match needed {
            "any" => 1,
            "all" => members.len(),
            number => {
                let number = decimal::parse(number).and_then(|number| number.try_into().ok());
                let fits = |number: &usize| (1..=members.len()).contains(number);
                number.filter(fits).ok_or(PolicyReason::Threshold)?
            }
        };
        let mut found = Vec::with_capacity(members.len());
        for member in members {
            let member = self.find(member)?;
            let mut groups = self.groups.iter().map(|group| &group.members);
            if found.contains(&member) || groups.any(|members| members.contains(&member)) {
                return Err(PolicyReason::MemberTwice);
            }
            found.push(member);
        }
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(Group { needed, members: found });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyReason> {
        let quorum = if name == "none" { None } else { Some(self.find(name)?) };
        match self.quorum.replace(quorum) {
            None => Ok(()),
            Some(_) => Err(PolicyReason::QuorumTwice),
        }
    }

    fn check_new(&self, key: &[u8; 32]) -> Result<(), PolicyReason> {
        let mut logs = self.logs.iter().map(VerifierKey::key);
        let mut witnesses = self.witnesses.iter().map(CosignerKey::key);
        let twice = logs.any(|other| other == key) || witnesses.any(|other| other == key);
        if twice { Err(PolicyReason::KeyTwice) } else { Ok(()) }
    }

    fn define(&mut self, name: &'a str, member: Member) -> Result<(), PolicyReason> {
        if name == "none" || self.names.iter().any(|(other, _)| *other == name) {
            return Err(PolicyReason::NameTaken);
        }
        self.names.push((name, member));
        Ok(())
    }

    fn find(&self, name: &str) -> Result<Member, PolicyReason> {
        let mut names = self.names.iter();
        let found = names.find(|(other, _)| *other == name).ok_or(PolicyReason::UnknownName)?;
        Ok(found.1)
    }
}

fn room(taken: usize) -> Result<(), PolicyReason> {
    if taken < POLICY_NAMES_LIMIT { Ok(()) } else { Err(PolicyReason::TooMany) }
}
