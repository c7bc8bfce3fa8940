//! Words and tables of the measurement model.

use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use super::warning::{Warning, told};
use crate::instrument::Language;
use crate::model::Operator;
use crate::pls::{self, Quantity};
use crate::reliability::Omega;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    page.section("measurement", page.say("Do the items measure well?", "题目测得好吗？"));
    reliability(page, findings);
    loadings(page, findings);
    fornell(page, findings);
    heterotrait(page, findings);
    intervals(page, findings);
}

fn reliability(page: &mut Page, findings: &Findings) {
    let limits = findings.limits();
    let heads = [
        page.say("Construct", "构念"),
        page.say("Items", "题数"),
        page.say("Alpha", "α 系数"),
        page.say("95% CI", "95% 置信区间"),
        page.say("Omega", "ω 系数"),
        page.say("Omega (total)", "ω 系数（总方差）"),
        "ρc",
        "ρA",
        "AVE",
    ];
    let mut sheet = Sheet {
        file: "reliability",
        title: page.say("Reliability and convergent validity", "信度与收敛效度").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "how far the items of one construct agree. Omega is over the variance that the \
                 model implies, Omega (total) over the observed one; ρc is composite reliability \
                 and AVE the average variance extracted, both from the standardised loadings of \
                 one model of all constructs; ρA is the reliability of PLS scores.",
                "同一构念的题目在多大程度上一致。ω 以模型隐含方差为分母，ω（总方差）以观测方差为分母；\
                 ρc 是组合信度，AVE 是平均方差抽取量，均由全部构念的同一模型的标准化载荷算出；ρA 是 PLS 分数的信度。",
            )
            .to_owned(),
        hides: format!(
            "{} ρc ≥ {}, AVE ≥ {}.",
            page.say(
                "that the items measure what their name says. Declared or customary limits:",
                "题目是否真的测到了名称所说的东西。预先声明或惯用的界限：",
            ),
            super::sheet::share(limits.composite_reliability_min),
            super::sheet::share(limits.variance_extracted_min),
        ),
        warnings: told(&findings.measurement.warnings, page.language),
        ..Sheet::default()
    };
    for (scale, alpha) in findings.measurement.joint.scales.iter().zip(&findings.measurement.alphas)
    {
        let alpha = alpha
            .as_ref()
            .map_or([f64::NAN; 3], |alpha| [alpha.raw, alpha.ci_lower, alpha.ci_upper]);
        let omega = |f: fn(&Omega) -> f64| Cell::Share(scale.omega.as_ref().map_or(f64::NAN, f));
        sheet.row(vec![
            Cell::Words(findings.name(&scale.scale.name)),
            Cell::Count(scale.scale.items.len()),
            Cell::Share(alpha[0]),
            Cell::Interval(alpha[1], alpha[2]),
            omega(|o| o.model_implied),
            omega(|o| o.observed_total),
            Cell::Share(scale.rho_c),
            Cell::Share(of_scores(findings, &scale.scale.name)),
            Cell::Share(scale.ave),
        ]);
    }
    page.table(&sheet);
}

/// ρA of a construct's scores; not a number where it is not defined.
fn of_scores(findings: &Findings, name: &str) -> f64 {
    let Ok(composite) = &findings.composite else { return f64::NAN };
    let found = composite.position(name).map(|place| pls::reliability(&composite.fit)[place].rho_a);
    found.flatten().unwrap_or(f64::NAN)
}

fn loadings(page: &mut Page, findings: &Findings) {
    let heads = [
        page.say("Construct", "构念"),
        page.say("Item", "题号"),
        page.say("Estimate", "估计值"),
        page.say("SE", "标准误"),
        page.say("p", "p 值"),
        page.say("Standardised", "标准化"),
    ];
    let mut sheet = Sheet {
        file: "loadings",
        title: page.say("Loadings of the measurement model", "测量模型的载荷").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: page
            .say(
                "how strongly each item goes with its construct. The first item of each sets the \
                 unit and has no standard error.",
                "每道题与其构念的联系强度。每个构念的第一题确定单位，没有标准误。",
            )
            .to_owned(),
        hides: page
            .say(
                "items that also belong elsewhere; see the discriminant tables.",
                "哪些题还属于别的构念；见区分效度表。",
            )
            .to_owned(),
        warnings: told(&findings.measurement.warnings, page.language),
        ..Sheet::default()
    };
    let joint = &findings.measurement.joint;
    for line in joint.lines.iter().filter(|line| line.op == Operator::Measures) {
        let fixed = line.se == 0.0;
        let or = |value: f64| if fixed { f64::NAN } else { value };
        sheet.row(vec![
            Cell::Words(findings.name(&line.lhs)),
            Cell::Words(line.rhs.clone()),
            Cell::Figure(line.est, 3),
            Cell::Figure(or(line.se), 3),
            Cell::Probability(or(line.p)),
            Cell::Share(line.std_all),
        ]);
    }
    page.table(&sheet);
}

