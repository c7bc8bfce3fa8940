//! `camt.054`: single movements of the account, told before the day's statement. Versions .08 to
//! .14 name these alike.

use std::io::BufRead;

use crate::entries::{Entry, Movement, What};
use crate::error::RailsError;
use crate::expect::Expect;
use crate::pull::{Pull, Step};
use crate::status::Seen;

const VERSIONS: [&str; 7] = [
    "camt.054.001.08",
    "camt.054.001.09",
    "camt.054.001.10",
    "camt.054.001.11",
    "camt.054.001.12",
    "camt.054.001.13",
    "camt.054.001.14",
];

/// What stands in a notification besides its movements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The bank's id of the notification.
    pub id: String,
    /// Entries.
    pub entries: u64,
}

const HEAD: &str = "/BkToCstmrDbtCdtNtfctn/Ntfctn/Id";
const ENTRY: &str = "/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry";

/// Reads a notification; each movement goes to `tell`. The same payment in the same direction
/// twice is an error: it would be taken for two.
///
/// # Errors
/// When the file is not believed, or `tell` answers with an error.
pub fn read_notification<R: BufRead, E: From<RailsError>>(
    mut pull: Pull<R>,
    expect: &Expect,
    tell: &mut dyn FnMut(Movement) -> Result<(), E>,
) -> Result<Notification, E> {
    pull.expect(&VERSIONS, "camt.054 in a version from .08 on")?;
    let (mut id, mut entry, mut entries) = (None, Entry::default(), 0);
    let (mut came, mut went) = (Seen::default(), Seen::default());
    loop {
        let movement = match pull.pull()? {
            Step::End => break,
            Step::Open(ENTRY) => {
                entry = Entry::default();
                None
            }
            Step::Open(path) => {
                path.strip_prefix(ENTRY).map_or(Ok(None), |path| entry.open(path))?
            }
            Step::Close(ENTRY, ..) => {
                entries += 1;
                std::mem::take(&mut entry).finish()?.0
            }
            Step::Close(HEAD, text, _) => {
                id = Some(text.chars().take(35).collect());
                None
            }
            Step::Close(path, text, currency) => {
                if let Some(path) = path.strip_prefix(ENTRY) {
                    entry.close(path, text, currency, expect)?;
                }
                None
            }
        };
        let Some(movement) = movement else { continue };
        if let What::Payment(payment) = &movement.what {
            if !expect.knows(payment) {
                return Err(RailsError::UnknownId(payment.to_string()).into());
            }
            let seen = if movement.amount.is_negative() { &mut went } else { &mut came };
            if !seen.mark(payment) {
                return Err(RailsError::Duplicate(payment.to_string()).into());
            }
        }
        tell(movement)?;
    }
    Ok(Notification { id: id.ok_or(RailsError::Missing("Ntfctn/Id"))?, entries })
}
