//! A second book-keeper who believes nothing: recomputes from findings and the roll what the state
//! claims, by the plainest means there are.

use std::collections::BTreeMap;

use money::Amount;
use rules::State;
use rules::books::{Posting, Term};
use rules::case::Status as CaseStatus;
use rules::charter::{Account, Charter, SharingRule};
use rules::finding::{ClassRate, Finding};
use rules::period::{Excess, Period, Terms};
use rules::roll::Member;
use testkit::World;

const ASSETS: [Account; 4] =
    [Account::Custody, Account::Receivable, Account::Sponsor, Account::Deferred];

/// What has been seen so far.
#[derive(Clone, Debug, Default)]
pub struct Watcher {
    /// Money in custody by our own count.
    custody: i64,
    /// Cases that were paid.
    paid: Vec<u32>,
    /// Fees drawn, by period.
    fees: Vec<u32>,
    /// How often each thing worth testing happened.
    happened: BTreeMap<&'static str, u32>,
}

/// A closing as the log tells it.
struct Closing<'a> {
    period: u32,
    terms: &'a Terms,
    total: Amount,
    rates: &'a [ClassRate],
    charges: Amount,
    excess: &'a Excess,
    carry_out: Amount,
    postings: &'a [Posting],
}

impl Watcher {
    /// Begins with a world as founded.
    pub fn new(_world: &World) -> Self {
        Self::default()
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.happened {
            *self.happened.entry(what).or_default() += count;
        }
    }

    fn note(&mut self, what: &'static str, holds: bool) {
        *self.happened.entry(what).or_default() += u32::from(holds);
    }

    /// Fails when the histories together missed something that can go wrong.
    pub fn assert_everything_happened(&self) {
        println!("{:#?}", self.happened);
        for (what, count) in &self.happened {
            assert!(*count > 2, "{what} happened {count} times in all histories");
        }
    }

    /// Looks at the state after a command and at its findings.
    pub fn look(&mut self, state: &State, findings: &[Finding], place: &str) {
        let books = state.books();
        let mut sum = 0;
        for (account, balance) in books.balances() {
            assert!(!balance.is_negative(), "{account:?} is below nothing; {place}");
            let side = if ASSETS.contains(&account) { 1 } else { -1 };
            sum += side * balance.minor();
        }
        assert_eq!(sum, 0, "the books do not sum to zero; {place}");
        assert!(books.balance(Account::Pool).is_zero(), "money rests in the pool; {place}");
        for finding in findings {
            self.account_for(state, finding, place);
        }
        let custody = books.balance(Account::Custody).minor();
        assert_eq!(custody, self.custody, "custody moved without a finding; {place}");
        self.look_at_cases(state, place);
        self.look_at_receivables(state, place);
    }

    fn account_for(&mut self, state: &State, finding: &Finding, place: &str) {
        match finding {
            Finding::Closed {
                period,
                terms,
                total_minor,
                rates,
                charges_minor,
                excess,
                carry_out_minor,
                postings,
                sharers,
                ..
            } => {
                let closing = Closing {
                    period: *period,
                    terms,
                    total: *total_minor,
                    rates,
                    charges: *charges_minor,
                    excess,
                    carry_out: *carry_out_minor,
                    postings,
                };
                let counted: u64 = rates.iter().map(|rate| rate.members).sum();
                assert_eq!(*sharers, counted, "sharers are not those of the rates; {place}");
                self.look_at_closing(state, &closing, place);
            }
            Finding::Collected { period, collected_minor, failed_minor, .. } => {
                let charges = state.period(*period).unwrap().charges;
                assert_eq!(collected_minor.plus(*failed_minor), Ok(charges), "{place}");
                self.note("a charge failed", !failed_minor.is_zero());
                // The sponsor's payment is in the command and not in the finding: it is what moved
                // beyond the collection, and never more than the sponsor owed.
                let moved = state.books().balance(Account::Custody).minor() - self.custody;
                assert!(moved >= collected_minor.minor(), "collected money is missing; {place}");
                self.note("the sponsor paid", moved > collected_minor.minor());
                self.custody += moved;
            }
            Finding::Paid { period, aid_minor, refund_minor, advance_minor } => {
                let moved = (*aid_minor, *refund_minor, *advance_minor);
                self.look_at_payment(state, *period, moved, place);
            }
            Finding::FeeDrawn { period, fee_minor } => {
                let bound = state.founded().unwrap().charter.fee.rate;
                let aid = state.period(*period).unwrap().aid;
                assert!(*fee_minor <= bound.floor_of(aid).unwrap(), "too much fee; {place}");
                assert!(!self.fees.contains(period), "a fee was drawn twice; {place}");
                let earlier = &state.periods()[..=*period as usize];
                let owing = |p: &Period| !p.unpaid.is_empty() || !p.refunds.is_empty();
                assert!(!earlier.iter().any(owing), "the operator before the sick; {place}");
                self.fees.push(*period);
                self.custody -= fee_minor.minor();
                self.note("a fee was drawn", !fee_minor.is_zero());
            }
            Finding::Settled { advance_repaid_minor, written_off_minor, .. } => {
                self.custody -= advance_repaid_minor.minor();
                self.note("an advance was repaid", !advance_repaid_minor.is_zero());
                self.note("a charge was written off", !written_off_minor.is_zero());
            }
            _ => {}
        }
    }

