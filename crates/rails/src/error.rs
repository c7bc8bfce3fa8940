//! Why a file of the bank is not believed, or one for the bank is not written.

use money::AmountError;

/// Why a file is refused. Nothing of a refused file may be used, whatever was read of it before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RailsError {
    /// The file cannot be read or written.
    #[error("the file cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// Not well-formed XML.
    #[error("the file is not well-formed XML: {0}")]
    Xml(String),
    /// In another encoding than UTF-8.
    #[error("the file is not in UTF-8")]
    Encoding,
    /// A document type, which could define entities.
    #[error("the file declares a document type, which payment files never do")]
    Doctype,
    /// A reference to an entity that XML does not define itself.
    #[error("the file refers to an entity {0:?} of its own")]
    Entity(String),
    /// Nested deeper than any of the messages.
    #[error("elements are nested more than {0} deep")]
    Depth(usize),
    /// One tag or text is longer than any of the messages needs.
    #[error("a tag or a text is longer than {0} bytes")]
    TooLong(usize),
    /// The file ends inside an element, or goes on after the document.
    #[error("the file ends too early, or does not end where the document does")]
    Cut,
    /// Another message than the one expected here.
    #[error("this is {found:?} and not {expected}")]
    Message {
        /// What the file says that it is.
        found: String,
        /// What can be read here.
        expected: &'static str,
    },
    /// An element that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The value of an element cannot be.
    #[error("{at} cannot be {text:?}")]
    Value {
        /// The element.
        at: String,
        /// What it holds.
        text: String,
    },
    /// An amount that is none, or has more decimals than the currency.
    #[error("an amount is refused: {0}")]
    Amount(#[from] AmountError),
    /// Money of another currency.
    #[error("an amount is in {found:?} and not in {expected}")]
    Currency {
        /// Currency of the amount.
        found: String,
        /// Currency of the plan.
        expected: &'static str,
    },
    /// A sum or count of the file is not that of its lines.
    #[error("{what} says {said}, and the lines make {made}")]
    Sum {
        /// Which sum.
        what: &'static str,
        /// What the file says.
        said: String,
        /// What its lines make.
        made: String,
    },
    /// The id of a payment that the ledger did not ask for.
    #[error("{0:?} is no payment of this plan")]
    UnknownId(String),
    /// The same payment twice in one file.
    #[error("{0:?} stands in the file twice")]
    Duplicate(String),
    /// A name or account that does not fit its element.
    #[error("{0:?} does not fit into a payment file")]
    Text(String),
    /// More lines, or an amount that is not more than nothing.
    #[error("the payment {0} is not of a positive amount")]
    NotPositive(String),
}

impl RailsError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "E-BANK-IO",
            Self::Xml(_) => "E-BANK-XML",
            Self::Encoding => "E-BANK-ENCODING",
            Self::Doctype => "E-BANK-DOCTYPE",
            Self::Entity(_) => "E-BANK-ENTITY",
            Self::Depth(_) => "E-BANK-DEPTH",
            Self::TooLong(_) => "E-BANK-SIZE",
            Self::Cut => "E-BANK-CUT",
            Self::Message { .. } => "E-BANK-MESSAGE",
            Self::Missing(_) => "E-BANK-MISSING",
            Self::Value { .. } | Self::Text(_) => "E-BANK-VALUE",
            Self::Amount(_) | Self::NotPositive(_) => "E-BANK-AMOUNT",
            Self::Currency { .. } => "E-BANK-CURRENCY",
            Self::Sum { .. } => "E-BANK-SUM",
            Self::UnknownId(_) => "E-BANK-ID",
            Self::Duplicate(_) => "E-BANK-TWICE",
        }
    }

    /// A value that cannot be, shortened for the reader.
    pub(crate) fn value(at: &str, text: &str) -> Self {
        Self::Value { at: at.to_owned(), text: text.chars().take(60).collect() }
    }
}
