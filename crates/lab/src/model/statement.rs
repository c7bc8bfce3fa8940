//! The formulas of a model as read, before any default is added.

use super::expression::Expression;

/// The operator of a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// `=~`: the latent variable on the left is measured by the right.
    Measures,
    /// `<~`: the composite on the left is formed by the right.
    Composite,
    /// `~`: regression of the left on the right.
    Regression,
    /// `~~`: variance or covariance.
    Covariance,
    /// `~1`: intercept or mean.
    Intercept,
    /// `|`: thresholds of an ordered variable.
    Threshold,
    /// `~*~`: scale of the response behind an ordered variable.
    Scale,
    /// `:=`: a quantity computed from labelled parameters.
    Defines,
    /// `==`: equality constraint.
    Equal,
    /// `<`: inequality constraint.
    Less,
    /// `>`: inequality constraint.
    Greater,
    /// `:` of `group: 1`, which begins the relations of one group.
    Block,
}

impl Operator {
    /// The operator as lavaan writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measures => "=~",
            Self::Composite => "<~",
            Self::Regression => "~",
            Self::Covariance => "~~",
            Self::Intercept => "~1",
            Self::Threshold => "|",
            Self::Scale => "~*~",
            Self::Defines => ":=",
            Self::Equal => "==",
            Self::Less => "<",
            Self::Greater => ">",
            Self::Block => ":",
        }
    }
}

/// What stands before a `*` (or `?`) in a term. Lists hold one element, or one for each group.
#[derive(Clone, Debug, PartialEq)]
pub enum Modifier {
    /// Fixed values; `NaN` (written `NA`) frees the parameter.
    Fixed(Vec<f64>),
    /// Labels; empty leaves that group without one.
    Labels(Vec<String>),
    /// Starting values.
    Starts(Vec<f64>),
    /// Equal to the parameter of this label or written form.
    Equal(Vec<String>),
    /// A list that mixes labels and values: each element on its own.
    Mixed(Vec<ModelTerm>),
}

/// One element of a mixed `c(...)` list.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelTerm {
    /// A fixed value, `NaN` for `NA`.
    Value(f64),
    /// A label.
    Label(String),
}

/// One variable on the right of a formula with its modifiers.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The variable; empty for an intercept.
    pub name: String,
    /// Modifiers in written order.
    pub modifiers: Vec<Modifier>,
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
}

/// `lhs op rhs` with one variable on each side.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Left side.
    pub lhs: String,
    /// Operator, never one of `:= == < >`.
    pub op: Operator,
    /// Right side with modifiers.
    pub rhs: Term,
    /// The block of one group it stands in, as a place in [`Model::blocks`]; none is all groups.
    pub block: Option<usize>,
}

/// A formula over labels: a definition or a constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// Left side as written (the new name for `:=`).
    pub lhs_text: String,
    /// Left side.
    pub lhs: Expression,
    /// `:=`, `==`, `<` or `>`.
    pub op: Operator,
    /// Right side.
    pub rhs: Expression,
    /// Right side as written, without blanks.
    pub rhs_text: String,
}

/// A model as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Relations between variables, in written order.
    pub relations: Vec<Relation>,
    /// Definitions and constraints, in written order.
    pub formulas: Vec<Formula>,
    /// Names behind `group:`, in written order; empty when one set of relations is for all groups.
    pub blocks: Vec<String>,
}

impl Model {
    /// The model of one block alone, without its formulas.
    #[must_use]
    pub fn of_block(&self, block: usize) -> Self {
        let own = |relation: &&Relation| relation.block.is_none_or(|known| known == block);
        let relations = self.relations.iter().filter(own).cloned().collect();
        Self { relations, ..Self::default() }
    }
}
