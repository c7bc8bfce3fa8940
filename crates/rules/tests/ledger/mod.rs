//! A second book-keeper who believes nothing: recomputes from findings and the roll what the state
//! claims, by the plainest means there are.

use std::collections::BTreeMap;

use money::Amount;
use rules::State;
use rules::books::{Posting, Term};
use rules::case::Status as CaseStatus;
use rules::charter::{Account, Charter, SharingRule};
use rules::finding::{
    ArrearsFinding, AuditFinding, CaseFinding, ClassRate, Finding, FundFinding, PayoutFinding,
    PeriodFinding,
};
use rules::period::{Excess, Period, Terms};
use rules::roll::{Member, Standing};
use testkit::World;

const ASSETS: [Account; 4] =
    [Account::Custody, Account::Receivable, Account::Sponsor, Account::Deferred];

/// What has been seen so far.
#[derive(Clone, Debug, Default)]
pub struct Watcher {
    /// Money in custody by our own count.
    custody: i64,
    /// What cases were paid.
    paid: BTreeMap<u32, i64>,
    /// Fees drawn, by period.
    fees: Vec<u32>,
    /// What each member has been charged in each calendar year, by our own count.
    years: BTreeMap<(u32, i16), i64>,
    /// What each member was charged in each period and has not paid, by our own count.
    owed: BTreeMap<(u32, u32), i64>,
    /// Aid that came back, case by case.
    recovered: BTreeMap<u32, i64>,
    /// Aid that paid arrears, case by case.
    netted: BTreeMap<u32, i64>,
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

    /// What a refused command may leave: itself and the finding that it was refused. Before it a
    /// member's key may have been put on record.
    pub fn look_at_attempt(&mut self, entries: &[Vec<u8>], place: &str) {
        let text = |entry: &Vec<u8>| String::from_utf8(entry.clone()).unwrap();
        let bound = usize::from(text(&entries[0]).contains("\"do\":\"member.key\""));
        let entries = &entries[bound..];
        if entries.is_empty() {
            return;
        }
        assert!(text(&entries[1]).contains("\"finding.attempt.refused\""), "{place}");
        // The digest of the state may follow, as after any entry.
        let more = entries.len() == 3 && text(&entries[2]).contains("\"finding.state\"");
        assert!(entries.len() == 2 || more, "a refusal left more than itself; {place}");
        self.note("an attempt was recorded", true);
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
        self.look_at_deposits(state, place);
    }

