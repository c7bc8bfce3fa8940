//! Words and tables of comparisons: rival models, groups.

use super::findings::Findings;
use super::page::Page;
use super::refusal::Refusal;
use super::rivals::Contender;
use super::sheet::{Cell, Sheet};
use super::warning::{Warning, told};
use crate::instrument::Language;
use crate::sem::Measures;

/// BIC of two models that differ by less is printed alike.
const SAME: f64 = 0.05;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    page.section("rivals", page.say("Rival models", "竞争模型"));
    let terms = findings.contenders.iter().map(|contender| {
        let (title, idea) = (&contender.title, &contender.idea);
        (title.get(page.language).to_owned(), idea.get(page.language).to_owned())
    });
    page.terms(&terms.collect::<Vec<_>>());
    by_covariances(page, findings);
    let composites = |contender: &&Contender| contender.composite.is_some();
    if findings.contenders.iter().filter(composites).count() > 1 {
        by_composites(page, findings);
    }
    if findings.request.group.is_some() {
        invariance(page, findings);
    }
}

/// Adds the row of one model: its figures, or why there are none.
fn add(
    sheet: &mut Sheet,
    language: Language,
    name: &str,
    outcome: Result<(Vec<Cell>, &[Warning]), &Refusal>,
) {
    match outcome {
        Ok((figures, warnings)) => {
            let mut cells = vec![Cell::Words(name.to_owned())];
            cells.extend(figures);
            sheet.judged(cells, told(warnings, language));
        }
        Err(reason) => sheet.refused(name.to_owned(), reason.told(language)),
    }
}

/// χ², df, CFI, RMSEA and SRMR, scaled or robust where there is such a form.
pub(super) fn measures(measures: &Measures) -> Vec<Cell> {
    let get = |name: &str| measures.get(name).unwrap_or(f64::NAN);
    let best = |name: &str| {
        ["robust", "scaled"]
            .iter()
            .find_map(|kind| measures.get(&format!("{name}.{kind}")).filter(|v| v.is_finite()))
            .unwrap_or_else(|| get(name))
    };
    vec![
        Cell::Figure(best("chisq"), 2),
        Cell::Figure(get("df"), 0),
        Cell::Share(best("cfi")),
        Cell::Share(best("rmsea")),
        Cell::Share(get("srmr")),
    ]
}

