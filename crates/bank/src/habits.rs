//! What the bank does with a payment: follows from the seed and the payment, and from nothing else.

use rails::EndToEnd;
use serde::{Deserialize, Serialize};

/// How often payments fail or take their time, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Where chance starts from.
    pub seed: u64,
    /// Collections that are refused.
    pub refused_collections: u64,
    /// Payouts that are refused.
    pub refused_payouts: u64,
    /// Payouts that are made a day later.
    pub late_payouts: u64,
}

/// Why collections fail: account closed, funds missing, mandate missing, refused by the payer.
const COLLECTION: [&str; 4] = ["AM04", "AC04", "MD01", "MS02"];

/// Why payouts fail: account closed, number wrong, account blocked.
const PAYOUT: [&str; 3] = ["AC04", "AC01", "AC06"];

impl Habits {
    /// A bank in which everything succeeds at once.
    #[must_use]
    pub fn smooth(seed: u64) -> Self {
        Self { seed, refused_collections: 0, refused_payouts: 0, late_payouts: 0 }
    }

    /// Why a collection fails; nothing when it succeeds.
    pub(crate) fn collection(&self, id: &EndToEnd) -> Option<&'static str> {
        let draw = self.draw(id, 0);
        (draw % 1000 < self.refused_collections).then(|| pick(&COLLECTION, draw))
    }

    /// Why a payout fails; nothing when it succeeds.
    pub(crate) fn payout(&self, id: &EndToEnd) -> Option<&'static str> {
        let draw = self.draw(id, 1);
        (draw % 1000 < self.refused_payouts).then(|| pick(&PAYOUT, draw))
    }

    /// Whether a payout waits for the next day.
    pub(crate) fn late(&self, id: &EndToEnd) -> bool {
        self.draw(id, 2) % 1000 < self.late_payouts
    }

    /// SplitMix64 over the parts of the id: spreads neighbours, and needs no state.
    fn draw(&self, id: &EndToEnd, about: u64) -> u64 {
        let parts = [
            about,
            u64::from(id.plan.0),
            u64::from(id.period),
            u64::from(id.number),
            u64::from(id.attempt),
        ];
        parts.into_iter().fold(mix(self.seed), |state, part| mix(state ^ part))
    }
}

fn pick(reasons: &[&'static str], draw: u64) -> &'static str {
    reasons[(draw / 1000) as usize % reasons.len()]
}

fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}
