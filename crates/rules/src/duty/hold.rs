//! What needs a second key is held until that key signs, and then done in one piece.

use money::Amount;
use serde::{Deserialize, Serialize};

use crate::case::Verdict;
use crate::charter::Role;
use crate::command::{
    Asked, CaseCommand, Do, JuryCommand, MemberCommand, PayoutCommand, RoleCommand,
};
use crate::day::Day;
use crate::finding::{Finding, RoleFinding};
use crate::key::Key;
use crate::refusal::Refusal;
use crate::state::State;

/// Days in which the second key must sign: a month, so that nothing old is woken by surprise.
const HELD_DAYS: i32 = 30;

/// Commands held at once; a plan's staff settle theirs in days.
const HELD_MAX: usize = 64;

/// A command that waits for its second key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// Index of its entry, by which it is named.
    pub entry: u64,
    /// Who signed it.
    pub by: Key,
    /// Last day on which it can be seconded.
    pub until: Day,
    /// What is to be done.
    #[serde(with = "crate::stored")]
    pub body: Do,
}

impl State {
    /// The roles of which one must sign `body` as well, when it needs a second key.
    pub(crate) fn seconds_of(&self, by: Key, body: &Do) -> Result<Option<Vec<Role>>, Refusal> {
        let duties = &self.charter()?.duties;
        let own = self.actors.get(&by).map(|actor| &actor.roles[..]).unwrap_or_default();
        let changes_people = match body {
            Do::Role(RoleCommand::Appoint { .. } | RoleCommand::Revoke { .. }) => true,
            Do::Member(MemberCommand::Key { member, .. }) => self.takes_over(by, *member),
            // Whoever works for the plan is never drawn: nobody alone thins out a jury roll.
            Do::Jury(JuryCommand::Staff { .. }) => true,
            _ => false,
        };
        if changes_people {
            let changes = duties.key_changes.iter().copied();
            return Ok(Some(changes.filter(|role| !own.contains(role)).collect()));
        }
        let Some((verb, amount)) = self.stake(body)? else {
            return Ok(None);
        };
        let clause = duties.four_eyes.iter().find(|clause| clause.verb == verb);
        let above = |least: Option<Amount>| least.is_none_or(|least| amount > least);
        Ok(clause.filter(|c| above(c.above_amount_minor)).map(|c| c.second.clone()))
    }

    /// Whether somebody of the staff would put another key in the place of a member's. Nobody alone
    /// takes the votes of members over; a member does it by the key before.
    fn takes_over(&self, by: Key, member: u32) -> bool {
        let staff = self.actors.get(&by).is_some_and(|actor| actor.member.is_none());
        staff && self.actors.key_of(member).is_some()
    }

    /// How much a command moves or decides, for the verbs that a charter may give to four eyes.
    fn stake(&self, body: &Do) -> Result<Option<(&'static str, Amount)>, Refusal> {
        Ok(match body {
            Do::Payout(PayoutCommand::Order { period }) => {
                Some(("payout.order", self.owed_by(*period)?))
            }
            Do::Payout(PayoutCommand::DrawFee { period }) => {
                Some(("fee.draw", self.known_period(*period)?.fee))
            }
            Do::Case(CaseCommand::Review {
                verdict: Verdict::Approve { decided_minor }, ..
            }) => Some(("case.review", *decided_minor)),
            _ => None,
        })
    }

    /// All that this and earlier ordered periods still owe to cases and members.
    fn owed_by(&self, number: u32) -> Result<Amount, Refusal> {
        self.known_period(number)?;
        let mut owed = Vec::new();
        for (earlier, period) in (0..=number).zip(self.periods()) {
            if period.ordered || earlier == number {
                owed.extend(period.refunds.iter().map(|refund| refund.amount));
                for case in period.unpaid.iter().filter_map(|case| self.case(*case)) {
                    owed.push(case.open()?);
                }
            }
        }
        Ok(Amount::total(owed)?)
    }

