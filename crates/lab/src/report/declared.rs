//! What was declared before the data, and what came of it.

use super::findings::Findings;
use super::page::Page;
use super::sealing::{declared, sentence};
use super::sheet::{Cell, Sheet, share};
use super::warning::told;
use crate::instrument::{Language, Plan};
use crate::sem::Missing;

/// A limit and what was found against it.
struct Criterion {
    name: String,
    limit: String,
    found: f64,
    /// Where it was found.
    place: String,
    met: bool,
}

pub(super) fn write(page: &mut Page, findings: &Findings) {
    let sealing = findings.request.sealing;
    let first = findings.sample.first_answer.as_deref();
    let stands = declared(sealing, first).stands() == Some(true);
    page.section(
        "declared",
        match findings.request.instrument {
            Some(_) if stands => page.say("Declared beforehand, and found", "事先声明与实际结果"),
            Some(_) => page.say("The plan, and what was found", "分析计划与实际结果"),
            None => page.say("Customary limits, and what was found", "惯用界限与实际结果"),
        },
    );
    if let Some(instrument) = findings.request.instrument {
        let mut lines = vec![(stands, sentence(page, sealing, first))];
        lines.extend(promises(page, findings, &instrument.plan));
        page.ticks(&lines);
    }
    let all = criteria(page, findings);
    let met = all.iter().filter(|criterion| criterion.met).count();
    let heads = [
        page.say("Criterion", "标准"),
        page.say("Limit", "界限"),
        page.say("Found", "结果"),
        page.say("Met", "达到"),
        page.say("Where", "何处"),
    ];
    let mut sheet = Sheet {
        file: "criteria",
        title: page.say("Limits and findings", "界限与结果").to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        shows: match page.language {
            Language::English => {
                format!("the worst figure against each limit: {met} of {} are met.", all.len())
            }
            Language::Chinese => {
                format!("各项界限与其最差的数字：{} 项中达到 {met} 项。", all.len())
            }
        },
        hides: page
            .say(
                "how wrong a model is that meets them all; limits are customs.",
                "达到全部界限的模型错得有多远；界限只是惯例。",
            )
            .to_owned(),
        warnings: told(&findings.measurement.warnings, page.language),
        ..Sheet::default()
    };
    for criterion in all {
        sheet.row(vec![
            Cell::Words(criterion.name),
            Cell::Words(criterion.limit),
            Cell::Share(criterion.found),
            Cell::Met(criterion.met),
            Cell::Words(criterion.place),
        ]);
    }
    page.table(&sheet);
}

/// How many limits are met, and of how many.
pub(super) fn tally(page: &Page, findings: &Findings) -> (usize, usize) {
    let all = criteria(page, findings);
    (all.iter().filter(|criterion| criterion.met).count(), all.len())
}

/// What the plan said would be done, and whether it was.
fn promises(page: &Page, findings: &Findings, plan: &Plan) -> Vec<(bool, String)> {
    let options = &findings.fit.data.options;
    let estimator = options.estimator().name;
    let differs = page.say(", which differs from the plan", "（与计划不同）");
    let own = findings.request.model.is_none();
    let colon = page.say(": ", "：");
    let line = |what: &str, used: &str, same: bool| {
        (same, format!("{what}{colon}{used}{}", if same { "" } else { differs }))
    };
    let planned = plan.bootstrap_draws as usize;
    let mut lines = vec![
        line(
            page.say("Model", "模型"),
            if own {
                page.say("the first rival", "首个竞争模型")
            } else {
                page.say("another", "另给的模型")
            },
            own,
        ),
        line(
            page.say("Estimator", "估计方法"),
            estimator,
            estimator.eq_ignore_ascii_case(&plan.estimator),
        ),
        line(
            page.say("Missing answers", "缺失答案"),
            match (findings.sample.missing, options.missing) {
                (0, _) => page.say("none", "无"),
                (_, Missing::Fiml) => page.say("full-information likelihood", "全信息似然法"),
                (_, Missing::Listwise) => page.say("respondents left out", "剔除该受访者"),
                (_, Missing::Pairwise) => page.say("pair by pair", "成对使用"),
            },
            findings.sample.missing == 0
                || (options.missing == Missing::Fiml) == (plan.missing == "fiml"),
        ),
        line(
            page.say("Outcome", "结果构念"),
            &findings.name(&findings.outcome),
            findings.outcome == plan.outcome,
        ),
        line(
            page.say("Bootstrap draws", "自助法次数"),
            &findings.request.draws.to_string(),
            findings.request.draws == planned,
        ),
        line(
            page.say("Intervals", "区间"),
            page.say("percentile", "百分位"),
            plan.interval == "percentile",
        ),
    ];
    let ran = findings.runs.iter().filter(|run| run.outcome.is_ok()).count();
    let of = findings.runs.len();
    let runs = match page.language {
        Language::English => format!("{ran} of {of} gave a result"),
        Language::Chinese => format!("{of} 次中有 {ran} 次得到结果"),
    };
    lines.push(line(page.say("Runs, the main one included", "分析（含主分析）"), &runs, ran == of));
    lines
}

