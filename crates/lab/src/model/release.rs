//! Equality between groups: labels what is held equal and frees what that identifies.

use super::build::{GroupEqual, TableOptions};
use super::statement::Operator;
use super::table::{Parameter, ParameterTable};

/// Applies `options.equal` to a table whose groups all have the same rows.
pub(super) fn between_groups(table: &mut ParameterTable, options: &TableOptions) {
    if options.groups < 2 {
        return;
    }
    let rows_of_group = table.rows.len() / options.groups;
    for at in 0..table.rows.len() {
        let (first, later) = (at % rows_of_group, at >= rows_of_group);
        let row = &table.rows[at];
        if later && is_released(table, options, row) {
            table.rows[at].free = Some(0);
        }
        let row = &table.rows[at];
        let is_equal = kind(table, row).is_some_and(|kind| options.equal.contains(&kind));
        if is_equal && table.rows[first].free.is_some() && row.free.is_some() {
            if table.rows[first].label.is_empty() {
                table.rows[first].label = format!(".p{}.", first + 1);
            }
            if table.rows[at].label.is_empty() {
                table.rows[at].label = table.rows[first].label.clone();
            }
        }
    }
}

/// Whether a fixed row of a later group is freed because equality elsewhere identifies it.
fn is_released(table: &ParameterTable, options: &TableOptions, row: &Parameter) -> bool {
    if row.user || row.exogenous {
        return false;
    }
    let equal = |kind| options.equal.contains(&kind);
    let latent = table.roles.latent.contains(&row.lhs);
    match row.op {
        Operator::Intercept => {
            let origin = if table.ordered.is_empty() {
                equal(GroupEqual::Intercepts)
            } else {
                equal(GroupEqual::Thresholds) || equal(GroupEqual::Intercepts)
            };
            latent && origin && !equal(GroupEqual::Means)
        }
        Operator::Covariance if row.lhs == row.rhs => {
            let composite = table.roles.composites.contains(&row.lhs);
            latent
                && !composite
                && options.std_lv
                && equal(GroupEqual::Loadings)
                && !equal(GroupEqual::LatentVariances)
        }
        Operator::Scale => equal(GroupEqual::Thresholds),
        _ => false,
    }
}

fn kind(table: &ParameterTable, row: &Parameter) -> Option<GroupEqual> {
    let latent = |name: &String| table.roles.latent.contains(name);
    Some(match row.op {
        Operator::Measures => GroupEqual::Loadings,
        Operator::Intercept if latent(&row.lhs) => GroupEqual::Means,
        Operator::Intercept => GroupEqual::Intercepts,
        Operator::Threshold => GroupEqual::Thresholds,
        Operator::Regression => GroupEqual::Regressions,
        Operator::Covariance => match (latent(&row.lhs), row.lhs == row.rhs) {
            (true, true) => GroupEqual::LatentVariances,
            (true, false) => GroupEqual::LatentCovariances,
            (false, true) => GroupEqual::Residuals,
            (false, false) => GroupEqual::ResidualCovariances,
        },
        _ => return None,
    })
}
