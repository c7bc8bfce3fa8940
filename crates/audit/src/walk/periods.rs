//! Periods: who shares, what it costs, and whether the shares follow.

use money::Amount;
use proof::canonical::NotCanonical;
use proof::closing::{Closing, ClosingError, Recomputed};
use proof::value::Value as Text;
use rules::charter::Charter;
use serde_json::Value;

use super::cases::Cases;
use super::group::{Group, number};
use super::members::Members;
use crate::difference::{Difference, Kind};

/// What is known of a period, in minor units.
#[derive(Clone, Debug, Default)]
pub(super) struct Period {
    sharers: i128,
    /// Members who had left free of charges not yet made before it was published.
    released: i128,
    proposals: i128,
    /// Published cases of any period that were withdrawn before this one was published.
    withdrawn: i128,
    /// Once closed: the aid that was decided, after a reduction.
    pub(super) aid: Option<i128>,
    /// The fee on it.
    pub(super) fee: i128,
    /// What the members were charged.
    pub(super) charges: i128,
    /// What the sponsor owes for it.
    pub(super) sponsor: i128,
}

impl Period {
    /// Those who shared when it was published are those who share when it is closed, but for who
    /// has left on account of an amendment: they are taken out of what is not yet charged.
    fn goes_on_with(&mut self, sharers: i128, members: &Members) -> Result<(), (Kind, String)> {
        let free = members.released() - self.released;
        if (self.sharers - free..=self.sharers).contains(&sharers) {
            self.sharers = sharers;
            return Ok(());
        }
        let more = sharers > self.sharers;
        let kind = if more { Kind::InflatedCount } else { Kind::HiddenMember };
        Err((kind, format!("{} members shared when published, now {sharers}", self.sharers)))
    }
}

/// All periods, by their number.
#[derive(Debug, Default)]
pub(super) struct Periods {
    periods: Vec<Period>,
    closed: u64,
    carried: i128,
    /// Shares that all periods so far return.
    refunds: i128,
}

impl Periods {
    /// A period that is published.
    pub(super) fn get(&self, number: usize) -> Option<&Period> {
        self.periods.get(number)
    }

    /// Shares that all periods so far return, in minor units.
    pub(super) fn refunds(&self) -> i128 {
        self.refunds
    }

    /// How many are closed.
    pub(super) fn closed(&self) -> u64 {
        self.closed
    }

    /// Checks a publication or a closing. For a closing, whether every share was recomputed.
    pub(super) fn check(
        &mut self,
        group: &Group,
        charter: &Charter,
        members: &Members,
        cases: &Cases,
    ) -> Result<Option<bool>, Difference> {
        if group.all("finding.run-off.shared").next().is_some() {
            self.carried = 0;
        }
        match group.verb() {
            "period.publish" => self.publish(group, members, cases).map(|()| None),
            "period.close" => self.close(group, charter, (members, cases)).map(Some),
            "period.seal" => self.seal(group).map(|()| None),
            _ => Ok(None),
        }
    }

    fn publish(
        &mut self,
        group: &Group,
        members: &Members,
        cases: &Cases,
    ) -> Result<(), Difference> {
        let (index, published) = group.one("finding.period.published")?;
        if group.period() != self.periods.len() {
            let what = format!("period {} is published out of turn", group.period());
            return Err(Difference::at(Kind::ReorderedEntries, index, what));
        }
        let (sharers, most) = (number(published, "sharers"), members.most(group.period()));
        if sharers > most {
            let what = format!("{sharers} members share, and there are at most {most}");
            return Err(Difference::at(Kind::InflatedCount, index, what));
        }
        let proposals = number(published, "cases") + number(published, "refusals");
        let (withdrawn, released) = (cases.withdrawn(), members.released());
        self.periods.push(Period { sharers, released, proposals, withdrawn, ..Period::default() });
        Ok(())
    }

    /// The tree of charges announces the count and the sum of its period.
    fn seal(&self, group: &Group) -> Result<(), Difference> {
        let (index, sealed) = group.one("finding.period.sealed")?;
        let period = self.periods.get(group.period()).filter(|period| period.aid.is_some());
        let (sharers, charges) = (number(sealed, "sharers"), number(sealed, "charges_minor"));
        let Some(period) = period.filter(|period| period.charges == charges) else {
            let what = format!("charges of {charges} are sealed, another sum was charged");
            return Err(Difference::at(Kind::WrongTotal, index, what));
        };
        if sharers == period.sharers {
            return Ok(());
        }
        let more = sharers > period.sharers;
        let kind = if more { Kind::InflatedCount } else { Kind::HiddenMember };
        let what = format!("{sharers} charges are sealed, and {} members share", period.sharers);
        Err(Difference::at(kind, index, what))
    }

