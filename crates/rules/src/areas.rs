//! One list of verbs out of the lists of several areas: `case.file` belongs to the area `case`.
//!
//! A verb is a member `do` of a JSON object, and its first word names the area, so that an area
//! reads its own verbs and the names of the others cannot get in the way.

/// The first word of a verb after `prefix`.
pub(crate) fn area_of<'a>(verb: Option<&'a str>, prefix: &str) -> Option<&'a str> {
    verb?.strip_prefix(prefix)?.split('.').next()
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

        impl $name {
            /// Reads the object of a verb from its text.
            pub(crate) fn read(object: &[u8], verb: Option<&str>) -> serde_json::Result<Self> {
                use serde::de::Error as _;
                match $crate::areas::area_of(verb, $prefix) {
                    $( Some($($word)|+) => serde_json::from_slice(object).map(Self::$area), )+
                    Some(_) => {
                        let verb = verb.unwrap_or_default();
                        let what = format!("`do` {verb:?} is not known here");
                        Err(serde_json::Error::custom(what))
                    }
                    None => Err(serde_json::Error::custom("`do` does not name a verb")),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(from)?;
                let verb = value.get("do").and_then(serde_json::Value::as_str);
                Self::read(value.to_string().as_bytes(), verb).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use areas;
