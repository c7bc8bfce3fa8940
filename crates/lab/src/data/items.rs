//! Answers to a chosen set of items as one row-major matrix. Changes nothing silently: every
//! treatment of missing cells is a method with a name and returns what it did.

use super::{Table, TableError};

/// Answers of `rows` respondents to named items; `NaN` is a missing answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Items {
    names: Vec<String>,
    rows: usize,
    /// Row-major, `rows` by `names.len()`.
    values: Vec<f64>,
}

impl Items {
    /// Takes the named columns of a table, in the order given.
    ///
    /// # Errors
    /// When a column does not exist or holds a word.
    pub fn from_table<S: AsRef<str>>(table: &Table, names: &[S]) -> Result<Self, TableError> {
        let columns =
            names.iter().map(|name| table.numbers(name.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let mut values = Vec::with_capacity(table.rows() * names.len());
        for row in 0..table.rows() {
            values.extend(columns.iter().map(|column| column[row]));
        }
        Ok(Self {
            names: names.iter().map(|name| name.as_ref().to_owned()).collect(),
            rows: table.rows(),
            values,
        })
    }

    /// Takes every column of a table that holds numbers alone.
    #[must_use]
    pub fn numeric(table: &Table) -> Self {
        let names: Vec<&str> = table.names().filter(|name| table.numbers(name).is_ok()).collect();
        Self::from_table(table, &names).expect("columns were filtered to numeric ones")
    }

    /// Builds items from row-major values.
    ///
    /// # Panics
    /// When `values` is not a whole number of rows.
    #[must_use]
    pub fn from_rows(names: Vec<String>, values: Vec<f64>) -> Self {
        let width = names.len().max(1);
        assert!(values.len().is_multiple_of(width), "values form whole rows of one width");
        Self { rows: values.len() / width, names, values }
    }

    /// Number of respondents.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of items.
    #[must_use]
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// Item names in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Row-major answers.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The answers of one respondent.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width()..(row + 1) * self.width()]
    }

    /// The answers to one item.
    pub fn column(&self, item: usize) -> impl Iterator<Item = f64> + '_ {
        self.values.iter().skip(item).step_by(self.width().max(1)).copied()
    }

    /// Position of an item by name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// The items at these positions, in this order.
    #[must_use]
    pub fn select(&self, items: &[usize]) -> Self {
        let mut values = Vec::with_capacity(self.rows * items.len());
        for row in 0..self.rows {
            let answers = self.row(row);
            values.extend(items.iter().map(|&item| answers[item]));
        }
        Self {
            names: items.iter().map(|&item| self.names[item].clone()).collect(),
            rows: self.rows,
            values,
        }
    }

    /// The respondents at these positions, in this order; one may appear several times.
    #[must_use]
    pub fn take_rows(&self, rows: &[usize]) -> Self {
        let mut values = Vec::with_capacity(rows.len() * self.width());
        for &row in rows {
            values.extend_from_slice(self.row(row));
        }
        Self { names: self.names.clone(), rows: rows.len(), values }
    }

    /// Declares a code, such as -99, to mean "no answer".
    #[must_use]
    pub fn with_missing_code(mut self, code: f64) -> Self {
        for value in &mut self.values {
            if *value == code {
                *value = f64::NAN;
            }
        }
        self
    }

    /// Number of missing answers.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_nan()).count()
    }

    /// Rows in which every item is missing.
    #[must_use]
    pub fn empty_rows(&self) -> Vec<usize> {
        (0..self.rows).filter(|&row| self.row(row).iter().all(|value| value.is_nan())).collect()
    }

    /// Rows without a missing answer (listwise deletion), and which rows they were.
    #[must_use]
    pub fn complete_rows(&self) -> (Self, Vec<usize>) {
        let kept: Vec<usize> = (0..self.rows)
            .filter(|&row| self.row(row).iter().all(|value| !value.is_nan()))
            .collect();
        (self.take_rows(&kept), kept)
    }

    /// Every missing answer replaced by the mean of the answers to its item. An item nobody
    /// answered stays missing.
    #[must_use]
    pub fn mean_replaced(&self) -> Self {
        let means = self.means();
        let mut replaced = self.clone();
        let width = self.width().max(1);
        for (index, value) in replaced.values.iter_mut().enumerate() {
            if value.is_nan() {
                *value = means[index % width];
            }
        }
        replaced
    }

    /// Mean of the answers given to each item; `NaN` for an item nobody answered.
    #[must_use]
    pub fn means(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.width()];
        let mut counts = vec![0usize; self.width()];
        for row in 0..self.rows {
            for (item, value) in self.row(row).iter().enumerate() {
                if !value.is_nan() {
                    sums[item] += value;
                    counts[item] += 1;
                }
            }
        }
        sums.iter().zip(&counts).map(|(sum, &count)| sum / count as f64).collect()
    }
}
