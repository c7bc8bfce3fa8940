//! The verdict: the count, what it means for the case, and what happens when too few voted.
//!
//! A panel that misses the quorum is followed by the next of the same permutation, once: nobody can
//! choose it, and whoever keeps a panel from voting gains no third draw. If that one misses it too,
//! what the reviewer proposed stands, so that an objection alone never kills a case.

use money::Amount;

use super::{Outcome, Stage};
use crate::ballot::Count;
use crate::case::{Reason, Status, Verdict};
use crate::entry::Order;
use crate::finding::{Finding, JuryFinding};
use crate::notice::About;
use crate::period;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// Counts a ballot that is over.
    pub(crate) fn close_hearing(
        &mut self,
        order: Order,
        case: u32,
    ) -> Result<Vec<Finding>, Refusal> {
        let (number, jury) = self.hearing(case, Stage::Voting)?;
        let charter = self.charter()?;
        let ballot = jury.ballot.as_ref().filter(|ballot| ballot.is_over(order.at));
        let Some(ballot) = ballot else {
            let why = "Votes can still be committed or opened.";
            return Err(jury.refuse("E-VOTE-EARLY", why, "Wait for the deadline."));
        };
        let (count, quorum) = (ballot.count(), jury.quorum(charter));
        let (majority, voting) = (charter.jury.majority, charter.jury.hours);
        if count.commitments < quorum {
            if self.seat_next_panel(number, quorum) {
                let finding = Finding::Jury(JuryFinding::NoQuorum {
                    case,
                    commitments: count.commitments,
                    quorum,
                });
                return Ok(vec![finding, self.begin_voting(order, number, voting)]);
            }
            return self.conclude_hearing(order, number, Outcome::NoQuorum, Some(count));
        }
        let outcome = if count.exceeds(majority) {
            Outcome::Aid { decided_minor: self.aid_of(case)? }
        } else {
            Outcome::Refusal
        };
        self.conclude_hearing(order, number, outcome, Some(count))
    }

    /// What a jury grants: what was proposed, or for a proposed refusal what was assessed.
    fn aid_of(&self, case: u32) -> Result<Amount, Refusal> {
        let case = self.case(case).ok_or_else(|| Refusal::no_case(case))?;
        Ok(match case.verdict {
            Some(Verdict::Approve { decided_minor }) => decided_minor,
            _ => case.assessed.unwrap_or_default(),
        })
    }

    /// Seats the next of the permutation after a missed quorum, if there was none before and enough
    /// are left.
    fn seat_next_panel(&mut self, number: u32, quorum: u32) -> bool {
        let jury = self.juries.change(number);
        let next = jury.drawn.next.iter().zip(&jury.drawn.places);
        let left: usize = next.map(|(next, places)| next.len().min(*places as usize)).sum();
        if jury.missed > 0 || left < quorum as usize {
            return false;
        }
        let mut panel = Vec::with_capacity(left);
        let mut places = Vec::with_capacity(jury.drawn.places.len());
        for (next, wanted) in jury.drawn.next.iter_mut().zip(&jury.drawn.places) {
            let taken = next.len().min(*wanted as usize);
            panel.extend(next.drain(..taken));
            places.push(taken as u32);
        }
        (jury.panel, jury.drawn.places, jury.missed) = (panel, places, jury.missed + 1);
        true
    }

    /// Ends a hearing and lets the case go on. Everything that could refuse comes first.
    pub(super) fn conclude_hearing(
        &mut self,
        order: Order,
        number: u32,
        outcome: Outcome,
        count: Option<Count>,
    ) -> Result<Vec<Finding>, Refusal> {
        let jury = self.juries.get(number).ok_or_else(|| Refusal::no_case(number))?;
        let (case, quorum) = (jury.case, jury.quorum(self.charter()?));
        let proposed = self.case(case).and_then(|case| case.verdict.clone());
        let aid = match (outcome, &proposed) {
            (Outcome::Aid { decided_minor }, _) => Some(decided_minor),
            (Outcome::NoQuorum | Outcome::NoPanel, Some(Verdict::Approve { decided_minor })) => {
                Some(*decided_minor)
            }
            _ => None,
        };
        let period = match aid {
            Some(_) => Some(self.period_to_share(order, case)?),
            None => None,
        };
        let mut after = Vec::new();
        match (aid, period) {
            (Some(decided_minor), Some(period)) => {
                let heard = self.case_mut(case)?;
                heard.step(case, Status::Published, order.day)?;
                heard.verdict = Some(Verdict::Approve { decided_minor });
                heard.period = Some(period);
                self.periods[period as usize].cases.push(case);
            }
            _ => {
                if matches!(proposed, Some(Verdict::Approve { .. })) {
                    let verdict = Verdict::Refuse {
                        reason: Reason::Jury,
                        question: None,
                        answer: None,
                        opening: None,
                    };
                    self.case_mut(case)?.verdict = Some(verdict);
                }
                after.push(self.refuse_case(case)?);
            }
        }
        let jury = self.juries.change(number);
        (jury.stage, jury.outcome) = (Stage::Decided, Some(outcome));
        jury.draw.forget_roll();
        let none = Count { commitments: 0, votes_for: 0, votes_against: 0, closed: Vec::new() };
        let count = count.unwrap_or(none);
        let verdict = Finding::Jury(JuryFinding::Verdict {
            case,
            outcome,
            commitments: count.commitments,
            quorum,
            votes_for: count.votes_for,
            votes_against: count.votes_against,
            closed: count.closed,
            period,
        });
        Ok(core::iter::once(verdict).chain(after).collect())
    }

    /// The next period whose charge day is still to come and whose charge was not announced yet.
    fn period_to_share(&self, order: Order, case: u32) -> Result<u32, Refusal> {
        let mut periods = (0..).zip(self.periods());
        let fits = |period: &period::Period| {
            period.is_before_charge(order.day)
                && !period.has_notice(About::Charge)
                && period.cases.len() < period::CASES_MAX
        };
        let found = periods.find(|(_, period)| fits(period)).map(|(number, _)| number);
        found.ok_or_else(|| {
            Refusal::new(
                "E-PERIOD-STATE",
                format!("Case {case} finds no period that could share it."),
                "Every period that is not closed is full, or its charge is announced.",
                "Publish the open period; the one after it takes the case.",
            )
        })
    }
}