    fn look_at_payment(
        &mut self,
        state: &State,
        period: u32,
        (aid_minor, refund_minor, advance_minor): (Amount, Amount, Amount),
        place: &str,
    ) {
        let newly: Vec<u32> = (0..state.cases().len() as u32)
            .filter(|number| {
                state.case(*number).unwrap().status == CaseStatus::Paid
                    && !self.paid.contains(number)
            })
            .collect();
        let decided = newly.iter().map(|n| state.case(*n).unwrap().decided.unwrap());
        let decided = Amount::total(decided).unwrap();
        assert_eq!(decided, aid_minor, "aid left custody without a case; {place}");
        let published = |n: &u32| state.case(*n).unwrap().period == Some(period);
        assert!(newly.iter().all(published), "another period's case was paid; {place}");
        self.paid.extend(newly);
        self.custody += advance_minor.minor() - aid_minor.minor() - refund_minor.minor();
        self.note("shares were returned", !refund_minor.is_zero());
        self.note("aid was paid", !aid_minor.is_zero());
        self.note("the sponsor lent", !advance_minor.is_zero());
    }

    fn look_at_closing(&mut self, state: &State, closing: &Closing<'_>, place: &str) {
        let minor = |amount: Amount| amount.minor();
        let (terms, excess) = (closing.terms, closing.excess);
        let total = minor(terms.aid_minor)
            + minor(terms.fee_minor)
            + minor(terms.reserve_load_minor)
            + minor(terms.refunds_minor)
            + minor(terms.uncollected_in_minor)
            + minor(terms.deferred_in_minor)
            - minor(terms.recovered_minor)
            - minor(terms.carry_in_minor);
        assert_eq!(total, closing.total.minor(), "T is not the sum of its terms; {place}");
        let right = total
            - minor(excess.reserve_draw_minor)
            - minor(excess.sponsor_minor)
            - minor(excess.reduction_minor)
            - minor(excess.deferred_out_minor)
            + minor(closing.carry_out);
        assert_eq!(minor(closing.charges), right, "the money equation fails; {place}");
        let owed = closing.rates.iter().map(|r| r.members as i64 * r.share_minor.minor());
        assert_eq!(minor(closing.charges), owed.sum::<i64>(), "rates × members; {place}");
        self.look_at_postings(closing, place);
        let charter = &state.founded().unwrap().charter;
        let period = state.period(closing.period).unwrap();
        for (class, rate) in closing.rates.iter().enumerate() {
            let counted = count_sharers(state, charter, period, class);
            assert_eq!(rate.members, counted, "sharers of {:?}; {place}", rate.class);
        }
        let decided = period.cases.iter().filter_map(|n| state.case(*n)?.decided);
        let decided = Amount::total(decided).unwrap();
        assert_eq!(decided, period.aid, "aid of the period and of its cases; {place}");
        let fee = charter.fee.rate.floor_of(period.aid).unwrap();
        assert_eq!(period.fee, fee, "the fee is not floor(rate × aid as paid); {place}");
        // What the last period left over or deferred is a term of this one, and gone.
        let books = state.books();
        assert_eq!(books.balance(Account::CarryOver), closing.carry_out, "{place}");
        assert_eq!(books.balance(Account::Deferred), excess.deferred_out_minor, "{place}");
        self.note("the reserve paid", !excess.reserve_draw_minor.is_zero());
        self.note("the guarantee paid", !excess.sponsor_minor.is_zero());
        self.note("aid was reduced", !excess.reduction_minor.is_zero());
        self.note("cost was deferred", !excess.deferred_out_minor.is_zero());
        self.note("deferred cost came back", !terms.deferred_in_minor.is_zero());
        self.note("T was negative", total < 0);
        self.note("classes paid", closing.rates.len() > 1 && total > 0);
        self.note("written off charges came back", !terms.uncollected_in_minor.is_zero());
        self.note("refunds were a term", !terms.refunds_minor.is_zero());
        self.note("the reserve was filled", !terms.reserve_load_minor.is_zero());
    }

