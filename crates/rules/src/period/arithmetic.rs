//! The arithmetic of one period: what each class pays, who pays what a cap keeps from the members,
//! and what is carried over.
//!
//! With `T = aid + fee + reserve load + refunds + uncollected in + deferred in − recovered − carry
//! in`, the shares are rounded up to the minor unit and
//!
//! `charges = T − reserve draw − sponsor − reduction − deferred out + carry out`
//!
//! holds exactly. A function of its arguments: it knows no member, only classes.

use std::collections::BTreeMap;

use money::{Amount, AmountError, Rate, ceil_div, largest_remainder};
use serde::{Deserialize, Serialize};

use crate::charter::{Charter, Payer};

/// The terms of a period's total, in minor units; all are at least zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Decided aid of the period's cases.
    pub aid_minor: Amount,
    /// `floor(rate × aid)`.
    pub fee_minor: Amount,
    /// Load that fills the reserve.
    pub reserve_load_minor: Amount,
    /// Shares returned by rule.
    pub refunds_minor: Amount,
    /// Earlier charges written off.
    pub uncollected_in_minor: Amount,
    /// Cost deferred from earlier periods.
    pub deferred_in_minor: Amount,
    /// Money recovered from fraud or late payers.
    pub recovered_minor: Amount,
    /// Carry-over of the period before.
    pub carry_in_minor: Amount,
}

impl Terms {
    /// `T`: what the period has to raise; negative when it starts with more than it needs.
    ///
    /// # Errors
    /// When the total does not fit an amount.
    pub fn total(&self) -> Result<Amount, AmountError> {
        let cost = Amount::total([
            self.aid_minor,
            self.fee_minor,
            self.reserve_load_minor,
            self.refunds_minor,
            self.uncollected_in_minor,
            self.deferred_in_minor,
        ])?;
        cost.minus(self.recovered_minor)?.minus(self.carry_in_minor)
    }
}

/// Members who pay alike in this period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// Weight of one member's share.
    pub weight: u32,
    /// Number of members.
    pub members: u64,
    /// What each may still be charged under the yearly cap; `None` without such a cap.
    pub room: Option<Amount>,
}

/// What the payers of an excess have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// Balance of the reserve.
    pub reserve: Amount,
    /// What is left of the sponsor's guarantee; `None` when it is without limit.
    pub sponsor: Option<Amount>,
    /// Whether the charter's limit of deferral is reached, so that the final payer pays.
    pub deferral_ended: bool,
}

/// Who paid what the caps kept from the members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excess {
    /// Drawn from the reserve.
    pub reserve_draw_minor: Amount,
    /// Paid under the sponsor's guarantee.
    pub sponsor_minor: Amount,
    /// Saved by paying less aid, and the fee on it.
    pub reduction_minor: Amount,
    /// Left to later periods.
    pub deferred_out_minor: Amount,
}

impl Excess {
    /// All that was paid for the members.
    ///
    /// # Errors
    /// When the sum does not fit an amount.
    pub fn total(&self) -> Result<Amount, AmountError> {
        Amount::total([
            self.reserve_draw_minor,
            self.sponsor_minor,
            self.reduction_minor,
            self.deferred_out_minor,
        ])
    }
}

/// The result of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Share of one member, class by class.
    pub shares: Vec<Amount>,
    /// What one member of each class would pay without the yearly cap.
    pub asked: Vec<Amount>,
    /// Sum of all charges.
    pub charges: Amount,
    /// Who paid what the caps kept from the members.
    pub excess: Excess,
    /// Aid of each case after a reduction, in the order of the cases.
    pub aid: Vec<Amount>,
    /// The part of the reduction that is fee.
    pub fee_saved: Amount,
    /// Left over by rounding, for the next period.
    pub carry_out: Amount,
}

/// Why a period cannot be settled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArithmeticError {
    /// There is a cost and nobody to share it.
    #[error("there is a cost to share and no member to share it")]
    Nobody,
    /// A product or sum beyond the range of amounts.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// Settles a period under `charter`.
