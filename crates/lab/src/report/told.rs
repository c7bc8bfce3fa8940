//! Warnings of the estimator in the language of the page.

use crate::instrument::Language;
use crate::sem::{Draws, Fit};

/// Beginnings and ends of warnings, with their Chinese; what stands between is kept.
const KNOWN: [(&str, &str, &str, &str); 11] = [
    ("there are fewer cases (", "", "样本量少于自由参数（", "；标准误和检验不可信）"),
    ("the search did not converge in ", "", "估计未收敛（步数 ", "）；这些数字不是解"),
    ("Heywood case: the latent variance of ", "", "海伍德情形：潜变量方差为负：", ""),
    ("Heywood case: the residual variance of ", "", "海伍德情形：残差方差为负：", ""),
    (
        "the covariance matrix of the latent variables",
        " is not positive definite",
        "潜变量的协方差矩阵",
        "不是正定的",
    ),
    (
        "the covariance matrix of the residuals",
        " is not positive definite",
        "残差的协方差矩阵",
        "不是正定的",
    ),
    ("the model is not identified: the data cannot tell ", "", "模型不可识别：数据无法区分 ", ""),
    ("standard errors could not be computed", "", "无法计算标准误：信息矩阵奇异", ""),
    ("the model has ", "", "参数多于数据的矩：多出 ", ""),
    ("there are only ", "", "样本量过少：", ""),
    ("", ": they always agree", "两题的答案完全相同：", ""),
];

/// Phrases inside a warning.
const PHRASES: [(&str, &str); 10] = [
    (" duplicates ", " 与 "),
    (" is negative ", " "),
    (" in group ", " 组别 "),
    (" cases for ", " 份答案对应变量数 "),
    (" variables", ""),
    (") than free parameters (", " 对 "),
    ("); do not trust standard errors and tests", ""),
    (" steps; the numbers are not a solution", ""),
    (" apart; standard errors are not computed for it", "；不计算其标准误"),
    (" more parameters than the data have moments", ""),
];

/// A warning or message in the page's language. One that is not known is shown as it came, after
/// words that say so.
pub(super) fn told(message: &str, language: Language) -> String {
    if language == Language::English {
        return message.to_owned();
    }
    for (start, end, chinese_start, chinese_end) in KNOWN {
        let Some(rest) = message.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) else {
            continue;
        };
        // What could not be computed needs no further words.
        let rest = if start.starts_with("standard errors") { "" } else { rest };
        let mut rest = rest.to_owned();
        for (english, chinese) in PHRASES {
            rest = rest.replace(english, chinese);
        }
        return format!("{chinese_start}{rest}{chinese_end}");
    }
    format!("程序原文提示：{message}")
}

/// What must be said of every number of a fit.
pub(super) fn of_fit(fit: &Fit, language: Language) -> Vec<String> {
    fit.warnings.iter().map(|warning| told(warning, language)).collect()
}

/// What must be said of every bootstrap interval, the fit's own warnings first.
pub(super) fn of_draws(fit: &Fit, draws: &Draws, language: Language) -> Vec<String> {
    let mut warnings = of_fit(fit, language);
    let asked = draws.asked;
    if draws.failed > 0 {
        let failed = draws.failed;
        warnings.push(match language {
            Language::English => {
                format!("{failed} of {asked} bootstrap draws did not converge and are left out")
            }
            Language::Chinese => {
                format!("自助法 {asked} 次抽样中有 {failed} 次未收敛，已剔除")
            }
        });
    }
    let improper = draws.inadmissible();
    if improper > 0 {
        warnings.push(match language {
            Language::English => {
                format!(
                    "{improper} of {asked} bootstrap draws gave an improper solution and are kept"
                )
            }
            Language::Chinese => {
                format!("自助法 {asked} 次抽样中有 {improper} 次为不当解，予以保留")
            }
        });
    }
    warnings
}
