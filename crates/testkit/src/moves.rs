//! The moves of a random history. Each sends one command, most of them fit to be done.

use rules::Refusal;
use rules::case::{Reason, Status as CaseStatus, Verdict};
use rules::charter::Role;
use rules::charter::{Account, Cause};
use rules::command::{
    ArrearsCommand, Do, MemberCommand, PayoutCommand, PeriodCommand, PlanCommand,
};
use rules::day::{Day, Month};
use rules::finding::Finding;
use rules::member::EnrolRow;
use rules::notice::About;
use rules::period::Status;
use rules::roll::{Identity, Standing};

use crate::history::History;
use crate::keys::Keys;
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
                payer: None,
            });
        }
        let first = self.world.state().roll().len();
        for (index, row) in (0..).zip(&mut rows).skip(1) {
            if self.chooser.chance(25) {
                let payer = self.chooser.below(u64::from(index) + 1) as u32;
                let here = fit || self.chooser.chance(80);
                row.payer = Some(if here { first + payer.min(index - 1) } else { payer });
            }
        }
        if fit {
            payers_pay_alone(&mut rows, first);
        }
        if !fit {
            let bad = self.chooser.below(count as u64) as usize;
            (rows[bad].birth, rows[bad].identity) = (self.birth(), self.somebody());
        }
        self.world.enrol_batch(&rows)
    }

    pub(crate) fn member(&mut self) -> u32 {
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

    pub(crate) fn case_that(&mut self, stands: impl Fn(CaseStatus) -> bool) -> Option<u32> {
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
        let covered = case.diagnosed
            >= member.covered_from(state.charter_on(member.joined).unwrap_or(&founded.charter));
        let inside = case.diagnosed > member.joined;
        let assessed = case.assessed.unwrap_or_default();
        let opening = self.world.unseal(case.member, 1);
        let refuse =
            |reason| Verdict::Refuse { reason, question: None, answer: None, opening: None };
        match self.chooser.below(10) {
            0 => refuse(Reason::Evidence),
            1 => Verdict::Refuse {
                reason: Reason::HealthDeclaration,
                question: Some(self.chooser.below(3) as u32),
                answer: Some(crate::ANSWER.to_owned()),
                opening: Some(opening),
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
                if !period.has_notice(About::Charge) && self.chooser.chance(90) {
                    return self.world.notice(number, About::Charge, &[]);
                }
                if self.chooser.chance(50) {
                    self.world.go_to(period.charge);
                }
                self.world.close(number)
            }
            _ if period.sealed.is_none() && self.chooser.chance(15) => self.world.seal(number),
            Status::Charged => self.collect_some(number),
            _ if period.arrears.ended().is_none() && self.chooser.chance(45) => {
                self.climb_the_ladder(number)
            }
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
        let drawn: Vec<u32> = charged.iter().copied().filter(|_| chooser.chance(percent)).collect();
        let mut failed = drawn.clone();
        if chooser.chance(95) {
            // Whoever comes later in the household is not charged either.
            let later = drawn.iter().flat_map(|member| {
                roll.household(*member).skip_while(move |other| other != member)
            });
            failed.extend(later.filter(|member| charged.contains(member)));
            failed.sort_unstable();
            failed.dedup();
        }
        if chooser.chance(5) {
            failed.push(chooser.below(u64::from(u32::MAX)) as u32);
        }
        let sponsor = *chooser.pick(&[owed, owed, 0, owed / 2, owed + 1]);
        self.world.collect_with(number, &failed, sponsor)
    }

    /// A step of the ladder of a period's failed charges.
    fn climb_the_ladder(&mut self, number: u32) -> Concluded {
        let state = self.world.state();
        let arrears = &state.period(number).expect("the history names a period").arrears;
        let (failed, open) = (arrears.failed().to_vec(), arrears.unpaid().collect::<Vec<u32>>());
        let over = state.ladder(number).map(|(_, until)| until);
        match self.chooser.below(10) {
            0..3 => {
                let chooser = &mut self.chooser;
                let unreached: Vec<u32> =
                    failed.into_iter().filter(|_| chooser.chance(20)).collect();
                self.world.notice(number, About::FailedCharge, &unreached)
            }
            3..6 => {
                let mut paid = Vec::new();
                let roll = self.world.state().roll();
                for member in &open {
                    if self.chooser.chance(30) {
                        let before = roll.household(*member).take_while(|other| other != member);
                        paid.extend(before.filter(|other| open.contains(other)));
                        paid.push(*member);
                    }
                }
                paid.sort_unstable();
                paid.dedup();
                self.world.retry(number, &paid)
            }
            6 => self.pay_late(),
            _ => {
                if let Some(over) = over.filter(|_| self.chooser.chance(60)) {
                    self.world.go_to(over);
                }
                self.world.end_arrears(number)
            }
        }
    }

    /// Somebody pays an old charge, or one of somebody else.
    pub(crate) fn pay_late(&mut self) -> Concluded {
        let state = self.world.state();
        let periods = (0..).zip(state.periods());
        let owed: Vec<(u32, u32)> = periods
            .flat_map(|(number, period)| {
                period.arrears.unpaid().map(move |member| (number, member))
            })
            .collect();
        let Some((period, member)) = self.chooser.pick_any(&owed) else {
            let member = self.member();
            return self.world.pay_arrears(0, member);
        };
        let payer = if self.chooser.chance(80) { member } else { self.member() };
        self.world.send(Do::Arrears(ArrearsCommand::Pay { period, member, payer }))
    }

    /// Somebody begins or ceases to pay for another, or dies.
    pub(crate) fn change_household(&mut self) -> Concluded {
        let (member, payer) = (self.member(), self.member());
        let day = self.world.day();
        match self.chooser.below(10) {
            0..6 => self.world.attach(member, payer),
            6..9 => {
                let roll = self.world.state().roll();
                let paid = (0..roll.len()).find(|row| {
                    roll.get(*row)
                        .is_some_and(|m| m.payer.is_some() && m.standing == Standing::Active)
                });
                self.world.detach(paid.unwrap_or(member))
            }
            _ => self.world.died(member, day.plus_days(-(self.chooser.between(-1, 20) as i32))),
        }
    }

    fn pay_further(&mut self, number: u32, period: &rules::period::Period) -> Concluded {
        let (mut cases, mut refunds) = self.world.state().ordered_of(number);
        let short = !period.unpaid.is_empty() && cases.is_empty();
        if !period.ordered || short && self.chooser.chance(70) {
            return self.world.order_payout(number);
        }
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
        let body = match self.chooser.below(9) {
            0 => Do::Period(PeriodCommand::Close { period: number }),
            1 => Do::Period(PeriodCommand::Publish { period: number }),
            2 => Do::Payout(PayoutCommand::DrawFee { period: number }),
            3 => Do::Period(PeriodCommand::Settle { period: number }),
            4 => Do::Member(MemberCommand::Leave { member, amendment: None }),
            5 => Do::Payout(PayoutCommand::Confirm {
                period: number,
                cases: vec![number],
                refunds: Vec::new(),
            }),
            6 => Do::Plan(PlanCommand::Found {
                charter: Box::new(crate::charters::village()),
                first_publicity: Day::new(2030, 1, 1).expect("a day of 2030"),
                node: Keys::name(self.world.keys().stranger()),
            }),
            7 => return self.world.seal(number),
            _ => Do::Payout(PayoutCommand::Order { period: number }),
        };
        let role = *self.chooser.pick(&Role::REQUIRED);
        if self.chooser.chance(30) {
            return self.world.send_as(role, body);
        }
        self.world.send(body)
    }
}

/// Nobody for whom somebody pays is a payer.
fn payers_pay_alone(rows: &mut [EnrolRow], first: u32) {
    for index in 0..rows.len() {
        let Some(payer) = rows[index].payer else { continue };
        rows[(payer - first) as usize].payer = None;
    }
}
