//! Words for data and solutions that must not pass without a warning.

use super::engine::{Engine, Solved};
use super::error::SemError;
use super::sample::Sample;
use super::warning::Warning;
use crate::model::{Operator, ParameterTable};
use crate::stats::matrix::Matrix;

/// Tells why the covariance matrix of a group is not positive definite.
pub(super) fn not_positive(sample: &Sample, group: usize) -> SemError {
    let of = &sample.groups[group];
    let p = of.p;
    let mut cause = format!("{} cases for {p} variables", of.cases);
    for i in 0..p {
        for j in 0..i {
            let cov = &of.cov;
            let correlation = cov[(i, j)] / (cov[(i, i)] * cov[(j, j)]).sqrt();
            if correlation.abs() > 1.0 - 1e-10 {
                let (a, b) = (&sample.variables[j], &sample.variables[i]);
                cause = format!("{b:?} repeats {a:?}: their correlation is {correlation:.6}");
            }
        }
    }
    if cause.ends_with("variables") && of.cases > p {
        cause = "some variable is a combination of others".to_owned();
    }
    SemError::SampleNotPositive { group: of.label.clone(), cause }
}

/// Warnings about the data and the size of the model.
pub(super) fn data_warnings(sample: &Sample, parameters: usize) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let cases = sample.cases;
    if cases < parameters {
        warnings.push(Warning::FewerCasesThanParameters { cases, parameters });
    }
    for group in sample.groups.iter().filter(|group| group.cases <= group.p) {
        let (cases, variables) = (group.cases, group.p);
        warnings.push(Warning::FewCases { group: group.label.clone(), cases, variables });
    }
    for group in &sample.groups {
        let cov = &group.cov;
        for i in 0..group.p {
            for j in 0..i {
                let correlation = cov[(i, j)] / (cov[(i, i)] * cov[(j, j)]).sqrt();
                if correlation.abs() > 1.0 - 1e-9 {
                    let (first, second) = (&sample.variables[j], &sample.variables[i]);
                    let (first, second) = (first.clone(), second.clone());
                    warnings.push(Warning::Duplicated { first, second });
                }
            }
        }
    }
    warnings
}

/// Whether no variance is negative and the latent covariances are positive semidefinite.
pub(super) fn is_admissible(table: &ParameterTable, engine: &Engine, theta: &[f64]) -> bool {
    let negative = |row: &crate::model::Parameter| {
        row.op == Operator::Covariance
            && row.lhs == row.rhs
            && row.free.is_some_and(|index| theta[index] < 0.0)
    };
    if table.rows.iter().any(negative) {
        return false;
    }
    (0..table.groups).all(|group| {
        let (latent, residual) = spreads(table, engine, group);
        is_semidefinite(latent) && is_semidefinite(residual)
    })
}

/// Whether no eigenvalue is below `-1e-8`: with that much more on the diagonal the matrix has a
/// Cholesky factor.
fn is_semidefinite(mut matrix: Matrix) -> bool {
    let n = matrix.rows;
    (0..n).for_each(|i| matrix[(i, i)] += 1e-8);
    crate::stats::dense::cholesky(&mut matrix.data, n).is_some()
}

/// Covariances of the latent variables proper, and of the residuals.
fn spreads(table: &ParameterTable, engine: &Engine, group: usize) -> (Matrix, Matrix) {
    let (structure, implied) = engine.group(group);
    let count = table.roles.latent.len();
    let block =
        (0..count * count).map(|k| implied.latent[(k / count) * structure.m + k % count]).collect();
    let latent = Matrix::square(count, block);
    (latent, Matrix::square(structure.p, implied.theta.clone()))
}

/// Warnings about an improper solution.
pub(super) fn solution_warnings(table: &ParameterTable, solved: &Solved) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !solved.ending.converged {
        warnings.push(Warning::NotConverged { steps: solved.ending.steps });
    }
    let named = |group: usize| (table.groups > 1).then_some(group + 1);
    for row in &table.rows {
        let Some(index) = row.free else { continue };
        let value = solved.theta[index];
        if row.op == Operator::Covariance && row.lhs == row.rhs && value < 0.0 {
            let latent = table.roles.latent.contains(&row.lhs);
            let (variable, group) = (row.lhs.clone(), named(row.group));
            warnings.push(Warning::NegativeVariance { latent, variable, group, value });
        }
    }
    for group in 0..table.groups {
        let (latent, residual) = spreads(table, &solved.engine, group);
        if latent.rows > 0 && least_eigenvalue(&latent) < -1e-8 {
            warnings.push(Warning::LatentNotPositive { group: named(group) });
        }
        if least_eigenvalue(&residual) < -1e-8 {
            warnings.push(Warning::ResidualNotPositive { group: named(group) });
        }
    }
    warnings
}

fn least_eigenvalue(matrix: &Matrix) -> f64 {
    matrix.eigen().map_or(f64::NAN, |(values, _)| values[0])
}

/// Names the parameters that the data cannot tell apart: the null directions of the information.
pub(super) fn unidentified(
    table: &ParameterTable,
    solved: &Solved,
    information: &Matrix,
) -> Option<Warning> {
    let n = information.rows;
    let reduced = match &solved.basis {
        Some(basis) => basis.sandwich(information),
        None => information.clone(),
    };
    let k = reduced.rows;
    let scale: Vec<f64> = (0..k).map(|i| reduced[(i, i)].abs().max(1e-300).sqrt()).collect();
    let mut unit = reduced.clone();
    for i in 0..k {
        for j in 0..k {
            unit[(i, j)] /= scale[i] * scale[j];
        }
    }
    let (values, vectors) = unit.eigen()?;
    let dead = (0..k).find(|i| reduced[(*i, *i)] <= 1e-14);
    if values.first().is_none_or(|least| *least > 1e-9) && dead.is_none() {
        return None;
    }
    let mut direction: Vec<f64> = match dead {
        Some(i) => (0..k).map(|j| f64::from(u8::from(i == j))).collect(),
        None => (0..k).map(|i| vectors[(i, 0)] / scale[i]).collect(),
    };
    if let Some(basis) = &solved.basis {
        direction = basis.apply(&direction);
    }
    let share = |i: usize| direction[i].abs() * information[(i, i)].abs().max(1e-300).sqrt();
    let most = (0..n).map(share).fold(0.0, f64::max);
    let mut order: Vec<usize> = (0..n).filter(|i| share(*i) >= 0.3 * most).collect();
    order.sort_by(|a, b| share(*b).total_cmp(&share(*a)));
    let parameters = order.iter().take(4).map(|i| table.name_of(*i)).collect();
    Some(Warning::NotIdentified { parameters })
}
