//! What a model could free: lavaan's candidates for modification indices, fixed rows of the table
//! and rows it does not have.

use crate::model::{Operator, Parameter, ParameterTable};

/// The candidates of all groups, with the values they are fixed at.
pub(super) fn of(table: &ParameterTable) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    for group in 0..table.groups {
        let rows = || table.rows.iter().filter(move |row| row.group == group);
        // Moments of covariates have no place in a model that is conditional on them.
        let given = |row: &Parameter| table.covariates().contains(&row.lhs);
        found.extend(rows().filter(|row| row.free.is_none() && !given(row)).cloned());
        let known = |lhs: &str, op: Operator, rhs: &str| {
            rows().any(|row| {
                row.op == op
                    && ((row.lhs == lhs && row.rhs == rhs)
                        || (op == Operator::Covariance && row.lhs == rhs && row.rhs == lhs))
            })
        };
        let absent = pairs(table).into_iter().filter(|(lhs, op, rhs)| !known(lhs, *op, rhs));
        found.extend(absent.map(|(lhs, op, rhs)| Parameter {
            lhs: lhs.to_owned(),
            op,
            rhs: rhs.to_owned(),
            group,
            user: false,
            free: None,
            fixed: 0.0,
            start: None,
            label: String::new(),
            exogenous: false,
        }));
    }
    found
}

/// A parameter that could be.
type Pair<'t> = (&'t str, Operator, &'t str);

/// Loadings, residual covariances of indicators, latent covariances and regressions among the
/// variables of the structural part.
fn pairs(table: &ParameterTable) -> Vec<Pair<'_>> {
    let roles = &table.roles;
    let exogenous = |name: &str| roles.exogenous.iter().any(|n| n == name);
    let latent = |name: &str| roles.latent.iter().any(|n| n == name);
    let structural = structural(table);
    let is_structural = |name: &str| structural.contains(&name);
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    let plain = || roles.observed.iter().map(String::as_str).filter(|name| !exogenous(name));
    for factor in &roles.latent {
        let loads = plain().filter(|name| !is_structural(name));
        pairs.extend(loads.map(|name| (factor.as_str(), Operator::Measures, name)));
    }
    let indicator = |name: &str| {
        let measured = |row: &Parameter| row.op == Operator::Measures && row.rhs == name;
        table.rows.iter().any(measured)
    };
    let indicators: Vec<&str> = plain().filter(|name| indicator(name)).collect();
    let factors: Vec<&str> = roles.latent.iter().map(String::as_str).collect();
    for names in [&indicators, &factors] {
        for (at, first) in names.iter().enumerate() {
            pairs.extend(
                names[at + 1..].iter().map(|second| (*first, Operator::Covariance, *second)),
            );
        }
    }
    for lhs in structural.iter().filter(|name| !(table.conditional && exogenous(name))) {
        for rhs in structural.iter().filter(|rhs| *rhs != lhs) {
            // Of a loading and a regression of the indicator on the factor, the first is it.
            if !(indicator(lhs) && !latent(lhs) && latent(rhs)) {
                pairs.push((lhs, Operator::Regression, rhs));
            }
        }
    }
    pairs
}

/// Variables on either side of a regression.
fn structural(table: &ParameterTable) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    let regressions = || table.rows.iter().filter(|row| row.op == Operator::Regression);
    let sides = [
        regressions().map(|row| row.lhs.as_str()).collect::<Vec<_>>(),
        regressions().map(|row| row.rhs.as_str()).collect(),
    ];
    for name in sides.concat() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
