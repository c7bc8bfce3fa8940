//! Words, picture and tables of the declared runs beside the main one, and of method bias.

use super::bias::{HARMAN_MAX, INFLATION_MAX};
use super::compared::measures;
use super::effects;
use super::findings::Findings;
use super::forest;
use super::page::Page;
use super::robustness::{Method, Run};
use super::sheet::{Cell, LEVEL, Sheet, share};
use super::warning::told;
use crate::instrument::Language;
use crate::model::Operator;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    page.section(
        "robustness",
        page.say("Does it hold when done otherwise?", "换一种做法，结论还成立吗？"),
    );
    page.figure(
        page.say("Every path by every method", "每条路径在各种方法下的估计"),
        &forest::forest(findings),
        page.say(
            "Standardised coefficients of the same paths. Marks that lie together say that the \
             finding does not hang on the method; an open mark cannot be told from zero.",
            "同一路径的标准化系数。标记聚在一起，说明发现不依赖于方法；空心标记表示与零无显著差别。",
        ),
        &[],
    );
    let sheet = paths(page, findings);
    page.table(&sheet);
    let sheet = fits(page, findings);
    page.table(&sheet);
    if findings.runs.iter().any(|run| run.outcome.as_ref().is_ok_and(|r| !r.added.is_empty())) {
        let sheet = added(page, findings);
        page.table(&sheet);
    }
    page.section("method", page.say("Did the asking make it so?", "是不是问法造成的？"));
    let sheet = bias(page, findings);
    page.table(&sheet);
}

/// The paths of the main run in words.
pub(super) fn path_names(findings: &Findings) -> Vec<String> {
    let paths = effects::paths(&findings.fit).into_iter();
    paths
        .map(|(from, to, _)| format!("{} → {}", findings.name(&from), findings.name(&to)))
        .collect()
}

/// Paths that are told from zero in the main run, and of these the ones that have the same sign
/// and are told from zero in every run that has them.
pub(super) fn agreement(findings: &Findings) -> (usize, usize) {
    let found: Vec<_> = findings.runs.iter().filter_map(|run| run.outcome.as_ref().ok()).collect();
    let Some((main, others)) = found.split_first() else { return (0, 0) };
    let mut counts = (0, 0);
    for (at, path) in main.paths.iter().enumerate() {
        let Some(path) = path.filter(|path| path.p < LEVEL) else { continue };
        counts.0 += 1;
        let agrees = |other: &super::robustness::Path| {
            other.p < LEVEL && other.size.signum() == path.size.signum()
        };
        let all = others.iter().filter_map(|run| run.paths[at].as_ref()).all(agrees);
        counts.1 += usize::from(all);
    }
    counts
}

