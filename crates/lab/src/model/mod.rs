//! Models in lavaan syntax: reading the text, and laying out the table of parameters with the
//! defaults of lavaan's `sem()` and `cfa()` (Rosseel 2012, <https://lavaan.ugent.be>).
//!
//! Nothing here touches data or estimates anything.

mod build;
mod error;
mod expression;
mod lex;
mod parse;
mod release;
mod roles;
mod statement;
mod table;

pub use build::{GroupEqual, TableOptions, parameter_table};
pub use error::{ModelError, SyntaxError};
pub use expression::{Dual, Expression};
pub use parse::parse;
pub use roles::Roles;
pub use statement::{Model, ModelTerm, Modifier, Operator, Relation, Term};
pub use table::{
    Constraint, ConstraintKind, Definition, Parameter, ParameterTable, Parameterization,
};
