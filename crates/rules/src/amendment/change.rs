//! The exact difference between two charters: which clause, what it said, what it will say.
//!
//! A change names a clause by a JSON pointer (RFC 6901) into the charter's canonical JSON. Clauses
//! inside tables are compared one by one, and so are lists of one length; a list that grows or
//! shrinks is replaced whole. So two charters have exactly one difference.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One clause that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// JSON pointer to the clause.
    pub at: String,
    /// What it says; nothing when the clause is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What it will say; nothing when the clause goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// A change that does not fit the charter: the clause says something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clause {at:?} does not say what the change begins from")]
pub struct Misfit {
    /// JSON pointer to the clause.
    pub at: String,
}

/// The difference between two values, in the order of their clauses.
#[must_use]
pub fn difference(from: &Value, to: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(String::new(), Some(from), Some(to), &mut changes);
    changes
}

fn compare(at: String, from: Option<&Value>, to: Option<&Value>, changes: &mut Vec<Change>) {
    match (from, to) {
        (Some(from), Some(to)) if from == to => {}
        (Some(Value::Object(from)), Some(Value::Object(to))) => {
            let mut keys: Vec<&String> = from.keys().chain(to.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                compare(at, from.get(key), to.get(key), changes);
            }
        }
        (Some(Value::Array(from)), Some(Value::Array(to))) if from.len() == to.len() => {
            for (index, (from, to)) in from.iter().zip(to).enumerate() {
                compare(format!("{at}/{index}"), Some(from), Some(to), changes);
            }
        }
        (from, to) => changes.push(Change { at, from: from.cloned(), to: to.cloned() }),
    }
}

/// The value after the changes.
///
/// # Errors
/// When a clause does not say what a change begins from, or there is none where it points.
pub fn apply(value: &Value, changes: &[Change]) -> Result<Value, Misfit> {
    let mut changed = value.clone();
    for change in changes {
        let misfit = || Misfit { at: change.at.clone() };
        if changed.pointer(&change.at) != change.from.as_ref() {
            return Err(misfit());
        }
        let (parent, key) = change.at.rsplit_once('/').ok_or_else(misfit)?;
        let key = key.replace("~1", "/").replace("~0", "~");
        match (changed.pointer_mut(parent).ok_or_else(misfit)?, &change.to) {
            (Value::Object(clauses), Some(to)) => {
                clauses.insert(key, to.clone());
            }
            (Value::Object(clauses), None) => {
                clauses.remove(&key);
            }
            (Value::Array(items), Some(to)) => {
                let place = key.parse::<usize>().ok().and_then(|place| items.get_mut(place));
                *place.ok_or_else(misfit)? = to.clone();
            }
            _ => return Err(misfit()),
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_leads_from_one_to_the_other_and_back_again() {
        let one =
            json!({"fee": {"rate": "0.08"}, "list": [1, 2], "same": [1, {"a": 1}], "x/y~": 1});
        let two = json!({"fee": {"rate": "0.05"}, "list": [1], "same": [1, {"a": 2}], "new": 7});
        let changes = difference(&one, &two);
        let at: Vec<&str> = changes.iter().map(|change| change.at.as_str()).collect();
        assert_eq!(at, ["/fee/rate", "/list", "/new", "/same/1/a", "/x~1y~0"]);
        assert_eq!(apply(&one, &changes), Ok(two.clone()));
        assert_eq!(apply(&two, &difference(&two, &one)), Ok(one.clone()));
        assert!(difference(&one, &one).is_empty());
    }

    #[test]
    fn a_change_that_begins_from_something_else_is_refused() {
        let value = json!({"fee": {"rate": "0.08"}, "list": [1]});
        let change = |at: &str, from: Option<Value>, to: Option<Value>| {
            apply(&value, &[Change { at: at.to_owned(), from, to }]).map_err(|misfit| misfit.at)
        };
        for (at, from) in [
            ("/fee/rate", Some(json!("0.10"))),
            ("/fee/rate", None),
            ("/nothing/there", None),
            ("/list/1", None),
            ("", Some(value.clone())),
            ("fee", Some(json!(1))),
        ] {
            assert_eq!(change(at, from, Some(json!(1))), Err(at.to_owned()), "{at}");
        }
    }
}
