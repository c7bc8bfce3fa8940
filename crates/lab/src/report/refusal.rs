//! Why a part of the report has no numbers, in both languages.

use crate::behaviour::BehaviourError;
use crate::data::TableError;
use crate::instrument::Language;
use crate::model::ModelError;
use crate::pls::{Cause, PlsError};
use crate::sem::SemError;

/// A method that has no result on these data.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Sem(#[from] SemError),
    #[error(transparent)]
    Pls(#[from] PlsError),
    #[error(transparent)]
    Behaviour(#[from] BehaviourError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Table(#[from] TableError),
    /// A column is neither of numbers nor of two words.
    #[error("column {0:?} is neither of numbers nor of two words")]
    NotCoded(String),
}

impl Refusal {
    /// The reason in a language.
    pub(super) fn told(&self, language: Language) -> String {
        match (language, self) {
            (Language::English, error) => error.to_string(),
            (Language::Chinese, Self::Sem(error)) => of_sem(error),
            (Language::Chinese, Self::Pls(error)) => of_pls(error),
            (Language::Chinese, Self::Behaviour(error)) => of_behaviour(error),
            (Language::Chinese, Self::Model(error)) => of_model(error),
            (Language::Chinese, Self::Table(error)) => of_table(error),
            (Language::Chinese, Self::NotCoded(column)) => {
                format!("“{column}”列既不是数字，也不是两种文字")
            }
        }
    }
}

fn in_group(group: &str) -> String {
    if group.is_empty() { String::new() } else { format!("（“{group}”组）") }
}

fn of_sem(error: &SemError) -> String {
    match error {
        SemError::Model(error) => of_model(error),
        SemError::Data(error) => of_table(error),
        SemError::LatentIsColumn(name) => format!("“{name}”在模型中是潜变量，又是数据的一列"),
        SemError::NoCases { group } => format!("没有一份可用的答案{}", in_group(group)),
        SemError::GroupTooSmall { group, cases } => {
            format!("“{group}”组只有 {cases} 份可用的答案")
        }
        SemError::Constant { variable, group } => {
            format!("{variable} 的答案全部相同{}", in_group(group))
        }
        SemError::SampleNotPositive { group, .. } => format!(
            "样本协方差矩阵{}不是正定的：有题目重复，或某题是其他题的组合，或答案太少",
            in_group(group)
        ),
        SemError::EmptyCategory { variable, category, group } => {
            format!("{variable} 没有人选 {category}{}", in_group(group))
        }
        SemError::TooManyCategories { variable, found, most } => {
            format!("{variable} 有 {found} 种答案；有序变量最多 {most} 种")
        }
        SemError::CollinearCovariates { covariates, group } => {
            format!("协变量 {} 互为线性组合{}；请去掉一个", covariates.join("、"), in_group(group))
        }
        SemError::Separated { variable, group } => {
            format!("协变量把 {variable} 的类别完全分开，没有有限的估计{}", in_group(group))
        }
        SemError::LostCategory { variable } => format!("抽中的答案缺少 {variable} 的某个类别"),
        SemError::NeverTogether { first, second, group } => {
            format!("没有人同时回答 {first} 和 {second}{}", in_group(group))
        }
        SemError::Options(_) => "所选的估计方法与此模型不相容".to_owned(),
        SemError::TooFewForWeights { cases, moments } => {
            format!("权重矩阵需要更多答案：{moments} 个矩只有 {cases} 份")
        }
        SemError::TooManyVariables { found, most } => {
            format!("模型有 {found} 个观测变量；最多 {most} 个")
        }
        SemError::NoStart => "找不到可行的起点".to_owned(),
    }
}

pub(super) fn of_pls(error: &PlsError) -> String {
    match error {
        PlsError::Model(error) => of_model(error),
        PlsError::Table(error) => of_table(error),
        PlsError::DuplicateConstruct(name) => format!("构念 {name} 定义了两次"),
        PlsError::EmptyBlock(name) => format!("构念 {name} 没有题目"),
        PlsError::UnknownConstruct { name, .. } => format!("{name} 在路径中使用，却没有测量"),
        PlsError::Isolated(name) => format!("构念 {name} 不在任何路径中，无从得到权重"),
        PlsError::IdlePath { from, to } => format!("路径 {from} → {to} 重复或没有去向"),
        PlsError::Circle(name) => format!("路径经过 {name} 形成回路；只能估计递归模型"),
        PlsError::MixedOrder { construct, part } => {
            format!("构念 {construct} 既由题目又由构念 {part} 测量")
        }
        PlsError::ThirdOrder(name) => format!("构念 {name} 由二阶构念测量；最多两阶"),
        PlsError::SharedPart { part, whole } => format!("{part} 已是 {whole} 的一部分"),
        PlsError::PartInPath { part, whole } => {
            format!("{part} 是 {whole} 的一部分；路径只能连到 {whole}")
        }
        PlsError::ConsistentSecondOrder(name) => format!("二阶构念 {name} 不能作衰减校正"),
        PlsError::TooFewRows { rows, needed } => {
            format!("只有 {rows} 份答案；模型需要多于 {needed} 份")
        }
        PlsError::NoAnswers(item) => format!("{item} 没有人作答"),
        PlsError::Estimation(cause) => of_cause(cause),
        PlsError::Draws(count) => format!("自助法不能抽 {count} 次"),
        PlsError::Folds(rows) => format!("{rows} 份答案不能这样分组"),
    }
}

fn of_cause(cause: &Cause) -> String {
    match cause {
        Cause::ConstantItem(item) => format!("{item} 的答案全部相同"),
        Cause::CollinearItems(name) => format!("{name} 的题目互为线性组合（或重复）"),
        Cause::CollinearAntecedents(name) => format!("{name} 的前因互为线性组合"),
        Cause::VanishedComposite(name) => format!("合成变量 {name} 没有方差"),
        Cause::NotConverged(steps) => format!("权重在 {steps} 次迭代内未稳定"),
        Cause::NoReliability(name) => format!("{name} 的 ρA 不是正数，不能作衰减校正"),
    }
}

fn of_behaviour(error: &BehaviourError) -> String {
    match error {
        BehaviourError::Ragged => "结果与预测变量的行数不同或有缺失".to_owned(),
        BehaviourError::TooFewRows { rows, coefficients } => {
            format!("{rows} 行不足以估计 {coefficients} 个系数")
        }
        BehaviourError::ConstantOutcome => "每一行的结果都相同，没有可解释的".to_owned(),
        BehaviourError::NoEvents => "没有观察到事件".to_owned(),
        BehaviourError::Collinear(name) => {
            format!("{name} 是常数，或是其他预测变量的线性组合")
        }
        BehaviourError::Separated(name) => format!("{name} 把结果完全分开，系数没有有限的估计"),
        BehaviourError::NotConverged(steps) => format!("估计在 {steps} 步后未收敛"),
        BehaviourError::NotAPeriod(time, most) => {
            format!("时长 {time} 不是 1 至 {most} 的整数期")
        }
        BehaviourError::EmptyPeriod(period) => format!("第 {period} 期没有事件"),
        BehaviourError::OneGroup(count) => format!("比较至少需要两组，现有 {count} 组"),
    }
}

fn of_model(error: &ModelError) -> String {
    match error {
        ModelError::Syntax(error) => {
            format!("模型文本第 {} 行第 {} 列无法读取", error.line, error.column)
        }
        ModelError::Empty => "模型没有内容".to_owned(),
        ModelError::TooLong(most) => format!("模型文本超过 {most} 字节"),
        ModelError::UnknownLabel { formula, label, .. } => {
            format!("{formula} 使用的标签 {label} 不属于任何参数")
        }
        ModelError::GroupCount { parameter, found, groups } => {
            format!("{parameter} 的修饰有 {found} 项，而数据有 {groups} 组")
        }
        ModelError::BlocksOfGroups { blocks, groups } => {
            format!("模型分为 {} 段，数据分为“{}”各组", blocks.len(), groups.join("”、“"))
        }
        ModelError::BlocksDiffer { first, second } => {
            format!("“{first}”组与“{second}”组的模型所用变量不同")
        }
        ModelError::OwnIndicator(name) => format!("{name} 是它自己的指标"),
        ModelError::UnknownThreshold { variable, threshold } => {
            format!("{variable} 没有阈值 {threshold}")
        }
    }
}

fn of_table(error: &TableError) -> String {
    match error {
        TableError::Csv(_) => "文件不是整齐的 CSV 表".to_owned(),
        TableError::DuplicateColumn(name) => format!("有两列都叫“{name}”"),
        TableError::UnknownColumn { name, .. } => format!("没有“{name}”列"),
        TableError::NotNumeric { column, row, cell } => {
            format!("“{column}”列第 {row} 行的“{cell}”不是数字")
        }
        TableError::TooLarge => "表格过大".to_owned(),
    }
}
