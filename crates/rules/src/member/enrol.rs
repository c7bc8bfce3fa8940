//! Joining: the person is attested, of an age that the charter takes, and no member already.

use std::collections::{BTreeMap, BTreeSet};

use proof::Digest;

use super::rows::{self, EnrolRow, RowError};
use crate::charter::Charter;
use crate::command::Chunk;
use crate::day::{Day, Month};
use crate::entry::Order;
use crate::finding::{Finding, MemberFinding};
use crate::refusal::Refusal;
use crate::roll::{HOUSEHOLD_MAX, Identity};
use crate::state::State;

/// The roll is numbered in 32 bits; one number is left free as "nobody".
const MEMBERS_MAX: u64 = u32::MAX as u64 - 1;

/// Why a row cannot join: code and reason.
type Unfit = (&'static str, String);

impl State {
    pub(crate) fn enrol_member(
        &mut self,
        order: Order,
        birth: Month,
        identity: Identity,
        health: &[Digest],
        payer: Option<u32>,
    ) -> Result<Vec<Finding>, Refusal> {
        let questions = self.charter()?.health.questions.len();
        let refuse = |code, why: String| {
            Refusal::new(code, "The member is not enrolled.", why, "Correct the application.")
        };
        if health.len() != questions {
            let why = format!("{} answers are sealed for {questions} questions.", health.len());
            return Err(refuse("E-MEMBER-HEALTH", why));
        }
        self.fit(order.day, birth, identity).map_err(|(code, why)| refuse(code, why))?;
        if let Some(payer) = payer {
            self.may_pay(payer, 1).map_err(|(code, why)| refuse(code, why))?;
        }
        let row = EnrolRow { birth, identity, assisted: false, payer };
        let number = self.roll.len();
        let joined = self.add(order.day, &[row])?;
        self.seal(number, health);
        Ok(vec![joined])
    }

    pub(crate) fn enrol_batch(
        &mut self,
        order: Order,
        chunk: &Chunk,
        bytes: Option<&[u8]>,
    ) -> Result<Vec<Finding>, Refusal> {
        let rows = rows::enrolments(chunk, bytes).map_err(|error| Refusal::rows(&error))?;
        let unfit = |row: usize, (code, why): Unfit| Refusal::batch_row(code, row as u32 + 1, &why);
        for (index, EnrolRow { birth, identity, .. }) in rows.iter().enumerate() {
            self.fit(order.day, *birth, *identity).map_err(|why| unfit(index, why))?;
        }
        if let Some(index) = second_of_a_pair(&rows) {
            let why = "the same person stands twice in the batch".to_owned();
            return Err(unfit(index, ("E-MEMBER-TWICE", why)));
        }
        self.payers_fit(&rows).map_err(|(index, why)| unfit(index, why))?;
        Ok(vec![self.add(order.day, &rows)?])
    }

    /// Whether everybody who is to pay for somebody may; else the first row that is wrong.
    fn payers_fit(&self, rows: &[EnrolRow]) -> Result<(), (usize, Unfit)> {
        let first = self.roll.len();
        let mut households: BTreeMap<u32, usize> = BTreeMap::new();
        for (index, payer) in rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.payer?))) {
            let count = households.entry(payer).or_default();
            *count += 1;
            let in_batch = payer.checked_sub(first).map(|place| rows.get(place as usize));
            let checked = match in_batch {
                None => self.may_pay(payer, *count),
                Some(Some(row)) if payer as usize != first as usize + index => {
                    payer_in_batch(payer, row, *count)
                }
                Some(_) => {
                    let why = format!("member {payer} cannot pay here: nobody, or oneself");
                    Err(("E-HOUSEHOLD-LOOP", why))
                }
            };
            checked.map_err(|why| (index, why))?;
        }
        Ok(())
    }

    /// Whether somebody may join on `day`.
    fn fit(&self, day: Day, birth: Month, identity: Identity) -> Result<(), Unfit> {
        let charter = self.charter().map_err(|refusal| (refusal.code, refusal.why))?;
        self.roll_open(true)?;
        age_fits(day, birth, charter)?;
        if self.roll.is_active(identity) {
            return Err(("E-MEMBER-TWICE", "this person is a member already".to_owned()));
        }
        let claim = self.open_cases.get(&identity);
        let claim = claim.and_then(|case| self.case(*case));
        if claim.is_some_and(|case| case.decided.is_some()) {
            let why = "this person has been helped: one claim a person".to_owned();
            return Err(("E-MEMBER-AIDED", why));
        }
        if let Some((period, _)) = self.roll.find(identity).and_then(|m| self.debts(m).next()) {
            let why = format!("this person still owes the share of period {period}");
            return Err(("E-MEMBER-ARREARS", why));
        }
        Ok(())
    }

    fn add(&mut self, day: Day, joining: &[EnrolRow]) -> Result<Finding, Refusal> {
        if u64::from(self.roll.len()) + joining.len() as u64 > MEMBERS_MAX {
            return Err(Refusal::amount());
        }
        let waiting = self.charter()?.waiting.days;
        let first = self.roll.len();
        for row in joining {
            self.roll.push(row.birth, day, row.identity, self.counted);
        }
        for (member, row) in (first..).zip(joining) {
            if let Some(payer) = row.payer {
                self.roll.attach(member, payer);
            }
        }
        let covered_from = day.plus_days(1).plus_days(waiting);
        Ok(Finding::Member(MemberFinding::Enrolled {
            first,
            count: joining.len() as u32,
            covered_from,
        }))
    }
}