    fn close(
        &mut self,
        group: &Group,
        charter: &Charter,
        (members, cases): (&Members, &Cases),
    ) -> Result<bool, Difference> {
        let (index, closed) = group.one("finding.period.closed")?;
        let carried = self.carried;
        let period = self.periods.get_mut(group.period()).filter(|period| period.aid.is_none());
        let Some(period) = period else {
            let what = format!("period {} is closed and not published, or twice", group.period());
            return Err(Difference::at(Kind::ReorderedEntries, index, what));
        };
        let sharers = number(closed, "sharers");
        period
            .goes_on_with(sharers, members)
            .map_err(|(kind, what)| Difference::at(kind, index, what))?;
        let (aid, proposed, count) = decided(group);
        let terms = &closed["terms"];
        let wrong = |kind, what: String| Err(Difference::at(kind, index, what));
        // A case may be taken back before it is decided; of which period it was is not told.
        let withdrawn = cases.withdrawn() - period.withdrawn;
        let missed = count > period.proposals || count + withdrawn < period.proposals;
        // A jury may take a case out of its period and give it to another.
        if missed && !cases.any_heard() {
            let what = format!("{count} cases are decided, {} were published", period.proposals);
            return wrong(Kind::WrongDecision, what);
        }
        if number(terms, "aid_minor") != proposed {
            let stated = number(terms, "aid_minor");
            return wrong(Kind::WrongTotal, format!("the aid is {stated}, decided is {proposed}"));
        }
        let fee = Amount::from_minor(proposed).and_then(|aid| charter.fee.rate.floor_of(aid));
        let fee = fee.map_or(-1, Amount::wide);
        if number(terms, "fee_minor") != fee {
            let stated = number(terms, "fee_minor");
            return wrong(Kind::WrongFee, format!("the fee is {stated}, and {fee} follows"));
        }
        if number(terms, "carry_in_minor") != carried {
            let stated = number(terms, "carry_in_minor");
            let what = format!("{stated} is carried over into the period, {carried} was left");
            return wrong(Kind::WrongTotal, what);
        }
        let exact = recompute(group, index, closed)?;
        let posted = |term: &str| posted(closed, term);
        let fee_saved = posted("reduction-of-fee");
        let sums = [
            ("aid", proposed),
            ("fee", fee),
            ("charges", number(closed, "charges_minor")),
            ("carry-out", number(closed, "carry_out_minor")),
            ("reduction-of-aid", proposed - aid),
            ("sponsor", number(&closed["excess"], "sponsor_minor")),
        ];
        if let Some((term, sum)) = sums.iter().find(|(term, sum)| posted(term) != *sum) {
            let what = format!("{} is posted as {term}, and {sum} follows", posted(term));
            return wrong(Kind::WrongTotal, what);
        }
        period.aid = Some(aid);
        period.fee = fee - fee_saved;
        period.charges = number(closed, "charges_minor");
        period.sponsor = number(&closed["excess"], "sponsor_minor");
        self.carried = number(closed, "carry_out_minor");
        self.refunds += number(terms, "refunds_minor");
        self.closed += 1;
        Ok(exact)
    }
}

/// The aid that a closing grants, what was proposed before a reduction, and the cases it decides.
fn decided(group: &Group) -> (i128, i128, i128) {
    let (mut aid, mut proposed) = (0, 0);
    for (_, case) in group.all("finding.case.approved") {
        aid += number(case, "decided_minor");
        proposed += number(case, "decided_minor") + number(case, "reduced_minor");
    }
    let verbs = ["finding.case.approved", "finding.case.refused"];
    (aid, proposed, verbs.iter().map(|verb| group.all(verb).count() as i128).sum())
}

/// What was posted under a term.
fn posted(closed: &Value, term: &str) -> i128 {
    let postings = closed["postings"].as_array().into_iter().flatten();
    let of = postings.filter(|posting| posting["term"] == term);
    of.map(|posting| number(posting, "amount_minor")).sum()
}

/// Recomputes the arithmetic of the closing, with the rates that did not fit into it. Whether every
/// share follows exactly, and not only within bounds.
fn recompute(group: &Group, index: u64, closed: &Value) -> Result<bool, Difference> {
    let wrong = |error: ClosingError| {
        let kind = match &error {
            ClosingError::Sharers { stated, found } if *found < u128::from(*stated) => {
                Kind::InflatedCount
            }
            ClosingError::Sharers { .. } => Kind::HiddenMember,
            ClosingError::Rate { .. } => Kind::WrongShare,
            ClosingError::Total { .. } | ClosingError::Equation { .. } => Kind::WrongTotal,
            ClosingError::Charges { .. } => Kind::WrongShare,
            _ => Kind::AlteredEntry,
        };
        Difference::at(kind, index, error.to_string())
    };
    let read = |finding: &Value, use_it: &mut dyn FnMut(Text<'_>) -> Result<(), ClosingError>| {
        let text = finding.to_string();
        let unreadable =
            |error: NotCanonical| Difference::at(Kind::AlteredEntry, index, error.to_string());
        use_it(Text::of(text.as_bytes()).map_err(unreadable)?).map_err(wrong)
    };
    let mut closing = None;
    read(closed, &mut |closed| {
        closing = Some(Closing::read(closed)?);
        Ok(())
    })?;
    let Some(mut closing) = closing else { return Ok(false) };
    for (_, more) in group.all("finding.period.rates") {
        read(more, &mut |more| closing.add_rates(more))?;
    }
    closing.verify().map(|how| how == Recomputed::Exactly).map_err(wrong)
}
