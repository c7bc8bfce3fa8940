//! Sealing: after the closing the operator announces the root of the tree of every sharer's charge.
//!
//! The rules check what follows from the closing: that it is closed, sealed once, and that the tree
//! has the sharers and the sum of the closing. They cannot check the root: its salts come from a
//! secret that is no part of the state. Whoever holds the secret builds the tree again.

use money::Amount;
use proof::Digest;

use super::Status;
use crate::finding::{Finding, PeriodFinding};
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn seal_period(
        &mut self,
        number: u32,
        root: Digest,
        sharers: u64,
        charges_minor: Amount,
    ) -> Result<Vec<Finding>, Refusal> {
        let period = self.known_period(number)?;
        if period.status < Status::Charged {
            let why = format!("It is {:?}; a closed period is sealed.", period.status);
            return Err(Refusal::period(number, why));
        }
        if period.sealed.is_some() {
            return Err(Refusal::period(number, "It is sealed already."));
        }
        let counted: u64 = period.sharers.iter().sum();
        if sharers != counted || charges_minor != period.charges {
            return Err(Refusal::new(
                "E-SEAL-DIFFERS",
                format!("The tree of period {number} is refused."),
                format!(
                    "It has {sharers} leaves and a sum of {}; the period was closed with {counted} \
                     sharers and charges of {} minor units.",
                    charges_minor.minor(),
                    period.charges.minor(),
                ),
                "Build the tree from the roll of this log.",
            ));
        }
        self.periods[number as usize].sealed = Some(root);
        let period = number;
        Ok(vec![Finding::Period(PeriodFinding::Sealed { period, root, sharers, charges_minor })])
    }
}