/// The worst of some figures against a least or greatest one.
struct Limits<'p> {
    page: &'p Page,
}

impl Limits<'_> {
    fn least(
        &self,
        names: (&str, &str),
        limit: f64,
        values: impl Iterator<Item = (String, f64)>,
    ) -> Option<Criterion> {
        let worst = values.filter(|v| v.1.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Criterion {
            name: self.page.say(names.0, names.1).to_owned(),
            limit: format!("≥ {}", share(limit)),
            met: worst.1 >= limit,
            found: worst.1,
            place: worst.0,
        })
    }

    fn most(
        &self,
        names: (&str, &str),
        limit: f64,
        values: impl Iterator<Item = (String, f64)>,
    ) -> Option<Criterion> {
        let worst = values.filter(|v| v.1.is_finite()).max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Criterion {
            name: self.page.say(names.0, names.1).to_owned(),
            limit: format!("≤ {}", share(limit)),
            met: worst.1 <= limit,
            found: worst.1,
            place: worst.0,
        })
    }
}

fn criteria(page: &Page, findings: &Findings) -> Vec<Criterion> {
    let mut all = of_measurement(page, findings);
    all.extend(of_model(page, findings));
    all
}

fn of_measurement(page: &Page, findings: &Findings) -> Vec<Criterion> {
    let (limits, judge) = (findings.limits(), Limits { page });
    let measured = &findings.measurement;
    let name = |at: usize| findings.name(&findings.scales[at].name);
    let alphas = measured.alphas.iter().enumerate();
    let alphas = alphas.filter_map(|(at, alpha)| Some((name(at), alpha.as_ref()?.raw)));
    let scales = || measured.joint.scales.iter().enumerate().filter(|(_, s)| s.loadings.len() > 1);
    let loadings = measured
        .joint
        .scales
        .iter()
        .flat_map(|s| s.scale.items.iter().cloned().zip(s.loadings.iter().copied()));
    let size = findings.scales.len();
    let ratios = (0..size * size).filter_map(|at| {
        let value = measured.heterotrait[at];
        let pair = || format!("{} – {}", name(at % size), name(at / size));
        (!value.is_nan()).then(|| (pair(), value))
    });
    let all = [
        judge.least(("Cronbach's alpha", "克隆巴赫 α"), limits.alpha_min, alphas),
        judge.least(
            ("Composite reliability ρc", "组合信度 ρc"),
            limits.composite_reliability_min,
            scales().map(|(at, scale)| (name(at), scale.rho_c)),
        ),
        judge.least(
            ("Variance extracted (AVE)", "平均方差抽取量（AVE）"),
            limits.variance_extracted_min,
            scales().map(|(at, scale)| (name(at), scale.ave)),
        ),
        judge.least(("Loading", "载荷"), limits.loading_min, loadings),
        judge.most(("HTMT", "HTMT"), limits.heterotrait_max, ratios),
    ];
    all.into_iter().flatten().collect()
}

fn of_model(page: &Page, findings: &Findings) -> Vec<Criterion> {
    let (limits, judge) = (findings.limits(), Limits { page });
    let measures = findings.fit.clone().measures();
    let fit = |code: &str| {
        let value = measures.get(&format!("{code}.robust")).or(measures.get(code));
        std::iter::once((page.say("main model", "主模型").to_owned(), value.unwrap_or(f64::NAN)))
    };
    let steps = |f: fn(&crate::sem::Difference) -> f64| {
        findings.ladder.iter().filter_map(move |step| {
            let rung = step.outcome.as_ref().ok()?;
            Some((page.say(step.name.0, step.name.1).to_owned(), f(rung.difference.as_ref()?)))
        })
    };
    let all = [
        judge.least(("CFI", "CFI"), limits.cfi_min, fit("cfi")),
        judge.most(("RMSEA", "RMSEA"), limits.rmsea_max, fit("rmsea")),
        judge.most(("SRMR", "SRMR"), limits.srmr_max, fit("srmr")),
        judge.most(
            ("Fall of CFI between groups' steps", "各组逐步的 CFI 下降"),
            limits.invariance_cfi_fall_max,
            steps(|d| d.cfi),
        ),
        judge.most(
            ("Rise of RMSEA between groups' steps", "各组逐步的 RMSEA 上升"),
            limits.invariance_rmsea_rise_max,
            steps(|d| d.rmsea),
        ),
    ];
    all.into_iter().flatten().collect()
}
