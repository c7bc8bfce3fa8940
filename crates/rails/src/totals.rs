//! Count, sum and fingerprint of the lines of a file: written into its head before the lines, and
//! compared with them at its end.

use money::{Amount, AmountError};

use crate::payment::{Account, Line};

/// What the lines of a file make together.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    count: u64,
    sum: i128,
    lines: crc32fast::Hasher,
}

impl Totals {
    /// Adds a line.
    pub fn add(&mut self, line: &Line<'_>) {
        self.count += 1;
        self.sum += line.amount.wide();
        let (id, mut bytes) = (&line.id, [0; 18]);
        bytes[0] = id.purpose.letter();
        bytes[1] = id.attempt;
        bytes[2..6].copy_from_slice(&id.period.to_le_bytes());
        bytes[6..10].copy_from_slice(&id.number.to_le_bytes());
        bytes[10..].copy_from_slice(&line.amount.minor().to_le_bytes());
        self.lines.update(&bytes);
        let (Account::Iban(account) | Account::Other(account)) = line.account;
        self.lines.update(account.as_bytes());
    }

    /// Number of lines.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their sum.
    ///
    /// # Errors
    /// When it does not fit an amount.
    pub fn sum(&self) -> Result<Amount, AmountError> {
        Amount::from_minor(self.sum)
    }

    /// CRC-32 of what the lines pay to whom.
    #[must_use]
    pub fn fingerprint(&self) -> u32 {
        self.lines.clone().finalize()
    }
}