/// Whether somebody who joins in the same batch may pay for so many.
fn payer_in_batch(payer: u32, row: &EnrolRow, count: usize) -> Result<(), Unfit> {
    if row.payer.is_some() {
        let why = format!("somebody else pays for member {payer}, who can pay for nobody");
        return Err(("E-HOUSEHOLD-LOOP", why));
    }
    if count >= HOUSEHOLD_MAX {
        return Err(("E-HOUSEHOLD-FULL", format!("a household has at most {HOUSEHOLD_MAX}")));
    }
    Ok(())
}

/// Only the month of birth is known: the youngest age is reached when the last day of that month
/// lies far enough back, the oldest is passed on the first of the month after it.
fn age_fits(day: Day, birth: Month, charter: &Charter) -> Result<(), Unfit> {
    if birth > day.month() {
        return Err(("E-MEMBER-BIRTH", format!("the month of birth {birth} lies in the future")));
    }
    let eligibility = &charter.eligibility;
    let born_at_latest = birth.next().day(1).map_or(day, |first| first.plus_days(-1));
    if born_at_latest.plus_days(eligibility.age_days_min) > day {
        let why = format!("born in {birth}, younger than {} days", eligibility.age_days_min);
        return Err(("E-MEMBER-AGE", why));
    }
    if day.month().age_of(birth) > eligibility.age_years_max {
        let why = format!("born in {birth}, older than {} years", eligibility.age_years_max);
        return Err(("E-MEMBER-AGE", why));
    }
    Ok(())
}

/// The row that names a person whom an earlier row named.
fn second_of_a_pair(rows: &[EnrolRow]) -> Option<usize> {
    let mut seen = BTreeSet::new();
    rows.iter().position(|row| !seen.insert(row.identity))
}

impl Refusal {
    /// A chunk that is not what a command says.
    pub(crate) fn rows(error: &RowError) -> Self {
        let code = match error {
            RowError::Row { .. } => "E-BATCH-ROW",
            RowError::Missing => "E-CHUNK-MISSING",
            _ => "E-CHUNK",
        };
        let next = "Correct the batch and send it again whole.";
        Self::new(code, "The batch is refused whole.", format!("{error}."), next)
    }

    /// A row that the rules refuse.
    pub(super) fn batch_row(code: &'static str, row: u32, why: &str) -> Self {
        let next = "Correct or remove the row and send the batch again whole.";
        Self::new(code, "The batch is refused whole.", format!("Row {row}: {why}."), next)
    }
}