///
/// `cases` are the decided amounts of aid; they sum to `terms.aid_minor`, or are empty when the
/// cap per case is not to be applied.
///
/// # Errors
/// When nobody is there to share a cost, or numbers leave the range of amounts.
pub fn settle(
    charter: &Charter,
    terms: &Terms,
    cases: &[Amount],
    classes: &[Class],
    means: Means,
) -> Result<Settlement, ArithmeticError> {
    let total = terms.total()?;
    let nobody_pays = |carry_out| Settlement {
        shares: vec![Amount::ZERO; classes.len()],
        asked: vec![Amount::ZERO; classes.len()],
        charges: Amount::ZERO,
        excess: Excess::default(),
        aid: cases.to_vec(),
        fee_saved: Amount::ZERO,
        carry_out,
    };
    if total <= Amount::ZERO {
        return Ok(nobody_pays(total.negated()));
    }
    let weights: i128 = classes.iter().map(|c| i128::from(c.weight) * i128::from(c.members)).sum();
    if weights == 0 {
        return Err(ArithmeticError::Nobody);
    }
    let asked = ask(charter, total, cases, charter.fee.rate, classes, weights)?;
    let capped = |class: &Class, share: Amount| class.room.map_or(share, |room| share.min(room));
    let shares: Vec<Amount> =
        classes.iter().zip(&asked.shares).map(|(class, share)| capped(class, *share)).collect();
    let charges: i128 =
        classes.iter().zip(&shares).map(|(c, share)| i128::from(c.members) * share.wide()).sum();
    let charges = Amount::from_minor(charges)?;
    let over_case_cap = asked.excess;
    let over_year_cap = total.minus(over_case_cap)?.minus(charges)?.max(Amount::ZERO);
    let mut payers = Payers { charter, means, excess: Excess::default() };
    if let Some(cap) = &charter.caps.case {
        payers.pay(over_case_cap, &cap.payers)?;
    }
    // A room given without a yearly cap has no payers: what it keeps is deferred.
    let year = charter.caps.year.as_ref();
    payers.pay(over_year_cap, year.map_or(&[], |cap| &cap.payers))?;
    let mut excess = payers.excess;
    let reduced = reduce(terms, cases, charter.fee.rate, excess.reduction_minor)?;
    let unreduced = excess.reduction_minor.minus(reduced.saved)?.max(Amount::ZERO);
    excess.deferred_out_minor = excess.deferred_out_minor.plus(unreduced)?;
    excess.reduction_minor = reduced.saved;
    let carry_out = charges.plus(excess.total()?)?.minus(total)?;
    assert!(!carry_out.is_negative(), "charges and payers together cover the total");
    let fee_saved = reduced.fee_saved;
    let (asked, aid) = (asked.shares, reduced.aid);
    Ok(Settlement { shares, asked, charges, excess, aid, fee_saved, carry_out })
}

/// What is asked of each class before the yearly cap, and what the cap per case keeps from it.
struct Asked {
    shares: Vec<Amount>,
    excess: Amount,
}

/// Each case costs its aid and the fee on it. A member of weight `w` bears `w / weights` of it,
/// up to the cap; the rest of the total (carry-over, refunds, …) is shared by weight alone.
fn ask(
    charter: &Charter,
    total: Amount,
    cases: &[Amount],
    fee: Rate,
    classes: &[Class],
    weights: i128,
) -> Result<Asked, ArithmeticError> {
    let too_large = || ArithmeticError::Amount(AmountError::OutOfRange);
    // Classes of one weight are asked alike, however many a yearly cap makes of them.
    let mut members: BTreeMap<u32, i128> = BTreeMap::new();
    for class in classes {
        *members.entry(class.weight).or_default() += i128::from(class.members);
    }
    // The numerators over `weights` of what one member of each weight is asked.
    let mut asked: Vec<(i128, i128, i128)> =
        members.iter().map(|(weight, members)| (i128::from(*weight), *members, 0)).collect();
    let mut excess: i128 = 0;
    let mut by_weight = total.wide();
    if let Some(cap) = &charter.caps.case {
        let limit = cap.amount_minor.wide().checked_mul(weights).ok_or_else(too_large)?;
        let heaviest = asked.last().map_or(0, |(weight, ..)| *weight);
        for aid in cases {
            let cost = aid.plus(fee.floor_of(*aid)?)?.wide();
            if heaviest * cost <= limit {
                continue;
            }
            let mut collected: i128 = 0;
            for (weight, members, numerator) in &mut asked {
                let part = (*weight * cost).min(limit);
                *numerator += part;
                collected += part.checked_mul(*members).ok_or_else(too_large)?;
            }
            excess += cost - collected / weights;
            by_weight -= cost;
        }
    }
    let excess = Amount::from_minor(excess)?.min(total);
    if excess == total {
        return Ok(Asked { shares: vec![Amount::ZERO; classes.len()], excess });
    }
    let shares = classes.iter().map(|class| {
        let weight = i128::from(class.weight);
        let place = asked.binary_search_by_key(&weight, |(weight, ..)| *weight);
        let (_, _, numerator) = asked[place.expect("every weight is among those asked")];
        Amount::from_minor(ceil_div((numerator + weight * by_weight).max(0), weights))
    });
    Ok(Asked { shares: shares.collect::<Result<_, _>>()?, excess })
}

