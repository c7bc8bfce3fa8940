//! Lays a model out as a table of parameters, with lavaan's defaults for what is not written.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ModelError;
use super::expression::Expression;
use super::release;
use super::roles::Roles;
use super::statement::{Model, ModelTerm, Modifier, Operator, Relation};
use super::table::{
    Constraint, ConstraintKind, Definition, Parameter, ParameterTable, Parameterization,
};

/// What may be held equal between groups (lavaan's `group.equal`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupEqual {
    /// Factor loadings.
    Loadings,
    /// Intercepts of observed variables; latent means are freed after the first group.
    Intercepts,
    /// Means of latent variables.
    Means,
    /// Thresholds of ordered variables.
    Thresholds,
    /// Regressions.
    Regressions,
    /// Residual variances of observed variables.
    Residuals,
    /// Residual covariances of observed variables.
    ResidualCovariances,
    /// Variances of latent variables.
    LatentVariances,
    /// Covariances of latent variables.
    LatentCovariances,
}

impl GroupEqual {
    /// The kind lavaan calls `name`, such as `loadings` or `lv.variances`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.trim().replace(['_', '-'], ".").as_str() {
            "loadings" => Self::Loadings,
            "intercepts" => Self::Intercepts,
            "means" => Self::Means,
            "thresholds" => Self::Thresholds,
            "regressions" => Self::Regressions,
            "residuals" => Self::Residuals,
            "residual.covariances" => Self::ResidualCovariances,
            "lv.variances" => Self::LatentVariances,
            "lv.covariances" => Self::LatentCovariances,
            _ => return None,
        })
    }
}

/// Choices that shape the table. The default is that of lavaan's `sem()` with continuous data.
#[derive(Clone, Debug, PartialEq)]
pub struct TableOptions {
    /// Fix latent variances at 1 instead of the first loading.
    pub std_lv: bool,
    /// Fix covariances of exogenous latent variables at 0.
    pub orthogonal: bool,
    /// Put means in the model.
    pub means: bool,
    /// Fix the moments of exogenous observed variables at their sample values.
    pub fixed_x: bool,
    /// Number of groups.
    pub groups: usize,
    /// Their values, in order, for blocks that name them.
    pub labels: Vec<String>,
    /// What is held equal between groups.
    pub equal: Vec<GroupEqual>,
    /// Number of categories of each ordered variable.
    pub categories: BTreeMap<String, usize>,
    /// What fixes the scales of ordered variables.
    pub parameterization: Parameterization,
    /// Model the other variables given the exogenous observed ones.
    pub conditional: bool,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self {
            std_lv: false,
            orthogonal: false,
            means: false,
            fixed_x: true,
            groups: 1,
            labels: Vec::new(),
            equal: Vec::new(),
            categories: BTreeMap::new(),
            parameterization: Parameterization::Delta,
            conditional: false,
        }
    }
}

/// The table of parameters of `model`.
///
/// # Errors
/// When a list of modifiers does not fit the groups, or a label is not known.
pub fn parameter_table(
    model: &Model,
    options: &TableOptions,
) -> Result<ParameterTable, ModelError> {
    let roles = Roles::of(model);
    let own = |r: &&Relation| r.op == Operator::Measures && r.lhs == r.rhs.name;
    if let Some(relation) = model.relations.iter().find(own) {
        return Err(ModelError::OwnIndicator(relation.lhs.clone()));
    }
    let ordered = ordered(&roles, options);
    let categorical = !ordered.is_empty();
    let mut table = ParameterTable {
        groups: options.groups,
        means: options.means || categorical,
        parameterization: options.parameterization,
        conditional: options.conditional,
        roles,
        ordered,
        ..ParameterTable::default()
    };
    let mut marks = Vec::new();
    for (group, block) in blocks_of_groups(model, options)?.into_iter().enumerate() {
        let own = block.map(|block| model.of_block(block));
        let own_roles = own.as_ref().map(Roles::of);
        let roles = own_roles.as_ref().unwrap_or(&table.roles);
        let mut layout =
            Layout { rows: Vec::new(), equal: Vec::new(), table: &table, roles, options, group };
        layout.user_rows(own.as_ref().unwrap_or(model))?;
        layout.default_rows();
        let (rows, equal) = (layout.rows, layout.equal);
        let offset = table.rows.len();
        marks.extend(equal.into_iter().map(|(row, other)| (row + offset, other)));
        table.rows.extend(rows);
    }
    release::between_groups(&mut table, options);
    link(&mut table, &marks);
    number(&mut table);
    formulas(&mut table, model)?;
    Ok(table)
}

