//! The moves of a random history. Each sends one command, most of them fit to be done.

use rules::Refusal;
use rules::case::{Reason, Status as CaseStatus, Verdict};
use rules::charter::{Account, Cause};
use rules::command::Do;
use rules::day::{Day, Month};
use rules::finding::Finding;
use rules::member::EnrolRow;
use rules::period::Status;
use rules::roll::{Identity, Standing};

use crate::history::History;
use crate::keys::{Keys, ROLES};
use crate::steps::person;

type Concluded = Result<Vec<Finding>, Refusal>;

impl History {
    /// A month of birth: mostly of an age that may join, sometimes not.
    fn birth(&mut self) -> Month {
        let this = i64::from(self.world.day().month().index());
        let youngest = if self.chooser.chance(2) { -3 } else { 2 };
        let months = self.chooser.between(youngest, 725);
        Month::from_index((this - months) as u16).expect("the world's months lie far from the ends")
    }

    /// Somebody who joins: mostly new, sometimes known, be it a member or one who left.
    fn somebody(&mut self) -> Identity {
        let known = u64::from(self.world.state().roll().len());
        if known > 0 && self.chooser.chance(12) {
            let row = self.chooser.below(known) as u32;
            let member = self.world.state().roll().get(row);
            return member.expect("a row of the roll").identity;
        }
        self.newcomer += 1;
        person(self.newcomer)
    }

    pub(crate) fn enrol_one(&mut self) -> Concluded {
        let (birth, identity) = (self.birth(), self.somebody());
        self.world.enrol_identity(identity, birth)
    }

    pub(crate) fn enrol_batch(&mut self, fit: bool) -> Concluded {
        let count = self.chooser.between(1, 12);
        let fit = fit || self.chooser.chance(80);
        let mut rows = Vec::new();
        for _ in 0..count {
            let months = self.chooser.between(12, 700) as u16;
            let birth = Month::from_index(self.world.day().month().index() - months);
            self.newcomer += 1;
            rows.push(EnrolRow {
                birth: birth.expect("the world's months lie far from the ends"),
                identity: person(self.newcomer),
                assisted: self.chooser.chance(50),
            });
        }
        if !fit {
            let bad = self.chooser.below(count as u64) as usize;
            (rows[bad].birth, rows[bad].identity) = (self.birth(), self.somebody());
        }
        self.world.enrol_batch(&rows)
    }

    fn member(&mut self) -> u32 {
        let members = u64::from(self.world.state().roll().len());
        let unknown = u64::from(self.chooser.chance(5));
        self.chooser.below(members + unknown) as u32
    }

    pub(crate) fn leave_one(&mut self) -> Concluded {
        let member = self.member();
        self.world.leave(member)
    }

    pub(crate) fn leave_some(&mut self) -> Concluded {
        let roll = self.world.state().roll();
        let active = |row: &u32| roll.get(*row).is_some_and(|m| m.standing == Standing::Active);
        let active: Vec<u32> = (0..roll.len()).filter(active).collect();
        let chooser = &mut self.chooser;
        let mut leaving: Vec<u32> = active.into_iter().filter(|_| chooser.chance(6)).collect();
        if leaving.is_empty() || self.chooser.chance(15) {
            leaving.push(self.member());
        }
        self.world.leave_batch(&leaving)
    }

    pub(crate) fn file_one(&mut self) -> Concluded {
        let member = self.member();
        let today = self.world.day();
        let joined = self.world.state().roll().get(member).map_or(today, |row| row.joined);
        let after = joined.plus_days(self.chooser.between(-3, 90) as i32);
        let before = today.plus_days(-(self.chooser.between(-1, 30) as i32));
        let diagnosed = if self.chooser.chance(50) { after.min(today) } else { before };
        let cause = *self.chooser.pick(&[Cause::Illness, Cause::Illness, Cause::Accident]);
        let severity = *self.chooser.pick(&["severe", "severe", "light", "unheard of"]);
        self.world.file_as(member, cause, severity, diagnosed)
    }

    fn case_that(&mut self, stands: impl Fn(CaseStatus) -> bool) -> Option<u32> {
        let cases = self.world.state().cases().iter().enumerate();
        let open = cases.filter(|(_, case)| stands(case.status));
        let open: Vec<u32> = open.map(|(number, _)| number as u32).collect();
        self.chooser.pick_any(&open)
    }

    pub(crate) fn take_case_further(&mut self) -> Concluded {
        let pending = |status| {
            matches!(status, CaseStatus::Filed | CaseStatus::Investigated | CaseStatus::Reviewed)
        };
        let Some(number) = self.case_that(pending) else {
            return self.file_one();
        };
        let case = self.world.state().case(number).expect("a case of the register");
        match case.status {
            CaseStatus::Filed => {
                let assessed = *self.chooser.pick(&[100_000, 77_77, 1, 50_000, 300_001]);
                self.world.investigate(number, assessed)
            }
            CaseStatus::Investigated => {
                let verdict = self.verdict(number);
                self.world.review(number, verdict)
            }
            _ => self.world.publish_case(number),
        }
    }

