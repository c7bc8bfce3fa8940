//! Why charges cannot be worked out, or do not agree with what the rules concluded.

use money::AmountError;

/// Why there are no columns or no statement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettleError {
    /// No plan is founded in this state.
    #[error("no plan is founded")]
    NoPlan,
    /// The period does not exist or is not charged yet.
    #[error("period {0} is not charged")]
    NotCharged(u32),
    /// There is no such member.
    #[error("there is no member {0}")]
    NoMember(u32),
    /// The span ends after the last charged period, or before it begins.
    #[error("periods {from} to {to} are not all charged")]
    Span {
        /// First period asked for.
        from: u32,
        /// First period asked for no longer.
        to: u32,
    },
    /// The roll holds another number of sharers than the period was divided among.
    #[error("period {period}, class {class}: divided among {divided}, the roll holds {counted}")]
    Count {
        /// The period.
        period: u32,
        /// Position of the class.
        class: usize,
        /// Sharers by whom the total was divided.
        divided: u64,
        /// Sharers on the roll.
        counted: u64,
    },
    /// The members' charges sum to something else than the period charged.
    #[error("period {period}: {charged} were charged, the members' charges sum to {summed}")]
    Sum {
        /// The period.
        period: u32,
        /// Minor units that the period charged.
        charged: i64,
        /// Minor units that the columns sum to.
        summed: i128,
    },
    /// More rates than a leaf of the tree can name.
    #[error("period {period} has {rates} rates; a leaf of its tree names one of 65,535")]
    Rates {
        /// The period.
        period: u32,
        /// How many it has.
        rates: usize,
    },
    /// The member has no leaf in the tree of the period.
    #[error("member {member} does not share period {period}")]
    NotASharer {
        /// The member.
        member: u32,
        /// The period.
        period: u32,
    },
    /// A sum beyond the range of amounts.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The writer that was handed in failed.
    #[error("the export cannot be written: {0}")]
    Write(#[from] std::io::Error),
}
