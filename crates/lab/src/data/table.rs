//! A table of named columns. A cell is a number, or missing; a column of words keeps its words and
//! can serve as a grouping variable.

use std::collections::BTreeSet;
use std::io::Read;

/// The largest table read: a survey of ten million answers by forty items.
pub const CELLS_MAX: usize = 400_000_000;

/// Words in a cell that mean "no answer".
const MISSING: [&str; 5] = ["", "NA", "NaN", "nan", "."];

/// One named column: `numbers[row]` is `NaN` where the answer is missing.
#[derive(Clone, Debug, PartialEq)]
struct Column {
    name: String,
    numbers: Vec<f64>,
    /// The cells as written, kept only when some cell is not a number.
    words: Option<Vec<String>>,
}

/// A rectangular table with named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

/// Why a table could not be read or a column not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The bytes are not a rectangular CSV file.
    #[error("the file is not a rectangular CSV table: {0}")]
    Csv(#[from] csv::Error),
    /// Two columns have one name.
    #[error("two columns are called {0:?}")]
    DuplicateColumn(String),
    /// No column of that name; the nearest name is a suggestion.
    #[error("there is no column {name:?}{}", suggestion(nearest.as_deref()))]
    UnknownColumn {
        /// The name that was asked for.
        name: String,
        /// The most similar existing name, when one is near.
        nearest: Option<String>,
    },
    /// A cell of a numeric column is not a number.
    #[error("column {column:?}, data row {row}: {cell:?} is not a number")]
    NotNumeric {
        /// Name of the column.
        column: String,
        /// Row, counted from 1 below the header.
        row: usize,
        /// The cell as written.
        cell: String,
    },
    /// More cells than `CELLS_MAX`.
    #[error("the table has more than {CELLS_MAX} cells")]
    TooLarge,
}

impl Table {
    /// Reads comma-separated text with a header line. Empty cells and `NA` are missing.
    ///
    /// # Errors
    /// When rows differ in length, names repeat, or the table is too large.
    pub fn from_csv(reader: impl Read) -> Result<Self, TableError> {
        let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
        let names: Vec<String> = csv.headers()?.iter().map(str::to_owned).collect();
        let mut seen = BTreeSet::new();
        for name in &names {
            if !seen.insert(name.as_str()) {
                return Err(TableError::DuplicateColumn(name.clone()));
            }
        }
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        let mut rows = 0;
        for record in csv.records() {
            let record = record?;
            for (column, cell) in cells.iter_mut().zip(record.iter()) {
                column.push(cell.to_owned());
            }
            rows += 1;
            if rows * names.len() > CELLS_MAX {
                return Err(TableError::TooLarge);
            }
        }
        let columns = names.into_iter().zip(cells).map(|(name, cells)| column(name, cells));
        Ok(Self { columns: columns.collect(), rows })
    }

    /// A table of numeric columns; `NaN` is missing.
    #[must_use]
    pub fn from_columns(columns: Vec<(String, Vec<f64>)>) -> Self {
        let rows = columns.first().map_or(0, |(_, numbers)| numbers.len());
        assert!(
            columns.iter().all(|(_, n)| n.len() == rows),
            "columns of one table have one length"
        );
        let columns = columns
            .into_iter()
            .map(|(name, numbers)| Column { name, numbers, words: None })
            .collect();
        Self { columns, rows }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Column names in file order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The numbers of one column, `NaN` where missing.
    ///
    /// # Errors
    /// When there is no such column or one of its cells is a word.
    pub fn numbers(&self, name: &str) -> Result<&[f64], TableError> {
        let column = self.column(name)?;
        if let Some(words) = &column.words {
            let (row, cell) = words
                .iter()
                .enumerate()
                .find(|(row, cell)| column.numbers[*row].is_nan() && !is_missing(cell))
                .expect("a column keeps its words only when some cell is not a number");
            return Err(TableError::NotNumeric {
                column: name.to_owned(),
                row: row + 1,
                cell: cell.clone(),
            });
        }
        Ok(&column.numbers)
    }

    /// The cells of one column as labels, for use as a grouping variable; empty where missing.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn labels(&self, name: &str) -> Result<Vec<String>, TableError> {
        let column = self.column(name)?;
        Ok(match &column.words {
            Some(words) => words
                .iter()
                .map(|w| if is_missing(w) { String::new() } else { w.clone() })
                .collect(),
            None => column
                .numbers
                .iter()
                .map(|n| if n.is_nan() { String::new() } else { n.to_string() })
                .collect(),
        })
    }

    fn column(&self, name: &str) -> Result<&Column, TableError> {
        self.columns.iter().find(|column| column.name == name).ok_or_else(|| {
            let nearest = self
                .names()
                .map(|known| (strsim::normalized_damerau_levenshtein(known, name), known))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(similarity, _)| *similarity > 0.5)
                .map(|(_, known)| known.to_owned());
            TableError::UnknownColumn { name: name.to_owned(), nearest }
        })
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

fn is_missing(cell: &str) -> bool {
    MISSING.contains(&cell)
}

fn column(name: String, cells: Vec<String>) -> Column {
    let numbers: Vec<f64> = cells
        .iter()
        .map(|cell| cell.parse::<f64>().ok().filter(|n| n.is_finite()).unwrap_or(f64::NAN))
        .collect();
    let wordy = cells.iter().zip(&numbers).any(|(cell, n)| n.is_nan() && !is_missing(cell));
    Column { name, numbers, words: wordy.then_some(cells) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_a_numeric_column_is_named_with_its_row() {
        let table = Table::from_csv("x1,x2\n1,2\n3,oops\n".as_bytes()).unwrap();
        let error = table.numbers("x2").unwrap_err().to_string();
        assert_eq!(error, "column \"x2\", data row 2: \"oops\" is not a number");
    }

    #[test]
    fn an_unknown_name_suggests_the_nearest() {
        let table = Table::from_csv("trust1,risk1\n1,NA\n".as_bytes()).unwrap();
        let error = table.numbers("trsut1").unwrap_err().to_string();
        assert!(error.contains("did you mean \"trust1\"?"), "{error}");
        assert!(table.numbers("risk1").unwrap()[0].is_nan());
    }
}
