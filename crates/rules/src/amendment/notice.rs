//! The members are told of an amendment; from then on the days of notice run.

use super::{Amendment, Status};
use crate::arrears::ascending;
use crate::ballot::Ballot;
use crate::entry::Order;
use crate::finding::{AmendmentFinding, Finding};
use crate::refusal::Refusal;
use crate::roll::Standing;
use crate::state::State;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

impl State {
    /// Records the notice. Voting begins when the charter's days of notice are over, and lasts as
    /// long as it says; both are counted from this entry and cannot be cut short.
    pub(crate) fn notice_amendment(
        &mut self,
        order: Order,
        number: u32,
        unreached: &[u32],
    ) -> Result<Vec<Finding>, Refusal> {
        ascending(unreached)?;
        let stranger = unreached.iter().find(|member| {
            self.roll.get(**member).is_none_or(|row| row.standing != Standing::Active)
        });
        if let Some(member) = stranger {
            return Err(Refusal::list(*member, "Only members are told of an amendment."));
        }
        let clause = self.charter()?.amendment.clone();
        let eligible: u64 = self.roll.sharers().iter().sum();
        let amendment = self.amendment_mut(number)?;
        amendment.step(number, Status::Noticed)?;
        let days = |days: i32| DAY.saturating_mul(i64::from(days));
        let vote_from = order.at.saturating_add(days(clause.notice_days));
        let vote_until = vote_from.saturating_add(days(clause.vote_days));
        let open_until = vote_until.saturating_add(days(clause.open_days));
        amendment.noticed = Some(order.day);
        amendment.vote_from = vote_from;
        amendment.eligible = eligible;
        amendment.ballot = Some(Ballot::new(Amendment::question(number), vote_until, open_until));
        let finding = AmendmentFinding::Noticed {
            amendment: number,
            recipients: eligible,
            unreached: unreached.len() as u64,
            vote_from,
            vote_until,
            open_until,
        };
        Ok(vec![Finding::Amendment(finding)])
    }
}
