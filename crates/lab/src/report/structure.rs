//! Words, tables and pictures of the structural model.

use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use super::warning::{Warning, asides, told};
use super::{diagram, plots};
use crate::instrument::Language;
use crate::model::Operator;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    page.section("model", page.say("What goes with what?", "哪些因素相联系？"));
    let warnings = told(&findings.warnings, page.language);
    page.figure(
        page.say("Path diagram", "路径图"),
        &diagram::diagram(findings),
        page.say(
            "Standardised coefficients. A wider line is a larger coefficient; green is positive, \
             red negative; a dashed line cannot be told from zero (robust p of .05 or more). R² \
             is the \
             explained share of variance. Arrows are the model's assumption, not a finding; \
             correlated remainders are in the table.",
            "标准化系数。线越粗系数越大；绿色为正，红色为负；虚线表示与零无显著差别（稳健 p 值不小于 .05）。\
             R² 是被解释的方差比例。箭头方向是模型的假定，不是发现；残差相关见表。",
        ),
        &warnings,
    );
    paths(page, findings);
    defined(page, findings);
    ranking(page, findings);
    map(page, findings);
}

fn heads(page: &Page) -> Vec<String> {
    [
        page.say("Path", "路径"),
        page.say("Estimate", "估计值"),
        page.say("SE", "标准误"),
        page.say("95% CI", "95% 置信区间"),
        page.say("p", "p 值"),
        page.say("Standardised", "标准化"),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn cells(name: String, line: &crate::sem::Estimate, standard: bool) -> Vec<Cell> {
    vec![
        Cell::Words(name),
        Cell::Figure(line.est, 3),
        Cell::Figure(line.se, 3),
        Cell::Range(line.ci_lower, line.ci_upper),
        Cell::Probability(line.p),
        if standard { Cell::Share(line.std_all) } else { Cell::Figure(line.std_all, 3) },
    ]
}

fn paths(page: &mut Page, findings: &Findings) {
    let mut sheet = Sheet {
        file: "paths",
        title: page.say("Structural paths and correlated remainders", "结构路径与残差相关").to_owned(),
        heads: heads(page),
        shows: page
            .say(
                "how much the right construct differs where the left one is one unit higher and \
                 the others in its equation are equal. SE and p are robust against answers that \
                 are not normally distributed.",
                "在同一方程其他构念相等时，左边构念高一个单位，右边构念相差多少。标准误和 p 值对非正态答案稳健。",
            )
            .to_owned(),
        hides: page
            .say(
                "direction in time. A model with an arrow turned round may fit as well.",
                "时间上的先后。把箭头倒过来的模型可能拟合得一样好。",
            )
            .to_owned(),
        warnings: told(&findings.warnings, page.language),
        ..Sheet::default()
    };
    for line in findings.fit.estimates() {
        let latent = |name: &String| findings.latents.contains(name);
        if !latent(&line.lhs) || !latent(&line.rhs) {
            continue;
        }
        let (left, right) = (findings.name(&line.lhs), findings.name(&line.rhs));
        let name = match line.op {
            Operator::Regression => format!("{right} → {left}"),
            Operator::Measures => format!("{left} → {right}"),
            Operator::Covariance if line.lhs != line.rhs => format!("{left} ↔ {right}"),
            _ => continue,
        };
        sheet.row(cells(name, &line, true));
    }
    page.table(&sheet);
    let measures = findings.fit.clone().measures();
    let get = |name: &str| measures.get(name).unwrap_or(f64::NAN);
    let robust = |name: &str| measures.get(&format!("{name}.robust")).unwrap_or_else(|| get(name));
    let mark = if findings.warnings.is_empty() { "" } else { " ⚠" };
    let figures = format!(
        "χ²({:.0}) = {:.2}{mark}, p = {}{mark}, CFI = {}{mark}, TLI = {}{mark}, RMSEA = \
         {}{mark} [{}, {}], SRMR = {}{mark}",
        get("df"),
        measures.get("chisq.scaled").unwrap_or_else(|| get("chisq")),
        super::sheet::share(measures.get("pvalue.scaled").unwrap_or_else(|| get("pvalue"))),
        super::sheet::share(robust("cfi")),
        super::sheet::share(robust("tli")),
        super::sheet::share(robust("rmsea")),
        super::sheet::share(robust("rmsea.ci.lower")),
        super::sheet::share(robust("rmsea.ci.upper")),
        super::sheet::share(get("srmr")),
    );
    let words = match page.language {
        Language::English => format!("Fit of this model (scaled and robust forms): {figures}."),
        Language::Chinese => format!("本模型的拟合（校正与稳健形式）：{figures}。"),
    };
    page.paragraph(&words);
}

fn defined(page: &mut Page, findings: &Findings) {
    let lines: Vec<_> =
        findings.fit.estimates().into_iter().filter(|l| l.op == Operator::Defines).collect();
    if lines.is_empty() {
        return;
    }
    let mut sheet = Sheet {
        file: "defined",
        title: page
            .say("Indirect and total effects of the model", "模型的间接效应与总效应")
            .to_owned(),
        heads: heads(page),
        shows: page
            .say(
                "products and sums of paths that the model's author defined; SE by the delta \
                 method.",
                "模型作者定义的路径之积与和；标准误用 delta 方法。",
            )
            .to_owned(),
        hides: page
            .say(
                "mediation in time: all answers are from one moment.",
                "时间上的中介过程：所有答案来自同一时刻。",
            )
            .to_owned(),
        warnings: told(&findings.warnings, page.language),
        ..Sheet::default()
    };
    for line in &lines {
        sheet.row(cells(line.lhs.clone(), line, false));
    }
    sheet.heads[0] = page.say("Quantity", "量").to_owned();
    page.table(&sheet);
}

fn ranking(page: &mut Page, findings: &Findings) {
    page.section("ranking", page.say("The critical elements", "关键要素"));
    let all = Warning::of_draws(&findings.fit, &findings.draws);
    let warnings = told(&all, page.language);
    let outcome = findings.name(&findings.outcome);
    let title = match page.language {
        Language::English => format!("Standardised total effects on {outcome}"),
        Language::Chinese => format!("对“{outcome}”的标准化总效应"),
    };
    page.figure(
        &title,
        &plots::ranking(findings),
        &(page.say(
            "Dots are standardised total effects in the model (direct and through others), \
             whiskers 95% bootstrap intervals; an open dot's interval holds zero. Where whiskers \
             overlap, the order is not sure. \"Effect\" is the model's word for an association.",
            "圆点是模型中的标准化总效应（直接与间接之和），横线是 95% 自助法区间；空心圆点的区间包含零。\
             横线重叠之处，次序并不确定。“效应”是模型用语，指的是联系。",
        )
        .to_owned()
            + &asides(&all, page.language)),
        &warnings,
    );
    let heads = [
        page.say("Rank", "次序"),
        page.say("Construct", "构念"),
        page.say("Direct", "直接"),
        page.say("Total", "总计"),
        page.say("SE", "标准误"),
        page.say("95% CI", "95% 置信区间"),
    ];
    let mut sheet = Sheet {
        file: "ranking",
        title: match page.language {
            Language::English => format!("Ranking of antecedents of {outcome}"),
            Language::Chinese => format!("“{outcome}”前因的排序"),
        },
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "which constructs go with the outcome most strongly, others in the model equal.",
                "在模型中其他构念相等时，哪些构念与结果联系最强。",
            )
            .to_owned(),
        hides: page
            .say(
                "what would happen if a plan improved one of them; that needs a trial or waves \
                 over time.",
                "如果计划改进其中之一会怎样；那需要试验或多期调查。",
            )
            .to_owned(),
        warnings,
        ..Sheet::default()
    };
    for (place, effect) in findings.effects.iter().enumerate() {
        sheet.row(vec![
            Cell::Count(place + 1),
            Cell::Words(findings.name(&effect.construct)),
            Cell::Share(effect.direct.unwrap_or(f64::NAN)),
            Cell::Share(effect.total),
            Cell::Share(effect.se),
            Cell::Interval(effect.interval.0, effect.interval.1),
        ]);
    }
    page.table(&sheet);
}

fn map(page: &mut Page, findings: &Findings) {
    let composite = match &findings.composite {
        Ok(composite) => composite,
        Err(reason) => {
            page.paragraph(&format!(
                "{} {}",
                page.say("There is no importance-performance map:", "没有重要性—表现图："),
                reason.told(page.language)
            ));
            return;
        }
    };
    let names = composite.fit.constructs_named();
    let negative = composite.importance.iter().any(|i| i.negative_weight);
    let mut warnings = Vec::new();
    if negative {
        warnings.push(Warning::NegativeWeight.told(page.language));
    }
    page.figure(
        page.say("Importance-performance map", "重要性—表现图"),
        &plots::map(findings, &composite.importance, names),
        page.say(
            "To the right: more points of the outcome go with one point of this score. Upwards: a \
             higher mean score. Dashed lines are means. Low and to the right is where members see \
             most room and the model the strongest association. Composite scores (PLS).",
            "越靠右：该分数每一分对应结果的分数越多；越靠上：平均分越高。虚线为均值。\
             右下方是会员认为改进余地最大而模型中联系最强之处。使用合成分数（PLS）。",
        ),
        &warnings,
    );
    let heads = [
        page.say("Construct", "构念"),
        page.say("Importance", "重要性"),
        page.say("Standardised total effect", "标准化总效应"),
        page.say("Performance", "表现"),
    ];
    let mut sheet = Sheet {
        file: "importance-performance",
        title: page.say("Importance and performance", "重要性与表现").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "the figures of the map; the outcome itself stands last without importance.",
                "图中的数字；最后一行是结果本身，没有重要性。",
            )
            .to_owned(),
        hides: page
            .say("what an improvement would cost or bring.", "改进要花多少、能带来多少。")
            .to_owned(),
        warnings,
        ..Sheet::default()
    };
    for i in &composite.importance {
        let own = names[i.construct] == findings.outcome;
        let or = |value: f64| if own { f64::NAN } else { value };
        sheet.row(vec![
            Cell::Words(findings.name(&names[i.construct])),
            Cell::Figure(or(i.importance), 3),
            Cell::Share(or(i.standardized)),
            Cell::Figure(i.performance, 1),
        ]);
    }
    page.table(&sheet);
}
