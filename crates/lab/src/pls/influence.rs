//! Effect sizes: what a path adds to the explained variance of its target.

use super::algorithm::Regression;
use super::{Fit, Model, PlsError, Specification};

/// Effect size f2 of one path (Cohen 1988): what R2 loses without the path, over the share that
/// the whole model leaves unexplained. Customary marks: .02 small, .15 medium, .35 large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectSize {
    /// With the model estimated again without the path, so that composites adapt (seminr).
    pub reestimated: f64,
    /// With composites as they are. Equal to the squared t statistic of the path over the
    /// residual degrees of freedom, and never negative.
    pub fixed: f64,
}

/// Effect sizes of all paths, in their order.
///
/// # Errors
/// When the model cannot be estimated without one of its paths.
pub fn effect_sizes(model: &Model, fit: &Fit) -> Result<Vec<EffectSize>, PlsError> {
    let size = fit.constructs_named().len();
    let (mut small, mut right) = (vec![0.0; size * size], vec![0.0; size]);
    let ends = fit.path_ends();
    let mut found = Vec::with_capacity(ends.len());
    for (path, &(from, to)) in ends.iter().enumerate() {
        let others: Vec<usize> =
            fit.antecedents(to).iter().copied().filter(|&other| other != from).collect();
        let regression = Regression { correlation: &fit.constructs, size };
        let fixed = regression.solve(to, &others, &mut small, &mut right).ok_or_else(|| {
            PlsError::Estimation(model.cause(super::Failure::CollinearAntecedents(to)))
        })?;
        // Without another antecedent nothing is explained, whatever the composites.
        let adapted = if others.is_empty() { 0.0 } else { without(model, path, to)? };
        let share = |r2: f64| (fit.r2[to] - r2) / (1.0 - fit.r2[to]);
        found.push(EffectSize { reestimated: share(adapted), fixed: share(fixed) });
    }
    Ok(found)
}

/// R2 of `to` in the model without one path; a construct that had no other path leaves with it.
fn without(model: &Model, path: usize, to: usize) -> Result<f64, PlsError> {
    let mut specification: Specification = model.specification().clone();
    specification.paths.remove(path);
    let linked = |construct: usize| {
        specification.paths.iter().any(|&(from, to)| from == construct || to == construct)
    };
    let kept: Vec<usize> = (0..specification.blocks.len()).filter(|&k| linked(k)).collect();
    let place = |construct: usize| {
        kept.iter().position(|&k| k == construct).expect("ends of paths are kept")
    };
    let smaller = Specification::new(
        kept.iter().map(|&k| specification.blocks[k].clone()).collect(),
        specification.paths.iter().map(|&(from, to)| (place(from), place(to))).collect(),
    )?;
    let columns: Vec<usize> = kept.iter().flat_map(|&k| model.design.blocks[k].clone()).collect();
    let smaller = Model::of_one_stage(&smaller, model.items().select(&columns), model.settings)?;
    Ok(smaller.fit()?.r2[place(to)])
}
