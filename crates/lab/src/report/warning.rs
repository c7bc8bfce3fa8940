//! What a reader must be told about numbers, as values with wording in both languages. Read from
//! the fit itself, never from the words of another warning.

use crate::instrument::Language;
use crate::model::Operator;
use crate::pls;
use crate::sem::{Draws, Fit};
use crate::stats::dense::cholesky;

/// Something a reader must know before using a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Warning {
    FewerCasesThanParameters {
        cases: usize,
        parameters: usize,
    },
    FewCases {
        group: String,
        cases: usize,
        variables: usize,
    },
    Duplicated {
        first: String,
        second: String,
    },
    NotConverged {
        steps: usize,
    },
    NegativeVariance {
        latent: bool,
        variable: String,
        group: Option<usize>,
        value: f64,
    },
    LatentNotPositive {
        group: Option<usize>,
    },
    ResidualNotPositive {
        group: Option<usize>,
    },
    NoStandardErrors,
    MoreParametersThanMoments(usize),
    DrawsFailed {
        failed: usize,
        asked: usize,
    },
    DrawsImproper {
        improper: usize,
        asked: usize,
    },
    NegativeWeight,
    /// What the estimator says in its own words beyond the kinds above.
    Verbatim(String),
}

/// A correlation this near to 1 is one question asked twice.
const SAME: f64 = 1.0 - 1e-9;
/// An eigenvalue below minus this much counts as negative.
const ROUNDING: f64 = 1e-8;

impl Warning {
    /// What must be said of every number of a fit.
    pub(super) fn of_fit(fit: &Fit) -> Vec<Self> {
        let mut found = of_data(fit);
        found.extend(of_solution(fit));
        if fit.covariances.is_none() && fit.table.free > 0 {
            found.push(Self::NoStandardErrors);
        }
        if fit.test.df < 0.0 {
            found.push(Self::MoreParametersThanMoments(-fit.test.df as usize));
        }
        // A kind that this list lacks must not be lost.
        if found.len() < fit.warnings.len() {
            found.extend(fit.warnings.iter().map(|w| Self::Verbatim(w.to_string())));
        }
        found
    }

    /// What must be said of every bootstrap interval, the fit's own warnings first.
    pub(super) fn of_draws(fit: &Fit, draws: &Draws) -> Vec<Self> {
        let mut warnings = Self::of_fit(fit);
        let asked = draws.asked;
        if draws.failed > 0 {
            warnings.push(Self::DrawsFailed { failed: draws.failed, asked });
        }
        if draws.inadmissible() > 0 {
            warnings.push(Self::DrawsImproper { improper: draws.inadmissible(), asked });
        }
        warnings
    }

    /// What must be said of intervals of a path model.
    pub(super) fn of_boot(boot: &pls::Bootstrap) -> Vec<Self> {
        let failed = boot.failures.total();
        let asked = failed + boot.successful();
        if failed > 0 { vec![Self::DrawsFailed { failed, asked }] } else { Vec::new() }
    }

    /// Whether it touches fewer than one draw in a hundred, so that no printed digit depends on it.
    pub(super) fn is_slight(&self) -> bool {
        match self {
            Self::DrawsFailed { failed: count, asked }
            | Self::DrawsImproper { improper: count, asked } => count * 100 < *asked,
            _ => false,
        }
    }

    /// The warning in a language.
    pub(super) fn told(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        let place = |group: &Option<usize>| {
            group.map(|group| format!(" in group {group}")).unwrap_or_default()
        };
        match self {
            Self::FewerCasesThanParameters { cases, parameters } => format!(
                "there are fewer cases ({cases}) than free parameters ({parameters}); do not \
                 trust standard errors and tests"
            ),
            Self::FewCases { group, cases, variables } if group.is_empty() => {
                format!("there are only {cases} cases for {variables} variables")
            }
            Self::FewCases { group, cases, variables } => {
                format!("group {group:?} has only {cases} cases for {variables} variables")
            }
            Self::Duplicated { first, second } => {
                format!("{second} duplicates {first}: they always agree")
            }
            Self::NotConverged { steps } => format!(
                "the search did not converge in {steps} steps; the numbers are not a solution"
            ),
            Self::NegativeVariance { latent, variable, group, value } => {
                let kind = if *latent { "latent" } else { "residual" };
                let place = place(group);
                format!(
                    "Heywood case: the {kind} variance of {variable}{place} is negative \
                     ({value:.4})"
                )
            }
            Self::LatentNotPositive { group } => format!(
                "the covariance matrix of the latent variables{} is not positive definite",
                place(group)
            ),
            Self::ResidualNotPositive { group } => format!(
                "the covariance matrix of the residuals{} is not positive definite",
                place(group)
            ),
            Self::NoStandardErrors => "there are no standard errors: the data cannot tell some \
                                       of the parameters apart"
                .to_owned(),
            Self::MoreParametersThanMoments(excess) => {
                format!("the model has {excess} more parameters than the data have moments")
            }
            Self::DrawsFailed { failed, asked } => {
                format!("{failed} of {asked} bootstrap draws did not converge and are left out")
            }
            Self::DrawsImproper { improper, asked } => format!(
                "{improper} of {asked} bootstrap draws gave an improper solution and are kept"
            ),
            Self::NegativeWeight => {
                "an item has a negative weight, so a score can leave 0 to 100".to_owned()
            }
            Self::Verbatim(words) => words.clone(),
        }
    }

