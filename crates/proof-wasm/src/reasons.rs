//! Why something is refused: for each format a closed list of the steps that can fail.
//!
//! The same table stands in `docs/FORMATS.md` (Vectors), and every implementation keeps to it.

/// The reason for what is no request: an unknown format, or another number of parts.
pub const REQUEST: &str = "request";

/// Each format and its reasons.
pub const REASONS: &[(&str, &[&str])] = &[
    ("canonical", &["form"]),
    ("key", &["key"]),
    ("signature", &["key", "signature"]),
    ("inclusion", &["form", "range", "length", "root"]),
    ("consistency", &["form", "range", "length", "old-root", "new-root"]),
    ("checkpoint", &["key", "form", "signer", "signature", "origin"]),
    ("cosignature", &["key", "form", "signer", "signature"]),
    (
        "add-checkpoint",
        &[
            "key",
            "form",
            "origin",
            "signer",
            "signature",
            "old-size",
            "conflict",
            "range",
            "length",
            "old-root",
            "new-root",
        ],
    ),
    ("tlog-proof", &["form"]),
    ("policy", &["policy", "form", "origin", "signer", "signature", "quorum"]),
    ("tile-path", &["form", "range", "absent"]),
    ("tile", &["form", "kind", "length"]),
    ("bundle", &["form", "kind", "truncated", "trailing", "length", "entry"]),
    ("edge", &["form", "range", "length", "edge"]),
    ("charge", &["form", "range", "length", "sum", "root"]),
    ("period", &["form", "sharers", "total", "charges", "equation", "rate"]),
    ("detection", &["form", "range"]),
    ("vrf", &["key", "proof"]),
    ("lot", &["form", "range"]),
    ("draw", &["form", "roll", "answers", "seed", "panel"]),
    (
        "receipt",
        &["form", "policy", "checkpoint", "witnesses", "inclusion", "arithmetic", "seal", "charge"],
    ),
];
