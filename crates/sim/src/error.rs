//! What can go wrong when tables are read or a population is set up.

/// Errors of the crate; each says what was found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A table of incidence came without the name of its source, and is therefore not used.
    #[error("the incidence table names no source")]
    SourceMissing,
    /// A line of a table could not be read; the header is line 1.
    #[error("line {line} of {file}: {why}")]
    LineUnreadable {
        /// Which table.
        file: &'static str,
        /// Line of the text, the header being 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A rate is not a number from 0 to 1 a year.
    #[error("the rate at age {age} is {rate}, not a number from 0 to 1 a year")]
    RateOutOfRange {
        /// Completed years.
        age: usize,
        /// The rate found, persons a year.
        rate: f64,
    },
    /// The table has no row, more rows than there are ages, or columns of unequal length.
    #[error("the incidence table has {male} rows for men and {female} for women")]
    TableShape {
        /// Rows for men.
        male: usize,
        /// Rows for women.
        female: usize,
    },
    /// A rate was asked for an age beyond the table.
    #[error("age {age} is beyond the table, which ends at {last}")]
    AgeBeyondTable {
        /// The age asked for, completed years.
        age: u8,
        /// The table's last age.
        last: u8,
    },
    /// An age prior whose bands overlap, are empty, or whose weights are not a distribution.
    #[error("the age prior is not a distribution: {why}")]
    PriorInvalid {
        /// What is wrong with it.
        why: String,
    },
    /// Classes that overlap, hold nobody, or carry weights that cannot be charged.
    #[error("the classes cannot be compared: {why}")]
    ClassesInvalid {
        /// What is wrong with them.
        why: String,
    },
    /// A triangle, or what is given beside it, from which nothing can be estimated.
    #[error("the triangle is not usable: {why}")]
    TriangleInvalid {
        /// What is wrong with it.
        why: String,
    },
    /// Claim amounts or probabilities from which no variation can be computed.
    #[error("the claim profile is not usable: {why}")]
    ProfileInvalid {
        /// What is wrong with it.
        why: String,
    },
    /// The planned number of members is outside what the history can be scaled to.
    #[error("{members} members: the history is scaled to between 1 and {most}")]
    MembersOutOfRange {
        /// The number asked for.
        members: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// A parameter of the fitted model is not usable.
    #[error("the model parameter {name} is {value}")]
    ParameterOutOfRange {
        /// Name of the field.
        name: &'static str,
        /// Its value.
        value: f64,
    },
}
