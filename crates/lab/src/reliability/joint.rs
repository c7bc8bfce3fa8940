//! Reliability of several scales by one confirmatory model: every scale is a factor, and the
//! factors correlate freely. Structural paths of the model given play no part.

use super::{Omega, average_variance_extracted, composite_reliability, omega_of_model};
use crate::data::moments::covariance;
use crate::data::{Items, Table};
use crate::model::{Model, Operator, Roles};
use crate::sem::{self, Estimate, Fit, FitOptions, SemError};

/// A construct with the items that measure it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Name of the construct.
    pub name: String,
    /// Its items, in order.
    pub items: Vec<String>,
}

/// Constructs that a model measures (`=~`) by items and not by other constructs.
#[must_use]
pub fn scales(model: &Model) -> Vec<Scale> {
    let latent = Roles::of(model).latent;
    let mut scales: Vec<Scale> = Vec::new();
    for relation in &model.relations {
        if relation.op != Operator::Measures || latent.contains(&relation.rhs.name) {
            continue;
        }
        let item = relation.rhs.name.clone();
        match scales.iter_mut().find(|scale| scale.name == relation.lhs) {
            Some(scale) => scale.items.push(item),
            None => scales.push(Scale { name: relation.lhs.clone(), items: vec![item] }),
        }
    }
    scales
}

/// The measurement part of a model: its scales and the covariances among their items.
#[must_use]
pub fn measurement_part(model: &Model) -> Model {
    let scales = scales(model);
    let scale = |name: &String| scales.iter().find(|scale| scale.name == *name);
    let is_item = |name: &String| scales.iter().any(|scale| scale.items.contains(name));
    let mut part = model.clone();
    part.formulas.clear();
    part.relations.retain(|relation| {
        let (left, right) = (&relation.lhs, &relation.rhs.name);
        match relation.op {
            Operator::Measures => scale(left).is_some_and(|scale| scale.items.contains(right)),
            Operator::Covariance => is_item(left) && is_item(right),
            _ => false,
        }
    });
    part
}

/// One scale by the joint model.
#[derive(Clone, Debug)]
pub struct JointScale {
    /// The scale.
    pub scale: Scale,
    /// Standardised loadings in the order of its items.
    pub loadings: Vec<f64>,
    /// Omega; none for a single item.
    pub omega: Option<Omega>,
    /// Composite reliability of the standardised loadings.
    pub rho_c: f64,
    /// Average variance extracted.
    pub ave: f64,
}

/// All scales by one model.
#[derive(Clone, Debug)]
pub struct Joint {
    /// The confirmatory model as fitted.
    pub fit: Fit,
    /// Its lines.
    pub lines: Vec<Estimate>,
    /// The scales in the order of the model.
    pub scales: Vec<JointScale>,
    /// Correlations of the factors, scales by scales.
    pub correlations: Vec<f64>,
}

/// Fits the measurement part of `model`.
///
/// # Errors
/// When model and data do not fit together.
pub fn joint(model: &Model, table: &Table, options: &FitOptions) -> Result<Joint, SemError> {
    let fit = sem::fit(&measurement_part(model), table, options)?;
    let lines = fit.estimates();
    let scales = scales(model);
    let found = scales.iter().map(|scale| of_scale(scale, &lines, table));
    let found = found.collect::<Result<Vec<_>, _>>()?;
    let size = scales.len();
    let mut correlations = vec![1.0; size * size];
    for (i, a) in scales.iter().enumerate() {
        for (j, b) in scales.iter().enumerate().filter(|(j, _)| *j != i) {
            let line = covariance_line(&lines, &a.name, &b.name);
            correlations[i * size + j] = line.map_or(f64::NAN, |line| line.std_all);
        }
    }
    Ok(Joint { fit, lines, scales: found, correlations })
}

fn covariance_line<'l>(lines: &'l [Estimate], a: &str, b: &str) -> Option<&'l Estimate> {
    lines.iter().find(|line| {
        line.op == Operator::Covariance
            && (line.lhs == a && line.rhs == b || line.lhs == b && line.rhs == a)
    })
}

fn of_scale(scale: &Scale, lines: &[Estimate], table: &Table) -> Result<JointScale, SemError> {
    let own: Vec<&Estimate> = lines
        .iter()
        .filter(|line| line.op == Operator::Measures && line.lhs == scale.name)
        .collect();
    let loadings: Vec<f64> = own.iter().map(|line| line.std_all).collect();
    let between = |a: &str, b: &str| covariance_line(lines, a, b).map(|line| line.est);
    let variance = between(&scale.name, &scale.name);
    let residuals: Option<Vec<f64>> = scale.items.iter().map(|item| between(item, item)).collect();
    let omega = match (variance, residuals) {
        (Some(variance), Some(residuals)) if scale.items.len() > 1 => {
            let (complete, _) = Items::from_table(table, &scale.items)?.complete_rows();
            let raw: Vec<f64> = own.iter().map(|line| line.est).collect();
            // The model is fitted to covariances with divisor n.
            let n = complete.rows() as f64;
            let observed: Vec<f64> =
                covariance(&complete).iter().map(|value| value * (n - 1.0) / n).collect();
            let mut omega = omega_of_model(&raw, variance, &residuals, &observed);
            let pairs = scale.items.iter().enumerate();
            let shared: f64 = pairs
                .flat_map(|(at, a)| scale.items[..at].iter().map(move |b| (a, b)))
                .filter_map(|(a, b)| between(a, b))
                .sum();
            // What residuals share belongs to the sum's variance, not to its factor.
            let common = raw.iter().sum::<f64>().powi(2) * variance;
            let unique = residuals.iter().sum::<f64>() + 2.0 * shared;
            omega.model_implied = common / (common + unique);
            Some(omega)
        }
        _ => None,
    };
    Ok(JointScale {
        rho_c: composite_reliability(&loadings),
        ave: average_variance_extracted(&loadings),
        scale: scale.clone(),
        loadings,
        omega,
    })
}