    /// The verdict that fits the case's days mostly, any other sometimes.
    fn verdict(&mut self, number: u32) -> Verdict {
        let state = self.world.state();
        let case = state.case(number).expect("a case of the register");
        let member = state.roll().get(case.member).expect("cases have members");
        let founded = state.founded().expect("the world is founded");
        let covered = case.diagnosed >= member.covered_from(&founded.charter);
        let inside = case.diagnosed > member.joined;
        let assessed = case.assessed.unwrap_or_default();
        let refuse = |reason| Verdict::Refuse { reason, question: None, answer: None };
        match self.chooser.below(10) {
            0 => refuse(Reason::Evidence),
            1 => Verdict::Refuse {
                reason: Reason::HealthDeclaration,
                question: Some(self.chooser.below(3) as u32),
                answer: Some("yes, in 2019".to_owned()),
            },
            2 => refuse(Reason::WaitingPeriod),
            _ if !inside => refuse(Reason::NotCovered),
            _ if !covered && case.cause == Cause::Illness => refuse(Reason::WaitingPeriod),
            _ => Verdict::Approve { decided_minor: assessed },
        }
    }

    pub(crate) fn withdraw_one(&mut self) -> Concluded {
        let any = self.case_that(|_| true);
        self.world.withdraw(any.unwrap_or(0))
    }

    pub(crate) fn forecast_one(&mut self) -> Concluded {
        let period = self.world.state().open_period();
        let mut ends = [0; 3].map(|_: i64| self.chooser.between(0, 3_000));
        if self.chooser.chance(80) {
            ends.sort_unstable();
        }
        self.world.forecast(period, ends)
    }

    /// The next step of the earliest period that is not over, or of another.
    pub(crate) fn take_period_further(&mut self) -> Concluded {
        let periods = self.world.state().periods();
        let going = |status| status != Status::Settled;
        let first = periods.iter().position(|period| going(period.status));
        let first = first.expect("a period is always open");
        let offset = if self.chooser.chance(25) { self.chooser.below(3) } else { 0 };
        let number = (first as u64 + offset) as u32;
        let Some(period) = self.world.state().period(number).cloned() else {
            return self.world.close(number);
        };
        match period.status {
            Status::Open => {
                if self.chooser.chance(50) {
                    self.world.go_to(period.publicity);
                }
                self.world.publish_period(number)
            }
            Status::Published => {
                if self.chooser.chance(50) {
                    self.world.go_to(period.charge);
                }
                self.world.close(number)
            }
            Status::Charged => self.collect_some(number),
            _ => self.pay_further(number, &period),
        }
    }

    fn collect_some(&mut self, number: u32) -> Concluded {
        let state = self.world.state();
        let roll = state.roll();
        let charged = |row: &u32| {
            let member = roll.get(*row).expect("a row of the roll");
            !state.share_of(&member, number).is_zero()
        };
        let charged: Vec<u32> = (0..roll.len()).filter(charged).collect();
        let owed = state.books().balance(Account::Sponsor).minor();
        let chooser = &mut self.chooser;
        let percent = *chooser.pick(&[0, 5, 30]);
        let mut failed: Vec<u32> =
            charged.into_iter().filter(|_| chooser.chance(percent)).collect();
        if chooser.chance(5) {
            failed.push(chooser.below(u64::from(u32::MAX)) as u32);
        }
        let sponsor = *chooser.pick(&[owed, owed, 0, owed / 2, owed + 1]);
        self.world.collect_with(number, &failed, sponsor)
    }

    fn pay_further(&mut self, number: u32, period: &rules::period::Period) -> Concluded {
        if !period.ordered {
            return self.world.order_payout(number);
        }
        let mut cases = period.unpaid.clone();
        let mut refunds: Vec<u32> = period.refunds.iter().map(|refund| refund.member).collect();
        cases.sort_unstable();
        refunds.sort_unstable();
        let owing = !cases.is_empty() || !refunds.is_empty();
        if self.chooser.chance(30) {
            let chooser = &mut self.chooser;
            cases.retain(|_| chooser.chance(50));
            refunds.retain(|_| chooser.chance(50));
        }
        match self.chooser.below(10) {
            0 => self.world.fee(number),
            1 => self.world.settle(number),
            _ if owing => self.world.payout(number, &cases, &refunds),
            _ if !period.fee_drawn => self.world.fee(number),
            _ => self.world.settle(number),
        }
    }

    /// A command that fits no place, mostly.
    pub(crate) fn talk_nonsense(&mut self) -> Concluded {
        let number = self.chooser.below(6) as u32;
        let member = self.member();
        let body = match self.chooser.below(8) {
            0 => Do::Close { period: number },
            1 => Do::PublishPeriod { period: number },
            2 => Do::DrawFee { period: number },
            3 => Do::Settle { period: number },
            4 => Do::Leave { member },
            5 => Do::ConfirmPayout { period: number, cases: vec![number], refunds: Vec::new() },
            6 => Do::Found {
                charter: Box::new(crate::charters::village()),
                first_publicity: Day::new(2030, 1, 1).expect("a day of 2030"),
                node: Keys::name(self.world.keys().stranger()),
            },
            _ => Do::OrderPayout { period: number },
        };
        let role = *self.chooser.pick(&ROLES);
        if self.chooser.chance(30) {
            return self.world.send_as(role, body);
        }
        self.world.send(body)
    }
}
