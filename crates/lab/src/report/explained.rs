//! Tables of what the model explains: R², effect sizes, collinearity, prediction out of sample.

use super::composite::{Composite, FOLDS, REPETITIONS};
use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use super::warning::{Warning, told};
use crate::instrument::Language;
use crate::pls::{Quantity, antecedent_inflation, information_criteria};

pub(super) fn write(page: &mut Page, findings: &Findings) {
    page.section("explained", page.say("How much is explained?", "解释了多少？"));
    let composite = match &findings.composite {
        Ok(composite) => composite,
        Err(reason) => {
            let head = page.say("There is no model of composites: ", "没有合成变量模型：");
            page.paragraph(&format!("{head}{}", reason.told(page.language)));
            return;
        }
    };
    let sheet = variance(page, findings, composite);
    page.table(&sheet);
    let sheet = effects(page, findings, composite);
    page.table(&sheet);
    match &composite.forecasts {
        Ok(_) => {
            let sheet = prediction(page, findings, composite);
            page.table(&sheet);
        }
        Err(error) => {
            let head = page.say("There is no prediction: ", "没有预测：");
            let reason = match page.language {
                Language::English => error.to_string(),
                Language::Chinese => super::refusal::of_pls(error),
            };
            page.paragraph(&format!("{head}{reason}"));
        }
    }
}

fn variance(page: &Page, findings: &Findings, composite: &Composite) -> Sheet {
    let heads = [
        page.say("Construct", "构念"),
        page.say("R² factors", "R²（因子）"),
        page.say("R² composites", "R²（合成）"),
        page.say("95% CI", "95% 置信区间"),
        page.say("Adjusted R²", "调整 R²"),
    ];
    let mut sheet = Sheet {
        file: "r2",
        title: page.say("Explained variance", "被解释的方差").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "the share of a construct's variance that goes with its antecedents, by factors \
                 (free of measurement error) and by composites (PLS, bootstrap interval). As a \
                 rough custom .75, .50 and .25 read as much, moderate and little.",
                "构念的方差中与其前因相伴的比例：按因子（不含测量误差）和按合成变量（PLS，自助法区间）。\
                 惯例上 .75、.50、.25 分别视为高、中、低。",
            )
            .to_owned(),
        hides: page
            .say(
                "whether the model predicts people who were not asked; the next tables try.",
                "模型能否预测没有被问到的人；后面的表对此作了尝试。",
            )
            .to_owned(),
        warnings: told(
            &[&findings.warnings[..], &Warning::of_boot(&composite.boot)].concat(),
            page.language,
        ),
        ..Sheet::default()
    };
    let factors = findings.fit.explained(0);
    for (k, name) in composite.fit.constructs_named().iter().enumerate() {
        if composite.fit.antecedents(k).is_empty() {
            continue;
        }
        let factor = factors.iter().find(|(known, _)| known == name);
        let interval = composite.spread(Quantity::R2(k));
        let ends = interval.map_or((f64::NAN, f64::NAN), |s| (s.ci_lower, s.ci_upper));
        sheet.row(vec![
            Cell::Words(findings.name(name)),
            Cell::Share(factor.map_or(f64::NAN, |(_, r2)| *r2)),
            Cell::Share(composite.fit.r2[k]),
            Cell::Interval(ends.0, ends.1),
            Cell::Share(information_criteria(&composite.fit, k).r2_adjusted),
        ]);
    }
    sheet
}

