//! The custodian explains a movement that was unmatched: the ledger has a reason for it by now.

use super::Row;
use crate::entry::Order;
use crate::finding::Finding;
use crate::refusal::Refusal;
use crate::state::State;

impl State {
    pub(crate) fn explain_movement(
        &mut self,
        order: Order,
        reference: &str,
        row: &Row,
    ) -> Result<Vec<Finding>, Refusal> {
        let refuse = |why: String| {
            Refusal::new(
                "E-BANK-MATCH",
                "The movement stays unmatched.",
                why,
                "Look at `huzhu bank reconcile`; what nobody ordered the bank must take back.",
            )
        };
        if self.bank.unmatched.get(reference) != Some(&row.amount_minor) {
            return Err(refuse(format!("No unmatched {reference:?} has this amount.")));
        }
        if !self.is_known_at_bank(&self.bank, row)? {
            return Err(refuse("The ledger has no reason for it.".to_owned()));
        }
        let Some(last) = self.bank.last else {
            return Err(refuse("There is no statement yet.".to_owned()));
        };
        self.bank.match_with(row)?;
        self.bank.unmatched.remove(reference);
        self.compare_custody(order.day);
        Ok(vec![self.reconciled(last.number, last.day)?])
    }
}
