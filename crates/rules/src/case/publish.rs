//! Publishing the card of a reviewed case, approved or refused alike.

use super::Status;
use crate::finding::Finding;
use crate::period;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn publish_case(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        let period = self.open_period();
        let open = &self.periods[period as usize];
        if open.cases.len() >= period::CASES_MAX {
            return Err(Refusal::period(period, "It has as many cases as a period may have."));
        }
        let today = self.day;
        let case = self.case_mut(number)?;
        case.step(number, Status::Published, today)?;
        case.period = Some(period);
        self.periods[period as usize].cases.push(number);
        Ok(Vec::new())
    }
}