fn effects(page: &Page, findings: &Findings, composite: &Composite) -> Sheet {
    let heads = [
        page.say("Path", "路径"),
        page.say("PLS path", "PLS 路径"),
        page.say("95% CI", "95% 置信区间"),
        "f²",
        page.say("Size", "大小"),
        "VIF",
    ];
    let mut sheet = Sheet {
        file: "f2",
        title: page.say("Effect sizes and collinearity", "效应大小与共线性").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "what the explained variance loses without one path (f², with composites as they \
                 are): from .02 small, from .15 medium, from .35 large. VIF says how far the \
                 antecedents of one construct overlap; below 3 is harmless, from 5 critical.",
                "去掉一条路径后被解释方差的损失（f²，合成变量不变）：.02 起为小，.15 起为中，.35 起为大。\
                 VIF 表示同一构念的前因重叠的程度；3 以下无碍，5 以上严重。",
            )
            .to_owned(),
        hides: page
            .say(
                "effects that run through other constructs; see the total effects.",
                "经由其他构念的效应；见总效应。",
            )
            .to_owned(),
        warnings: told(&Warning::of_boot(&composite.boot), page.language),
        ..Sheet::default()
    };
    let fit = &composite.fit;
    let names = fit.constructs_named();
    for (path, &(from, to)) in fit.path_ends().iter().enumerate() {
        let size = composite.sizes.as_ref().map_or(f64::NAN, |sizes| sizes[path].fixed);
        let place = fit.antecedents(to).iter().position(|&known| known == from);
        let inflation = antecedent_inflation(fit, to);
        let vif = place.and_then(|place| inflation.get(place).copied());
        let interval = composite.spread(Quantity::Path(path));
        let ends = interval.map_or((f64::NAN, f64::NAN), |s| (s.ci_lower, s.ci_upper));
        sheet.row(vec![
            Cell::Words(format!("{} → {}", findings.name(&names[from]), findings.name(&names[to]))),
            Cell::Share(fit.paths[path]),
            Cell::Interval(ends.0, ends.1),
            Cell::Figure(size, 3),
            Cell::Words(in_words(page, size).to_owned()),
            Cell::Figure(vif.unwrap_or(f64::NAN), 2),
        ]);
    }
    sheet
}

/// Cohen's (1988) words.
fn in_words<'w>(page: &Page, size: f64) -> &'w str {
    match size {
        size if size >= 0.35 => page.say("large", "大"),
        size if size >= 0.15 => page.say("medium", "中"),
        size if size >= 0.02 => page.say("small", "小"),
        size if size.is_nan() => "–",
        _ => page.say("none", "无"),
    }
}

fn prediction(page: &Page, findings: &Findings, composite: &Composite) -> Sheet {
    let heads = [
        page.say("Construct", "构念"),
        page.say("Item", "题号"),
        "Q²",
        page.say("RMSE model", "RMSE 模型"),
        page.say("RMSE regression", "RMSE 回归"),
        page.say("MAE model", "MAE 模型"),
        page.say("MAE regression", "MAE 回归"),
    ];
    let forecasts = composite.forecasts.as_deref().unwrap_or_default();
    let better = forecasts.iter().filter(|forecast| {
        forecast.regression.is_some_and(|regression| forecast.model.rmse < regression.rmse)
    });
    let better = better.count();
    let of = forecasts.len();
    let above = forecasts.iter().filter(|forecast| forecast.model.q2 > 0.0).count();
    let mut sheet = Sheet {
        file: "prediction",
        title: page
            .say("Prediction out of sample (PLSpredict)", "样本外预测（PLSpredict）")
            .to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: match page.language {
            Language::English => format!(
                "errors of predicting each answer from a model that has not seen it ({FOLDS} \
                 folds, {REPETITIONS} repetitions). Q² above zero beats the mean: {above} of {of} \
                 items. The model errs less than a regression on all items of the antecedents for \
                 {better} of {of} items."
            ),
            Language::Chinese => format!(
                "用没有见过该答案的模型预测时的误差（{FOLDS} 折，重复 {REPETITIONS} 次）。\
                 Q² 大于零即优于均值：{of} 题中有 {above} 题。\
                 {of} 题中有 {better} 题的误差小于对前因全部题目的回归。"
            ),
        },
        hides: page
            .say(
                "prediction of what members will do; these are answers of the same day.",
                "对会员行为的预测；这些是同一天的答案。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    let fit = &composite.fit;
    for forecast in forecasts {
        let construct = (0..fit.constructs_named().len())
            .find(|&k| fit.block(k).contains(&forecast.item))
            .map_or(String::new(), |k| findings.name(&fit.constructs_named()[k]));
        let regression = |f: fn(&crate::pls::Forecast) -> f64| {
            Cell::Figure(forecast.regression.as_ref().map_or(f64::NAN, f), 3)
        };
        sheet.row(vec![
            Cell::Words(construct),
            Cell::Words(fit.items_named()[forecast.item].clone()),
            Cell::Share(forecast.model.q2),
            Cell::Figure(forecast.model.rmse, 3),
            regression(|f| f.rmse),
            Cell::Figure(forecast.model.mae, 3),
            regression(|f| f.mae),
        ]);
    }
    sheet
}