/// Walks the chains of payers that the charter names.
struct Payers<'a> {
    charter: &'a Charter,
    means: Means,
    excess: Excess,
}

impl Payers<'_> {
    fn pay(&mut self, owed: Amount, payers: &[Payer]) -> Result<(), AmountError> {
        let mut left = owed;
        for payer in payers {
            left = left.minus(self.pay_as(*payer, left)?)?;
        }
        // A checked charter names a payer without a limit; an unchecked one defers.
        self.excess.deferred_out_minor = self.excess.deferred_out_minor.plus(left)?;
        Ok(())
    }

    /// What `payer` pays of `owed`.
    fn pay_as(&mut self, payer: Payer, owed: Amount) -> Result<Amount, AmountError> {
        let (account, paid) = match payer {
            Payer::Reserve => {
                let paid = owed.min(self.means.reserve);
                self.means.reserve = self.means.reserve.minus(paid)?;
                (&mut self.excess.reserve_draw_minor, paid)
            }
            Payer::Sponsor => {
                let paid = self.means.sponsor.map_or(owed, |left| owed.min(left));
                if let Some(left) = &mut self.means.sponsor {
                    *left = left.minus(paid)?;
                }
                (&mut self.excess.sponsor_minor, paid)
            }
            Payer::Reduction => (&mut self.excess.reduction_minor, owed),
            Payer::Deferral => {
                let ended = self.means.deferral_ended;
                match self.charter.funds.deferral.as_ref().filter(|_| ended) {
                    Some(deferral) if deferral.final_payer != Payer::Deferral => {
                        return self.pay_as(deferral.final_payer, owed);
                    }
                    _ => (&mut self.excess.deferred_out_minor, owed),
                }
            }
        };
        *account = account.plus(paid)?;
        Ok(paid)
    }
}

struct Reduced {
    aid: Vec<Amount>,
    saved: Amount,
    fee_saved: Amount,
}

/// Reduces the aid by the least amount that, with the fee on it, saves `needed`; every case by the
/// same factor (largest remainders), so that the shortfall is shared before anything is paid.
fn reduce(
    terms: &Terms,
    cases: &[Amount],
    fee: Rate,
    needed: Amount,
) -> Result<Reduced, AmountError> {
    let aid = terms.aid_minor;
    let saved_by = |cut: i64| -> Result<Amount, AmountError> {
        let cut = Amount::from_minor(cut)?;
        cut.plus(terms.fee_minor)?.minus(fee.floor_of(aid.minus(cut)?)?)
    };
    // The saving grows with the cut, so the least sufficient cut is found by halving.
    let (mut low, mut high) = (0, aid.minor().min(needed.minor()));
    while low < high {
        let middle = low + (high - low) / 2;
        if saved_by(middle)? >= needed {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    if low == 0 {
        return Ok(Reduced { aid: cases.to_vec(), saved: Amount::ZERO, fee_saved: Amount::ZERO });
    }
    let cuts = largest_remainder(Amount::from_minor(low)?, cases)?;
    let aid = cases.iter().zip(cuts).map(|(aid, cut)| aid.minus(cut)).collect::<Result<_, _>>()?;
    let saved = saved_by(low)?;
    Ok(Reduced { aid, saved, fee_saved: saved.minus(Amount::from_minor(low)?)? })
}
