//! Proposing an amendment by its exact difference, and taking it back.

use super::{Amendment, Change, Status, apply, difference};
use crate::charter::Charter;
use crate::entry::Order;
use crate::finding::{AmendmentFinding, Finding};
use crate::refusal::Refusal;
use crate::state::State;

/// Clauses of one amendment: a longer one is another plan.
const CHANGES_MAX: usize = 200;

/// Clauses that no amendment touches. Keys change by appointment and revocation, and a plan with
/// another money, calendar of days or name is another plan.
const FIXED: [&str; 5] = ["/format", "/plan/id", "/plan/currency", "/plan/time_zone", "/roles"];

impl State {
    pub(crate) fn propose_amendment(
        &mut self,
        order: Order,
        changes: &[Change],
    ) -> Result<Vec<Finding>, Refusal> {
        let number = self.amendments.len() as u32;
        let under_way = self.amendments.iter().rposition(|amendment| {
            matches!(amendment.status, Status::Proposed | Status::Noticed | Status::Adopted)
        });
        if let Some(other) = under_way {
            let why = format!("Amendment {other} is under way: members vote on one at a time.");
            return Err(Refusal::amendment("E-AMENDMENT-BUSY", number, why));
        }
        let charter = self.amended(number, changes)?;
        let amendment = Amendment {
            changes: changes.to_vec(),
            charter: charter.id(),
            status: Status::Proposed,
            proposed: order.day,
            noticed: None,
            vote_from: 0,
            eligible: 0,
            ballot: None,
            from_period: None,
        };
        let finding = AmendmentFinding::Proposed {
            amendment: number,
            charter: amendment.charter,
            changes: changes.len() as u32,
            waits_for_a_year: amendment.waits_for_a_year(),
        };
        self.amendments.push(amendment);
        Ok(vec![Finding::Amendment(finding)])
    }

    /// The charter in force with some clauses changed.
    pub(super) fn amended(&self, number: u32, changes: &[Change]) -> Result<Charter, Refusal> {
        let refuse = |code, why: String| Refusal::amendment(code, number, why);
        let before = self.charter()?;
        if changes.is_empty() || changes.len() > CHANGES_MAX {
            let why = format!("It changes nothing, or more than {CHANGES_MAX} clauses.");
            return Err(refuse("E-AMENDMENT-DIFFERENCE", why));
        }
        let from = before.to_value();
        let to = apply(&from, changes)
            .map_err(|misfit| refuse("E-AMENDMENT-DIFFERENCE", format!("{misfit}.")))?;
        let inside = |at: &str, clause: &str| {
            at.strip_prefix(clause).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let touched = |change: &&Change| {
            FIXED.iter().any(|fixed| inside(&change.at, fixed) || inside(fixed, &change.at))
        };
        if let Some(change) = changes.iter().find(touched) {
            let why = format!("No amendment changes {:?}.", change.at);
            return Err(refuse("E-AMENDMENT-FIXED", why).forbidden());
        }
        let charter: Charter = serde_json::from_value(to)
            .map_err(|error| refuse("E-AMENDMENT-CHARTER", format!("{error}.")))?;
        if difference(&from, &charter.to_value()) != changes {
            let why = "Another list of changes leads to the same charter.".to_owned();
            return Err(refuse("E-AMENDMENT-DIFFERENCE", why));
        }
        if let Some(complaint) = charter.check().errors.first() {
            return Err(Refusal::charter(complaint));
        }
        if let Some(why) = weakened(before, &charter) {
            return Err(refuse("E-AMENDMENT-WEAKER", why).forbidden());
        }
        Ok(charter)
    }

    pub(crate) fn withdraw_amendment(&mut self, number: u32) -> Result<Vec<Finding>, Refusal> {
        self.amendment_mut(number)?.step(number, Status::Withdrawn)?;
        Ok(Vec::new())
    }
}

/// What protects members against amendments can be made stronger by one and never weaker.
fn weakened(before: &Charter, after: &Charter) -> Option<String> {
    let (then, now) = (&before.amendment, &after.amendment);
    let gone = then.never_retroactive.iter().find(|clause| !now.never_retroactive.contains(clause));
    let why = if now.quorum < then.quorum {
        "It lowers the quorum of amendments."
    } else if now.majority < then.majority {
        "It lowers the majority of amendments."
    } else if now.notice_days < then.notice_days {
        "It shortens the notice of amendments."
    } else if now.vote_days < then.vote_days {
        "It shortens the vote on amendments."
    } else if let Some(clause) = gone {
        return Some(format!("It lets {clause:?} reach back."));
    } else {
        return None;
    };
    Some(why.to_owned())
}
