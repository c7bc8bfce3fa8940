//! The two written forms of a charter: TOML for people, canonical JSON for the log.

use money::{Amount, Currency};
use proof::Digest;
use serde_json::Value;

use super::Charter;

/// The largest charter file read, in bytes; the founding entry must hold its JSON form whole.
const FILE_MAX: usize = 60_000;

/// The deepest nesting of tables and lists in a charter file; the real ones have four levels.
const DEPTH_MAX: usize = 16;

/// Why a text is not a charter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CharterError {
    /// Longer than a founding entry can carry.
    #[error("the charter is longer than {FILE_MAX} bytes")]
    TooLong,
    /// Not TOML.
    #[error("the charter is not valid TOML: {0}")]
    Toml(String),
    /// An unknown key, a missing key or a value of the wrong kind.
    #[error("{0}")]
    Shape(String),
    /// An amount that cannot be read.
    #[error("`{path}`: {why}")]
    Amount {
        /// Key in the file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Charter {
    /// Reads a charter from TOML. Keys that end in `amount` hold decimals of the plan's currency as
    /// text, such as `amount = "300000.00"`.
    ///
    /// # Errors
    /// When the text is no TOML, has an unknown or missing key, or an amount cannot be read.
    pub fn from_toml(text: &str) -> Result<Self, CharterError> {
        if text.len() > FILE_MAX {
            return Err(CharterError::TooLong);
        }
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| CharterError::Toml(error.to_string()))?;
        let code = table.get("plan").and_then(|plan| plan.get("currency")).and_then(|c| c.as_str());
        let currency = Currency::from_code(code.unwrap_or_default()).map_err(|why| {
            CharterError::Amount { path: "plan.currency".into(), why: why.to_string() }
        })?;
        let value = to_json(&toml::Value::Table(table), currency, "", 0)?;
        serde_path_to_error::deserialize(value).map_err(|error| {
            CharterError::Shape(format!("at `{}`: {}", error.path(), error.inner()))
        })
    }

    /// The JSON form, with amounts in minor units.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::to_value(self).expect("a charter has text keys only")
    }

    /// The canonical JSON form (RFC 8785): sorted keys, integers, no spaces.
    #[must_use]
    pub fn to_canonical(&self) -> Vec<u8> {
        self.to_value().to_string().into_bytes()
    }

    /// The charter's identity: SHA-256 of its canonical JSON.
    #[must_use]
    pub fn id(&self) -> Digest {
        proof::sha256(&self.to_canonical())
    }
}

/// Turns TOML into JSON, amounts of text into `…_minor` integers.
fn to_json(
    value: &toml::Value,
    currency: Currency,
    path: &str,
    depth: usize,
) -> Result<Value, CharterError> {
    let shape = |what: &str| CharterError::Shape(format!("at `{path}`: {what}"));
    if depth > DEPTH_MAX {
        return Err(shape("the file is nested too deeply"));
    }
    Ok(match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Array(items) => Value::Array(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    to_json(item, currency, &format!("{path}[{index}]"), depth + 1)
                })
                .collect::<Result<_, _>>()?,
        ),
        toml::Value::Table(table) => {
            let mut object = serde_json::Map::new();
            for (key, item) in table {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if key == "amount" || key.ends_with("_amount") {
                    let amount = read_amount(item, currency)
                        .map_err(|why| CharterError::Amount { path: path.clone(), why })?;
                    object.insert(format!("{key}_minor"), Value::from(amount.minor()));
                } else {
                    object.insert(key.clone(), to_json(item, currency, &path, depth + 1)?);
                }
            }
            Value::Object(object)
        }
        _ => {
            return Err(shape("a charter holds text, integers, truths, lists and tables only"));
        }
    })
}

fn read_amount(item: &toml::Value, currency: Currency) -> Result<Amount, String> {
    let text = item.as_str().ok_or("an amount is written as text, such as \"300000.00\"")?;
    Amount::parse(text, currency).map_err(|error| error.to_string())
}
