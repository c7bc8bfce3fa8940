//! The form of one group's model: which element of LISREL's matrices each parameter stands in.

use crate::model::{Operator, Parameter, ParameterTable, Parameterization};

/// The element of a model matrix a parameter stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Loading of observed `.0` on latent `.1`.
    Lambda(usize, usize),
    /// Regression of latent `.0` on latent `.1`.
    Beta(usize, usize),
    /// (Co)variance of latent disturbances.
    Psi(usize, usize),
    /// (Co)variance of residuals of observed variables.
    Theta(usize, usize),
    /// Intercept of an observed variable.
    Nu(usize),
    /// Intercept of a latent variable.
    Alpha(usize),
    /// Threshold number `.1` of observed `.0`.
    Tau(usize, usize),
    /// Scale of the response behind observed `.0`.
    Delta(usize),
    /// Regression of latent `.0` on covariate `.1`.
    Gamma(usize, usize),
    /// Regression of observed `.0` on covariate `.1`, not through a latent variable.
    Direct(usize, usize),
}

/// The form of one group's model: which element each row of the table stands in.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// Number of observed variables.
    pub p: usize,
    /// Number of latent variables, with observed ones that act as latent.
    pub m: usize,
    /// Names of the latent dimension.
    pub latent: Vec<String>,
    /// Names of the observed dimension.
    pub observed: Vec<String>,
    /// For each free element: its place and the number of its free parameter.
    pub slots: Vec<(Place, usize)>,
    /// Fixed elements and their values.
    pub fixed: Vec<(Place, f64)>,
    /// Observed variables that act as latent, as (observed, latent).
    pub promoted: Vec<(usize, usize)>,
    /// Whether means are modelled.
    pub means: bool,
    /// Covariates the moments are conditional on; empty when they are modelled with the others.
    pub covariates: Vec<String>,
    /// Whether the responses behind ordered variables take their scale from the residuals.
    pub by_residual: bool,
}

impl Structure {
    /// The structure of group `group` of `table`.
    #[must_use]
    pub fn of(table: &ParameterTable, group: usize) -> Self {
        let roles = &table.roles;
        let promoted = promoted(table, group);
        let mut latent = roles.latent.clone();
        latent.extend(promoted.iter().cloned());
        let covariates = table.covariates().to_vec();
        let observed = table.modelled().to_vec();
        let position = |names: &[String], name: &str| names.iter().position(|n| n == name);
        let mut structure = Self {
            p: observed.len(),
            m: latent.len(),
            promoted: promoted
                .iter()
                .filter_map(|n| Some((position(&observed, n)?, position(&latent, n)?)))
                .collect(),
            latent,
            observed,
            slots: Vec::new(),
            fixed: Vec::new(),
            means: table.means,
            covariates,
            by_residual: table.parameterization == Parameterization::Theta,
        };
        for (observed, latent) in structure.promoted.clone() {
            structure.fixed.push((Place::Lambda(observed, latent), 1.0));
        }
        for row in table.rows.iter().filter(|row| row.group == group) {
            let Some(place) = structure.place(row) else {
                continue;
            };
            match row.free {
                Some(index) => structure.slots.push((place, index)),
                None => structure.fixed.push((place, row.fixed)),
            }
        }
        structure
    }

    /// The element `row` stands in; none when a name is not part of the model.
    #[must_use]
    pub fn place(&self, row: &Parameter) -> Option<Place> {
        let latent = |name: &str| self.latent.iter().position(|n| n == name);
        let observed = |name: &str| self.observed.iter().position(|n| n == name);
        let (lhs, rhs) = (row.lhs.as_str(), row.rhs.as_str());
        Some(match row.op {
            Operator::Measures => match latent(rhs) {
                Some(to) => Place::Beta(to, latent(lhs)?),
                None => Place::Lambda(observed(rhs)?, latent(lhs)?),
            },
            Operator::Regression | Operator::Composite => match self.covariate(rhs) {
                None => Place::Beta(latent(lhs)?, latent(rhs)?),
                Some(k) => match latent(lhs) {
                    Some(i) => Place::Gamma(i, k),
                    None => Place::Direct(observed(lhs)?, k),
                },
            },
            Operator::Covariance => match (latent(lhs), latent(rhs)) {
                (Some(i), Some(j)) => Place::Psi(i.max(j), i.min(j)),
                _ => {
                    let (i, j) = (observed(lhs)?, observed(rhs)?);
                    Place::Theta(i.max(j), i.min(j))
                }
            },
            Operator::Intercept => match latent(lhs) {
                Some(i) => Place::Alpha(i),
                None => Place::Nu(observed(lhs)?),
            },
            Operator::Threshold => {
                let number = row.rhs.strip_prefix('t')?.parse::<usize>().ok()?;
                Place::Tau(observed(lhs)?, number.checked_sub(1)?)
            }
            Operator::Scale if self.by_residual => return None,
            Operator::Scale => Place::Delta(observed(lhs)?),
            _ => return None,
        })
    }

    fn covariate(&self, name: &str) -> Option<usize> {
        self.covariates.iter().position(|n| n == name)
    }

    /// A structure of free residual (co)variances and means alone; `pairs` says which residual
    /// elements are free, `fixed` gives the others.
    #[must_use]
    pub fn unstructured(
        observed: Vec<String>,
        pairs: &[(usize, usize)],
        fixed: Vec<(Place, f64)>,
        means: Option<&[usize]>,
    ) -> Self {
        let mut slots: Vec<(Place, usize)> =
            pairs.iter().enumerate().map(|(index, (i, j))| (Place::Theta(*i, *j), index)).collect();
        for i in means.unwrap_or_default() {
            slots.push((Place::Nu(*i), slots.len()));
        }
        Self {
            p: observed.len(),
            m: 0,
            latent: Vec::new(),
            observed,
            slots,
            fixed,
            promoted: Vec::new(),
            means: means.is_some(),
            covariates: Vec::new(),
            by_residual: false,
        }
    }

    /// Number of columns of the pool.
    #[must_use]
    pub fn pool(&self) -> usize {
        self.p + 2 * self.m
    }
}

/// Observed variables that must act as latent ones: those in regressions, those that covary with
/// a latent variable, and those that covary with such.
fn promoted(table: &ParameterTable, group: usize) -> Vec<String> {
    let roles = &table.roles;
    let rows = || table.rows.iter().filter(move |row| row.group == group);
    let is_latent = |name: &String| roles.latent.contains(name);
    let mut promoted: Vec<String> = Vec::new();
    let add = |name: &String, promoted: &mut Vec<String>| {
        let new = !is_latent(name) && !promoted.contains(name);
        if new {
            promoted.push(name.clone());
        }
        new
    };
    for row in rows() {
        let given = table.covariates().contains(&row.rhs);
        if matches!(row.op, Operator::Regression | Operator::Composite) && !given {
            add(&row.lhs, &mut promoted);
            add(&row.rhs, &mut promoted);
        }
    }
    let covaries = |row: &&Parameter| {
        let given = table.covariates().contains(&row.lhs);
        row.op == Operator::Covariance && row.lhs != row.rhs && !given
    };
    loop {
        let mut grown = false;
        for row in rows().filter(covaries) {
            let acts =
                |name: &String, promoted: &[String]| is_latent(name) || promoted.contains(name);
            if acts(&row.lhs, &promoted) || acts(&row.rhs, &promoted) {
                grown |= add(&row.lhs, &mut promoted);
                grown |= add(&row.rhs, &mut promoted);
            }
        }
        if !grown {
            return promoted;
        }
    }
}
