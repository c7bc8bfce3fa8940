//! Who pays for whom. A payer pays for themselves and for others, and nobody pays for a payer.

use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::roll::HOUSEHOLD_MAX;
use crate::state::State;

/// Why somebody cannot pay for another: code and reason.
type Unfit = (&'static str, String);

impl State {
    pub(crate) fn attach_member(
        &mut self,
        member: u32,
        payer: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let what = format!("Member {payer} does not begin to pay for member {member}.");
        let refuse = |why: Unfit| Refusal::membership(&what, why);
        let open = self.roll_open(false);
        let row = open.and_then(|()| self.active(member)).map_err(refuse)?;
        if let Some(other) = row.payer {
            let why = format!("member {other} pays for member {member} already");
            return Err(refuse(("E-HOUSEHOLD-PAYER", why)));
        }
        if self.roll.dependants(member).next().is_some() {
            let why = format!("member {member} pays for others, and nobody pays for a payer");
            return Err(refuse(("E-HOUSEHOLD-LOOP", why)));
        }
        if payer == member {
            let why = "everybody pays for themselves without being attached".to_owned();
            return Err(refuse(("E-HOUSEHOLD-LOOP", why)));
        }
        self.may_pay(payer, 1).map_err(refuse)?;
        // Those who left are owed nothing but their own last shares.
        let gone: Vec<u32> = self.roll.household(member).skip(1).collect();
        gone.into_iter().for_each(|other| self.roll.detach(other));
        self.roll.attach(member, payer);
        Ok(Vec::new())
    }

    pub(crate) fn detach_member(&mut self, member: u32) -> Result<Vec<Finding>, Refusal> {
        let what = format!("Member {member} does not begin to pay alone.");
        let open = self.roll_open(false).and_then(|()| self.active(member));
        let row = open.map_err(|why| Refusal::membership(&what, why))?;
        if row.payer.is_none() {
            let why = format!("nobody else pays for member {member}");
            return Err(Refusal::membership(&what, ("E-HOUSEHOLD-PAYER", why)));
        }
        self.roll.detach(member);
        Ok(Vec::new())
    }

    /// Whether a member may pay for so many more.
    pub(super) fn may_pay(&self, payer: u32, more: usize) -> Result<(), Unfit> {
        let row = self.active(payer)?;
        if row.payer.is_some() {
            let why = format!("somebody else pays for member {payer}, who can pay for nobody");
            return Err(("E-HOUSEHOLD-LOOP", why));
        }
        if self.roll.household(payer).count() + more > HOUSEHOLD_MAX {
            return Err(("E-HOUSEHOLD-FULL", format!("a household has at most {HOUSEHOLD_MAX}")));
        }
        Ok(())
    }
}
