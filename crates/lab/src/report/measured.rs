//! Words and tables of the measurement model.

use super::findings::Findings;
use super::page::Page;
use super::sheet::{Cell, Sheet};
use super::told;
use crate::instrument::Thresholds;

pub(super) fn write(page: &mut Page, findings: &Findings) {
    page.section("measurement", page.say("Do the items measure well?", "题目测得好吗？"));
    reliability(page, findings);
    loadings(page, findings);
    fornell(page, findings);
    heterotrait(page, findings);
}

/// The plan's limits, or the customary ones.
fn limits(findings: &Findings) -> (f64, f64, f64) {
    let customary = (0.70, 0.50, 0.85);
    let of =
        |t: &Thresholds| (t.composite_reliability_min, t.variance_extracted_min, t.heterotrait_max);
    findings.request.instrument.map_or(customary, |i| of(&i.plan.thresholds))
}

fn reliability(page: &mut Page, findings: &Findings) {
    let (reliable, extracted, _) = limits(findings);
    let heads = [
        page.say("Construct", "构念"),
        page.say("Items", "题数"),
        page.say("Alpha", "α 系数"),
        page.say("95% CI", "95% 置信区间"),
        page.say("Omega", "ω 系数"),
        page.say("Omega (total)", "ω 系数（总方差）"),
        "ρc",
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
                 and AVE the average variance extracted, both from standardised loadings.",
                "同一构念的题目在多大程度上一致。ω 以模型隐含方差为分母，ω（总方差）以观测方差为分母；\
                 ρc 是组合信度，AVE 是平均方差抽取量，均由标准化载荷算出。",
            )
            .to_owned(),
        hides: format!(
            "{} ρc ≥ {}, AVE ≥ {}.",
            page.say(
                "that the items measure what their name says. Declared or customary limits:",
                "题目是否真的测到了名称所说的东西。预先声明或惯用的界限：",
            ),
            super::sheet::share(reliable),
            super::sheet::share(extracted),
        ),
        warnings: told::of_fit(&findings.measurement.fit, page.language),
        ..Sheet::default()
    };
    for (block, r) in findings.blocks.iter().zip(&findings.measurement.reliability) {
        let alpha = r.alpha.unwrap_or((f64::NAN, f64::NAN, f64::NAN));
        let omega = |f: fn(&crate::reliability::Omega) -> f64| {
            Cell::Share(r.omega.as_ref().map_or(f64::NAN, f))
        };
        sheet.row(vec![
            Cell::Words(findings.name(&block.code)),
            Cell::Count(block.items.len()),
            Cell::Share(alpha.0),
            Cell::Interval(alpha.1, alpha.2),
            omega(|o| o.model_implied),
            omega(|o| o.observed_total),
            Cell::Share(r.rho_c),
            Cell::Share(r.ave),
        ]);
    }
    page.table(&sheet);
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
        warnings: told::of_fit(&findings.measurement.fit, page.language),
        ..Sheet::default()
    };
    for line in &findings.measurement.loadings {
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
    let size = findings.blocks.len();
    sheet.heads = vec![page.say("Construct", "构念").to_owned()];
    sheet.heads.extend((1..=size).map(|number| number.to_string()));
    for (i, block) in findings.blocks.iter().enumerate() {
        let mut cells = vec![Cell::Words(format!("{}. {}", i + 1, findings.name(&block.code)))];
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
        warnings: told::of_fit(&findings.measurement.fit, page.language),
        ..Sheet::default()
    };
    square(page, findings, &findings.measurement.fornell, &mut sheet);
    page.table(&sheet);
}

fn heterotrait(page: &mut Page, findings: &Findings) {
    let limit = super::sheet::share(limits(findings).2);
    let over = findings.measurement.heterotrait.iter().filter(|v| **v > limits(findings).2);
    let count = over.count();
    let verdict = match page.language {
        crate::instrument::Language::English => {
            format!("which constructs are hardly told apart: {count} of the pairs exceed {limit}.")
        }
        crate::instrument::Language::Chinese => {
            format!("哪些构念难以区分：有 {count} 对超过 {limit}。")
        }
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
