//! The sections of the page in order, and the words of its first and last ones.

use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use super::warning::told;
use super::{compared, conduct, declared, explained, measured, repeated, structure};
use crate::instrument::Language;

/// Title of the page.
pub(super) fn title(findings: &Findings) -> String {
    let request = findings.request;
    if let Some(title) = &request.title {
        return title.clone();
    }
    match request.instrument {
        Some(instrument) if request.model.is_none() => {
            instrument.title.get(request.language).to_owned()
        }
        _ => request.language.pick("What goes with trust", "信任与哪些因素有关").to_owned(),
    }
}

/// The sentence under the title.
pub(super) fn lead(findings: &Findings) -> String {
    let n = findings.sample.table.rows();
    let k = findings.scales.len();
    let items = findings.sample.items.width();
    match (findings.request.language, findings.synthetic) {
        (Language::English, false) => {
            format!("{n} respondents, {items} items, {k} constructs, one structural model.")
        }
        (Language::English, true) => format!(
            "{n} invented respondents, {items} items, {k} constructs. The data were made by a \
             program to show what this report looks like; no number here says anything about a \
             real plan."
        ),
        (Language::Chinese, false) => {
            format!("{n} 位受访者，{items} 道题，{k} 个构念，一个结构模型。")
        }
        (Language::Chinese, true) => format!(
            "{n} 位虚构的受访者，{items} 道题，{k} 个构念。数据由程序生成，只为展示报告的样子；\
             其中没有一个数字说明任何真实计划的情况。"
        ),
    }
}

/// Writes all sections.
pub(super) fn write(page: &mut Page, findings: &Findings) {
    brief(page, findings);
    declared::write(page, findings);
    sample(page, findings);
    items(page, findings);
    measured::write(page, findings);
    structure::write(page, findings);
    explained::write(page, findings);
    repeated::write(page, findings);
    compared::write(page, findings);
    conduct::write(page, findings);
    provenance(page, findings);
}

fn brief(page: &mut Page, findings: &Findings) {
    page.section("brief", page.say("In brief", "概要"));
    let mut warnings = findings.warnings.clone();
    for warning in &findings.measurement.warnings {
        if !warnings.contains(warning) {
            warnings.push(warning.clone());
        }
    }
    page.warn(&told(&warnings, page.language));
    let mark = if findings.warnings.is_empty() { "" } else { " ⚠" };
    let outcome = findings.name(&findings.outcome);
    let mut lines = Vec::new();
    for effect in findings.effects.iter().take(3) {
        let name = findings.name(&effect.construct);
        let size = super::sheet::share(effect.total);
        let (low, high) = effect.interval;
        let (low, high) = (super::sheet::share(low), super::sheet::share(high));
        lines.push(match page.language {
            Language::English => format!(
                "{name}: one standard deviation more goes with {size}{mark} standard deviations of \
                 {outcome} (95% interval {low} to {high})."
            ),
            Language::Chinese => format!(
                "{name}：每高一个标准差，“{outcome}”相应变化 {size}{mark} 个标准差（95% 区间 {low} 至 {high}）。"
            ),
        });
    }
    tiles(page, findings, mark);
    page.list(&lines);
    page.paragraph(page.say(
        "Answers were given at one time, by those who chose to answer. The report shows what goes \
         together in the model; it cannot show that changing one thing would change another.",
        "答案在同一时间由自愿作答者给出。报告显示模型中哪些因素相伴变化，不能说明改变其中一个就会使另一个改变。",
    ));
}

