//! Decoders of `proof` beside the formats of the vectors.

use proof::add_checkpoint;
use proof::merkle::Frontier;
use proof::policy_file;
use proof::value::Value;

use crate::{FORM, Verdict};

/// Levels that are walked down: canonical JSON has no more.
const LEVELS: usize = 32;

pub fn value(bytes: &[u8]) -> Verdict {
    walk(Value::of(bytes).map_err(|_| FORM)?, LEVELS);
    Ok(())
}

/// Asks everything of a value that can be asked of it.
fn walk(value: Value<'_>, levels: usize) {
    let _ = (value.integer(), value.natural(), value.text());
    let inside = ["", "command", "a"].into_iter().filter_map(|name| value.get(name));
    if levels > 0 {
        inside.chain(value.items().into_iter().flatten()).for_each(|it| walk(it, levels - 1));
    }
}

pub fn frontier(bytes: &[u8]) -> Verdict {
    let frontier = Frontier::from_bytes(bytes).map_err(|_| FORM)?;
    let _ = frontier.root();
    Ok(())
}

pub fn policy_file(bytes: &[u8]) -> Verdict {
    policy_file::addresses(bytes).map(drop).map_err(|_| "policy")
}

pub fn signed_size(bytes: &[u8]) -> Verdict {
    add_checkpoint::signed_size(bytes).map(drop).ok_or(FORM)
}
