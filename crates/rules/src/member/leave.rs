//! Leaving: at once, at the member's wish; the share of what is published already stays due.

use std::collections::BTreeSet;

use super::rows;
use crate::command::Chunk;
use crate::entry::Order;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    pub(crate) fn leave(&mut self, order: Order, member: u32) -> Result<Vec<Finding>, Refusal> {
        self.may_leave(member).map_err(|(code, why)| {
            Refusal::new(code, format!("Member {member} cannot leave."), why, "Check the number.")
        })?;
        Ok(vec![self.end_memberships(order, &[member])])
    }

    pub(crate) fn leave_batch(
        &mut self,
        order: Order,
        chunk: &Chunk,
        bytes: Option<&[u8]>,
    ) -> Result<Vec<Finding>, Refusal> {
        let members = rows::leavers(chunk, bytes).map_err(|error| Refusal::rows(&error))?;
        let mut seen = BTreeSet::new();
        for (index, member) in members.iter().enumerate() {
            let row = index as u32 + 1;
            self.may_leave(*member).map_err(|(code, why)| Refusal::batch_row(code, row, &why))?;
            if !seen.insert(*member) {
                let why = format!("member {member} stands twice in the batch");
                return Err(Refusal::batch_row("E-MEMBER-TWICE", row, &why));
            }
        }
        Ok(vec![self.end_memberships(order, &members)])
    }

    fn may_leave(&self, member: u32) -> Result<(), (&'static str, String)> {
        match self.roll.get(member).map(|row| row.standing) {
            Some(Standing::Active) => Ok(()),
            Some(standing) => Err(("E-MEMBER-OVER", format!("the membership is {standing:?}"))),
            None => Err(("E-MEMBER-UNKNOWN", format!("there is no member {member}"))),
        }
    }

    fn end_memberships(&mut self, order: Order, members: &[u32]) -> Finding {
        for member in members {
            self.roll.end(*member, Standing::Left, order.day, self.counted);
        }
        let owes_until = self.counted.checked_sub(1);
        Finding::Left { count: members.len() as u32, owes_until }
    }
}
