//! Households: one payer for several members. A household is a ring in the order of charge: the
//! payer, then the others by joining, which is by number; after the last comes the payer again.

use super::{Roll, Standing};

/// A ring is walked at every change and every failed charge, so it must stay short. The largest
/// households of censuses have fewer members; a village that wants to pay together founds a plan.
pub const HOUSEHOLD_MAX: usize = 64;

fn grow(column: &mut Vec<u32>, member: u32) {
    column.extend(column.len() as u32..=member);
}

impl Roll {
    /// Who pays for a member: somebody else of the household, or the member.
    #[must_use]
    pub fn payer_of(&self, member: u32) -> u32 {
        self.payer.get(member as usize).copied().unwrap_or(member)
    }

    /// The next of the household in the order of charge.
    pub(super) fn next_of(&self, member: u32) -> u32 {
        self.next.get(member as usize).copied().unwrap_or(member)
    }

    /// The household of a member in the order of charge, the payer first. Those whose membership
    /// ended stay in it, since their last shares are still to be paid.
    pub fn household(&self, member: u32) -> impl Iterator<Item = u32> + '_ {
        let payer = self.payer_of(member);
        let rest = core::iter::successors(Some(self.next_of(payer)), |m| Some(self.next_of(*m)));
        core::iter::once(payer).chain(rest.take_while(move |member| *member != payer))
    }

    /// The members for whom somebody pays and whose membership goes on.
    pub fn dependants(&self, payer: u32) -> impl Iterator<Item = u32> + '_ {
        let active = |member: &u32| self.standing[*member as usize] == Standing::Active as u8;
        self.household(payer).skip(1).filter(active).filter(move |m| self.payer_of(*m) == payer)
    }

    /// Lets `payer` pay for `member`, who is in no household yet.
    pub(crate) fn attach(&mut self, member: u32, payer: u32) {
        let last = member.max(payer);
        grow(&mut self.payer, last);
        grow(&mut self.next, last);
        let household: Vec<u32> = self.household(payer).collect();
        let before = household.iter().skip(1).take_while(|other| **other < member).last();
        let before = *before.unwrap_or(&payer);
        self.next[member as usize] = self.next[before as usize];
        self.next[before as usize] = member;
        self.payer[member as usize] = payer;
        [member, payer, before].into_iter().for_each(|changed| self.parts.moved(changed));
    }

    /// Lets a member pay for themselves again.
    pub(crate) fn detach(&mut self, member: u32) {
        let household: Vec<u32> = self.household(member).collect();
        let place = household.iter().position(|other| *other == member);
        let Some(before) = place.and_then(|place| place.checked_sub(1)) else {
            return;
        };
        let before = household[before];
        self.next[before as usize] = self.next[member as usize];
        self.next[member as usize] = member;
        self.payer[member as usize] = member;
        [member, before].into_iter().for_each(|changed| self.parts.moved(changed));
    }

    /// Whether stored rings are rings: each household is walked once around, and its members name
    /// its payer.
    pub(super) fn households_fit(&self) -> bool {
        let members = self.birth.len();
        if self.payer.len() != self.next.len() || self.payer.len() > members {
            return false;
        }
        let inside = |column: &[u32]| column.iter().all(|m| (*m as usize) < column.len());
        if !inside(&self.payer) || !inside(&self.next) {
            return false;
        }
        let mut walked = 0;
        for payer in 0..self.payer.len() as u32 {
            if self.payer_of(payer) != payer {
                continue;
            }
            let mut last = payer;
            for (count, member) in self.household(payer).enumerate() {
                let in_order = count < 2 || last < member;
                if count > HOUSEHOLD_MAX || self.payer_of(member) != payer || !in_order {
                    return false;
                }
                (last, walked) = (member, walked + 1);
            }
        }
        walked == self.payer.len()
    }
}
