//! The seals of periods, for those who hold the plan's secret: they build each tree again and
//! compare its root. The rules alone cannot, for the secret is no part of the state.

use std::io::ErrorKind;
use std::path::Path;

use proof::Digest;
use proof::charge::ChargeNode;
use rules::State;
use settle::SettleError;
use settle::tree::{Keep, PeriodTree, PlanSecret};

use crate::Error;
use crate::keys::{KEYS_FOLDER, SecretKey};

/// Name of the file with the plan's secret among the keys.
pub const PLAN_SECRET: &str = "plan-secret";

/// Stands before what the plan's secret hashes.
const DOMAIN: &[u8] = b"huzhu/v1 plan secret\n";

/// Why a seal is not confirmed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The tree of the roll has another root than the log announces: other members, other charges,
    /// or another secret.
    #[error("period {period} is sealed with the root {announced}; the roll makes {built}")]
    Root {
        /// The period.
        period: u32,
        /// What the log says.
        announced: Digest,
        /// What the roll makes.
        built: Digest,
    },
    /// No tree can be built.
    #[error(transparent)]
    Tree(#[from] SettleError),
}

/// The plan's secret of a ledger's folder, if it is there.
///
/// # Errors
/// When its file cannot be read or is not intact.
pub fn plan_secret(folder: &Path) -> Result<Option<PlanSecret>, Error> {
    match SecretKey::read(&folder.join(KEYS_FOLDER), PLAN_SECRET) {
        Ok(key) => Ok(Some(PlanSecret::new(key.derived(DOMAIN)))),
        Err(Error::File { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the plan's secret of a ledger's folder; it must not be there.
///
/// # Errors
/// When the system gives no random bytes or the file cannot be written.
pub fn make_plan_secret(folder: &Path) -> Result<PlanSecret, Error> {
    let key = SecretKey::random()?;
    key.write(&folder.join(KEYS_FOLDER), PLAN_SECRET)?;
    Ok(PlanSecret::new(key.derived(DOMAIN)))
}

/// Builds the tree of every sealed period from `from` on and compares; gives how many agree.
/// `progress` is told each period.
///
/// # Errors
/// [`SealError::Root`] for the first that differs.
pub fn confirm_seals(
    state: &State,
    secret: &PlanSecret,
    from: u32,
    progress: &mut dyn FnMut(u32),
) -> Result<u32, SealError> {
    let mut confirmed = 0;
    for (period, row) in (0..).zip(state.periods()).skip(from as usize) {
        let Some(announced) = row.sealed else { continue };
        let ChargeNode { hash: built, .. } =
            PeriodTree::build(state, period, secret, Keep::default())?.root();
        if built != announced {
            return Err(SealError::Root { period, announced, built });
        }
        confirmed += 1;
        progress(period);
    }
    Ok(confirmed)
}
