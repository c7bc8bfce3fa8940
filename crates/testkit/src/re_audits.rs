//! Re-audits in a world: the draw among the paid cases of a period, and the reports.

use std::ops::Range;

use rules::Refusal;
use rules::bytes::Bytes;
use rules::case::Status as Case;
use rules::charter::Role;
use rules::command::{AuditCommand, Do};
use rules::finding::Finding;
use rules::period::{Period, Status};

use crate::charters;
use crate::history::History;
use crate::keys::Keys;
use crate::world::World;

type Concluded = Result<Vec<Finding>, Refusal>;

impl World {
    /// A village of fifty in which each of these members has a case of `aid_minor`, all of them
    /// paid in one period, which is settled; gives that period.
    ///
    /// # Panics
    /// When the rules refuse any of it.
    #[must_use]
    pub fn with_paid_cases(members: Range<u32>, aid_minor: i64) -> (Self, u32) {
        let mut charter = charters::village();
        charter.caps.case = None;
        let mut world = Self::found(9, &charter);
        world.enrol_people(0..50, "1990-05".parse().expect("a month")).expect("enrolled");
        world.pass(60);
        let diagnosed = world.day().plus_days(-3);
        for member in members {
            world.bring_case(member, diagnosed, aid_minor).expect("a case");
        }
        let period = world.state().case(0).and_then(|case| case.period).expect("published");
        for number in 0..=period {
            world.publish_and_close(number).expect("closed");
            world.finish(number).expect("settled");
        }
        (world, period)
    }

    /// A member lets the draw among the paid cases of a period begin.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn begin_audit(&mut self, member: u32, period: u32) -> Concluded {
        self.send_by(member, Do::Audit(AuditCommand::Begin { period }))
    }

    /// Lets a party answer the draw of a period; the last answer draws.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn answer_audit(&mut self, role: Role, period: u32) -> Concluded {
        let plan = self.state().founded().map_or("", |founded| founded.plan.as_str());
        let mut audits = self.state().audits().iter();
        let audit = audits.find(|audit| audit.period == period);
        let input = audit.and_then(|audit| audit.draw.input(plan).ok());
        let proof = self.keys().lots(role).prove(&input.unwrap_or_default());
        self.send_as(role, Do::Audit(AuditCommand::Answer { period, proof: Bytes(proof.to_vec()) }))
    }

    /// Draws without whoever is silent.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn draw_audit(&mut self, period: u32) -> Concluded {
        self.send(Do::Audit(AuditCommand::Draw { period }))
    }

    /// What an investigator sends about a case that was picked.
    #[must_use]
    pub fn report(case: u32, confirmed: bool) -> Do {
        let report = proof::sha256(b"a second look");
        Do::Audit(AuditCommand::Report { case, confirmed, report })
    }
}

impl History {
    /// A re-audit takes its next step: it begins, a party answers or is silent, somebody reports.
    pub(crate) fn look_again(&mut self) -> Concluded {
        let state = self.world.state();
        let drawing = state.audits().iter().rfind(|audit| audit.draw.seed.is_none());
        if let Some((period, silent)) = drawing.map(|audit| (audit.period, audit.draw.roles(false)))
        {
            if self.chooser.chance(20) {
                self.world.pass_hours(24);
                return self.world.draw_audit(period);
            }
            let role = self.chooser.pick_any(&silent).unwrap_or(Role::Operator);
            return self.world.answer_audit(role, period);
        }
        let picked = state.audits().iter().flat_map(|audit| &audit.picked);
        let waiting = picked.rev().find(|picked| picked.report.is_none());
        if let Some(waiting) = waiting.cloned().filter(|_| self.chooser.chance(70)) {
            let second = self.world.keys().second(Role::Investigator);
            let named = waiting.by.is_none_or(|by| by == Keys::name(&second));
            let key = if named && self.chooser.chance(90) {
                second
            } else {
                *self.world.keys().of(Role::Investigator)
            };
            let body = World::report(waiting.case, self.chooser.chance(40));
            let command = self.world.command(&key, body);
            return self.world.offer(&key, command).map(|(_, findings)| findings);
        }
        let paid = |case: &u32| state.case(*case).is_some_and(|case| case.status == Case::Paid);
        let can = |(number, period): &(u32, &Period)| {
            let begun = state.audits().iter().any(|audit| audit.period == *number);
            period.status == Status::Settled && !begun && period.cases.iter().any(paid)
        };
        let periods: Vec<u32> = (0..).zip(state.periods()).filter(can).map(|one| one.0).collect();
        match self.chooser.pick_any(&periods) {
            Some(period) => self.world.send(Do::Audit(AuditCommand::Begin { period })),
            None if self.chooser.chance(20) => {
                let (member, period) = (self.member(), self.world.state().open_period());
                self.world.begin_audit(member, period)
            }
            None => self.take_period_further(),
        }
    }
}
