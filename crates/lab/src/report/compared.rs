//! Words and tables of comparisons: rival models, groups, behaviour.

use super::behaviour::{Kind, POINTS};
use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use super::told;
use crate::instrument::Language;
use crate::sem::Measures;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    rivals(page, findings);
    if findings.request.group.is_some() {
        invariance(page, findings);
    }
    if !findings.behaviour.is_empty() {
        behaviour(page, findings);
    }
}

fn rivals(page: &mut Page, findings: &Findings) {
    page.section("rivals", page.say("Rival models", "竞争模型"));
    let heads = [
        page.say("Model", "模型"),
        "χ²",
        page.say("df", "自由度"),
        "CFI",
        "RMSEA",
        "SRMR",
        "AIC",
        "BIC",
        page.say("Warnings", "警告"),
    ];
    let mut sheet = Sheet {
        file: "rivals",
        title: page.say("Models of the same items compared", "同一组题目的模型比较").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "which account of the answers loses least. Lower AIC and BIC are better; χ², CFI \
                 and RMSEA are in scaled or robust form where there is one.",
                "哪种解释丢失的信息最少。AIC 和 BIC 越低越好；χ²、CFI、RMSEA 有校正或稳健形式时取该形式。",
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
    let mut ideas = Vec::new();
    let mut best: Option<(f64, String)> = None;
    for contender in &findings.contenders {
        let title = contender.title.get(page.language).to_owned();
        ideas.push(format!("{title}: {}", contender.idea.get(page.language)));
        match &contender.outcome {
            Ok(contest) => {
                let bic = contest.measures.get("bic").unwrap_or(f64::NAN);
                if contest.warnings.is_empty() && best.as_ref().is_none_or(|(b, _)| bic < *b) {
                    best = Some((bic, title.clone()));
                }
                let mut cells = vec![Cell::Words(title)];
                cells.extend(measures(&contest.measures));
                let warnings: Vec<String> =
                    contest.warnings.iter().map(|w| told::told(w, page.language)).collect();
                cells.push(warned(&warnings));
                sheet.row(marked(cells, !warnings.is_empty()));
            }
            Err(reason) => {
                let said = told::told(reason, page.language);
                sheet.row(without_figures(Cell::Words(title), 8, said));
            }
        }
    }
    page.list(&ideas);
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

/// A row that has no figures but the reason why, behind `width` cells.
fn without_figures(name: Cell, width: usize, reason: String) -> Vec<Cell> {
    let mut cells = vec![name];
    cells.resize(width, Cell::Blank);
    cells.push(Cell::Words(reason));
    cells
}

/// Marks the numbers of one row: they become words with the sign, since only this row is doubtful.
fn marked(cells: Vec<Cell>, doubtful: bool) -> Vec<Cell> {
    if !doubtful {
        return cells;
    }
    let mark = |cell: Cell| match cell {
        Cell::Figure(v, d) => Cell::Words(format!("{v:.d$} ⚠")),
        Cell::Share(v) => Cell::Words(format!("{} ⚠", super::sheet::share(v))),
        Cell::Probability(v) => Cell::Words(format!("{} ⚠", super::sheet::share(v))),
        Cell::Count(n) => Cell::Words(format!("{n} ⚠")),
        other => other,
    };
    cells.into_iter().map(mark).collect()
}

fn warned(warnings: &[String]) -> Cell {
    if warnings.is_empty() {
        Cell::Words("–".to_owned())
    } else {
        Cell::Words(warnings.join("; "))
    }
}

fn measures(measures: &Measures) -> Vec<Cell> {
    let get = |name: &str| measures.get(name).unwrap_or(f64::NAN);
    let best = |name: &str, kind: &str| {
        measures.get(&format!("{name}.{kind}")).unwrap_or_else(|| get(name))
    };
    vec![
        Cell::Figure(best("chisq", "scaled"), 2),
        Cell::Figure(get("df"), 0),
        Cell::Share(best("cfi", "robust")),
        Cell::Share(best("rmsea", "robust")),
        Cell::Share(get("srmr")),
        Cell::Figure(get("aic"), 1),
        Cell::Figure(get("bic"), 1),
    ]
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
        "Δχ²",
        page.say("Δdf", "Δ自由度"),
        page.say("p", "p 值"),
        "ΔCFI",
        "ΔRMSEA",
        page.say("Warnings", "警告"),
    ];
    let mut sheet = Sheet {
        file: "invariance",
        title: page.say("Measurement invariance", "测量不变性").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "whether form, loadings, intercepts and remainders may be taken as equal. Means \
                 of groups may be compared from the scalar step on; customary limits are a fall \
                 of CFI of at most .010 and a rise of RMSEA of at most .015.",
                "形态、载荷、截距和残差能否视为相等。截距不变成立后才能比较各组均值；\
                 惯用界限为 CFI 下降不超过 .010，RMSEA 上升不超过 .015。",
            )
            .to_owned(),
        hides: page.say("why groups differ.", "各组为何不同。").to_owned(),
        ..Sheet::default()
    };
    let mut groups = String::new();
    for step in &findings.ladder {
        let name = Cell::Words(page.say(step.name.0, step.name.1).to_owned());
        match &step.outcome {
            Ok(rung) => {
                let sizes = rung.groups.iter().map(|(label, n)| format!("{label} (n = {n})"));
                groups = sizes.collect::<Vec<_>>().join(", ");
                let mut cells = vec![name];
                cells.extend(measures(&rung.measures).into_iter().take(4));
                match &rung.difference {
                    Some(d) => cells.extend([
                        Cell::Figure(d.chisq, 2),
                        Cell::Figure(d.df, 0),
                        Cell::Probability(d.pvalue),
                        Cell::Share(d.cfi),
                        Cell::Share(d.rmsea),
                    ]),
                    None => cells.extend(std::iter::repeat_n(Cell::Blank, 5)),
                }
                let warnings: Vec<String> =
                    rung.warnings.iter().map(|w| told::told(w, page.language)).collect();
                cells.push(warned(&warnings));
                sheet.row(marked(cells, !warnings.is_empty()));
            }
            Err(reason) => {
                sheet.row(without_figures(name, 10, told::told(reason, page.language)));
            }
        }
    }
    if !groups.is_empty() {
        let head = page.say("Groups:", "分组：");
        page.paragraph(&format!("{head} {groups}"));
    }
    page.table(&sheet);
}