/// The block of every group; none where one set of relations is for all. Names that count
/// `1, 2, …` are places, as in lavaan; others are values of the grouping variable.
fn blocks_of_groups(
    model: &Model,
    options: &TableOptions,
) -> Result<Vec<Option<usize>>, ModelError> {
    let blocks = &model.blocks;
    if blocks.is_empty() {
        return Ok(vec![None; options.groups]);
    }
    let counted = (1..=options.groups).map(|number| number.to_string());
    let by_place = blocks.len() == options.groups && counted.eq(blocks.iter().cloned());
    let place = |group: usize| match by_place {
        true => Some(group),
        false => blocks.iter().position(|name| options.labels.get(group) == Some(name)),
    };
    let places: Option<Vec<usize>> = (0..options.groups).map(place).collect();
    let Some(places) = places.filter(|_| blocks.len() == options.groups) else {
        let groups = options.labels.iter().filter(|label| !label.is_empty()).cloned().collect();
        return Err(ModelError::BlocksOfGroups { blocks: blocks.clone(), groups });
    };
    let parts = |block: usize| {
        let roles = Roles::of(&model.of_block(block));
        let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<String>>();
        (set(&roles.latent), set(&roles.observed), set(&roles.exogenous), set(&roles.composites))
    };
    if let Some(other) = (1..blocks.len()).find(|block| parts(*block) != parts(0)) {
        let (first, second) = (blocks[0].clone(), blocks[other].clone());
        return Err(ModelError::BlocksDiffer { first, second });
    }
    Ok(places.into_iter().map(Some).collect())
}

fn ordered(roles: &Roles, options: &TableOptions) -> Vec<(String, usize)> {
    let thresholds = |name: &String| {
        let categories = options.categories.get(name)?;
        Some((name.clone(), categories.saturating_sub(1)))
    };
    roles.observed.iter().filter_map(thresholds).collect()
}

/// The rows of one group while they are laid out.
struct Layout<'m> {
    rows: Vec<Parameter>,
    /// Rows that `equal()` ties to another row.
    equal: Vec<(usize, String)>,
    table: &'m ParameterTable,
    /// The parts variables play in this group.
    roles: &'m Roles,
    options: &'m TableOptions,
    group: usize,
}

