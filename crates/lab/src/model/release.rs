//! Equality between groups: labels what is held equal and frees what that identifies.

use super::build::{GroupEqual, TableOptions};
use super::statement::Operator;
use super::table::{Parameter, ParameterTable, Parameterization};

/// Applies `options.equal` to the rows that groups have in common.
pub(super) fn between_groups(table: &mut ParameterTable, options: &TableOptions) {
    if options.groups < 2 {
        return;
    }
    for at in 0..table.rows.len() {
        let (row, later) = (&table.rows[at], table.rows[at].group > 0);
        // A row of a block that the first group lacks has nothing to be equal to.
        let Some(first) = table.rows.iter().position(|known| is_same(known, row)) else {
            continue;
        };
        if later && is_released(table, options, row) {
            table.rows[at].free = Some(0);
        }
        let row = &table.rows[at];
        let is_equal = kind(table, row).is_some_and(|kind| holds(table, options, kind));
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

/// Whether `known` is the row of the first group that matches `row`.
fn is_same(known: &Parameter, row: &Parameter) -> bool {
    let straight = known.lhs == row.lhs && known.rhs == row.rhs;
    let turned = row.op == Operator::Covariance && known.lhs == row.rhs && known.rhs == row.lhs;
    known.group == 0 && known.op == row.op && (straight || turned)
}

/// Whether `kind` is held equal. With ordered variables intercepts and thresholds are the two
/// halves of one origin, and holding one holds both.
fn holds(table: &ParameterTable, options: &TableOptions, kind: GroupEqual) -> bool {
    let of_origin = |kind| matches!(kind, GroupEqual::Intercepts | GroupEqual::Thresholds);
    let equal = &options.equal;
    equal.contains(&kind)
        || (!table.ordered.is_empty() && of_origin(kind) && equal.iter().any(|k| of_origin(*k)))
}

/// Whether a fixed row of a later group is freed because equality elsewhere identifies it.
fn is_released(table: &ParameterTable, options: &TableOptions, row: &Parameter) -> bool {
    if row.user || row.exogenous {
        return false;
    }
    let equal = |kind| holds(table, options, kind);
    let latent = table.roles.latent.contains(&row.lhs);
    let delta = table.parameterization == Parameterization::Delta;
    match row.op {
        Operator::Intercept => latent && equal(GroupEqual::Intercepts) && !equal(GroupEqual::Means),
        Operator::Covariance if row.lhs == row.rhs && table.is_ordered(&row.lhs) => {
            !delta && equal(GroupEqual::Thresholds) && !equal(GroupEqual::Residuals)
        }
        Operator::Covariance if row.lhs == row.rhs => {
            let composite = table.roles.composites.contains(&row.lhs);
            latent
                && !composite
                && options.std_lv
                && equal(GroupEqual::Loadings)
                && !equal(GroupEqual::LatentVariances)
        }
        Operator::Scale => delta && equal(GroupEqual::Thresholds),
        _ => false,
    }
}

/// What kind of parameter a row is. The moments of exogenous observed variables are of no kind:
/// they are the sample's, not the model's, and no equality is meant for them.
fn kind(table: &ParameterTable, row: &Parameter) -> Option<GroupEqual> {
    let latent = |name: &String| table.roles.latent.contains(name);
    let moment = matches!(row.op, Operator::Intercept | Operator::Covariance);
    if moment && table.roles.exogenous.contains(&row.lhs) {
        return None;
    }
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