fn paths(page: &Page, findings: &Findings) -> Sheet {
    let mut heads = vec![page.say("Path", "路径").to_owned()];
    let ran = |run: &&Run| run.outcome.is_ok();
    heads.extend(findings.runs.iter().filter(ran).map(|run| run.method.name(page.language)));
    let (significant, same) = agreement(findings);
    let mut sheet = Sheet {
        file: "robustness",
        title: page.say("The same paths by other methods", "同一路径在其他方法下").to_owned(),
        heads,
        shows: match page.language {
            Language::English => format!(
                "standardised coefficients; a pale one cannot be told from zero (p of .05 or \
                 more). Of {significant} paths that differ from zero in the main run, {same} do \
                 so with the same sign in every other."
            ),
            Language::Chinese => format!(
                "标准化系数；浅色表示与零无显著差别（p 不小于 .05）。\
                 主分析中显著的 {significant} 条路径，有 {same} 条在其他各种方法中方向相同且显著。"
            ),
        },
        hides: page
            .say(
                "what all methods share: the same answers of the same day.",
                "各种方法的共同之处：同一天的同一批答案。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    for (at, name) in path_names(findings).into_iter().enumerate() {
        let mut cells = vec![Cell::Words(name)];
        for run in findings.runs.iter().filter_map(|run| run.outcome.as_ref().ok()) {
            cells.push(run.paths[at].map_or(Cell::Nothing, |path| Cell::Path(path.size, path.p)));
        }
        sheet.row(cells);
    }
    sheet
}

fn fits(page: &Page, findings: &Findings) -> Sheet {
    let heads = [
        page.say("Run", "分析"),
        page.say("Respondents", "人数"),
        "χ²",
        page.say("df", "自由度"),
        "CFI",
        "RMSEA",
        "SRMR",
    ];
    let mut sheet = Sheet {
        file: "runs",
        title: page.say("The runs", "各次分析").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: explained(page, findings),
        hides: page
            .say(
                "which method is right: measures of fit of different estimators are not compared.",
                "哪种方法正确：不同估计方法的拟合指标不能互相比较。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    for run in &findings.runs {
        let name = run.method.name(page.language);
        match &run.outcome {
            Ok(found) => {
                let mut cells = vec![Cell::Words(name), Cell::Count(found.rows)];
                match &found.measures {
                    Some(known) => cells.extend(measures(known)),
                    None => cells.extend(std::iter::repeat_n(Cell::Nothing, 5)),
                }
                sheet.judged(cells, told(&found.warnings, page.language));
            }
            Err(reason) => sheet.refused(name, reason.told(page.language)),
        }
    }
    sheet
}

/// What each run does otherwise.
fn explained(page: &Page, findings: &Findings) -> String {
    let one = |run: &Run| match run.method {
        Method::Main(_) => None,
        Method::Estimator("WLSMV") => Some(page.say(
            "WLSMV takes answers as ordered words, not as numbers, of respondents who answered \
             everything;",
            "WLSMV 把答案当作有序的词而不是数字，只用全部作答者；",
        )),
        Method::Estimator(_) => None,
        Method::Pls => Some(page.say("PLS weighs items into scores;", "PLS 把题目加权为分数；")),
        Method::ConsistentPls => Some(page.say(
            "PLSc weighs items into scores and takes measurement error out afterwards;",
            "PLSc 把题目加权为分数，再校正测量误差；",
        )),
        Method::Controls => Some(page.say(
            "controls stand beside the constructs in the declared equations;",
            "控制变量与构念一起进入声明的方程；",
        )),
        Method::Marker => Some(page.say(
            "a construct of unrelated items explains every endogenous construct;",
            "由无关题目构成的构念解释每个内生构念；",
        )),
    };
    let words: Vec<&str> = findings.runs.iter().filter_map(one).collect();
    let head = page.say("what was done otherwise:", "有何不同：");
    let all = words.join(page.say(" ", ""));
    let all = all.trim_end_matches([';', '；']);
    format!("{head}{}{all}{}", page.say(" ", ""), page.say(".", "。"))
}

/// The lines that controls and marker add.
fn added(page: &Page, findings: &Findings) -> Sheet {
    let heads = [
        page.say("Path", "路径"),
        page.say("Estimate", "估计值"),
        page.say("SE", "标准误"),
        page.say("p", "p 值"),
        page.say("Standardised", "标准化"),
    ];
    let mut sheet = Sheet {
        file: "controls",
        title: page
            .say("Controls and marker in the equations", "方程中的控制变量与标记构念")
            .to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "what goes with a construct besides the model. A marker that goes with nothing is \
                 as it should be.",
                "模型之外还有什么与构念相联系。标记构念与什么都无关，才是应有的样子。",
            )
            .to_owned(),
        hides: page.say("circumstances that nobody asked about.", "没有问到的情况。").to_owned(),
        ..Sheet::default()
    };
    let name = |code: &str| {
        let control = findings.sample.controls.iter().find(|control| control.column == code);
        match control {
            Some(control) => {
                let title = control.title.get(page.language);
                let one = control.one.as_deref().map(|one| format!(" = {one}"));
                format!("{title}{}", one.unwrap_or_default())
            }
            None => findings.name(code),
        }
    };
    for run in &findings.runs {
        let Ok(found) = &run.outcome else { continue };
        let warnings = told(&found.warnings, page.language);
        for line in found.added.iter().filter(|line| line.op == Operator::Regression) {
            let cells = vec![
                Cell::Words(format!("{} → {}", name(&line.rhs), findings.name(&line.lhs))),
                Cell::Figure(line.est, 3),
                Cell::Figure(line.se, 3),
                Cell::Probability(line.p),
                Cell::Share(line.std_all),
            ];
            sheet.judged(cells, warnings.clone());
        }
    }
    sheet
}

fn bias(page: &Page, findings: &Findings) -> Sheet {
    let bias = &findings.bias;
    let heads = [
        page.say("Check", "检查"),
        page.say("Found", "结果"),
        page.say("Limit", "界限"),
        page.say("Passed", "通过"),
    ];
    let mut sheet = Sheet {
        file: "method-bias",
        title: page.say("Common method bias", "共同方法偏差").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "whether answers agree because they were asked in one way: the share of all items \
                 that one component takes, how far one construct is a mixture of all others, and \
                 the smallest correlation with items that have nothing to do with the subject.",
                "答案是否因为问法相同而一致：一个成分占全部题目方差的比例，一个构念在多大程度上是其他构念的混合，\
                 以及与主题无关的题目的最小相关。",
            )
            .to_owned(),
        hides: page
            .say(
                "bias that all items share and no check sees.",
                "所有题目共有、任何检查都看不到的偏差。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    if let Some(harman) = bias.harman {
        sheet.row(vec![
            Cell::Words(
                page.say("Share of one component (Harman)", "单一成分的比例（哈曼）").to_owned(),
            ),
            Cell::Share(harman),
            Cell::Words(format!("< {}", share(HARMAN_MAX))),
            Cell::Met(harman < HARMAN_MAX),
        ]);
    }
    if let Some((construct, inflation)) = &bias.inflation {
        let what = page.say("Full collinearity, greatest VIF: ", "完全共线性，最大 VIF：");
        sheet.row(vec![
            Cell::Words(format!("{what}{}", findings.name(construct))),
            Cell::Figure(*inflation, 2),
            Cell::Words(format!("≤ {INFLATION_MAX}")),
            Cell::Met(*inflation <= INFLATION_MAX),
        ]);
    }
    if let Some(marker) = &bias.marker {
        unrelated(page, findings, marker, &mut sheet);
    }
    sheet
}

/// What the marker shares with the constructs, and what is left without it.
fn unrelated(page: &Page, findings: &Findings, marker: &super::bias::Marker, sheet: &mut Sheet) {
    let (before, after) = marker.kept(findings.limits().significance);
    let what = page.say("Smallest correlation with the marker", "与标记题的最小相关");
    sheet.row(vec![
        Cell::Words(what.to_owned()),
        Cell::Share(marker.correlation),
        Cell::Blank,
        Cell::Blank,
    ]);
    let words = match page.language {
        Language::English => format!("Correlations of constructs left without it, of {before}"),
        Language::Chinese => format!("去掉它之后仍显著的构念相关（原有 {before} 个）"),
    };
    sheet.row(vec![
        Cell::Words(words),
        Cell::Count(after),
        Cell::Words(before.to_string()),
        Cell::Met(after == before),
    ]);
}
