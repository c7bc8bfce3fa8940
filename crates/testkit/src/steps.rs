//! A short method for every command.

use money::Amount;
use proof::Digest;
use rules::Refusal;
use rules::case::{Reason, Verdict};
use rules::charter::{Account, Cause};
use rules::command::{
    ArrearsCommand, CaseCommand, Chunk, Do, MemberCommand, MemberList, MemberRows, NoticeCommand,
    PayoutCommand, PeriodCommand,
};
use rules::day::{Day, Month};
use rules::finding::Finding;
use rules::member::{EnrolRow, SALT_BYTES};
use rules::notice::About;
use rules::roll::Identity;

use crate::inquiry::seals;
use crate::world::World;

/// What the rules conclude from a command.
type Concluded = Result<Vec<Finding>, Refusal>;

/// The identity of the person called `number` in a test.
#[must_use]
pub fn person(number: u64) -> Identity {
    let digest = proof::sha256(&number.to_le_bytes());
    let mut identity = Identity([0; 16]);
    identity.0.copy_from_slice(&digest.0[..16]);
    identity
}

impl World {
    /// Enrols the person called `number`, born in `birth`; health questions are all answered.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn enrol(&mut self, number: u64, birth: Month) -> Concluded {
        self.enrol_identity(person(number), birth)
    }

    /// Enrols a person by identity.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn enrol_identity(&mut self, identity: Identity, birth: Month) -> Concluded {
        let health = seals(identity, self.questions());
        self.send(Do::Member(MemberCommand::Enrol {
            birth,
            identity,
            health,
            assisted: false,
            payer: None,
        }))
    }

    /// Enrols a batch of members by one command.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn enrol_batch(&mut self, rows: &[EnrolRow]) -> Concluded {
        let bytes = rows.iter().flat_map(|row| row.to_bytes()).collect();
        let chunk = self.lay_rows(bytes, rows.len());
        self.send(Do::Member(MemberCommand::EnrolBatch { chunk }))
    }

    /// Enrols the people called `numbers`, all born in `birth`.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn enrol_people(&mut self, numbers: core::ops::Range<u64>, birth: Month) -> Concluded {
        let row =
            |number| EnrolRow { birth, identity: person(number), assisted: true, payer: None };
        let rows: Vec<EnrolRow> = numbers.map(row).collect();
        self.enrol_batch(&rows)
    }

    /// Lays `salt ‖ rows` beside the log and describes it.
    pub fn lay_rows(&mut self, rows: Vec<u8>, count: usize) -> Chunk {
        let mut bytes = proof::sha256(&(self.log().len() as u64).to_le_bytes()).0.to_vec();
        assert_eq!(bytes.len(), SALT_BYTES, "a digest is as long as a salt");
        bytes.extend(rows);
        let size = bytes.len() as u64;
        let rows = u32::try_from(count).expect("a batch of a test has fewer rows than that");
        let hash = self.lay_chunk(bytes);
        Chunk { hash, size, rows }
    }

    /// Ends a membership.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn leave(&mut self, member: u32) -> Concluded {
        self.send(Do::Member(MemberCommand::Leave { member, amendment: None }))
    }

    /// Ends many memberships by one command.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn leave_batch(&mut self, members: &[u32]) -> Concluded {
        let bytes = members.iter().flat_map(|member| member.to_le_bytes()).collect();
        let chunk = self.lay_rows(bytes, members.len());
        self.send(Do::Member(MemberCommand::LeaveBatch { chunk }))
    }

    /// Enrols the person called `number`, for whom `payer` pays.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn enrol_dependant(&mut self, number: u64, birth: Month, payer: u32) -> Concluded {
        let health = seals(person(number), self.questions());
        self.send(Do::Member(MemberCommand::Enrol {
            birth,
            identity: person(number),
            health,
            assisted: true,
            payer: Some(payer),
        }))
    }

    /// Lets a member pay for another.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn attach(&mut self, member: u32, payer: u32) -> Concluded {
        self.send(Do::Member(MemberCommand::Attach { member, payer }))
    }

    /// Lets a member pay alone.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn detach(&mut self, member: u32) -> Concluded {
        self.send(Do::Member(MemberCommand::Detach { member }))
    }

    /// Records a death.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn died(&mut self, member: u32, day: Day) -> Concluded {
        self.send(Do::Member(MemberCommand::Died { member, day }))
    }

    /// A list of members in a chunk beside the log.
    pub fn lay_members(&mut self, members: &[u32]) -> MemberList {
        let bytes = members.iter().flat_map(|member| member.to_le_bytes()).collect();
        MemberList::There(MemberRows { chunk: self.lay_rows(bytes, members.len()) })
    }

    /// Files a severe illness, asking for 100.00.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn file(&mut self, member: u32, diagnosed: Day) -> Concluded {
        self.file_as(member, Cause::Illness, "severe", diagnosed)
    }

    /// Files a case of any cause and severity, asking for 100.00.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn file_as(
        &mut self,
        member: u32,
        cause: Cause,
        severity: &str,
        diagnosed: Day,
    ) -> Concluded {
        self.send(Do::Case(CaseCommand::File {
            member,
            cause,
            severity: severity.to_owned(),
            diagnosed,
            asked_minor: minor(10_000),
            evidence: vec![paper()],
        }))
    }

    /// Investigates a case as filed, the applicant born on the 15th of the month on the roll.
    ///
    /// # Errors
    /// When the rules refuse.
    ///
    /// # Panics
    /// When there is no such case.
    pub fn investigate(&mut self, case: u32, assessed: i64) -> Concluded {
        let (born, diagnosed) = self.born_and_diagnosed(case);
        self.investigate_as(case, born, diagnosed, assessed)
    }

    /// Investigates a case with any days.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn investigate_as(
        &mut self,
        case: u32,
        born: Day,
        diagnosed: Day,
        assessed: i64,
    ) -> Concluded {
        self.send(Do::Case(CaseCommand::Investigate {
            case,
            born,
            diagnosed,
            assessed_minor: minor(assessed),
            report: paper(),
        }))
    }

    fn born_and_diagnosed(&self, case: u32) -> (Day, Day) {
        let case = self.state().case(case).expect("the test names a case");
        let member = self.state().roll().get(case.member).expect("cases have members");
        let born = member.birth.day(15).expect("every month has a 15th");
        (born, case.diagnosed.max(born))
    }

    /// Proposes aid.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn propose(&mut self, case: u32, decided: i64) -> Concluded {
        let decided_minor = minor(decided);
        self.review(case, Verdict::Approve { decided_minor })
    }

    /// Proposes a refusal that rests on no health question.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn oppose(&mut self, case: u32, reason: Reason) -> Concluded {
        let (question, answer, opening) = (None, None, None);
        self.review(case, Verdict::Refuse { reason, question, answer, opening })
    }

    /// Proposes anything.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn review(&mut self, case: u32, verdict: Verdict) -> Concluded {
        self.send(Do::Case(CaseCommand::Review { case, verdict }))
    }

    /// Publishes a case's card.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn publish_case(&mut self, case: u32) -> Concluded {
        let card = paper();
        self.send(Do::Case(CaseCommand::Publish { case, card }))
    }

    /// Takes a case back.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn withdraw(&mut self, case: u32) -> Concluded {
        self.send(Do::Case(CaseCommand::Withdraw { case }))
    }

    /// Files, investigates, proposes and publishes a severe case of `aid`; gives its number.
    ///
    /// # Errors
    /// When the rules refuse any of it.
    pub fn bring_case(&mut self, member: u32, diagnosed: Day, aid: i64) -> Result<u32, Refusal> {
        let case = self.state().cases().len() as u32;
        self.file(member, diagnosed)?;
        self.investigate(case, aid)?;
        self.propose(case, aid)?;
        self.publish_case(case)?;
        Ok(case)
    }

    /// Logs a forecast.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn forecast(&mut self, period: u32, [low, share, high]: [i64; 3]) -> Concluded {
        self.send(Do::Period(PeriodCommand::Forecast {
            period,
            share_minor: minor(share),
            low_minor: minor(low),
            high_minor: minor(high),
        }))
    }

    /// Publishes a period.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn publish_period(&mut self, period: u32) -> Concluded {
        self.send(Do::Period(PeriodCommand::Publish { period }))
    }

    /// Records a notice that did not reach some.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn notice(&mut self, period: u32, about: About, unreached: &[u32]) -> Concluded {
        let unreached = MemberList::Here(unreached.to_vec());
        self.send(Do::Notice(NoticeCommand::Record { period, about, unreached }))
    }

    /// Reports charges of a period that succeeded when they were retried.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn retry(&mut self, period: u32, paid: &[u32]) -> Concluded {
        self.send(Do::Arrears(ArrearsCommand::Retry {
            period,
            paid: MemberList::Here(paid.to_vec()),
        }))
    }

    /// Reports a late payment by the member.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn pay_arrears(&mut self, period: u32, member: u32) -> Concluded {
        self.send(Do::Arrears(ArrearsCommand::Pay { period, member, payer: member }))
    }

    /// Ends the ladder of a period.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn end_arrears(&mut self, period: u32) -> Concluded {
        self.send(Do::Arrears(ArrearsCommand::End { period }))
    }

    /// Announces the failed charges, lets the days of grace pass and ends the ladder.
    ///
    /// # Errors
    /// When the rules refuse any of it.
    ///
    /// # Panics
    /// When there is no such period.
    pub fn grace_over(&mut self, period: u32) -> Concluded {
        self.notice(period, About::FailedCharge, &[])?;
        let (_, until) = self.state().ladder(period).expect("the test names a period");
        self.go_to(until);
        self.end_arrears(period)
    }

    /// Closes a period.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn close(&mut self, period: u32) -> Concluded {
        self.send(Do::Period(PeriodCommand::Close { period }))
    }

    /// Goes to a period's publicity day, publishes it and announces the charge, then to its charge
    /// day and closes it.
    ///
    /// # Errors
    /// When the rules refuse any of it.
    ///
    /// # Panics
    /// When there is no such period.
    pub fn publish_and_close(&mut self, period: u32) -> Concluded {
        let dates = |world: &Self| {
            let period = world.state().period(period).expect("the test names a period");
            (period.publicity, period.charge)
        };
        self.go_to(dates(self).0);
        self.publish_period(period)?;
        self.notice(period, About::Charge, &[])?;
        self.go_to(dates(self).1);
        self.close(period)
    }

    /// Reports the collection; the sponsor pays all that it owes.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn collect(&mut self, period: u32, failed: &[u32]) -> Concluded {
        let owed = self.state().books().balance(Account::Sponsor).minor();
        self.collect_with(period, failed, owed)
    }

    /// Reports the collection, with what the sponsor paid.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn collect_with(&mut self, period: u32, failed: &[u32], sponsor: i64) -> Concluded {
        let failed = MemberList::Here(failed.to_vec());
        self.send(Do::Period(PeriodCommand::Collect {
            period,
            failed,
            sponsor_minor: minor(sponsor),
        }))
    }

    /// Orders a payout.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn order_payout(&mut self, period: u32) -> Concluded {
        self.send(Do::Payout(PayoutCommand::Order { period }))
    }

    /// Confirms payments.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn payout(&mut self, period: u32, cases: &[u32], refunds: &[u32]) -> Concluded {
        self.send(Do::Payout(PayoutCommand::Confirm {
            period,
            cases: cases.to_vec(),
            refunds: refunds.to_vec(),
        }))
    }

    /// Orders and confirms everything that a period owes, if it owes anything.
    ///
    /// # Errors
    /// When the rules refuse any of it.
    ///
    /// # Panics
    /// When there is no such period.
    pub fn pay_all(&mut self, period: u32) -> Concluded {
        self.order_payout(period)?;
        let (cases, refunds) = self.state().ordered_of(period);
        if cases.is_empty() && refunds.is_empty() {
            return Ok(Vec::new());
        }
        self.payout(period, &cases, &refunds)
    }

    /// Draws the fee.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn fee(&mut self, period: u32) -> Concluded {
        self.send(Do::Payout(PayoutCommand::DrawFee { period }))
    }

    /// Seals a period with the count and sum of its closing; the root is anything.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn seal(&mut self, period: u32) -> Concluded {
        let closed = self.state().period(period);
        let sharers = closed.map_or(0, |closed| closed.sharers.iter().sum());
        let charges_minor = closed.map_or(Amount::ZERO, |closed| closed.charges);
        let root = proof::sha256(&period.to_le_bytes());
        self.send(Do::Period(PeriodCommand::Seal { period, root, sharers, charges_minor }))
    }

    /// Settles a period.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn settle(&mut self, period: u32) -> Concluded {
        self.send(Do::Period(PeriodCommand::Settle { period }))
    }

    /// Takes a published and due period from its closing to its end, every charge collected.
    ///
    /// # Errors
    /// When the rules refuse any of it.
    pub fn finish(&mut self, period: u32) -> Concluded {
        self.collect(period, &[])?;
        self.pay_all(period)?;
        if !self.state().period(period).is_some_and(|p| p.fee_drawn) {
            self.fee(period)?;
        }
        self.settle(period)
    }
}

fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).expect("the test names an amount in range")
}

fn paper() -> Digest {
    proof::sha256(b"a document")
}

/// The code of a refusal.
///
/// # Panics
/// When it was done.
pub fn refused<T: core::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
    result.expect_err("the rules refuse").code
}