    fn account_for(&mut self, state: &State, finding: &Finding, place: &str) {
        match finding {
            Finding::Period(PeriodFinding::Closed {
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
            }) => {
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
            Finding::Period(PeriodFinding::Collected {
                period,
                collected_minor,
                failed_minor,
                ..
            }) => {
                self.charge_everybody(state, *period, failed_minor.minor(), place);
                let charges = state.period(*period).unwrap().charges;
                let drawn = state.period(*period).unwrap().drawn;
                let all = Amount::total([*collected_minor, *failed_minor, drawn]);
                assert_eq!(all, Ok(charges), "{place}");
                self.note("a charge failed", !failed_minor.is_zero());
                // The sponsor's payment is in the command and not in the finding: it is what moved
                // beyond the collection, and never more than the sponsor owed.
                let moved = state.books().balance(Account::Custody).minor() - self.custody;
                assert!(moved >= collected_minor.minor(), "collected money is missing; {place}");
                self.note("the sponsor paid", moved > collected_minor.minor());
                self.custody += moved;
            }
            Finding::Payout(PayoutFinding::Paid {
                period,
                aid_minor,
                refund_minor,
                advance_minor,
            }) => {
                let moved = (*aid_minor, *refund_minor, *advance_minor);
                self.look_at_payment(state, *period, moved, place);
            }
            Finding::Payout(PayoutFinding::FeeDrawn { period, fee_minor }) => {
                self.look_at_fee(state, *period, *fee_minor, place);
            }
            Finding::Period(PeriodFinding::Settled { advance_repaid_minor, .. }) => {
                self.custody -= advance_repaid_minor.minor();
                self.note("an advance was repaid", !advance_repaid_minor.is_zero());
            }
            Finding::Fund(finding) => self.account_for_funds(state, finding, place),
            _ => self.account_for_arrears(state, finding, place),
        }
    }

    fn account_for_funds(&mut self, state: &State, finding: &FundFinding, place: &str) {
        match finding {
            FundFinding::PaidIn { total_minor, settled_minor, .. } => {
                self.custody += total_minor.minor();
                let mut settled = 0;
                self.owed.retain(|(period, member), owed| {
                    let open = state.period(*period).unwrap().arrears.is_unpaid(*member);
                    settled += if open { 0 } else { *owed };
                    open
                });
                assert_eq!(settled, settled_minor.minor(), "debts paid by paying in; {place}");
                self.note("a balance was paid in", total_minor != settled_minor);
                self.note("paying in paid a debt", settled > 0);
            }
            FundFinding::Drawn { drawn_minor, short, .. } => {
                self.note("a balance was drawn", !drawn_minor.is_zero());
                self.note("a balance ran short", *short > 0);
            }
            FundFinding::Withdrawn { levy_minor, .. } => {
                self.note("an exit levy was kept", !levy_minor.is_zero());
            }
            FundFinding::WithdrawalsPaid { total_minor, .. } => {
                self.custody -= total_minor.minor();
                self.note("a balance was returned", true);
            }
            FundFinding::Interest { amount_minor } => {
                self.custody += amount_minor.minor();
                self.note("interest came to the pool", true);
            }
            _ => {}
        }
    }

    /// Balances of members are what the books say, and custody holds them untouched.
    fn look_at_deposits(&self, state: &State, place: &str) {
        let total = |of: fn(&rules::funds::Deposit) -> Amount| {
            Amount::total(state.deposits().iter().map(of)).unwrap()
        };
        let (balances, owed) = (total(|row| row.balance), total(|row| row.owed));
        assert!(state.deposits().iter().all(|row| row.balance <= row.paid_in), "{place}");
        let books = state.books();
        assert_eq!(balances, books.balance(Account::Deposit), "balances; {place}");
        assert_eq!(owed, books.balance(Account::Withdrawal), "withdrawals; {place}");
        let theirs = balances.plus(owed).unwrap();
        assert!(books.balance(Account::Custody) >= theirs, "others were paid with them; {place}");
    }

    fn look_at_fee(&mut self, state: &State, period: u32, fee: Amount, place: &str) {
        let bound = state.founded().unwrap().charter.fee.rate;
        let aid = state.period(period).unwrap().aid;
        assert!(fee <= bound.floor_of(aid).unwrap(), "too much fee; {place}");
        assert!(!self.fees.contains(&period), "a fee was drawn twice; {place}");
        let earlier = &state.periods()[..=period as usize];
        let owing = |p: &Period| !p.unpaid.is_empty() || !p.refunds.is_empty();
        assert!(!earlier.iter().any(owing), "the operator before the sick; {place}");
        self.fees.push(period);
        self.custody -= fee.minor();
        self.note("a fee was drawn", !fee.is_zero());
    }

    fn account_for_arrears(&mut self, state: &State, finding: &Finding, place: &str) {
        match finding {
            Finding::Arrears(ArrearsFinding::Retried { period, paid_minor, .. }) => {
                self.custody += paid_minor.minor();
                self.settle_debts(state, *period, paid_minor.minor(), place);
                self.note("a retried charge was paid", !paid_minor.is_zero());
            }
            Finding::Arrears(ArrearsFinding::Paid { period, member, paid_minor, recovered }) => {
                self.custody += paid_minor.minor();
                let owed = self.owed.remove(&(*period, *member));
                assert_eq!(owed, Some(paid_minor.minor()), "a late payment; {place}");
                self.note("a late payment came before anybody bore it", !recovered);
                self.note("a late payment was recovered", *recovered);
            }
            Finding::Arrears(ArrearsFinding::Netted { case, period, member, netted_minor }) => {
                let owed = self.owed.remove(&(*period, *member));
                assert_eq!(owed, Some(netted_minor.minor()), "netting; {place}");
                *self.netted.entry(*case).or_default() += netted_minor.minor();
                self.note("aid paid arrears", true);
            }
            Finding::Arrears(ArrearsFinding::Ended {
                period,
                expelled,
                extended,
                detached,
                written_off_minor,
            }) => {
                let owed = self.owed.range((*period, 0)..(*period + 1, 0)).map(|(_, owed)| owed);
                assert_eq!(owed.sum::<i64>(), written_off_minor.minor(), "written off; {place}");
                self.note("a charge was written off", !written_off_minor.is_zero());
                self.note("somebody was expelled", *expelled > 0);
                self.note("somebody was not reached and stayed", *extended > 0);
                self.note("somebody expelled had paid for others", *detached > 0);
            }
            Finding::Case(CaseFinding::Recovered { case, recovered_minor, left_minor }) => {
                self.custody += recovered_minor.minor();
                let back = self.recovered.entry(*case).or_default();
                *back += recovered_minor.minor();
                let received = state.case(*case).unwrap();
                let received = received.paid.unwrap_or_default().plus(received.netted).unwrap();
                assert!(*back <= received.minor(), "more came back than was paid; {place}");
                self.note("aid was recovered in parts", !left_minor.is_zero());
                self.note("aid was recovered", left_minor.is_zero());
            }
            Finding::Audit(AuditFinding::Drawn { .. }) => {
                self.note("paid cases were drawn to be investigated again", true);
            }
            Finding::Audit(AuditFinding::Doubted { .. }) => self.note("a case was doubted", true),
            Finding::Case(CaseFinding::Cleared { .. }) => self.note("a case was cleared", true),
            Finding::Case(CaseFinding::Short { left_minor, .. }) => {
                self.note("a case was paid short", !left_minor.is_zero());
            }
            Finding::Payout(PayoutFinding::Ordered { topped_up, .. }) => {
                self.note("a short case was topped up", *topped_up > 0);
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
        let mut paid = 0;
        for (number, case) in (0..).zip(state.cases()) {
            let before = self.paid.get(&number).copied().unwrap_or(0);
            let now = case.paid.unwrap_or_default().minor();
            if now != before {
                assert_eq!(case.period, Some(period), "another period's case was paid; {place}");
                paid += now - before;
                self.paid.insert(number, now);
            }
        }
        assert_eq!(paid, aid_minor.minor(), "aid left custody without a case; {place}");
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
        self.look_at_charges(state, closing, place);
        self.look_at_postings(closing, place);
        let charter = &state.founded().unwrap().charter;
        let period = state.period(closing.period).unwrap();
        for (class, band) in charter.bands().iter().enumerate() {
            let counted = count_sharers(state, charter, (closing.period, period), class);
            let told = closing.rates.iter().filter(|rate| rate.class == band.name);
            let told: u64 = told.map(|rate| rate.members).sum();
            assert_eq!(told, counted, "sharers of {:?}; {place}", band.name);
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
        self.note("classes paid", charter.bands().len() > 1 && total > 0);
        self.note("written off charges came back", !terms.uncollected_in_minor.is_zero());
        self.note("refunds were a term", !terms.refunds_minor.is_zero());
        self.note("recovered money was a term", !terms.recovered_minor.is_zero());
        self.note("the reserve was filled", !terms.reserve_load_minor.is_zero());
    }

    /// Charges everybody by the plainest means: the rate of the class, up to what the cap of the
    /// calendar year leaves of it.
    fn look_at_charges(&mut self, state: &State, closing: &Closing<'_>, place: &str) {
        let charter = &state.founded().unwrap().charter;
        let period = state.period(closing.period).unwrap();
        let dates = rules::period::first_from(&charter.calendar, period.publicity);
        let year: i16 = dates.charge.to_string()[..4].parse().unwrap();
        let cap = charter.caps.year.as_ref().map_or(i64::MAX, |cap| cap.amount_minor.minor());
        let (mut sum, mut capped, mut members) = (0, 0, BTreeMap::new());
        for number in 0..state.roll().len() {
            let member = state.roll().get(number).unwrap();
            let class = (0..charter.bands().len())
                .find(|c| shares(charter, (closing.period, period), *c, &member));
            let asked = class.map_or(0, |class| closing.rates[class].share_minor.minor());
            let so_far = self.years.entry((number, year)).or_default();
            let charged = asked.min(cap - *so_far);
            *so_far += charged;
            let claimed = state.share_of(&member, closing.period).minor();
            assert_eq!(claimed, charged, "member {number} is charged otherwise; {place}");
            if let Some(class) = class {
                let place_of_rate = period.rate_of(class, state.share_of(&member, closing.period));
                *members.entry(place_of_rate).or_insert(0) += 1;
            }
            sum += charged;
            capped += u64::from(charged < asked);
        }
        assert_eq!(sum, closing.charges.minor(), "charges are not those of the members; {place}");
        for (number, rate) in closing.rates.iter().enumerate() {
            let counted = members.get(&number).copied().unwrap_or(0);
            assert_eq!(rate.members, counted, "members of rate {number}; {place}");
        }
        self.note("the yearly cap kept somebody from paying more", capped > 0);
    }

    /// What everybody owes when the bank has tried to collect.
    fn charge_everybody(&mut self, state: &State, number: u32, failed: i64, place: &str) {
        let mut sum = 0;
        for member in state.period(number).unwrap().arrears.failed() {
            let row = state.roll().get(*member).unwrap();
            let share = state.share_of(&row, number).minor();
            sum += share;
            self.owed.insert((number, *member), share);
            let household: Vec<u32> = state.roll().household(*member).collect();
            self.note("a charge of a household failed", household.len() > 1);
        }
        assert_eq!(sum, failed, "failed charges; {place}");
    }

    /// Takes away what the state says was paid; it must come to `paid`.
    fn settle_debts(&mut self, state: &State, number: u32, paid: i64, place: &str) {
        let arrears = &state.period(number).unwrap().arrears;
        let of_period: Vec<_> = self.owed.range((number, 0)..(number + 1, 0)).collect();
        let settled = of_period.into_iter().filter(|((_, m), _)| !arrears.is_unpaid(*m));
        let settled: Vec<_> = settled.map(|(key, owed)| (*key, *owed)).collect();
        let sum: i64 = settled.iter().map(|(_, owed)| owed).sum();
        assert_eq!(sum, paid, "retried charges; {place}");
        self.owed.retain(|key, _| settled.iter().all(|(other, _)| other != key));
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
        let mut owed = 0;
        for (number, case) in (0..).zip(state.cases()) {
            let decided = case.decided.unwrap_or_default().minor();
            let netted = self.netted.get(&number).copied().unwrap_or(0);
            let left = decided - netted - case.paid.unwrap_or_default().minor();
            assert!(left >= 0, "case {number} got more than was decided; {place}");
            assert_eq!(case.netted.minor(), netted, "netting of case {number}; {place}");
            let paid = matches!(
                case.status,
                CaseStatus::Paid | CaseStatus::Reopened | CaseStatus::Fraud | CaseStatus::Recovered
            );
            assert_eq!(
                paid,
                left == 0 && case.decided.is_some() && case.status != CaseStatus::Approved,
                "case {number}; {place}"
            );
            owed += left;
        }
        assert_eq!(owed, state.books().balance(Account::Aid).minor(), "aid owed; {place}");
        let refunds = state.periods().iter().flat_map(|period| &period.refunds);
        let refunds = Amount::total(refunds.map(|refund| refund.amount)).unwrap();
        assert_eq!(refunds, state.books().balance(Account::Refund), "refunds owed; {place}");
    }

    /// What members owe is what was charged, less what was collected or taken over by all.
    fn look_at_receivables(&self, state: &State, place: &str) {
        use rules::period::Status;
        let mut owed = 0;
        for (number, period) in (0..).zip(state.periods()) {
            if period.status == Status::Charged {
                owed += period.charges.minor() - period.drawn.minor();
            }
            // What a later period has borne, the receivable is rid of.
            let borne = state.borne_by(number).is_some();
            let open = self.owed.range((number, 0)..(number + 1, 0)).map(|(_, owed)| owed);
            owed += if borne { 0 } else { open.sum::<i64>() };
        }
        let receivable = state.books().balance(Account::Receivable).minor();
        assert_eq!(receivable, owed, "what members owe; {place}");
    }
}

/// Counts one by one who shares a period in a class of the charter.
fn count_sharers(state: &State, charter: &Charter, period: (u32, &Period), class: usize) -> u64 {
    let members = (0..state.roll().len()).map(|row| state.roll().get(row).unwrap());
    members.filter(|member| shares(charter, period, class, member)).count() as u64
}

/// Whether somebody was a member at 00:00 of the publicity day, in a class of the charter. The dead
/// are counted as the roll knew them on that day.
fn shares(
    charter: &Charter,
    (number, period): (u32, &Period),
    class: usize,
    member: &Member,
) -> bool {
    let text = period.publicity.to_string();
    let (year, month): (i32, i32) = (text[..4].parse().unwrap(), text[5..7].parse().unwrap());
    let there = match member.standing {
        Standing::Deceased => {
            let until = member.until_period.expect("the dead share no longer");
            member.joined < period.publicity && number < until
        }
        _ => {
            member.joined < period.publicity
                && member.ended.is_none_or(|ended| ended >= period.publicity)
        }
    };
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
}
