//! Leaving on account of an amendment: free of every charge that is not yet made.

use std::collections::BTreeSet;

use super::{Amendment, Status};
use crate::command::Asked;
use crate::finding::{Finding, MemberFinding};
use crate::period;
use crate::refusal::Refusal;
use crate::roll::{Member, Standing};
use crate::state::State;

impl State {
    /// From the notice of an amendment until the first period under it is charged, a member who was
    /// there before it leaves without owing what has been published and not yet charged. Those
    /// periods are divided by those who stay.
    pub(crate) fn leave_free(
        &mut self,
        asked: Asked<'_>,
        member: u32,
        number: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        asked.about(member)?;
        let what = format!("Member {member} cannot leave.");
        self.may_leave(member, &BTreeSet::new()).map_err(|why| Refusal::membership(&what, why))?;
        let row = self.active(member).map_err(|why| Refusal::membership(&what, why))?;
        let amendment = self.amendment_mut(number)?.clone();
        if !self.exit_is_free(&amendment) {
            let why = "It is not under notice, or the first period under it is charged.";
            return Err(Refusal::amendment("E-AMENDMENT-EXIT", number, why));
        }
        if amendment.noticed.is_none_or(|noticed| row.joined > noticed) {
            let why = format!("Member {member} joined after the notice, and knew of it.");
            return Err(Refusal::amendment("E-AMENDMENT-EXIT", number, why));
        }
        let counted = self.counted;
        let charged = |number: &u32| {
            self.period(*number).is_some_and(|period| period.status >= period::Status::Charged)
        };
        let until = (0..counted).rev().find(charged).map_or(0, |last| last + 1);
        for open in until..counted {
            self.uncount(&row, open);
        }
        self.end_membership_until(member, Standing::Left, asked.order.day, until);
        let released = (row.first_period.max(until)..counted).len() as u32;
        let owes_until = until.checked_sub(1);
        Ok(vec![Finding::Member(MemberFinding::Left { count: 1, owes_until, released })])
    }

    fn exit_is_free(&self, amendment: &Amendment) -> bool {
        match amendment.status {
            Status::Noticed | Status::Adopted => true,
            Status::InForce => {
                let first = amendment.from_period.and_then(|period| self.period(period));
                first.is_some_and(|first| first.status < period::Status::Charged)
            }
            Status::Proposed | Status::Rejected | Status::Withdrawn => false,
        }
    }

    /// Takes a member out of the counts of a period that is not charged.
    fn uncount(&mut self, member: &Member, number: u32) {
        let Some(class) = self.class_in(member, number) else { return };
        let period = &mut self.periods[number as usize];
        period.sharers[class] -= 1;
        let since = member.first_period.max(period.year_from);
        let cell = period.cells.iter_mut().find(|cell| {
            cell.birth == member.birth && u32::from(cell.since) == since && cell.members > 0
        });
        if let Some(cell) = cell {
            cell.members -= 1;
        }
    }
}