    /// Every term of the equation is a posting, and every posting is a term.
    fn look_at_postings(&self, closing: &Closing<'_>, place: &str) {
        let posted = |term| {
            let of_term = closing.postings.iter().filter(|posting| posting.term == term);
            of_term.map(|posting| posting.amount_minor.minor()).sum::<i64>()
        };
        let (terms, excess) = (closing.terms, closing.excess);
        let expected = [
            (Term::Aid, terms.aid_minor),
            (Term::Fee, terms.fee_minor),
            (Term::ReserveLoad, terms.reserve_load_minor),
            (Term::Refunds, terms.refunds_minor),
            (Term::UncollectedIn, terms.uncollected_in_minor),
            (Term::DeferredIn, terms.deferred_in_minor),
            (Term::Recovered, terms.recovered_minor),
            (Term::CarryIn, terms.carry_in_minor),
            (Term::Charges, closing.charges),
            (Term::ReserveDraw, excess.reserve_draw_minor),
            (Term::Sponsor, excess.sponsor_minor),
            (Term::DeferredOut, excess.deferred_out_minor),
            (Term::CarryOut, closing.carry_out),
        ];
        for (term, amount) in expected {
            assert_eq!(posted(term), amount.minor(), "{term:?} is posted otherwise; {place}");
        }
        let reduction = posted(Term::ReductionOfAid) + posted(Term::ReductionOfFee);
        assert_eq!(reduction, excess.reduction_minor.minor(), "reduction; {place}");
        let known = |posting: &&Posting| {
            expected.iter().any(|(term, _)| *term == posting.term)
                || matches!(posting.term, Term::ReductionOfAid | Term::ReductionOfFee)
        };
        let unknown = closing.postings.iter().find(|posting| !known(posting));
        assert_eq!(unknown, None, "a posting without a term; {place}");
    }

    /// What is owed to cases and to the operator is what stands in the books.
    fn look_at_cases(&self, state: &State, place: &str) {
        let owed = state.cases().iter().filter(|c| c.status == CaseStatus::Approved);
        let owed = Amount::total(owed.map(|case| case.decided.unwrap())).unwrap();
        assert_eq!(owed, state.books().balance(Account::Aid), "aid owed; {place}");
        for case in state.cases() {
            let fits = case.paid.is_none() || case.paid == case.decided;
            assert!(fits, "a case was paid otherwise than decided; {place}");
        }
        let refunds = state.periods().iter().flat_map(|period| &period.refunds);
        let refunds = Amount::total(refunds.map(|refund| refund.amount)).unwrap();
        assert_eq!(refunds, state.books().balance(Account::Refund), "refunds owed; {place}");
    }

    /// What members owe is what was charged, less what was collected or taken over by all.
    fn look_at_receivables(&self, state: &State, place: &str) {
        use rules::period::Status;
        let mut owed = 0;
        for (number, period) in state.periods().iter().enumerate() {
            if period.status == Status::Charged {
                owed += period.charges.minor();
            }
            for member in &period.failed {
                let row = state.roll().get(*member).unwrap();
                owed += state.share_of(&row, number as u32).minor();
            }
        }
        let receivable = state.books().balance(Account::Receivable).minor();
        assert!(receivable <= owed, "members owe more than they were charged; {place}");
    }
}

/// Counts one by one who was a member at 00:00 of the publicity day, in a class of the charter.
fn count_sharers(state: &State, charter: &Charter, period: &Period, class: usize) -> u64 {
    let text = period.publicity.to_string();
    let (year, month): (i32, i32) = (text[..4].parse().unwrap(), text[5..7].parse().unwrap());
    let shares = |member: &Member| {
        let there = member.joined < period.publicity
            && member.ended.is_none_or(|ended| ended >= period.publicity);
        let birth = member.birth.to_string();
        let born: i32 = birth[..4].parse().unwrap();
        let birthday_passed = month > birth[5..].parse().unwrap();
        let age = (year - born - i32::from(!birthday_passed)).max(0);
        let in_class = match charter.sharing.rule {
            SharingRule::Uniform => class == 0,
            SharingRule::Banded => {
                let [first, last] = charter.sharing.bands[class].ages;
                (first..=last).contains(&age)
            }
        };
        there && in_class && age <= charter.eligibility.age_years_max
    };
    let members = (0..state.roll().len()).map(|row| state.roll().get(row).unwrap());
    members.filter(shares).count() as u64
}