    fn chinese(&self) -> String {
        let place = |group: &Option<usize>| {
            group.map(|group| format!("（第 {group} 组）")).unwrap_or_default()
        };
        match self {
            Self::FewerCasesThanParameters { cases, parameters } => {
                format!("样本量（{cases}）少于自由参数（{parameters}）；标准误和检验不可信")
            }
            Self::FewCases { group, cases, variables } if group.is_empty() => {
                format!("{variables} 个变量只有 {cases} 份答案")
            }
            Self::FewCases { group, cases, variables } => {
                format!("“{group}”组的 {variables} 个变量只有 {cases} 份答案")
            }
            Self::Duplicated { first, second } => {
                format!("{second} 与 {first} 的答案完全相同")
            }
            Self::NotConverged { steps } => {
                format!("估计在 {steps} 步内未收敛；这些数字不是解")
            }
            Self::NegativeVariance { latent, variable, group, value } => {
                let kind = if *latent { "潜变量方差" } else { "残差方差" };
                format!("海伍德情形：{variable}{}的{kind}为负（{value:.4}）", place(group))
            }
            Self::LatentNotPositive { group } => {
                format!("潜变量的协方差矩阵{}不是正定的", place(group))
            }
            Self::ResidualNotPositive { group } => {
                format!("残差的协方差矩阵{}不是正定的", place(group))
            }
            Self::NoStandardErrors => "没有标准误：数据无法区分某些参数".to_owned(),
            Self::MoreParametersThanMoments(excess) => {
                format!("参数比数据的矩多 {excess} 个")
            }
            Self::DrawsFailed { failed, asked } => {
                format!("自助法 {asked} 次抽样中有 {failed} 次未收敛，已剔除")
            }
            Self::DrawsImproper { improper, asked } => {
                format!("自助法 {asked} 次抽样中有 {improper} 次为不当解，予以保留")
            }
            Self::NegativeWeight => "有题目的权重为负，分数可能超出 0 至 100".to_owned(),
            Self::Verbatim(words) => format!("程序另有提示（英文原文）：{words}"),
        }
    }
}

/// All warnings that numbers must bear, in a language.
pub(super) fn told(warnings: &[Warning], language: Language) -> Vec<String> {
    let grave = warnings.iter().filter(|warning| !warning.is_slight());
    grave.map(|warning| warning.told(language)).collect()
}

/// The slight ones as sentences behind a note; nothing without any.
pub(super) fn asides(warnings: &[Warning], language: Language) -> String {
    let slight = warnings.iter().filter(|warning| warning.is_slight());
    let stop = language.pick(".", "。");
    slight.map(|warning| format!(" {}{stop}", warning.told(language))).collect()
}

fn of_data(fit: &Fit) -> Vec<Warning> {
    let sample = &fit.data.sample;
    let mut found = Vec::new();
    let parameters = fit.solved.parameters;
    if sample.cases < parameters {
        found.push(Warning::FewerCasesThanParameters { cases: sample.cases, parameters });
    }
    for group in sample.groups.iter().filter(|group| group.cases <= group.p) {
        let (cases, variables) = (group.cases, group.p);
        found.push(Warning::FewCases { group: group.label.clone(), cases, variables });
    }
    for group in &sample.groups {
        let cov = &group.cov;
        for i in 0..group.p {
            for j in 0..i {
                let correlation = cov[(i, j)] / (cov[(i, i)] * cov[(j, j)]).sqrt();
                if correlation.abs() > SAME {
                    let (first, second) = (&sample.variables[j], &sample.variables[i]);
                    found
                        .push(Warning::Duplicated { first: first.clone(), second: second.clone() });
                }
            }
        }
    }
    found
}

fn of_solution(fit: &Fit) -> Vec<Warning> {
    let mut found = Vec::new();
    if !fit.solved.ending.converged {
        found.push(Warning::NotConverged { steps: fit.solved.ending.steps });
    }
    let named = |group: usize| (fit.table.groups > 1).then_some(group + 1);
    for row in &fit.table.rows {
        let value = row.free.map(|index| fit.solved.theta[index]);
        let variance = row.op == Operator::Covariance && row.lhs == row.rhs;
        if let Some(value) = value.filter(|value| variance && *value < 0.0) {
            found.push(Warning::NegativeVariance {
                latent: fit.table.roles.latent.contains(&row.lhs),
                variable: row.lhs.clone(),
                group: named(row.group),
                value,
            });
        }
    }
    let latents = fit.table.roles.latent.len();
    for group in 0..fit.table.groups {
        let (structure, implied) = fit.solved.engine.group(group);
        let m = structure.m;
        let latent =
            (0..latents * latents).map(|at| implied.latent[at / latents * m + at % latents]);
        if !is_semidefinite(latent.collect(), latents) {
            found.push(Warning::LatentNotPositive { group: named(group) });
        }
        if !is_semidefinite(implied.theta.clone(), structure.p) {
            found.push(Warning::ResidualNotPositive { group: named(group) });
        }
    }
    found
}

/// With the rounding added to its diagonal such a matrix has a Cholesky factor.
fn is_semidefinite(mut matrix: Vec<f64>, size: usize) -> bool {
    (0..size).for_each(|i| matrix[i * size + i] += ROUNDING);
    cholesky(&mut matrix, size).is_some()
}
