//! What the rules say of the bank's statements.

use money::{Amount, Currency};
use rules::finding::{BankFinding, Finding};

use crate::layout::{counted, money};

/// The words for a finding about the bank; nothing for any other.
pub fn words(finding: &Finding, currency: Currency) -> Option<String> {
    let Finding::Bank(BankFinding::Reconciled {
        statement,
        day,
        ledger_minor,
        bank_minor,
        difference_minor,
        unmatched,
        differs_since,
        frozen,
        ..
    }) = finding
    else {
        return None;
    };
    let money = |amount: &Amount| money(*amount, currency);
    let mut words = format!("Statement {statement} of {day}: the bank holds {}", money(bank_minor));
    if difference_minor.is_zero() {
        words.push_str(", and so says the ledger.");
    } else {
        let (ledger, difference) = (money(ledger_minor), money(difference_minor));
        words.push_str(&format!(", the ledger {ledger}: a difference of {difference}"));
        if let Some(since) = differs_since {
            words.push_str(&format!(" since {since}"));
        }
        words.push('.');
    }
    if *unmatched > 0 {
        let many = counted(u64::from(*unmatched), "movement is", "movements are");
        words.push_str(&format!(" {many} unmatched."));
    }
    if *frozen {
        words.push_str(" Payouts and fees rest until it is closed.");
    }
    Some(words)
}