/// A square table of constructs: numbered rows, numbers as heads, so that it fits a phone.
fn square(page: &Page, findings: &Findings, values: &[f64], sheet: &mut Sheet) {
    let size = findings.scales.len();
    sheet.heads = vec![page.say("Construct", "构念").to_owned()];
    sheet.heads.extend((1..=size).map(|number| number.to_string()));
    for (i, scale) in findings.scales.iter().enumerate() {
        let mut cells = vec![Cell::Words(format!("{}. {}", i + 1, findings.name(&scale.name)))];
        cells.extend((0..size).map(|j| match values[i * size + j] {
            value if value.is_nan() => Cell::Blank,
            value => Cell::Share(value),
        }));
        sheet.row(cells);
    }
}

fn fornell(page: &mut Page, findings: &Findings) {
    let mut sheet = Sheet {
        file: "fornell-larcker",
        title: page.say("Fornell–Larcker criterion", "Fornell–Larcker 判据").to_owned(),
        shows: page
            .say(
                "correlations of constructs, and on the diagonal the square root of AVE. A \
                 construct is told from the others when its diagonal figure is the greatest in \
                 its row and column.",
                "构念间的相关；对角线上是 AVE 的平方根。对角线数字在其行和列中最大时，该构念可与其他构念区分。",
            )
            .to_owned(),
        hides: page
            .say(
                "overlap among items; HTMT finds it more often.",
                "题目之间的重叠；HTMT 更容易发现。",
            )
            .to_owned(),
        warnings: told(&findings.measurement.warnings, page.language),
        ..Sheet::default()
    };
    square(page, findings, &findings.measurement.fornell, &mut sheet);
    page.table(&sheet);
}

fn heterotrait(page: &mut Page, findings: &Findings) {
    let most = findings.limits().heterotrait_max;
    let limit = super::sheet::share(most);
    let count = findings.measurement.heterotrait.iter().filter(|v| **v > most).count();
    let verdict = match page.language {
        Language::English => {
            format!("which constructs are hardly told apart: {count} of the pairs exceed {limit}.")
        }
        Language::Chinese => format!("哪些构念难以区分：有 {count} 对超过 {limit}。"),
    };
    let mut sheet = Sheet {
        file: "htmt",
        title: page.say("Heterotrait–monotrait ratios (HTMT)", "异质—单质比（HTMT）").to_owned(),
        shows: verdict,
        hides: page
            .say("which of two overlapping constructs should go.", "两个重叠的构念中应舍去哪一个。")
            .to_owned(),
        ..Sheet::default()
    };
    square(page, findings, &findings.measurement.heterotrait, &mut sheet);
    page.table(&sheet);
}

/// HTMT of every pair with its bootstrap interval, the closest pair first.
fn intervals(page: &mut Page, findings: &Findings) {
    let Ok(composite) = &findings.composite else { return };
    let names = composite.fit.constructs_named();
    let mut pairs: Vec<(usize, usize, &pls::Summary)> = (0..names.len())
        .flat_map(|a| (0..a).map(move |b| (a, b)))
        .filter_map(|(a, b)| Some((a, b, composite.spread(Quantity::Htmt(a, b))?)))
        .collect();
    if pairs.is_empty() {
        return;
    }
    pairs.sort_by(|a, b| b.2.estimate.total_cmp(&a.2.estimate));
    let most = findings.limits().heterotrait_max;
    let heads = [
        page.say("Pair of constructs", "一对构念").to_owned(),
        "HTMT".to_owned(),
        page.say("95% CI", "95% 置信区间").to_owned(),
        format!("<\u{a0}{}", super::sheet::share(most)),
    ];
    let mut sheet = Sheet {
        file: "htmt-intervals",
        title: page.say("HTMT with bootstrap intervals", "HTMT 及其自助法区间").to_owned(),
        heads: heads.to_vec(),
        shows: page
            .say(
                "whether the constructs of a pair are told apart with what the sample size \
                 allows: ticked when the whole interval lies below the limit.",
                "在此样本量下能否区分一对构念：整个区间低于界限时打勾。",
            )
            .to_owned(),
        hides: page
            .say(
                "items that two constructs share; see the loadings.",
                "两个构念共有的题目；见载荷。",
            )
            .to_owned(),
        warnings: told(&Warning::of_boot(&composite.boot), page.language),
        ..Sheet::default()
    };
    for (a, b, summary) in pairs {
        sheet.row(vec![
            Cell::Words(format!("{} – {}", findings.name(&names[b]), findings.name(&names[a]))),
            Cell::Share(summary.estimate),
            Cell::Interval(summary.ci_lower, summary.ci_upper),
            Cell::Met(summary.ci_upper < most),
        ]);
    }
    page.table(&sheet);
}
