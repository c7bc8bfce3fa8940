//! What opens a hearing: a member's objection to a published case, or the applicant's appeal
//! against a refusal.
//!
//! An objection stops the sharing of that case and of no other: the case leaves its period. The
//! first one opens the hearing; those that come before the roll is sealed stand beside it, up to
//! the charter's limit, and change nothing more, so a thousand at once do no harm.

use proof::Digest;
use proof::draw::Drawn;

use super::{Jury, Objection, Stage};
use crate::case::{Cover, Status, Verdict};
use crate::draw::Draw;
use crate::entry::Order;
use crate::finding::{Finding, JuryFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn object(
        &mut self,
        order: Order,
        member: u32,
        number: u32,
        reason: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let what = format!("The objection to case {number} is not taken.");
        let refuse = |code, why: String, next| Refusal::new(code, &what, why, next);
        self.active(member).map_err(|why| Refusal::membership(&what, why))?;
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        if case.member == member {
            let why = "It is the member's own case.".to_owned();
            return Err(refuse("E-OBJECTION-OWN", why, "Appeal if the case is refused."));
        }
        if case.status == Status::Objected {
            return self.object_too(member, number, reason, &what);
        }
        if self.jury(number).is_some() {
            let why = "A jury has heard the case, and its result stands.".to_owned();
            return Err(refuse(
                "E-OBJECTION-HEARD",
                why,
                "Read the reasons with `huzhu jury show`.",
            ));
        }
        let period = case.period.and_then(|period| self.period(period));
        let open = case.status == Status::Published
            && period.is_some_and(|period| period.is_before_charge(order.day));
        if !open {
            let why = format!("It is {:?}, or the day before the charge is over.", case.status);
            let next =
                "Objections run from the publication of a card to the day before the charge.";
            return Err(refuse("E-OBJECTION-LATE", why, next));
        }
        let limit = self.charter()?.jury.hearing.objections_of_a_member;
        if self.juries.open_of(member) >= limit as usize {
            let why = format!("The member has {limit} hearings open.");
            return Err(refuse("E-OBJECTION-MANY", why, "Wait for the verdict of one of them."));
        }
        let objections = vec![Objection { member, reason }];
        self.open_hearing(order, number, objections, false)
    }

    /// A further objection to a case that is being heard.
    fn object_too(
        &mut self,
        member: u32,
        number: u32,
        reason: Digest,
        what: &str,
    ) -> Result<Vec<Finding>, Refusal> {
        let refuse = |code, why: String, next| Refusal::new(code, what, why, next);
        let (hearing, jury) = self.hearing(number, Stage::Drawing).map_err(|refusal| {
            refuse("E-OBJECTION-LATE", refusal.why, "The panel is drawn: follow the hearing.")
        })?;
        if jury.draw.sealed.is_some() || jury.appeal {
            let why = "The roll of the hearing is sealed, or it hears an appeal.".to_owned();
            return Err(refuse("E-OBJECTION-LATE", why, "Follow the hearing."));
        }
        if jury.objections.iter().any(|objection| objection.member == member) {
            let why = "The member has objected to it.".to_owned();
            return Err(refuse("E-OBJECTION-TWICE", why, "One objection of a member is enough."));
        }
        let limit = self.charter()?.jury.hearing.objections_max;
        if jury.objections.len() >= limit as usize {
            let why = format!("{limit} objections stand beside the case, and a jury hears it.");
            return Err(refuse("E-OBJECTION-MANY", why, "Follow the hearing."));
        }
        self.juries.change(hearing).objections.push(Objection { member, reason });
        Ok(Vec::new())
    }

    pub(crate) fn appeal(
        &mut self,
        order: Order,
        number: u32,
        _reason: Digest,
    ) -> Result<Vec<Finding>, Refusal> {
        let what = format!("The appeal in case {number} is not taken.");
        let refuse = |code, why: String, next| Refusal::new(code, &what, why, next);
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        if self.juries.all().iter().any(|jury| jury.case == number && jury.appeal) {
            let why = "The case was appealed before.".to_owned();
            return Err(refuse("E-APPEAL-TWICE", why, "The result of the appeal stands."));
        }
        let days = self.charter()?.jury.hearing.appeal_days;
        let refused = case.day_of(Status::Refused).filter(|_| case.status == Status::Refused);
        if refused.is_none_or(|day| order.day > day.plus_days(days)) {
            let why = format!("It is {:?}, or was refused over {days} days ago.", case.status);
            return Err(refuse("E-APPEAL-LATE", why, "A refusal is appealed while there is time."));
        }
        let member = self.roll.get(case.member).ok_or_else(|| Refusal::no_member(case.member))?;
        if self.open_cases.contains_key(&member.identity) {
            let why = "The person has another case by now: one claim a person.".to_owned();
            return Err(refuse("E-CASE-TWICE", why, "Withdraw that one first."));
        }
        let findings = self.open_hearing(order, number, Vec::new(), true)?;
        self.open_cases.insert(member.identity, number);
        Ok(findings)
    }

    /// Takes a case out of its period and begins the hearing. What the charter computes from
    /// dates is not for a jury to bend: a refusal that rests on them is heard by nobody.
    fn open_hearing(
        &mut self,
        order: Order,
        number: u32,
        objections: Vec<Objection>,
        appeal: bool,
    ) -> Result<Vec<Finding>, Refusal> {
        let case = self.case(number).ok_or_else(|| Refusal::no_case(number))?;
        if matches!(case.verdict, Some(Verdict::Refuse { .. }))
            && (self.cover(case)? != Cover::Covered || case.assessed.unwrap_or_default().is_zero())
        {
            return Err(Refusal::new(
                "E-JURY-COMPUTED",
                format!("No jury hears case {number}."),
                "The refusal follows from the charter's dates, or nothing was assessed to be paid.",
                "If a date is wrong, complain of it: the investigator corrects it.",
            ));
        }
        let hearings = self.juries.all().iter().filter(|jury| jury.case == number).count();
        let subject = format!("case {number} hearing {}", hearings + 1);
        let draw = Draw::begin(subject, &self.charter()?.jury.hearing, order.at)?;
        let period = case.period;
        let roles = draw.roles(false);
        let nonce_until = draw.nonce_until;
        self.case_mut(number)?.step(number, Status::Objected, order.day)?;
        if let Some(period) = period.filter(|_| !appeal) {
            self.periods[period as usize].cases.retain(|other| *other != number);
        }
        self.juries.open(Jury {
            case: number,
            appeal,
            stage: Stage::Drawing,
            objections,
            qualified: self.jury_roll.len() as u32,
            draw,
            drawn: Drawn::default(),
            panel: Vec::new(),
            seated: 0,
            missed: 0,
            ballot: None,
            outcome: None,
        });
        Ok(vec![Finding::Jury(JuryFinding::Opened {
            case: number,
            hearing: hearings as u32 + 1,
            appeal,
            parties: roles,
            nonce_until_ms: nonce_until,
        })])
    }
}
