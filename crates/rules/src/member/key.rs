//! The key by which a member acts: the first put on record by the registrar, who has seen the
//! member; another one by the member's key before, or, when that is lost, by the registrar and a
//! second key that the charter lets change keys.

use proof::signature::check_key;

use crate::finding::Finding;
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn bind_key(&mut self, member: u32, key: Key) -> Result<Vec<Finding>, Refusal> {
        let what = format!("Member {member} does not act by this key.");
        self.active(member).map_err(|why| Refusal::membership(&what, why))?;
        if check_key(&key.0).is_err() {
            return Err(Refusal::new(
                "E-KEY-WEAK",
                what,
                "It is not an Ed25519 key of full order: others could sign under it.",
                "Let the member's device make a new key.",
            ));
        }
        if self.actors.get(&key).is_some() {
            return Err(Refusal::new(
                "E-KEY-TAKEN",
                what,
                "The key acts already, or has acted, for somebody in this plan.",
                "Let the member's device make a new key.",
            ));
        }
        self.actors.bind(member, key);
        Ok(Vec::new())
    }
}