    /// Holds a command that a second key must sign.
    pub(crate) fn hold(
        &mut self,
        asked: Asked<'_>,
        body: &Do,
        second: Vec<Role>,
    ) -> Result<Vec<Finding>, Refusal> {
        if let Do::Role(command) = body {
            self.may_change_keys(asked.by)?;
            self.check_role(command)?;
        }
        let today = asked.order.day;
        if self.held.iter().filter(|held| held.until >= today).count() >= HELD_MAX {
            let why = format!("{HELD_MAX} commands wait for their second key already.");
            let next = "Let them be seconded, or wait until they lapse.";
            return Err(Refusal::new("E-HELD-MANY", "The command is not held.", why, next));
        }
        let verb = serde_json::to_value(body).ok();
        let verb = verb.as_ref().and_then(|value| value["do"].as_str()).unwrap_or_default();
        let (entry, until) = (self.entries, today.plus_days(HELD_DAYS));
        self.held.retain(|held| held.until >= today);
        self.held.push(Held { entry, by: asked.by, until, body: body.clone() });
        Ok(vec![Finding::Role(RoleFinding::Held { entry, verb: verb.to_owned(), second, until })])
    }

    fn may_change_keys(&self, by: Key) -> Result<(), Refusal> {
        let changes = &self.charter()?.duties.key_changes;
        let own = self.actors.get(&by).map(|actor| &actor.roles[..]).unwrap_or_default();
        if own.iter().any(|role| changes.contains(role)) {
            return Ok(());
        }
        let why = format!("The charter lets {changes:?} change keys, two of them together.");
        let next = "Let a key of one of those roles sign.";
        Err(Refusal::new("E-ROLE", "This key may not do that.", why, next).forbidden())
    }

    /// The second key has signed: does what is held.
    pub(crate) fn second(&mut self, asked: Asked<'_>, entry: u64) -> Result<Vec<Finding>, Refusal> {
        let what = format!("Entry {entry} is not seconded.");
        let refuse = |code, why: &str, next| Refusal::new(code, what.clone(), why, next);
        let place = self
            .held
            .iter()
            .position(|held| held.entry == entry && held.until >= asked.order.day)
            .ok_or_else(|| {
                let why = "No command waits there: it is done, has lapsed, or never was held.";
                refuse("E-HELD-UNKNOWN", why, "Look at what waits with `huzhu role list`.")
            })?;
        let Held { by, body, .. } = self.held[place].clone();
        if by == asked.by {
            let why = "Two different keys must sign, and this is the first one.";
            return Err(refuse("E-HELD-SELF", why, "Let the other key sign.").forbidden());
        }
        // Who signed first may have lost the duty since.
        self.fills(by, body.permitted())?;
        let second = self.seconds_of(by, &body)?.unwrap_or_default();
        let own = self.actors.get(&asked.by).map(|actor| &actor.roles[..]).unwrap_or_default();
        if !own.iter().any(|role| second.contains(role)) {
            let why = format!("The second key must fill one of {second:?}.");
            return Err(refuse("E-ROLE", &why, "Let such a key sign.").forbidden());
        }
        let first = Asked { order: asked.order, by, member: None, chunk: None };
        let done = match &body {
            Do::Role(command) => self.change_keys(command)?,
            body => body.perform(self, first)?,
        };
        self.held.remove(place);
        let mut findings = vec![Finding::Role(RoleFinding::Seconded { entry })];
        findings.extend(done);
        Ok(findings)
    }

    /// What waits for a second key today: the entry, who signed it, and until when.
    pub fn waiting(&self) -> impl Iterator<Item = (u64, Key, Day, &Do)> {
        let today = self.day;
        let held = self.held.iter().filter(move |held| held.until >= today);
        held.map(|held| (held.entry, held.by, held.until, &held.body))
    }
}
