//! One list of verbs out of the lists of several areas: `case.file` belongs to the area `case`.
//!
//! A verb is a member `do` of a JSON object, and its first word names the area, so that an area
//! reads its own verbs and the names of the others cannot get in the way.

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

/// Reads the object of one area.
pub(crate) fn read<T: DeserializeOwned, E: Error>(value: Value) -> Result<T, E> {
    serde_json::from_value(value).map_err(E::custom)
}

/// The first word of the verb after `prefix`.
pub(crate) fn area_of<'a>(value: &'a Value, prefix: &str) -> Option<&'a str> {
    let verb = value.get("do")?.as_str()?.strip_prefix(prefix)?;
    verb.split('.').next()
}

/// Makes an enum with one variant an area, each holding the verbs of that area, written as they
/// are by themselves.
macro_rules! areas {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident after $prefix:literal {
            $( $(#[$doc:meta])* $area:ident($verbs:ty) = $($word:literal)|+, )+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$doc])* $area($verbs), )+
        }

        $(
            impl From<$verbs> for $name {
                fn from(verb: $verbs) -> Self {
                    Self::$area(verb)
                }
            }
        )+

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$area(verb) => verb.serialize(serializer), )+
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                use serde::de::Error as _;
                let value = serde_json::Value::deserialize(from)?;
                match $crate::areas::area_of(&value, $prefix) {
                    $( Some($($word)|+) => $crate::areas::read(value).map(Self::$area), )+
                    Some(_) => {
                        let verb = value.get("do").and_then(serde_json::Value::as_str);
                        let verb = verb.unwrap_or_default();
                        Err(D::Error::custom(format!("`do` {verb:?} is not known here")))
                    }
                    None => Err(D::Error::custom("`do` does not name a verb")),
                }
            }
        }
    };
}

pub(crate) use areas;
