//! Who acts in the demo: keys that follow from the seed, and the order of each actor's commands.

use std::collections::BTreeMap;
use std::path::Path;

use node::{KEYS_FOLDER, PLAN_SECRET, Rejection, SecretKey};
use rules::charter::{Charter, Role};
use rules::command::Do;
use rules::entry::Command;

use crate::console::{NODE_KEY, role_name};
use crate::problem::Problem;

/// Ledgers whose name begins so may be replaced by another demo.
pub const DEMO: &str = "rehearsal-demo-";

/// The name of the actor who may send a command, if it takes a role.
pub fn sender(body: &Do) -> String {
    role_name(body.permitted().role().expect("a role may ask it"))
}

/// The name of a member as an actor.
pub fn member(number: u32) -> String {
    format!("member-{number}")
}

/// The actors of a demo. Each has a name: that of a role, with a number from 2 on for further keys
/// of it, or that of a member.
pub struct Actors {
    plan: String,
    seed: u64,
    /// The key of each, and how many commands it has signed.
    keys: BTreeMap<String, (SecretKey, u64)>,
    sent: u64,
}

fn key(seed: u64, name: &str) -> SecretKey {
    let text = format!("huzhu/v1 demo key\n{seed}\n{name}\n");
    SecretKey::from_seed(proof::sha256(text.as_bytes()).0)
}

impl Actors {
    /// The actors of a seed, their keys in the ledger's folder and in the charter.
    pub fn new(
        plan: &str,
        seed: u64,
        dir: &Path,
        charter: &mut Charter,
    ) -> Result<(Self, SecretKey), Problem> {
        let folder = dir.join(KEYS_FOLDER);
        let mut keys = BTreeMap::new();
        let optional: Vec<Role> = charter.roles.iter().map(|entry| entry.role).collect();
        let filled = |role: &Role| Role::REQUIRED.contains(role) || optional.contains(role);
        for role in Role::ALL.into_iter().filter(filled) {
            let key = key(seed, &role_name(role));
            key.write(&folder, &role_name(role))?;
            for entry in charter.roles.iter_mut().filter(|entry| entry.role == role) {
                entry.keys = vec![key.public().to_string()];
            }
            keys.insert(role_name(role), (key, 0));
        }
        let hearing = &mut charter.jury.hearing;
        node::fill_hearing(hearing, |role| keys.get(&role_name(role)).map(|(key, _)| key));
        let node = key(seed, NODE_KEY);
        node.write(&folder, NODE_KEY)?;
        key(seed, PLAN_SECRET).write(&folder, PLAN_SECRET)?;
        Ok((Self { plan: plan.to_owned(), seed, keys, sent: 0 }, node))
    }

    /// The key of an actor, made when it is first asked for.
    pub fn key(&mut self, name: &str) -> &SecretKey {
        &self.actor(name).0
    }

    fn actor(&mut self, name: &str) -> &mut (SecretKey, u64) {
        let seed = self.seed;
        self.keys.entry(name.to_owned()).or_insert_with(|| (key(seed, name), 0))
    }

    /// A command signed by an actor, as bytes.
    pub fn sign_by(&mut self, name: &str, body: Do) -> Result<Vec<u8>, Problem> {
        self.sent += 1;
        let (plan, id) = (self.plan.clone(), format!("demo-{}", self.sent));
        let (key, seq) = self.actor(name);
        *seq += 1;
        let command = Command { plan, by: key.public(), seq: *seq, id, body };
        let signed = key.sign_command(command).map_err(Rejection::from)?;
        Ok(signed.bytes().to_vec())
    }
}