impl Layout<'_> {
    fn user_rows(&mut self, model: &Model) -> Result<(), ModelError> {
        let mut marked = BTreeSet::new();
        for relation in &model.relations {
            let first = relation.op == Operator::Measures
                && !self.options.std_lv
                && marked.insert(relation.lhs.as_str());
            let fixed = first.then_some(1.0);
            let mut row = self.row(&relation.lhs, relation.op, &relation.rhs.name, fixed);
            row.user = true;
            self.check_threshold(&row)?;
            for modifier in &relation.rhs.modifiers {
                self.modify(&mut row, modifier)?;
            }
            self.rows.push(row);
        }
        Ok(())
    }

    fn check_threshold(&self, row: &Parameter) -> Result<(), ModelError> {
        let known = |(name, count): &(String, usize)| {
            let number = row.rhs.strip_prefix('t').and_then(|n| n.parse::<usize>().ok());
            *name == row.lhs && number.is_some_and(|n| n >= 1 && n <= *count)
        };
        if row.op == Operator::Threshold && !self.table.ordered.iter().any(known) {
            return Err(ModelError::UnknownThreshold {
                variable: row.lhs.clone(),
                threshold: row.rhs.clone(),
            });
        }
        Ok(())
    }

    fn row(&self, lhs: &str, op: Operator, rhs: &str, fixed: Option<f64>) -> Parameter {
        Parameter {
            lhs: lhs.to_owned(),
            op,
            rhs: rhs.to_owned(),
            group: self.group,
            user: false,
            free: fixed.is_none().then_some(0),
            fixed: fixed.unwrap_or(f64::NAN),
            start: None,
            label: String::new(),
            exogenous: false,
        }
    }

    fn modify(&mut self, row: &mut Parameter, modifier: &Modifier) -> Result<(), ModelError> {
        match modifier {
            Modifier::Fixed(values) => fix(row, *self.pick(values, row)?),
            Modifier::Labels(labels) => row.label.clone_from(self.pick(labels, row)?),
            Modifier::Starts(values) => {
                row.start = Some(*self.pick(values, row)?).filter(|v| v.is_finite());
            }
            Modifier::Equal(others) => {
                let other = self.pick(others, row)?.replace(' ', "");
                self.equal.push((self.rows.len(), other));
            }
            Modifier::Mixed(elements) => match self.pick(elements, row)? {
                ModelTerm::Value(value) => fix(row, *value),
                ModelTerm::Label(label) => row.label.clone_from(label),
            },
        }
        Ok(())
    }

    /// The element of this group; a single element serves all groups.
    fn pick<'e, T>(&self, elements: &'e [T], row: &Parameter) -> Result<&'e T, ModelError> {
        if elements.len() == 1 {
            return Ok(&elements[0]);
        }
        if elements.len() != self.options.groups {
            return Err(ModelError::GroupCount {
                parameter: row.written(),
                found: elements.len(),
                groups: self.options.groups,
            });
        }
        Ok(&elements[self.group])
    }

    fn has(&self, lhs: &str, op: Operator, rhs: &str) -> bool {
        self.rows.iter().any(|row| {
            row.op == op
                && ((row.lhs == lhs && row.rhs == rhs)
                    || (op == Operator::Covariance && row.lhs == rhs && row.rhs == lhs))
        })
    }

    fn add(&mut self, lhs: &str, op: Operator, rhs: &str, fixed: Option<f64>) {
        if !self.has(lhs, op, rhs) {
            let row = self.row(lhs, op, rhs, fixed);
            self.rows.push(row);
        }
    }

    fn default_rows(&mut self) {
        let (table, roles) = (self.table, self.roles);
        let exogenous = |name: &String| roles.exogenous.contains(name);
        for (name, count) in &table.ordered {
            for number in 1..=*count {
                self.add(name, Operator::Threshold, &format!("t{number}"), None);
            }
        }
        for name in roles.observed.iter().filter(|n| !exogenous(n)) {
            let fixed = if table.is_ordered(name) {
                Some(1.0)
            } else {
                self.is_single_indicator(name).then_some(0.0)
            };
            self.add(name, Operator::Covariance, name, fixed);
        }
        for name in &roles.latent {
            let fixed = if roles.composites.contains(name) {
                Some(0.0)
            } else {
                self.options.std_lv.then_some(1.0)
            };
            self.add(name, Operator::Covariance, name, fixed);
        }
        let orthogonal = self.options.orthogonal.then_some(0.0);
        self.pairs(&roles.exogenous_latent, orthogonal);
        self.pairs(&roles.pure_dependents, None);
        self.exogenous_moments();
        for (name, _) in &table.ordered {
            self.add(name, Operator::Scale, name, Some(1.0));
        }
        if table.means {
            self.intercepts();
        }
    }

    /// An observed variable that alone measures a latent variable has no residual of its own.
    fn is_single_indicator(&self, name: &str) -> bool {
        let measures = |row: &&Parameter| row.op == Operator::Measures;
        let of = self.rows.iter().filter(measures).filter(|r| r.rhs == name);
        of.into_iter().any(|row| {
            let indicators = self.rows.iter().filter(measures);
            indicators.filter(|other| other.lhs == row.lhs).count() == 1
        })
    }

    fn pairs(&mut self, names: &[String], fixed: Option<f64>) {
        for (at, first) in names.iter().enumerate() {
            for second in &names[at + 1..] {
                self.add(first, Operator::Covariance, second, fixed);
            }
        }
    }

    fn exogenous_moments(&mut self) {
        let names = &self.table.roles.exogenous;
        let fixed = self.options.fixed_x.then_some(f64::NAN);
        for (at, first) in names.iter().enumerate() {
            for second in &names[at..] {
                self.add(first, Operator::Covariance, second, fixed);
                let row = self.rows.last_mut().expect("a row was just added or is known");
                row.exogenous = self.options.fixed_x;
            }
        }
    }

    fn intercepts(&mut self) {
        let table = self.table;
        for name in &table.roles.observed {
            let exogenous = self.options.fixed_x && table.roles.exogenous.contains(name);
            let ordered = table.is_ordered(name).then_some(0.0);
            let fixed = if exogenous { Some(f64::NAN) } else { ordered };
            if !self.has(name, Operator::Intercept, "") {
                self.add(name, Operator::Intercept, "", fixed);
                let row = self.rows.last_mut().expect("a row was just added");
                row.exogenous = exogenous;
            }
        }
        for name in &table.roles.latent {
            self.add(name, Operator::Intercept, "", Some(0.0));
        }
    }
}

