//! Fits a model to a table: from text and options to estimates, errors and tests.

use super::check;
use super::engine::{Data, Solved, weights};
use super::error::SemError;
use super::inference::{covariances, information};
use super::moments;
use super::options::{FitOptions, Likelihood, Missing};
use super::ordered;
use super::sample::Sample;
use super::solve::Objective;
use super::start::{self, Start};
use super::structure::Structure;
use super::test::{Reference, Test, independence, test};
use super::warning::Warning;
use crate::data::Table;
use crate::model::{Model, ParameterTable, Roles, TableOptions, parameter_table};
use crate::stats::matrix::Matrix;

/// A model fitted to data.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The table of parameters.
    pub table: ParameterTable,
    /// The data and choices.
    pub data: Data,
    /// The minimum.
    pub solved: Solved,
    /// Covariances of the free estimates; none when the model is not identified.
    pub covariances: Option<Matrix>,
    /// The test of the model.
    pub test: Test,
    /// The test of the independence model.
    pub baseline: Test,
    /// What the tests are measured against.
    pub reference: Reference,
    /// What a reader must be told.
    pub warnings: Vec<Warning>,
}

impl Fit {
    /// The discrepancy at other free values: what an estimate found elsewhere is worth.
    #[must_use]
    pub fn discrepancy_at(&self, theta: &[f64]) -> f64 {
        self.solved.engine.clone().value(theta)
    }
}

/// A model laid out for data, ready to be fitted.
pub(super) struct Prepared {
    pub(super) table: ParameterTable,
    pub(super) data: Data,
    pub(super) structures: Vec<Structure>,
    pub(super) warnings: Vec<Warning>,
}

/// Fits `model` to `table`.
///
/// # Errors
/// When model and data do not fit together or the data cannot carry the estimator. A search that
/// does not converge and an improper solution are no errors: they are told in `warnings`.
pub fn fit(model: &Model, table: &Table, options: &FitOptions) -> Result<Fit, SemError> {
    let prepared = prepare(model, table, options)?;
    finish(prepared, None)
}

pub(super) fn prepare(
    model: &Model,
    table: &Table,
    options: &FitOptions,
) -> Result<Prepared, SemError> {
    let roles = Roles::of(model);
    let columns: Vec<&str> = table.names().collect();
    if let Some(name) = roles.latent.iter().find(|n| columns.contains(&n.as_str())) {
        return Err(SemError::LatentIsColumn(name.clone()));
    }
    let (options, warnings) = as_covariates(&roles, options);
    let options = &options;
    check_options(&roles, options)?;
    let group = options.group.as_deref();
    // Fixed exogenous variables have no distribution in the model, so a case that misses one
    // cannot be used even by FIML.
    let required: &[String] = if options.fixed_x { &roles.exogenous } else { &[] };
    let sample = Sample::of(table, &roles.observed, required, group, options.missing)?;
    let categories = ordered::categories(&sample, options)?;
    let categorical = !categories.is_empty();
    let means = options.means.unwrap_or(
        options.missing == Missing::Fiml
            || sample.groups.len() > 1
            || has_means(model)
            || categorical,
    ) || !options.equal.is_empty() && sample.groups.len() > 1;
    let table_options = TableOptions {
        std_lv: options.std_lv,
        orthogonal: options.orthogonal,
        means,
        fixed_x: options.fixed_x && (categorical || options.estimator().is_likelihood()),
        groups: sample.groups.len(),
        labels: sample.groups.iter().map(|group| group.label.clone()).collect(),
        equal: options.equal.clone(),
        categories,
        parameterization: options.parameterization,
        conditional: categorical && options.fixed_x && !roles.exogenous.is_empty(),
    };
    let parameters = parameter_table(model, &table_options)?;
    let joint = table_options.fixed_x && !table_options.conditional;
    let data = Data {
        sample: Sample { groups: Vec::new(), ..sample.clone() },
        moments: Vec::new(),
        weights: Vec::new(),
        options: options.clone(),
        exogenous: exogenous(&parameters, joint),
        means,
        categorical,
        covariates: parameters.covariates().len(),
    };
    let prepared = prepare_sample(sample, parameters, &data)?;
    Ok(Prepared { warnings, ..prepared })
}

/// Makes the moments of `sample` and what follows from them; the rest is as in `like`.
pub(super) fn prepare_sample(
    mut sample: Sample,
    mut table: ParameterTable,
    like: &Data,
) -> Result<Prepared, SemError> {
    let options = &like.options;
    sample.check()?;
    let pairwise = options.missing == Missing::Pairwise;
    sample.groups.iter_mut().for_each(|group| group.summarise(pairwise));
    let each = sample.groups.iter().map(|group| {
        if like.categorical {
            ordered::moments(group, &table, &sample)
        } else {
            moments::continuous(group, options, like.means, &like.exogenous)
        }
    });
    let moments = each.collect::<Result<Vec<_>, _>>()?;
    start::fix_exogenous(&mut table, &moments);
    let structures = (0..table.groups).map(|g| Structure::of(&table, g)).collect();
    let weights = weights(&moments, options, &sample)?;
    let data = Data {
        sample,
        moments,
        weights,
        options: options.clone(),
        exogenous: like.exogenous.clone(),
        ..*like
    };
    Ok(Prepared { table, data, structures, warnings: Vec::new() })
}

