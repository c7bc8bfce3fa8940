//! What an audit found to be otherwise than it should be, and by which name people know it.

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// The checkpoint is not one, or the log has not signed it.
    Checkpoint,
    /// Two signed checkpoints of one size with different roots.
    SplitView,
    /// What an earlier checkpoint covered has been changed.
    RewrittenHistory,
    /// Fewer entries are shown than were signed earlier.
    ShortenedLog,
    /// A file of the ledger or of the mirror is not there.
    MissingFile,
    /// A file is not what was written, or a tile not what its entries make.
    DamagedFile,
    /// An entry is not what was signed, or a finding not what follows.
    AlteredEntry,
    /// An entry that must stand here does not.
    RemovedEntry,
    /// An entry stands at another place than its own, or twice.
    ReorderedEntries,
    /// Somebody commands who may not.
    UnauthorisedCommand,
    /// More members are counted than there are.
    InflatedCount,
    /// Fewer members are counted than there are.
    HiddenMember,
    /// A share does not follow from the total and the rules.
    WrongShare,
    /// The terms of a period do not make its total, or the books do not balance.
    WrongTotal,
    /// A case was decided otherwise than it was proposed and published.
    WrongDecision,
    /// Money was paid for no approved case, or more than was decided.
    PayoutWithoutCase,
    /// A fee is not the one that the charter permits.
    WrongFee,
    /// A seed does not follow from the answers, or others were drawn than it draws.
    WrongDraw,
    /// A period is sealed with another tree than the roll and the plan's secret make.
    WrongSeal,
    /// Any other thing that the rules refuse.
    RuleBroken,
    /// The log goes on under another key, and not as its succession says.
    WrongSuccession,
    /// The witnesses that the policy asks for have not signed.
    NotWitnessed,
}

impl Kind {
    /// The name, as it stands in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::SplitView => "split-view",
            Self::RewrittenHistory => "rewritten-history",
            Self::ShortenedLog => "shortened-log",
            Self::MissingFile => "missing-file",
            Self::DamagedFile => "damaged-file",
            Self::AlteredEntry => "altered-entry",
            Self::RemovedEntry => "removed-entry",
            Self::ReorderedEntries => "reordered-entries",
            Self::UnauthorisedCommand => "unauthorised-command",
            Self::InflatedCount => "inflated-count",
            Self::HiddenMember => "hidden-member",
            Self::WrongShare => "wrong-share",
            Self::WrongTotal => "wrong-total",
            Self::WrongDecision => "wrong-decision",
            Self::PayoutWithoutCase => "payout-without-case",
            Self::WrongFee => "wrong-fee",
            Self::WrongDraw => "wrong-draw",
            Self::WrongSeal => "wrong-seal",
            Self::RuleBroken => "rule-broken",
            Self::WrongSuccession => "wrong-succession",
            Self::NotWitnessed => "not-witnessed",
        }
    }
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its kind.
    pub kind: Kind,
    /// The entry at which it shows, if it is one of an entry.
    pub entry: Option<u64>,
    /// What was found and what was expected.
    pub what: String,
}

impl Difference {
    /// A difference that shows at an entry.
    pub(crate) fn at(kind: Kind, entry: u64, what: impl Into<String>) -> Self {
        Self { kind, entry: Some(entry), what: what.into() }
    }

    /// A difference of the log as a whole.
    pub(crate) fn whole(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, entry: None, what: what.into() }
    }

    /// Where it stands among the others: those of the whole log come first, for they say that the
    /// entries are not the ones that others have seen; then the earliest entry.
    pub(crate) fn rank(&self) -> (bool, u64) {
        let last = matches!(self.kind, Kind::NotWitnessed);
        (last || self.entry.is_some(), if last { u64::MAX } else { self.entry.unwrap_or(0) })
    }
}