fn behaviour(page: &mut Page, findings: &Findings) {
    page.section("behaviour", page.say("Trust and what members then did", "信任与会员随后的行为"));
    let heads = [
        page.say("Behaviour", "行为"),
        page.say("Ratio", "比值"),
        page.say("95% CI", "95% 置信区间"),
        page.say("p", "p 值"),
        page.say("Members", "人数"),
        page.say("Events", "事件数"),
        page.say("Concordance", "一致性"),
    ];
    let mut sheet = Sheet {
        file: "behaviour",
        title: page.say("Trust score and behaviour", "信任分与行为").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: match page.language {
            Language::English => format!(
                "the ratio of odds or hazards between members whose trust score (0 to 100) \
                 differs by {POINTS:.0} points. Concordance is .5 for no order and 1 for \
                 perfect order."
            ),
            Language::Chinese => format!(
                "信任分（0 至 100）相差 {POINTS:.0} 分的会员之间优势或风险之比。一致性为 .5 表示没有排序能力，1 表示完全排序。"
            ),
        },
        hides: page
            .say(
                "that trust made members act so: those who trust may differ in age, health or \
                 price \
                 paid, which these lines do not hold equal.",
                "是不是信任使会员如此行动：信任者在年龄、健康或所付价格上可能不同，这里并未使其相等。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    for outcome in &findings.behaviour {
        let name = match outcome.kind {
            Kind::Join => page.say("Joined (odds ratio, logit)", "加入（优势比，logit）"),
            Kind::Leave => page
                .say("Left in a period (hazard ratio, cloglog)", "在某期退出（风险比，cloglog）"),
            Kind::LeaveContinuous => page.say("Left (hazard ratio, Cox)", "退出（风险比，Cox）"),
        };
        match &outcome.result {
            Ok((c, rows, events, concordance)) => sheet.row(vec![
                Cell::Words(name.to_owned()),
                Cell::Figure(c.estimate.exp(), 3),
                Cell::Range(c.ci_lower.exp(), c.ci_upper.exp()),
                Cell::Probability(c.p),
                Cell::Count(*rows),
                Cell::Count(*events),
                Cell::Share(*concordance),
            ]),
            Err(reason) => {
                let told = told::told(reason, page.language);
                sheet.row(vec![Cell::Words(format!("{name}: {told}"))]);
            }
        }
    }
    page.table(&sheet);
}
