//! One signing key for each role, following from a seed.

use ed25519_zebra::{SigningKey, VerificationKeyBytes};
use rules::charter::{Charter, Role, RoleKeys};
use rules::entry::{Command, EntryError, Signed};
use rules::key::Key;
use secret::{CopyKey, LotKey};

/// The signing keys of a plan's actors, and of a stranger.
#[derive(Clone, Debug)]
pub struct Keys {
    seed: u64,
    of_roles: Vec<SigningKey>,
    stranger: SigningKey,
}

impl Keys {
    /// Keys that follow from `seed`.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let key = |number: u8| key(seed, u64::from(number));
        let of_roles = (0..Role::ALL.len() as u8).map(key).collect();
        Self { seed, of_roles, stranger: key(u8::MAX) }
    }

    /// The key by which a member acts.
    #[must_use]
    pub fn of_member(&self, member: u32) -> SigningKey {
        key(self.seed, MEMBERS_FROM + u64::from(member))
    }

    /// The key that fills `role`.
    ///
    /// # Panics
    /// Never: every role has a key.
    #[must_use]
    pub fn of(&self, role: Role) -> &SigningKey {
        let place = Role::ALL.iter().position(|other| *other == role);
        &self.of_roles[place.expect("every role has a key")]
    }

    /// Another key that fills `role`, for what one investigator or reviewer may not do alone.
    #[must_use]
    pub fn second(&self, role: Role) -> SigningKey {
        let place = Role::ALL.iter().position(|other| *other == role);
        key(self.seed, SECONDS_FROM + place.expect("every role has a place") as u64)
    }

    /// A key that fills no role.
    #[must_use]
    pub fn stranger(&self) -> &SigningKey {
        &self.stranger
    }

    /// The name of a signing key.
    #[must_use]
    pub fn name(key: &SigningKey) -> Key {
        Key(VerificationKeyBytes::from(key).into())
    }

    /// Signs a command.
    ///
    /// # Errors
    /// When the command is too long for an entry.
    pub fn sign(key: &SigningKey, command: Command) -> Result<Signed, EntryError> {
        let signature = key.sign(&command.message());
        command.signed(signature.to_bytes())
    }

    /// The roles of a charter, filled with these keys.
    #[must_use]
    pub fn fill(&self, charter: &Charter) -> Charter {
        let mut filled = charter.clone();
        filled.roles = Role::ALL
            .into_iter()
            .map(|role| {
                let second = TWICE.contains(&role).then(|| self.second(role));
                let keys = std::iter::once(*self.of(role)).chain(second);
                RoleKeys { role, keys: keys.map(|key| Self::name(&key).to_string()).collect() }
            })
            .collect();
        let hearing = &mut filled.jury.hearing;
        for party in &mut hearing.parties {
            party.key = Some(Key(self.lots(party.role).public()));
        }
        for opener in &mut hearing.openers {
            opener.key = Some(Key(self.copies(opener.role).public()));
        }
        filled
    }

    fn seed_of(&self, role: Role) -> [u8; 32] {
        self.of(role).as_ref().try_into().expect("a signing key is 32 bytes")
    }

    /// The key by which a role answers draws.
    #[must_use]
    pub fn lots(&self, role: Role) -> LotKey {
        LotKey::from_seed(&self.seed_of(role))
    }

    /// The key by which a role opens copies of votes.
    #[must_use]
    pub fn copies(&self, role: Role) -> CopyKey {
        CopyKey::from_seed(&self.seed_of(role))
    }
}

/// Roles that two keys fill.
const TWICE: [Role; 2] = [Role::Investigator, Role::Reviewer];

/// Second keys are numbered from here.
const SECONDS_FROM: u64 = 1 << 7;

/// Members' keys are numbered from here, beyond those of roles.
const MEMBERS_FROM: u64 = 1 << 8;

fn key(seed: u64, number: u64) -> SigningKey {
    let mut secret = [0; 32];
    secret[..8].copy_from_slice(&seed.to_le_bytes());
    secret[8..16].copy_from_slice(&number.to_le_bytes());
    SigningKey::from_bytes(&proof::sha256(&secret).0)
}