fn has_means(model: &Model) -> bool {
    let is_mean = |r: &crate::model::Relation| r.op == crate::model::Operator::Intercept;
    model.relations.iter().any(is_mean)
}

fn check_options(roles: &Roles, options: &FitOptions) -> Result<(), SemError> {
    let estimator = options.estimator();
    let refuse = |message: String| Err(SemError::Options(message));
    if options.missing == Missing::Fiml && !estimator.is_likelihood() {
        return refuse(format!(
            "FIML is maximum likelihood; it does not go with {}",
            estimator.name
        ));
    }
    if !options.ordered.is_empty() && estimator.is_likelihood() {
        return refuse(format!(
            "{} treats answers as continuous; with ordered variables take WLSMV, ULSMV, DWLS, \
             WLS or ULS",
            estimator.name
        ));
    }
    if options.missing == Missing::Pairwise && options.ordered.is_empty() {
        return refuse(
            "pairwise use of answers is for ordered variables; with continuous ones take FIML"
                .to_owned(),
        );
    }
    if options.likelihood == Likelihood::Wishart && options.missing == Missing::Fiml {
        return refuse("the Wishart likelihood needs complete data".to_owned());
    }
    if let Some(name) = options.ordered.iter().find(|n| !roles.observed.contains(n)) {
        return refuse(format!("the ordered variable {name:?} is not in the model"));
    }
    Ok(())
}

/// Exogenous variables are given, so their order says nothing: they count as numbers, as in
/// lavaan, and the reader is told.
fn as_covariates(roles: &Roles, options: &FitOptions) -> (FitOptions, Vec<Warning>) {
    let mut options = options.clone();
    let mut warnings = Vec::new();
    if options.fixed_x {
        options.ordered.retain(|name| {
            let given = roles.exogenous.contains(name);
            if given {
                warnings.push(Warning::OrderedCovariate { variable: name.clone() });
            }
            !given
        });
    }
    (options, warnings)
}

pub(super) fn exogenous(table: &ParameterTable, fixed: bool) -> Vec<usize> {
    if !fixed {
        return Vec::new();
    }
    let observed = table.roles.observed.iter();
    let places = observed.enumerate().filter(|(_, n)| table.roles.exogenous.contains(n));
    places.map(|(i, _)| i).collect()
}

/// Solves a prepared model from `start`, or from guesses.
pub(super) fn solve(prepared: &Prepared, from: Option<&[f64]>) -> Result<Solved, SemError> {
    let Prepared { table, data, structures, .. } = prepared;
    let engine = data.engine(structures, table.free)?;
    if let Some(theta) = from {
        let solved = Solved::find(engine.clone(), Some(table), theta);
        if solved.ending.converged {
            return Ok(solved);
        }
    }
    let mut best: Option<Solved> = None;
    for start in [Start::Guess, Start::Plain, Start::Apart] {
        let theta = start::values(table, &data.moments, start);
        let solved = Solved::find(engine.clone(), Some(table), &theta);
        if solved.ending.converged {
            return Ok(solved);
        }
        let better = |best: &Solved| solved.ending.value < best.ending.value;
        if best.as_ref().is_none_or(better) {
            best = Some(solved);
        }
    }
    let best = best.expect("three starts were tried");
    if best.ending.value.is_finite() { Ok(best) } else { Err(SemError::NoStart) }
}

pub(super) fn finish(prepared: Prepared, from: Option<&[f64]>) -> Result<Fit, SemError> {
    let mut solved = solve(&prepared, from)?;
    let Prepared { table, data, mut warnings, .. } = prepared;
    warnings.extend(check::data_warnings(&data.sample, solved.parameters));
    warnings.extend(check::solution_warnings(&table, &solved));
    let curvature = information(&mut solved.engine, &data);
    let unidentified = check::unidentified(&table, &solved, &curvature);
    let covariances = if unidentified.is_none() { covariances(&mut solved, &data) } else { None };
    if covariances.is_none() && unidentified.is_none() && table.free > 0 {
        warnings.push(Warning::NoStandardErrors);
    }
    warnings.extend(unidentified);
    let reference = Reference::of(&data)?;
    let model_test = test(&mut solved, &data, &reference);
    if model_test.df < 0.0 {
        let excess = -model_test.df as usize;
        warnings.push(Warning::MoreParametersThanMoments { excess });
    }
    let mut independent = independence(&data, &self::exogenous(&table, true))?;
    let baseline = test(&mut independent, &data, &reference);
    Ok(Fit { table, data, solved, covariances, test: model_test, baseline, reference, warnings })
}
