//! A staff attempt at what the charter forbids is itself on record.

use crate::entry::{Command, Order};
use crate::finding::{Finding, RoleFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    /// Puts a refused command on record, if it is an attempt: signed in its sequence by a key that
    /// fills or has filled a role, at what is forbidden to it, and not beyond the charter's bound
    /// for one key and day. Nothing else of the state changes; the calendar comes up to the day.
    pub(crate) fn record_attempt(
        &mut self,
        order: Order,
        command: &Command,
        refusal: &Refusal,
    ) -> Option<Finding> {
        let founded = self.founded.as_ref()?;
        let actor = self.actors.get(&command.by)?;
        let in_sequence = command.plan == founded.plan && command.seq == actor.seq + 1;
        let today = actor.attempts.filter(|(day, _)| *day == order.day).map_or(0, |(_, n)| n);
        let left = founded.charter.duties.attempts_a_day_max.checked_sub(today + 1)?;
        if !refusal.forbidden || !in_sequence || actor.held.is_empty() {
            return None;
        }
        let verb = serde_json::to_value(&command.body).ok()?["do"].as_str()?.to_owned();
        self.advance(order.day);
        self.at = order.at;
        self.entries += 1;
        let actor = self.actors.get_mut(&command.by)?;
        actor.seq = command.seq;
        actor.attempts = Some((order.day, today + 1));
        let code = refusal.code.to_owned();
        Some(Finding::Role(RoleFinding::AttemptRefused { key: command.by, verb, code, left }))
    }
}
