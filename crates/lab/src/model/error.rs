//! What can be wrong with the text of a model, told with its place.

use std::fmt;

/// A mistake in the text of a model, with its place and, where one is near, a suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The line as written.
    pub source: String,
    /// What is wrong.
    pub message: String,
    /// What would be right, when it can be guessed.
    pub suggestion: Option<String>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, .. } = self;
        writeln!(f, "line {line}, column {column}: {}", self.message)?;
        writeln!(f, "  {}", self.source.replace('\t', " "))?;
        write!(f, "  {}^", " ".repeat(column.saturating_sub(1)))?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "\n  {suggestion}"),
            None => Ok(()),
        }
    }
}

/// Why a model could not be read or laid out as a table of parameters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The text does not follow lavaan syntax.
    #[error("{0}")]
    Syntax(SyntaxError),
    /// The text holds no formula.
    #[error("the model is empty: it has no formula such as `trust =~ t1 + t2 + t3`")]
    Empty,
    /// The text is longer than the limit.
    #[error("the model text is longer than {0} bytes")]
    TooLong(usize),
    /// A label in a constraint or definition belongs to no parameter.
    #[error("{formula:?} uses the label {label:?}, which no parameter carries{}",
        nearest.as_ref().map(|n| format!("; did you mean {n:?}?")).unwrap_or_default())]
    UnknownLabel {
        /// The formula as written.
        formula: String,
        /// The label that was not found.
        label: String,
        /// The nearest label in use.
        nearest: Option<String>,
    },
    /// `c(...)` holds another number of elements than there are groups.
    #[error(
        "the modifier of {parameter:?} has {found} elements, but the data have {groups} group(s)"
    )]
    GroupCount {
        /// The parameter, as `lhs op rhs`.
        parameter: String,
        /// Number of elements written.
        found: usize,
        /// Number of groups of the data.
        groups: usize,
    },
    /// The blocks of groups are not those of the data.
    #[error(
        "the model has blocks for the groups {}, but the data have {}",
        listed(blocks),
        listed(groups)
    )]
    BlocksOfGroups {
        /// Names behind `group:`.
        blocks: Vec<String>,
        /// Groups of the data.
        groups: Vec<String>,
    },
    /// The blocks of groups do not hold the same variables in the same parts.
    #[error(
        "the blocks of the groups {first:?} and {second:?} differ in their variables: every group \
         needs the same latent, observed and exogenous ones"
    )]
    BlocksDiffer {
        /// One block.
        first: String,
        /// The other.
        second: String,
    },
    /// A latent variable bears the name of a column of the data or is its own indicator.
    #[error("{0:?} is its own indicator")]
    OwnIndicator(String),
    /// A threshold formula names a variable that is not ordered, or a threshold it lacks.
    #[error("the threshold {threshold:?} of {variable:?} does not exist in the data")]
    UnknownThreshold {
        /// The variable.
        variable: String,
        /// The threshold, such as `t4`.
        threshold: String,
    },
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
}
