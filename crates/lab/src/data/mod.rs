//! Tables of answers: reading, checking, missing cells.

mod table;

pub use table::{Table, TableError};
