//! The table of parameters: one row for each parameter of each group, free ones numbered.

use super::expression::{Dual, Expression};
use super::roles::Roles;
use super::statement::Operator;

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Left side.
    pub lhs: String,
    /// Operator.
    pub op: Operator,
    /// Right side; empty for an intercept.
    pub rhs: String,
    /// Group, from 0.
    pub group: usize,
    /// Written by the user, not added by a default.
    pub user: bool,
    /// Number of the free parameter, or none when the row is fixed. Rows that share a label share
    /// the number.
    pub free: Option<usize>,
    /// Value of a fixed row.
    pub fixed: f64,
    /// Starting value given by the user.
    pub start: Option<f64>,
    /// Label; `.pN.` where equality between groups was asked for.
    pub label: String,
    /// A moment of exogenous variables, fixed at its sample value once data are known.
    pub exogenous: bool,
}

impl Parameter {
    /// The row as written in a formula, such as `trust=~t2`.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{}{}{}", self.lhs, self.op.as_str(), self.rhs)
    }
}

/// Kind of a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// Left equals right.
    Equal,
    /// Left is at most right.
    AtMost,
    /// Left is at least right.
    AtLeast,
}

/// A constraint over labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The constraint as written.
    pub text: String,
    /// Left side minus right side.
    pub difference: Expression,
    /// What the difference must be to zero.
    pub kind: ConstraintKind,
}

/// A quantity computed from parameters by `:=`.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Its formula as written, without blanks.
    pub text: String,
    /// Its formula.
    pub expression: Expression,
}

/// What fixes the scale of the responses behind ordered variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parameterization {
    /// Their variances: scales are parameters, residual variances follow.
    #[default]
    Delta,
    /// Their residual variances are parameters, scales follow.
    Theta,
}

impl Parameterization {
    /// The one lavaan calls `name`: `delta` or `theta`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "delta" => Some(Self::Delta),
            "theta" => Some(Self::Theta),
            _ => None,
        }
    }
}

/// All parameters of a model in all groups, with constraints and definitions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterTable {
    /// Rows, group after group.
    pub rows: Vec<Parameter>,
    /// Number of groups.
    pub groups: usize,
    /// Number of free parameters (distinct numbers).
    pub free: usize,
    /// Whether means are part of the model.
    pub means: bool,
    /// The parts variables play.
    pub roles: Roles,
    /// Ordered variables, in the order of `roles.observed`, with their numbers of thresholds.
    pub ordered: Vec<(String, usize)>,
    /// What fixes the scales of ordered variables.
    pub parameterization: Parameterization,
    /// Whether the model is one of the other variables given the exogenous observed ones.
    pub conditional: bool,
    /// Constraints.
    pub constraints: Vec<Constraint>,
    /// Definitions, each free to use those before it.
    pub definitions: Vec<Definition>,
}

impl ParameterTable {
    /// The exogenous observed variables the model is conditional on: the last of
    /// `roles.observed`; none when they are modelled with the others.
    #[must_use]
    pub fn covariates(&self) -> &[String] {
        if self.conditional { &self.roles.exogenous } else { &[] }
    }

    /// The observed variables whose moments the model explains.
    #[must_use]
    pub fn modelled(&self) -> &[String] {
        &self.roles.observed[..self.roles.observed.len() - self.covariates().len()]
    }

    /// Whether the variable is ordered.
    #[must_use]
    pub fn is_ordered(&self, name: &str) -> bool {
        self.ordered.iter().any(|(known, _)| known == name)
    }

    /// The first row of free parameter number `index`.
    ///
    /// # Panics
    /// When `index` is not below `self.free`.
    #[must_use]
    pub fn row_of(&self, index: usize) -> &Parameter {
        self.rows
            .iter()
            .find(|row| row.free == Some(index))
            .expect("every free number belongs to a row")
    }

    /// A name for free parameter `index` that a reader of the model recognises.
    #[must_use]
    pub fn name_of(&self, index: usize) -> String {
        let row = self.row_of(index);
        if self.groups > 1 {
            format!("{} (group {})", row.written(), row.group + 1)
        } else {
            row.written()
        }
    }

    /// Value and gradient of a label at the free values `theta`.
    fn label(&self, label: &str, theta: &[f64]) -> Option<Dual> {
        let row = match label.strip_prefix(".p").and_then(|l| l.strip_suffix('.')) {
            Some(number) => self.rows.get(number.parse::<usize>().ok()?.checked_sub(1)?)?,
            None => {
                let named = || self.rows.iter().filter(|row| row.label == label);
                named().find(|row| row.free.is_some()).or_else(|| named().next())?
            }
        };
        Some(match row.free {
            Some(index) => Dual::variable(theta[index], index, theta.len()),
            None => Dual::constant(row.fixed, theta.len()),
        })
    }

    /// Values and gradients of all definitions at `theta`.
    #[must_use]
    pub fn define(&self, theta: &[f64]) -> Vec<Dual> {
        let mut known: Vec<Dual> = Vec::new();
        for definition in &self.definitions {
            let value = definition.expression.evaluate(theta.len(), &|name| {
                let before = &self.definitions[..known.len()];
                let at = before.iter().rposition(|d| d.name == name);
                at.map(|at| known[at].clone()).or_else(|| self.label(name, theta))
            });
            known.push(value);
        }
        known
    }

    /// Value and gradient of a constraint's difference at `theta`.
    #[must_use]
    pub fn difference(&self, constraint: &Constraint, theta: &[f64]) -> Dual {
        let defined = self.define(theta);
        constraint.difference.evaluate(theta.len(), &|name| {
            let at = self.definitions.iter().rposition(|d| d.name == name);
            at.map(|at| defined[at].clone()).or_else(|| self.label(name, theta))
        })
    }

    /// Whether `label` names a parameter or definition.
    #[must_use]
    pub fn knows(&self, label: &str) -> bool {
        self.label(label, &vec![0.0; self.free]).is_some()
            || self.definitions.iter().any(|d| d.name == label)
    }
}
