//! Double entry: every set of postings sums to zero or does not happen.

use std::collections::BTreeMap;

use money::{Amount, AmountError};
use serde::{Deserialize, Serialize};

use crate::charter::Account;

/// What a posting is about: a term of the money equation, or a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Term {
    /// Decided aid.
    Aid,
    /// The operator's fee.
    Fee,
    /// Load that fills the reserve.
    ReserveLoad,
    /// Shares to be returned.
    Refunds,
    /// Earlier charges written off.
    UncollectedIn,
    /// Cost deferred from earlier periods.
    DeferredIn,
    /// Money recovered.
    Recovered,
    /// Carry-over of the period before.
    CarryIn,
    /// What the members are charged.
    Charges,
    /// Drawn from the reserve.
    ReserveDraw,
    /// Paid under the sponsor's guarantee.
    Sponsor,
    /// Aid that a reduction takes off.
    ReductionOfAid,
    /// Fee that a reduction takes off.
    ReductionOfFee,
    /// Cost left to later periods.
    DeferredOut,
    /// Left over for the next period.
    CarryOut,
    /// The bank collected.
    Collection,
    /// A failed charge was paid late.
    LatePayment,
    /// Aid paid a charge that its member owed.
    Netted,
    /// The sponsor paid in.
    SponsorPaid,
    /// The sponsor lent.
    Advance,
    /// The sponsor was repaid.
    AdvanceRepaid,
    /// Aid came back after fraud.
    AidRecovered,
    /// Aid was paid.
    AidPaid,
    /// Shares were returned.
    RefundPaid,
    /// The fee was drawn.
    FeePaid,
    /// A member paid a patient, without custody.
    PaidDirectly,
    /// A member paid in ahead of charges.
    PaidIn,
    /// A charge was drawn from a balance paid in ahead.
    Drawn,
    /// A balance is to be returned.
    Withdrawn,
    /// A balance was returned.
    WithdrawalPaid,
    /// The levy of leaving fills the reserve.
    ExitLevy,
    /// The bank credited interest.
    Interest,
    /// Deferred cost was covered from the reserve as the plan ends.
    DeferredCovered,
    /// What is left as the plan ends, to the members.
    Surplus,
    /// It was paid out.
    SurplusPaid,
    /// The sponsor paid in all shares as the plan ends, to be returned to the members.
    SharesReturned,
}

/// One posting: the same amount on the debit of one account and the credit of another, so that a
/// set of postings cannot but sum to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// What it is about.
    pub term: Term,
    /// The account debited.
    pub debit: Account,
    /// The account credited.
    pub credit: Account,
    /// How much; never negative.
    pub amount_minor: Amount,
}

impl Posting {
    /// A posting: `amount` on the debit of one account and the credit of the other.
    #[must_use]
    pub fn new(term: Term, debit: Account, credit: Account, amount_minor: Amount) -> Self {
        Self { term, debit, credit, amount_minor }
    }
}

/// Why a set of postings was refused. Nothing is posted then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PostingError {
    /// An amount is less than nothing.
    #[error("a posting moves a negative amount")]
    Negative,
    /// An account would hold less than nothing.
    #[error("the account {0:?} would hold less than nothing")]
    Overdrawn(Account),
    /// Beyond the range of amounts.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// The balances of all accounts, as debits; an account without a posting holds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    debits: BTreeMap<Account, Amount>,
    /// What each term has moved into custody in all; what it moved out is less than nothing. The
    /// bank's statements must show the same.
    moved: BTreeMap<Term, Amount>,
}

impl Account {
    /// Whether the account is one of assets, whose balance is a debit. The pool is neither.
    fn is_asset(self) -> bool {
        matches!(self, Self::Custody | Self::Receivable | Self::Sponsor | Self::Deferred)
    }
}

impl Books {
    /// What an account holds, positive on its natural side (assets: debit; the rest: credit).
    #[must_use]
    pub fn balance(&self, account: Account) -> Amount {
        let debit = self.debits.get(&account).copied().unwrap_or_default();
        if account.is_asset() { debit } else { debit.negated() }
    }

