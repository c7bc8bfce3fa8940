//! `huzhu role …`: the keys that fill the roles, and what they tried.

mod show;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use rules::charter::Role;
use rules::command::{Do, RoleCommand};
use rules::key::Key;
use serde_json::json;

use crate::console::{Console, Folder};
use crate::findings::name;
use crate::outcome::Outcome;
use crate::problem::{Kind, Problem};
use crate::reader::Reader;

/// What can be done about roles.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Lets a key fill a role, once a second key has signed; without --public one is made and kept
    /// beside the others.
    #[command(after_help = "Example:\n  huzhu role appoint reviewer\n  \
                            huzhu role second 12 --by custodian")]
    Appoint {
        #[command(flatten)]
        folder: Folder,
        /// The role.
        #[arg(value_parser = role())]
        role: Role,
        /// The public key, when the secret one is on the appointed person's own device.
        // A key in base64url may begin with a hyphen.
        #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
        public: Option<Key>,
        /// The role that signs.
        #[arg(long, value_parser = role(), default_value = "operator")]
        by: Role,
    },
    /// Takes every role from a key for good, once a second key has signed.
    #[command(after_help = "Example:\n  huzhu role revoke reviewer\n  \
                            huzhu role second 14 --by custodian")]
    Revoke {
        #[command(flatten)]
        folder: Folder,
        /// The key, or its name in the folder of keys.
        #[arg(value_name = "KEY", allow_hyphen_values = true)]
        key: String,
        /// The role that signs.
        #[arg(long, value_parser = role(), default_value = "operator")]
        by: Role,
    },
    /// Signs as the second key what is held.
    #[command(after_help = "Example:\n  huzhu role second 12 --by custodian")]
    Second {
        #[command(flatten)]
        folder: Folder,
        /// Index of the held command's entry.
        entry: u64,
        /// The role that signs.
        #[arg(long, value_parser = role(), default_value = "custodian")]
        by: Role,
    },
    /// Lists the keys that fill or have filled a role, and what waits for a second key.
    #[command(after_help = "Example:\n  huzhu role list")]
    List {
        #[command(flatten)]
        folder: Folder,
    },
    /// Lists the attempts of the staff at what the charter forbids.
    #[command(after_help = "Example:\n  huzhu role attempts")]
    Attempts {
        #[command(flatten)]
        folder: Folder,
    },
}

/// Reads the name of a role.
pub fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(name))
        .map(|word| Role::ALL.into_iter().find(|role| name(role) == word))
        .map(|role| role.expect("the parser takes no other words"))
}

impl Command {
    /// Runs the command.
    pub fn run(self, json: bool) -> Result<Outcome, Problem> {
        match self {
            Self::Appoint { folder, role, public, by } => {
                let mut console = Console::open(&folder)?;
                let (name, key) = match public {
                    Some(key) => (None, key),
                    None => console.new_key(role).map(|(name, key)| (Some(name), key))?,
                };
                let body = Do::Role(RoleCommand::Appoint { role, key });
                let sent = console.send_as(by, body)?;
                sent.with("key", json!(key)).with("name", json!(name)).show(&console, json)
            }
            Self::Revoke { folder, key, by } => {
                let mut console = Console::open(&folder)?;
                let key = match key.parse() {
                    Ok(key) => key,
                    Err(_) => console.public_of(&key)?,
                };
                let sent = console.send_as(by, Do::Role(RoleCommand::Revoke { key }))?;
                sent.with("key", json!(key)).show(&console, json)
            }
            Self::Second { folder, entry, by } => {
                let mut console = Console::open(&folder)?;
                let body = Do::Role(RoleCommand::Second { entry });
                console.send_as(by, body)?.show(&console, json)
            }
            Self::List { folder } => show::keys(&Reader::open(&folder)?, json),
            Self::Attempts { folder } => show::attempts(&folder, json),
        }
    }
}

impl Console {
    /// The public part of a key in the folder.
    fn public_of(&self, name: &str) -> Result<Key, Problem> {
        if name.contains(['/', '\\', '.']) {
            let what = format!("{name:?} is neither a key nor the name of one.");
            let why = "A key is 43 letters of base64url; a name has no path in it.";
            let next = "Look at the keys with `huzhu role list`.";
            return Err(Problem::new(Kind::Input, "E-KEY", what, why, next));
        }
        self.key_named(name).map(|key| key.public())
    }
}
