//! What part each variable plays in a model: latent, indicator, dependent, exogenous.

use super::statement::{Model, Operator};

/// The variables of a model by their part, each list in lavaan's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Latent variables and composites, in order of first appearance as a left side.
    pub latent: Vec<String>,
    /// Those of `latent` formed by `<~`.
    pub composites: Vec<String>,
    /// Observed variables: indicators, then dependents, then others, then exogenous.
    pub observed: Vec<String>,
    /// Observed variables that only predict (lavaan's `ov.x`).
    pub exogenous: Vec<String>,
    /// Latent variables that nothing in the model explains.
    pub exogenous_latent: Vec<String>,
    /// Variables, latent first, that are explained and explain nothing, not even as indicators.
    pub pure_dependents: Vec<String>,
    /// Variables on the left of a regression.
    pub dependents: Vec<String>,
}

impl Roles {
    /// Finds the part of every variable of `model`.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let latent = sides(model, &[Operator::Measures, Operator::Composite], true);
        let composites = sides(model, &[Operator::Composite], true);
        let indicators = sides(model, &[Operator::Measures], false);
        let mut dependents = sides(model, &[Operator::Regression], true);
        let mut predictors = sides(model, &[Operator::Regression], false);
        for relation in &model.relations {
            if relation.op == Operator::Composite {
                push(&mut dependents, &relation.lhs);
                push(&mut predictors, &relation.rhs.name);
            }
        }
        let is_latent = |name: &String| latent.contains(name);
        let mut observed: Vec<String> =
            indicators.iter().filter(|n| !is_latent(n)).cloned().collect();
        for name in &dependents {
            if !is_latent(name) {
                push(&mut observed, name);
            }
        }
        let mut exogenous: Vec<String> =
            predictors.iter().filter(|n| !is_latent(n) && !observed.contains(n)).cloned().collect();
        for relation in &model.relations {
            let sides = [&relation.lhs, &relation.rhs.name];
            let written = match relation.op {
                Operator::Covariance => &sides[..],
                Operator::Intercept | Operator::Threshold | Operator::Scale => &sides[..1],
                _ => &[],
            };
            for name in written {
                exogenous.retain(|known| known != *name);
                if !is_latent(name) {
                    push(&mut observed, name);
                }
            }
        }
        observed.extend(exogenous.iter().cloned());
        let exogenous_latent = latent
            .iter()
            .filter(|n| !indicators.contains(n) && !dependents.contains(n))
            .cloned()
            .collect();
        let pure = |name: &&String| {
            dependents.contains(name)
                && !predictors.contains(name)
                && !indicators.contains(name)
                && !composites.contains(name)
        };
        let pure_dependents =
            latent.iter().filter(pure).chain(observed.iter().filter(pure)).cloned().collect();
        Self {
            latent,
            composites,
            observed,
            exogenous,
            exogenous_latent,
            pure_dependents,
            dependents,
        }
    }
}

fn sides(model: &Model, ops: &[Operator], left: bool) -> Vec<String> {
    let mut names = Vec::new();
    for relation in &model.relations {
        if ops.contains(&relation.op) {
            push(&mut names, if left { &relation.lhs } else { &relation.rhs.name });
        }
    }
    names
}

fn push(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}