    /// All accounts that have been used, with their balances on the natural side.
    pub fn balances(&self) -> impl Iterator<Item = (Account, Amount)> + '_ {
        self.debits.keys().map(|account| (*account, self.balance(*account)))
    }

    /// Posts a set of postings, or nothing at all. Only the gate of the funds may.
    ///
    /// # Errors
    /// When an amount is negative, an account would hold less than nothing, the pool would not be
    /// empty afterwards, or a balance leaves the range of amounts.
    pub(super) fn post(&mut self, postings: &[Posting]) -> Result<(), PostingError> {
        let mut after = self.clone();
        for posting in postings {
            if posting.amount_minor.is_negative() {
                return Err(PostingError::Negative);
            }
            after.add(posting.debit, posting.amount_minor)?;
            after.add(posting.credit, posting.amount_minor.negated())?;
            after.note(posting)?;
        }
        for account in postings.iter().flat_map(|posting| [posting.debit, posting.credit]) {
            let balance = after.balance(account);
            if balance.is_negative() || account == Account::Pool && !balance.is_zero() {
                return Err(PostingError::Overdrawn(account));
            }
        }
        let sum: i128 = after.debits.values().copied().sum();
        assert_eq!(sum, 0, "debits and credits are equal after every set");
        *self = after;
        Ok(())
    }

    /// What each term has moved into custody; out of it when less than nothing.
    pub fn moved(&self) -> impl Iterator<Item = (Term, Amount)> + '_ {
        self.moved.iter().map(|(term, amount)| (*term, *amount))
    }

    /// What a term has moved into custody; out of it when less than nothing.
    #[must_use]
    pub fn moved_by(&self, term: Term) -> Amount {
        self.moved.get(&term).copied().unwrap_or_default()
    }

    fn note(&mut self, posting: &Posting) -> Result<(), AmountError> {
        let amount = match (posting.debit, posting.credit) {
            (Account::Custody, _) => posting.amount_minor,
            (_, Account::Custody) => posting.amount_minor.negated(),
            _ => return Ok(()),
        };
        if !amount.is_zero() {
            let moved = self.moved.entry(posting.term).or_default();
            *moved = moved.plus(amount)?;
        }
        Ok(())
    }

    fn add(&mut self, account: Account, debit: Amount) -> Result<(), AmountError> {
        let balance = self.debits.entry(account).or_default();
        *balance = balance.plus(debit)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posting(debit: Account, credit: Account, minor: i64) -> Posting {
        let amount_minor = Amount::from_minor(minor).unwrap();
        Posting { term: Term::Aid, debit, credit, amount_minor }
    }

    #[test]
    fn postings_that_overdraw_or_rest_in_the_pool_change_nothing() {
        let mut books = Books::default();
        let overdrawn = [posting(Account::Aid, Account::Custody, 5)];
        assert!(matches!(books.post(&overdrawn), Err(PostingError::Overdrawn(_))));
        let resting = [posting(Account::Receivable, Account::Pool, 5)];
        assert_eq!(books.post(&resting), Err(PostingError::Overdrawn(Account::Pool)));
        let negative = [posting(Account::Receivable, Account::Pool, -5)];
        assert_eq!(books.post(&negative), Err(PostingError::Negative));
        assert_eq!(books, Books::default());
    }

    #[test]
    fn a_set_is_posted_whole() {
        let mut books = Books::default();
        let set = [
            posting(Account::Receivable, Account::Pool, 7),
            posting(Account::Pool, Account::Aid, 5),
            posting(Account::Pool, Account::CarryOver, 2),
        ];
        books.post(&set).unwrap();
        assert_eq!(books.balance(Account::Receivable).minor(), 7);
        assert_eq!(books.balance(Account::Aid).minor(), 5);
        assert!(books.balance(Account::Pool).is_zero());
    }
}