/// What a reader wants to know first.
fn tiles(page: &mut Page, findings: &Findings, mark: &str) {
    let explained = findings.fit.explained(0);
    let r2 = explained.iter().find(|(name, _)| *name == findings.outcome);
    let outcome = findings.name(&findings.outcome);
    let (met, of) = declared::tally(page, findings);
    let (significant, same) = repeated::agreement(findings);
    let over = page.say(" of ", "/");
    let mut tiles = vec![(
        findings.sample.table.rows().to_string(),
        page.say("respondents analysed", "位受访者进入分析").to_owned(),
    )];
    if let Some((_, r2)) = r2 {
        let words = match page.language {
            Language::English => format!("of {outcome} explained"),
            Language::Chinese => format!("的“{outcome}”得到解释"),
        };
        tiles.push((format!("{:.0}%{mark}", r2 * 100.0), words));
    }
    tiles.push((
        format!("{met}{over}{of}"),
        page.say("limits of quality met", "项质量界限达到").to_owned(),
    ));
    tiles.push((
        format!("{same}{over}{significant}"),
        page.say("paths hold under every method", "条路径在各种方法下成立").to_owned(),
    ));
    page.tiles(&tiles);
}

fn sample(page: &mut Page, findings: &Findings) {
    let sample = &findings.sample;
    page.section("sample", page.say("Sample and screening", "样本与筛查"));
    let mut sheet = Sheet {
        file: "screening",
        title: page.say("Who is in the analysis", "哪些答案进入分析").to_owned(),
        heads: vec![
            page.say("Check", "检查").to_owned(),
            page.say("Rows", "行数").to_owned(),
            page.say("What was done", "处理").to_owned(),
        ],
        shows: page
            .say(
                "how many answers came in, what was found, and how many are analysed.",
                "收到多少份答案，发现了什么，有多少份进入分析。",
            )
            .to_owned(),
        hides: page
            .say(
                "who did not answer at all, and whether they differ.",
                "没有作答的人是谁，他们是否不同。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    let mut row = |what: &str, count: usize, done: &str| {
        let done = if count > 0 { done } else { "" };
        sheet.row(vec![Cell::Words(what.into()), Cell::Count(count), Cell::Words(done.into())]);
    };
    row(page.say("Rows in the file", "文件行数"), sample.rows, "");
    if let (Some(report), Some(instrument)) = (&sample.report, findings.request.instrument) {
        let plan = &instrument.plan.exclusions;
        let out = page.say("left out, as the plan says", "按计划剔除");
        let kept = page.say("kept", "保留");
        let done = |excluded: bool| if excluded { out } else { kept };
        if let Some(failed) = &report.failed_attention {
            let what = page.say("Failed the attention check", "未通过注意力检测");
            row(what, failed.len(), done(plan.failed_attention));
        }
        let what = page.say("One answer throughout", "全部选同一答案");
        row(what, report.straight_lined.len(), done(plan.straight_lined));
        row(page.say("Too few answers", "作答过少"), report.sparse.len(), out);
        let what = page.say("Impossible answers", "超出量表范围的答案");
        row(what, report.out_of_range.len(), out);
        let what = page.say("Respondent seen before", "受访者重复");
        row(what, report.duplicate_respondents.len(), done(plan.duplicate_respondents));
        let what = page.say("Same answers as an earlier row", "与前面某行答案完全相同");
        row(what, report.same_answers.len(), kept);
    }
    row(page.say("Rows analysed", "进入分析的行数"), sample.table.rows(), "");
    row(
        page.say("Missing answers among them", "其中缺失的答案数"),
        sample.missing,
        if sample.missing > 0 {
            page.say("used by full-information likelihood", "用全信息似然法处理")
        } else {
            ""
        },
    );
    page.table(&sheet);
}

fn items(page: &mut Page, findings: &Findings) {
    let sample = &findings.sample;
    page.section("items", page.say("Items", "题目"));
    let worded = findings.request.instrument.filter(|_| findings.request.model.is_none());
    let mut heads = vec![page.say("Item", "题号")];
    if worded.is_some() {
        heads.push(page.say("Sentence", "题目内容"));
    }
    heads.extend([
        page.say("Answers", "作答数"),
        page.say("Mean", "均值"),
        page.say("SD", "标准差"),
        page.say("Skewness", "偏度"),
        page.say("Kurtosis", "峰度"),
        page.say("Distribution", "分布"),
    ]);
    let mut sheet = Sheet {
        file: "items",
        title: page.say("Descriptive statistics of items", "题目的描述统计").to_owned(),
        heads: heads.into_iter().map(str::to_owned).collect(),
        shows: page
            .say(
                "where answers lie and how they spread, from the lowest answer (left bar) to the \
                 highest.",
                "答案的位置和分散程度；柱形从最低答案（左）到最高答案。",
            )
            .to_owned(),
        hides: page
            .say(
                "why people answered so; a high mean may be politeness.",
                "人们为何这样回答；均值高也可能出于客气。",
            )
            .to_owned(),
        ..Sheet::default()
    };
    let low = sample.descriptions.iter().map(|d| d.min).fold(f64::INFINITY, f64::min);
    let high = sample.descriptions.iter().map(|d| d.max).fold(f64::NEG_INFINITY, f64::max);
    for (at, d) in sample.descriptions.iter().enumerate() {
        let mut cells = vec![Cell::Words(d.name.clone())];
        if let Some(instrument) = worded {
            let item = instrument.items.iter().find(|item| item.code == d.name);
            let text = item.map(|item| item.text.get(page.language).to_owned());
            cells.push(Cell::Words(text.unwrap_or_default()));
        }
        cells.push(Cell::Count(d.n));
        cells.extend([d.mean, d.sd, d.skewness, d.kurtosis].map(|v| Cell::Figure(v, 2)));
        cells.push(distribution(sample.items.column(at), low, high));
        sheet.row(cells);
    }
    page.table(&sheet);
}

/// Counts of whole answers, when there are few enough to draw.
fn distribution(answers: impl Iterator<Item = f64>, low: f64, high: f64) -> Cell {
    // Beyond eleven answers a scale is no longer one of words.
    if !(0.0..11.0).contains(&(high - low)) {
        return Cell::Blank;
    }
    let mut counts = vec![0; (high - low) as usize + 1];
    for answer in answers.filter(|answer| !answer.is_nan()) {
        if let Some(count) = counts.get_mut((answer - low).round() as usize) {
            *count += 1;
        }
    }
    Cell::Bars(counts)
}

fn provenance(page: &mut Page, findings: &Findings) {
    let request = findings.request;
    page.section("provenance", page.say("How to repeat this", "如何复现"));
    let kind = if findings.synthetic {
        page.say("synthetic: invented by a program", "合成：由程序虚构")
    } else {
        page.say("answers of respondents", "受访者的回答")
    };
    let name = findings.fit.data.options.estimator().name;
    let errors = match page.language {
        Language::English => format!("{name}; composites by PLS with path weighting"),
        Language::Chinese => format!("{name}；合成变量用偏最小二乘（路径加权）"),
    };
    let interval = match page.language {
        Language::English => {
            format!("{} draws, percentile intervals, seed {}", request.draws, request.seed)
        }
        Language::Chinese => {
            format!("{} 次抽样，百分位区间，种子 {}", request.draws, request.seed)
        }
    };
    let mut lines = vec![
        (page.say("Data", "数据"), kind.to_owned()),
        (page.say("SHA-256 of the data file", "数据文件的 SHA-256"), findings.sample.hash.clone()),
        (page.say("Estimators", "估计方法"), errors),
        (page.say("Bootstrap", "自助法"), interval),
        (page.say("Program", "程序"), format!("huzhu {}", env!("CARGO_PKG_VERSION"))),
    ];
    if let Some(instrument) = request.instrument {
        lines.insert(1, (page.say("Seal of the questionnaire", "问卷封印"), instrument.seal()));
    }
    let terms: Vec<(String, String)> =
        lines.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    page.terms(&terms);
    let text = match (request.model, request.instrument) {
        (Some(model), _) => model.to_owned(),
        (None, Some(instrument)) => {
            instrument.models.first().map(|rival| instrument.full_model(rival)).unwrap_or_default()
        }
        (None, None) => String::new(),
    };
    page.paragraph(page.say("The model, in lavaan syntax:", "模型（lavaan 语法）："));
    page.raw(&format!("<pre>{}</pre>", super::page::escape(text.trim())));
}
