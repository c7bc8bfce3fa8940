//! Who introduced whom. Nobody earns from it, at any depth: the charter's check refuses a reward.

use crate::command::Asked;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// A member says who told them of the plan. It is said once and by the one who was introduced,
    /// so that nobody can collect names.
    pub(crate) fn name_introducer(
        &mut self,
        asked: Asked<'_>,
        member: u32,
        introducer: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        asked.about(member)?;
        let what = format!("That member {introducer} introduced member {member} is not kept.");
        let refuse = |code, why: String, next: &str| Refusal::new(code, what.clone(), why, next);
        if !self.charter()?.introductions.kept {
            let why = "The charter keeps no introductions.".to_owned();
            return Err(refuse("E-INTRODUCTION-KEPT", why, "Nothing needs to be done."));
        }
        self.active(member).map_err(|why| Refusal::membership(&what, why))?;
        self.roll.get(introducer).ok_or_else(|| Refusal::no_member(introducer))?;
        if introducer >= member {
            let why = "Whoever introduces somebody has joined before.".to_owned();
            return Err(refuse("E-INTRODUCTION-ORDER", why, "Check the numbers."));
        }
        if let Some(other) = self.bonds.get(member).and_then(|bond| bond.introducer) {
            let why = format!("Member {other} is on record for it.");
            return Err(refuse("E-INTRODUCTION-TWICE", why, "It is said once."));
        }
        self.bonds.of(member).introducer = Some(introducer);
        Ok(Vec::new())
    }
}