fn fix(row: &mut Parameter, value: f64) {
    row.free = value.is_nan().then_some(0);
    row.fixed = value;
}

/// Gives rows tied by `equal()` the label of the row they are tied to.
fn link(table: &mut ParameterTable, marks: &[(usize, String)]) {
    for (row, other) in marks {
        let (name, group) = match other.rsplit_once(".g") {
            Some((name, group)) => (name, group.parse::<usize>().unwrap_or(1) - 1),
            None => (other.as_str(), table.rows[*row].group),
        };
        let target = table.rows.iter().position(|candidate| {
            (candidate.written() == name && candidate.group == group) || candidate.label == name
        });
        let label = match target {
            Some(target) => {
                if table.rows[target].label.is_empty() {
                    table.rows[target].label = format!(".p{}.", target + 1);
                }
                table.rows[target].label.clone()
            }
            None => other.clone(),
        };
        table.rows[*row].label = label;
    }
}

/// Numbers the free rows; rows with one label share a number.
fn number(table: &mut ParameterTable) {
    let mut by_label: BTreeMap<String, usize> = BTreeMap::new();
    let mut free = 0;
    for row in &mut table.rows {
        if row.free.is_none() {
            continue;
        }
        let index = match by_label.get(&row.label) {
            Some(index) if !row.label.is_empty() => *index,
            _ => {
                by_label.insert(row.label.clone(), free);
                free += 1;
                free - 1
            }
        };
        row.free = Some(index);
    }
    table.free = free;
}

fn formulas(table: &mut ParameterTable, model: &Model) -> Result<(), ModelError> {
    for formula in &model.formulas {
        let written = format!("{} {} {}", formula.lhs_text, formula.op.as_str(), formula.rhs_text);
        let mut used = formula.rhs.names();
        if formula.op != Operator::Defines {
            used.extend(formula.lhs.names());
        }
        if let Some(label) = used.iter().find(|name| !table.knows(name)) {
            return Err(unknown(table, written, label));
        }
        let kind = match formula.op {
            Operator::Defines => {
                table.definitions.push(Definition {
                    name: formula.lhs_text.clone(),
                    text: formula.rhs_text.clone(),
                    expression: formula.rhs.clone(),
                });
                continue;
            }
            Operator::Equal => ConstraintKind::Equal,
            Operator::Less => ConstraintKind::AtMost,
            _ => ConstraintKind::AtLeast,
        };
        let (left, right) = (formula.lhs.clone(), formula.rhs.clone());
        table.constraints.push(Constraint {
            text: written,
            difference: Expression::Binary('-', Box::new(left), Box::new(right)),
            kind,
        });
    }
    Ok(())
}

fn unknown(table: &ParameterTable, formula: String, label: &str) -> ModelError {
    let labels = table.rows.iter().map(|row| row.label.as_str());
    let nearest = labels
        .filter(|known| !known.is_empty())
        .map(|known| (strsim::normalized_damerau_levenshtein(known, label), known))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known.to_owned());
    ModelError::UnknownLabel { formula, label: label.to_owned(), nearest }
}