fn by_covariances(page: &mut Page, findings: &Findings) {
    let heads = [
        page.say("Model", "模型"),
        "χ²",
        page.say("df", "自由度"),
        "CFI",
        "RMSEA",
        "SRMR",
        "AIC",
        "BIC",
        page.say("Δχ² (df), p", "Δχ²（自由度），p"),
    ];
    let mut sheet = Sheet {
        file: "rivals",
        title: page.say("Models of the same items compared", "同一组题目的模型比较").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "which account of the answers loses least. Lower AIC and BIC are better; χ², CFI \
                 and RMSEA are in scaled or robust form where there is one. Δχ² tests each model \
                 against free correlations of the constructs, in which it is nested.",
                "哪种解释丢失的信息最少。AIC 和 BIC 越低越好；χ²、CFI、RMSEA 有校正或稳健形式时取该形式。\
                 Δχ² 检验各模型与嵌套它的“自由相关”模型之差。",
            )
            .to_owned(),
        hides: page
            .say(
                "which model is true. Models with the same fit can tell opposite stories.",
                "哪个模型是真的。拟合相同的模型可以讲出相反的故事。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    let mut best: Option<(f64, &str)> = None;
    for contender in &findings.contenders {
        let Some(contest) = &contender.contest else { continue };
        let title = contender.title.get(page.language);
        let figures = contest.as_ref().map(|contest| {
            let get = |name: &str| contest.measures.get(name).unwrap_or(f64::NAN);
            // Of two that differ by rounding alone the first is named.
            let less = |least: f64| get("bic") < least - SAME;
            if contest.warnings.is_empty() && best.is_none_or(|(least, _)| less(least)) {
                best = Some((get("bic"), title));
            }
            let mut cells = measures(&contest.measures);
            cells.extend([Cell::Figure(get("aic"), 1), Cell::Figure(get("bic"), 1)]);
            cells.push(
                contest.against_free.map_or(Cell::Nothing, |d| Cell::Test(d.chisq, d.df, d.pvalue)),
            );
            (cells, &contest.warnings[..])
        });
        add(&mut sheet, page.language, title, figures);
    }
    page.table(&sheet);
    if let Some((_, name)) = best {
        page.paragraph(&match page.language {
            Language::English => format!(
                "By BIC, which prefers few parameters, \"{name}\" loses least among the models \
                 without a warning."
            ),
            Language::Chinese => {
                format!("按偏好少参数的 BIC，在没有警告的模型中“{name}”丢失的信息最少。")
            }
        });
    }
}

fn by_composites(page: &mut Page, findings: &Findings) {
    let outcome = findings.name(&findings.outcome);
    let heads = [
        page.say("Model", "模型"),
        "R²",
        "BIC",
        "Q²",
        page.say("Δ loss", "Δ 损失"),
        "t",
        page.say("p", "p 值"),
    ];
    let mut sheet = Sheet {
        file: "rivals-composites",
        title: match page.language {
            Language::English => format!("The same rivals as composites, for {outcome} (PLS)"),
            Language::Chinese => format!("同样的竞争模型（合成变量，PLS；结果为“{outcome}”）"),
        },
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "which account predicts answers that it has not seen: the mean Q² of the items \
                 that all models predict, and how far squared errors exceed those of the first \
                 model (Δ loss), with its t test (CVPAT). Below zero a model predicts better. A \
                 construct made of others is estimated in two stages.",
                "哪种解释能预测未见过的答案：各模型共同预测的题目的平均 Q²，\
                 以及平方误差超出首个模型的量（Δ 损失）及其 t 检验（CVPAT）。\
                 小于零表示预测得更好。由其他构念构成的构念用两阶段法估计。",
            )
            .to_owned(),
        hides: page
            .say(
                "fit to what was seen. Scores of the first of two stages have seen all answers, \
                 which favours the models that use them a little.",
                "对已见答案的拟合。两阶段法第一阶段的分数已见过所有答案，这略微有利于使用它的模型。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    for contender in &findings.contenders {
        let Some(composite) = &contender.composite else { continue };
        let figures = composite.as_ref().map(|found| {
            let mut cells =
                vec![Cell::Share(found.r2), Cell::Figure(found.bic, 1), Cell::Share(found.q2)];
            match &found.loss {
                Some(loss) => cells.extend([
                    Cell::Figure(loss.difference, 4),
                    Cell::Figure(loss.t, 2),
                    Cell::Probability(loss.p),
                ]),
                None => cells.extend([Cell::Nothing, Cell::Nothing, Cell::Nothing]),
            }
            (cells, &[][..])
        });
        add(&mut sheet, page.language, contender.title.get(page.language), figures);
    }
    page.table(&sheet);
}

fn invariance(page: &mut Page, findings: &Findings) {
    page.section(
        "groups",
        page.say("Do groups read the items alike?", "不同群体对题目的理解一致吗？"),
    );
    let heads = [
        page.say("Step", "步骤"),
        "χ²",
        page.say("df", "自由度"),
        "CFI",
        "RMSEA",
        "SRMR",
        "Δχ²",
        page.say("Δdf", "Δ自由度"),
        page.say("p", "p 值"),
        "ΔCFI",
        "ΔRMSEA",
    ];
    let limits = findings.limits();
    let (fall, rise) = (limits.invariance_cfi_fall_max, limits.invariance_rmsea_rise_max);
    let (fall, rise) = (super::sheet::share(fall), super::sheet::share(rise));
    let mut sheet = Sheet {
        file: "invariance",
        title: page.say("Measurement invariance", "测量不变性").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: match page.language {
            Language::English => format!(
                "whether form, loadings, intercepts and remainders may be taken as equal. Means \
                 of groups may be compared from the scalar step on. A step holds when CFI falls \
                 by at most {fall} and RMSEA rises by at most {rise}."
            ),
            Language::Chinese => format!(
                "形态、载荷、截距和残差能否视为相等。截距不变成立后才能比较各组均值。\
                 CFI 下降不超过 {fall} 且 RMSEA 上升不超过 {rise} 时，该步成立。"
            ),
        },
        hides: page.say("why groups differ.", "各组为何不同。").to_owned(),
        ..Sheet::default()
    };
    let mut groups = String::new();
    for step in &findings.ladder {
        let figures = step.outcome.as_ref().map(|rung| {
            let sizes = rung.groups.iter().map(|(label, n)| format!("{label} (n = {n})"));
            groups = sizes.collect::<Vec<_>>().join(", ");
            let mut cells = measures(&rung.measures);
            match &rung.difference {
                Some(d) => cells.extend([
                    Cell::Figure(d.chisq, 2),
                    Cell::Figure(d.df, 0),
                    Cell::Probability(d.pvalue),
                    Cell::Share(-d.cfi),
                    Cell::Share(d.rmsea),
                ]),
                None => cells.extend(std::iter::repeat_n(Cell::Nothing, 5)),
            }
            (cells, &rung.warnings[..])
        });
        add(&mut sheet, page.language, page.say(step.name.0, step.name.1), figures);
    }
    if !groups.is_empty() {
        let head = page.say("Groups: ", "分组：");
        page.paragraph(&format!("{head}{groups}"));
    }
    page.table(&sheet);
}
