//! Duties: keys that fill the roles, what needs two of them, and attempts at what is forbidden.
//!
//! A key is appointed and revoked by two keys of two roles that the charter names. It never fills
//! two separated duties, not even one after the other, and a revoked key never acts again. What
//! the charter gives to four eyes is *held* until a second key signs.

mod attempt;
mod hold;
mod keys;

pub(crate) use hold::Held;

/// Verbs for which a charter can ask a second key; appointing and revoking always take two.
pub(crate) const FOUR_EYES_VERBS: [&str; 3] = ["payout.order", "fee.draw", "case.review"];
