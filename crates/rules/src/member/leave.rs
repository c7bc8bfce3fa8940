//! Leaving: at once, at the member's wish; the share of what is published already stays due.

use std::collections::BTreeSet;

use super::rows;
use crate::command::Chunk;
use crate::entry::Order;
use crate::finding::{Finding, MemberFinding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    pub(crate) fn leave(&mut self, order: Order, member: u32) -> Result<Vec<Finding>, Refusal> {
        let what = format!("Member {member} cannot leave.");
        self.may_leave(member, &BTreeSet::new()).map_err(|why| Refusal::membership(&what, why))?;
        Ok(vec![self.end_memberships(order, &[member])])
    }

    pub(crate) fn leave_batch(
        &mut self,
        order: Order,
        chunk: &Chunk,
        bytes: Option<&[u8]>,
    ) -> Result<Vec<Finding>, Refusal> {
        let members = rows::members(chunk, bytes).map_err(|error| Refusal::rows(&error))?;
        // A payer may leave with the dependants, who then stand before the payer.
        let mut seen = BTreeSet::new();
        for (index, member) in members.iter().enumerate() {
            let row = index as u32 + 1;
            self.may_leave(*member, &seen)
                .map_err(|(code, why)| Refusal::batch_row(code, row, &why))?;
            if !seen.insert(*member) {
                let why = format!("member {member} stands twice in the batch");
                return Err(Refusal::batch_row("E-MEMBER-TWICE", row, &why));
            }
        }
        Ok(vec![self.end_memberships(order, &members)])
    }

    /// Whether a member may leave once those in `gone` have left.
    pub(crate) fn may_leave(
        &self,
        member: u32,
        gone: &BTreeSet<u32>,
    ) -> Result<(), (&'static str, String)> {
        self.roll_open(false)?;
        self.active(member)?;
        let mut attached = self.roll.dependants(member).filter(|other| !gone.contains(other));
        let charter = self.charter().map_err(|refusal| (refusal.code, refusal.why))?;
        match attached.next().filter(|_| charter.exit.dependants_first) {
            Some(dependant) => {
                let why = format!("member {member} still pays for member {dependant}");
                Err(("E-HOUSEHOLD-DEPENDANTS", why))
            }
            None => Ok(()),
        }
    }

    fn end_memberships(&mut self, order: Order, members: &[u32]) -> Finding {
        for member in members {
            self.end_membership(*member, Standing::Left, order.day);
        }
        let owes_until = self.counted.checked_sub(1);
        Finding::Member(MemberFinding::Left {
            count: members.len() as u32,
            owes_until,
            released: 0,
        })
    }
}
