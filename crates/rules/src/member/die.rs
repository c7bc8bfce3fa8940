//! A member has died. The membership ended on that day; a diagnosis of before it can be claimed.

use crate::day::Day;
use crate::entry::Order;
use crate::finding::{Finding, MemberFinding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

impl State {
    pub(crate) fn record_death(
        &mut self,
        order: Order,
        member: u32,
        day: Day,
    ) -> Result<Vec<Finding>, Refusal> {
        let what = format!("The death of member {member} is not recorded.");
        let open = self.roll_open(false).and_then(|()| self.active(member));
        let row = open.map_err(|why| Refusal::membership(&what, why))?;
        if day > order.day || day < row.joined {
            let why =
                format!("{day} lies in the future, or before the day of joining {}.", row.joined);
            return Err(Refusal::new("E-MEMBER-DAY", what, why, "Correct the day of death."));
        }
        let detached = self.end_membership(member, Standing::Deceased, day);
        Ok(vec![Finding::Member(MemberFinding::Died { member, detached })])
    }
}
