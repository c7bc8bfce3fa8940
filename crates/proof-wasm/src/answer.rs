//! One call: the name of a format and its parts in, an answer or a reason out.

use proof::receipt_check::{self, ReceiptError};

/// What a check answers, or the reason why something is refused. There is no sentence beside it:
/// those of the errors of `proof` would make the module half as large again, and in one language.
pub type Answer = Result<String, &'static str>;

/// Checks `parts` by the rules of `format`. Without the feature `every-format`, which the module
/// for pages does without, only receipts are known.
///
/// # Errors
/// The reason; `request` for an unknown format or another number of parts.
pub fn answer(format: &str, parts: &[&[u8]]) -> Answer {
    match (format, parts) {
        ("receipt", [receipt, policy]) => {
            let policy = (!policy.is_empty()).then_some(*policy);
            let verdict = receipt_check::check(receipt, policy);
            let step = |error: ReceiptError| error.step().name();
            Ok(verdict.map_err(step)?.to_string())
        }
        #[cfg(feature = "every-format")]
        _ => crate::formats::answer(format, parts),
        #[cfg(not(feature = "every-format"))]
        _ => Err("request"),
    }
}
