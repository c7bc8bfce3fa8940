//! What a test's custodian enters of the bank.

use money::Amount;
use proof::Digest;
use rules::Refusal;
use rules::bank::{Row, RowList, Stray};
use rules::books::Term;
use rules::command::{BankCommand, Do};
use rules::finding::Finding;

use crate::world::World;

/// A statement that follows the last one, to be changed by the test before it is sent.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its number.
    pub number: u64,
    /// Its opening balance.
    pub opening: i64,
    /// Its closing balance.
    pub closing: i64,
    /// What its file is told from others by.
    pub file: u8,
    /// What its movements are for.
    pub rows: Vec<(Term, u32, u32, i64)>,
    /// Movements that nobody ordered.
    pub strays: Vec<(String, i64)>,
}

impl Statement {
    /// The statement that the bank sends next, with these movements.
    #[must_use]
    pub fn next(world: &World, rows: &[(Term, u32, u32, i64)], strays: &[(&str, i64)]) -> Self {
        let last = world.state().bank().last();
        let number = last.map_or(1, |last| last.number + 1);
        let opening = last.map_or(0, |last| last.closing.minor());
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        let moved: i64 = rows.iter().map(|(.., amount)| amount).sum();
        let strayed: i64 = strays.iter().map(|(_, amount)| amount).sum();
        let strays = strays.iter().map(|(reference, amount)| ((*reference).to_owned(), *amount));
        Self {
            number,
            opening,
            closing: opening + moved + strayed,
            file: number as u8,
            rows,
            strays: strays.collect(),
        }
    }

    /// The command.
    ///
    /// # Panics
    /// When an amount is none.
    #[must_use]
    pub fn command(&self, world: &World) -> Do {
        let minor = |minor: i64| Amount::from_minor(minor).expect("the test names an amount");
        let rows = self.rows.iter().map(|(term, period, number, amount)| Row {
            term: *term,
            period: *period,
            number: *number,
            amount_minor: minor(*amount),
        });
        let strays = self.strays.iter().map(|(reference, amount)| Stray {
            reference: reference.clone(),
            amount_minor: minor(*amount),
        });
        Do::Bank(BankCommand::Statement {
            number: self.number,
            day: world.day(),
            opening_minor: minor(self.opening),
            closing_minor: minor(self.closing),
            file: Digest([self.file; 32]),
            matched: RowList::Here(rows.collect()),
            unmatched: strays.collect(),
        })
    }

    /// Enters it.
    ///
    /// # Errors
    /// When the rules refuse.
    pub fn enter(&self, world: &mut World) -> Result<Vec<Finding>, Refusal> {
        let command = self.command(world);
        world.send(command)
    }
}
