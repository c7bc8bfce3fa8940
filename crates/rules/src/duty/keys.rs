//! Appointing and revoking keys.

use proof::signature::check_key;

use crate::charter::Role;
use crate::command::RoleCommand;
use crate::finding::{Finding, RoleFinding};
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// Whether a change of keys may be done, whoever asks.
    pub(super) fn check_role(&self, command: &RoleCommand) -> Result<(), Refusal> {
        match command {
            RoleCommand::Appoint { role, key } => self.may_appoint(*role, *key),
            RoleCommand::Revoke { key } => self.may_revoke(*key),
            RoleCommand::Second { .. } => Ok(()),
        }
    }

    fn may_appoint(&self, role: Role, key: Key) -> Result<(), Refusal> {
        let refuse = |code, why: String, next| {
            Refusal::new(code, format!("The key is not appointed as {role:?}."), why, next)
        };
        let fresh = "Appoint a new key.";
        if check_key(&key.0).is_err() {
            let why = "It is not an Ed25519 key of full order: others could sign under it.";
            return Err(refuse("E-KEY-WEAK", why.to_owned(), fresh));
        }
        let Some(actor) = self.actors.get(&key) else {
            return Ok(());
        };
        if let Some(day) = actor.revoked {
            return Err(Refusal::revoked(day));
        }
        if actor.held.is_empty() {
            let why = "It acts, or has acted, for a member.".to_owned();
            return Err(refuse("E-KEY-TAKEN", why, fresh));
        }
        if actor.roles.contains(&role) {
            return Err(refuse("E-KEY-TAKEN", "It fills that role already.".to_owned(), fresh));
        }
        let groups = self.charter()?.separated_duties.iter();
        let mut others = groups.filter(|group| group.contains(&role)).flatten();
        match others.find(|other| **other != role && actor.held.contains(other)) {
            Some(other) => {
                let why = format!("It fills or has filled {other:?}, a duty separated from this.");
                Err(refuse("E-ROLE-SEPARATED", why, fresh).forbidden())
            }
            None => Ok(()),
        }
    }

    fn may_revoke(&self, key: Key) -> Result<(), Refusal> {
        let refuse =
            |code, why: String, next| Refusal::new(code, "The key is not revoked.", why, next);
        let roles = self.actors.get(&key).map(|actor| &actor.roles[..]).unwrap_or_default();
        if roles.is_empty() {
            let why = "It fills no role.".to_owned();
            return Err(refuse("E-KEY-UNKNOWN", why, "Look at the keys with `huzhu role list`."));
        }
        let alone = |role: &&Role| self.actors.filling(**role).all(|other| other == key);
        match roles.iter().find(alone) {
            Some(role) => {
                let why = format!("No other key fills {role:?}, and the plan would stand still.");
                Err(refuse("E-ROLE-LAST", why, "Appoint its successor first."))
            }
            None => Ok(()),
        }
    }

    /// Appoints or revokes; two keys have signed.
    pub(crate) fn change_keys(&mut self, command: &RoleCommand) -> Result<Vec<Finding>, Refusal> {
        self.check_role(command)?;
        Ok(vec![Finding::Role(match command {
            RoleCommand::Appoint { role, key } => {
                self.actors.appoint(*key, *role);
                RoleFinding::Appointed { role: *role, key: *key }
            }
            RoleCommand::Revoke { key } => {
                let roles = self.actors.revoke(key, self.day);
                RoleFinding::Revoked { key: *key, roles }
            }
            RoleCommand::Second { .. } => unreachable!("a second signature changes no key itself"),
        })])
    }

    /// The keys that fill a role.
    pub fn keys_of_role(&self, role: Role) -> impl Iterator<Item = Key> + '_ {
        self.actors.filling(role)
    }

    /// Every role that a key has filled, and the day on which it was revoked; nothing for a key
    /// that never filled one.
    #[must_use]
    pub fn duties_of(&self, key: &Key) -> Option<(&[Role], Option<crate::day::Day>)> {
        let actor = self.actors.get(key).filter(|actor| !actor.held.is_empty())?;
        Some((&actor.held, actor.revoked))
    }

    /// Every key that fills or has filled a role, in the order of appointment.
    pub fn staff(&self) -> impl Iterator<Item = Key> + '_ {
        self.actors.staff()
    }
}
