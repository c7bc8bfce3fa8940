//! Tables of answers: reading, checking, missing cells, moments, random draws of rows.

pub mod descriptives;
mod items;
pub mod missing;
pub mod moments;
pub mod random;
pub mod screening;
pub mod symmetric;
mod table;

pub use items::Items;
pub use table::{Table, TableError};
