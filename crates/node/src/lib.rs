//! Ordering: commands in, an ordered durable stream of entries out. Holds no rule.
//!
//! [`Orderer`] is the border behind which a single node ([`Solo`]) stands today and a consortium
//! can stand later. Whoever only reads uses [`replay`].

mod admission;
mod apply;
mod cards;
mod clock;
mod cosign;
mod error;
mod in_order;
mod keys;
mod mirror;
mod orderer;
mod publish;
mod reading;
mod receipts;
mod replay;
mod seals;
mod solo;
mod stream;
mod succeed;
mod succession;
pub mod witness;
mod witnesses;

pub use apply::{Rows, apply_entries, named_by};
pub use cards::{CARDS_FOLDER, Cards};
pub use clock::{Clock, PlanTime, ScriptedClock, SystemClock};
pub use cosign::{Asked, Collected, Reply, cosign};
pub use error::Error;
pub use keys::{KEYS_FOLDER, SecretKey, fill_hearing, random_bytes, random_id, read_keys};
pub use mirror::HttpSource;
pub use orderer::{Orderer, Receipt, Rejection, Visit};
pub use publish::{MIRROR_FOLDER, POLICY_FILE, Publication, Published, publish};
pub use reading::{Reading, read, read_on};
pub use receipts::{Issuer, ReceiptIssue};
pub use replay::{
    Replay, founding, ledger_name, log_key, open_view, read_entries, replay, replay_on,
};
pub use seals::{PLAN_SECRET, SealError, confirm_seals, make_plan_secret, plan_secret};
pub use solo::Solo;
pub use stream::{Acknowledge, Answer, Flow};
pub use succeed::{Succeeded, SuccessionError, Successor, succeed};
pub use succession::{SUCCESSION_FILE, SUCCESSION_FOLDER, SUCCESSION_LIMIT, Succession, Watch};
pub use witnesses::{Cosigned, WITNESSES_FOLDER, cosigned};
