//! What a reader of the report must be told about numbers, with wording in both languages: the
//! engine's own list, and what only the report knows.

use crate::instrument::Language;
use crate::pls;
use crate::sem::{Draws, Fit, Warning as Engine};

/// Something a reader must know before using a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Warning {
    /// What the engine says of a fit or its draws.
    Engine(Engine),
    /// An item has a negative weight.
    NegativeWeight,
}

impl Warning {
    /// What must be said of every number of a fit.
    pub(super) fn of_fit(fit: &Fit) -> Vec<Self> {
        fit.warnings.iter().cloned().map(Self::Engine).collect()
    }

    /// What must be said of every bootstrap interval, the fit's own warnings first.
    pub(super) fn of_draws(fit: &Fit, draws: &Draws) -> Vec<Self> {
        let mut warnings = Self::of_fit(fit);
        warnings.extend(draws.warnings().into_iter().map(Self::Engine));
        warnings
    }

    /// What must be said of intervals of a path model.
    pub(super) fn of_boot(boot: &pls::Bootstrap) -> Vec<Self> {
        let failed = boot.failures.total();
        let asked = failed + boot.successful();
        let told = Self::Engine(Engine::DrawsFailed { failed, asked });
        if failed > 0 { vec![told] } else { Vec::new() }
    }

    /// Whether it touches fewer than one draw in a hundred, so that no printed digit depends on it.
    pub(super) fn is_slight(&self) -> bool {
        match self {
            Self::Engine(
                Engine::DrawsFailed { failed: count, asked }
                | Engine::DrawsImproper { improper: count, asked },
            ) => count * 100 < *asked,
            _ => false,
        }
    }

    /// The warning in a language.
    pub(super) fn told(&self, language: Language) -> String {
        match (self, language) {
            (Self::Engine(warning), Language::English) => warning.to_string(),
            (Self::Engine(warning), Language::Chinese) => chinese(warning),
            (Self::NegativeWeight, Language::English) => {
                "an item has a negative weight, so a score can leave 0 to 100".to_owned()
            }
            (Self::NegativeWeight, Language::Chinese) => {
                "有题目的权重为负，分数可能超出 0 至 100".to_owned()
            }
        }
    }
}

fn chinese(warning: &Engine) -> String {
    let place =
        |group: &Option<usize>| group.map(|group| format!("（第 {group} 组）")).unwrap_or_default();
    match warning {
        Engine::FewerCasesThanParameters { cases, parameters } => {
            format!("样本量（{cases}）少于自由参数（{parameters}）；标准误和检验不可信")
        }
        Engine::FewCases { group, cases, variables } if group.is_empty() => {
            format!("{variables} 个变量只有 {cases} 份答案")
        }
        Engine::FewCases { group, cases, variables } => {
            format!("“{group}”组的 {variables} 个变量只有 {cases} 份答案")
        }
        Engine::Duplicated { first, second } => {
            format!("{second} 与 {first} 的答案完全相同")
        }
        Engine::NotConverged { steps } => {
            format!("估计在 {steps} 步内未收敛；这些数字不是解")
        }
        Engine::NegativeVariance { latent, variable, group, value } => {
            let kind = if *latent { "潜变量方差" } else { "残差方差" };
            format!("海伍德情形：{variable}{}的{kind}为负（{value:.4}）", place(group))
        }
        Engine::LatentNotPositive { group } => {
            format!("潜变量的协方差矩阵{}不是正定的", place(group))
        }
        Engine::ResidualNotPositive { group } => {
            format!("残差的协方差矩阵{}不是正定的", place(group))
        }
        Engine::NoStandardErrors => "没有标准误：信息矩阵不可逆".to_owned(),
        Engine::NotIdentified { parameters } => {
            format!("模型不可识别：数据无法区分 {}，不计算标准误", parameters.join("、"))
        }
        Engine::OrderedCovariate { variable } => {
            format!("有序变量 {variable} 只作预测，按数值处理")
        }
        Engine::MoreParametersThanMoments { excess } => {
            format!("参数比数据的矩多 {excess} 个")
        }
        Engine::DrawsFailed { failed, asked } => {
            format!("自助法 {asked} 次抽样中有 {failed} 次未收敛，已剔除")
        }
        Engine::DrawsImproper { improper, asked } => {
            format!("自助法 {asked} 次抽样中有 {improper} 次为不当解，予以保留")
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
