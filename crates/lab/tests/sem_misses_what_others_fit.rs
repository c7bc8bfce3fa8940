//! The fear: models of unusual shape, found by comparing some 390 fresh ones with lavaan 0.6-14,
//! lose cases, hide what they found, or are refused. The figures are lavaan's for the classic data.

#![allow(clippy::unwrap_used)]

mod sem_ordered_answers;
mod sem_reference;

use std::path::Path;

use lab::data::Table;
use lab::model::{GroupEqual, Parameterization, parse};
use lab::sem::{FitOptions, Missing, ScoreMethod};
use sem_ordered_answers::{answers, items};
use sem_reference::{fitted, table};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

fn classic(name: &str) -> Table {
    table(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem").join(name))
}

fn near(got: f64, expected: f64, allowed: f64, what: &str) {
    assert!((got - expected).abs() < allowed, "{what}: {got} not {expected}");
}

/// The classic data without the visual answers of every tenth case and some of `x2`.
fn with_gaps() -> Table {
    let raw = classic("holzinger_swineford1939.csv");
    let names = ["x1", "x2", "x3", "ageyr", "sex"];
    let columns = names.map(|name| {
        let mut numbers = raw.numbers(name).unwrap().to_vec();
        for case in 1..=numbers.len() {
            let second = name == "x2" && case % 13 == 7;
            if name.starts_with('x') && (case % 10 == 0 || second) {
                numbers[case - 1] = f64::NAN;
            }
        }
        (name.to_owned(), numbers)
    });
    Table::from_columns(columns.to_vec())
}

#[test]
fn a_case_that_gives_covariates_alone_is_lost() {
    let options = FitOptions { missing: Missing::Fiml, ..FitOptions::default() };
    let model = "visual =~ x1 + x2 + x3\nvisual ~ ageyr\nx3 ~ sex";
    let mut fit = fitted(model, &with_gaps(), &options);
    let measures = fit.measures();
    for (name, expected) in [
        ("ntotal", 301.0),
        ("chisq", 6.943_957_3),
        ("bic", 2_452.250_462_6),
        ("rmsea", 0.049_448_430),
        ("srmr", 0.037_179_283),
        ("logl", -1_194.736_124_9),
    ] {
        near(measures.get(name).unwrap(), expected, 1e-5, name);
    }
    // What would happen to the moments of fixed covariates is no information, with gaps or not.
    let found = fit.modifications();
    for (lhs, rhs, index, change) in [
        ("ageyr", "visual", 2.445_864_6, -1.197_408_9),
        ("sex", "visual", 2.438_271_5, -0.091_908_6),
        ("sex", "x3", 1.646_859_0, -0.073_288_3),
        ("x3", "ageyr", 1.418_411_0, 0.080_085_2),
    ] {
        let row = found.iter().find(|m| m.lhs == lhs && m.rhs == rhs && m.op.as_str() == "~");
        let row = row.unwrap_or_else(|| panic!("no index of {lhs} ~ {rhs}"));
        near(row.index, index, 2e-4, &format!("index of {lhs} ~ {rhs}"));
        near(row.change, change, 2e-4, &format!("change of {lhs} ~ {rhs}"));
    }
}

#[test]
fn a_share_below_nothing_is_hidden() {
    let data = classic("holzinger_swineford1939.csv");
    let fit = fitted("x1 ~ x2 + x4\nx2 ~ x5 + x4\nx1 ~~ x2", &data, &FitOptions::default());
    let explained = fit.explained(0);
    near(explained[0].1, -0.040_575_17, 1e-5, "x1");
    near(explained[1].1, 0.024_994_92, 1e-5, "x2");
}

#[test]
fn two_factors_of_one_item_run_off_from_equal_loadings() {
    let model = "g =~ y1 + y2 + y3 + y4 + y5 + y6 + y7 + y8\nf1 =~ y1 + y2 + y3 + y4\ng ~~ 0*f1";
    let options = FitOptions { std_lv: true, ..FitOptions::default() };
    let mut fit = fitted(model, &classic("political_democracy.csv"), &options);
    assert!(fit.solved.ending.converged, "{:?}", fit.warnings);
    near(fit.measures().get("chisq").unwrap(), 38.245_099_1, 1e-5, "chisq");
}

#[test]
fn groups_with_models_of_their_own_are_refused() {
    let data = classic("holzinger_swineford1939.csv");
    let options = FitOptions {
        group: Some("school".to_owned()),
        equal: vec![GroupEqual::Loadings],
        ..FitOptions::default()
    };
    let shared = "visual =~ x1 + x2 + x3 + x4\nspeed =~ x7 + x8 + x9";
    let own = format!("{shared}\nx1 ~~ x2\nspeed ~ visual");
    let by_place = format!("group: 1\n{shared}\ngroup: 2\n{own}");
    let by_name = format!("group: Grant-White\n{own}\ngroup: Pasteur\n{shared}");
    for model in [by_place, by_name] {
        let mut fit = fitted(&model, &data, &options);
        let measures = fit.measures();
        near(measures.get("chisq").unwrap(), 91.025_536_8, 1e-5, "chisq");
        near(measures.get("npar").unwrap(), 40.0, 1e-9, "npar");
        near(measures.get("cfi").unwrap(), 0.850_043_8, 1e-6, "cfi");
    }
    let refusal = |text: &str| parse(text).unwrap_err().to_string();
    assert!(refusal("f =~ a + b\ngroup: 1\nf =~ c").contains("before the first block"));
    assert!(refusal("level: 1\nf =~ a + b").contains("two levels"));
    assert!(refusal("group: 1\nf =~ a + b\ngroup: 1\nf =~ a").contains("stands twice"));
    let misfit = |text: &str| {
        let model = parse(text).unwrap();
        lab::sem::fit(&model, &data, &options).unwrap_err().to_string()
    };
    let one = misfit(&format!("group: 1\n{shared}"));
    assert!(one.contains("\"Pasteur\"") && one.contains("\"Grant-White\""), "{one}");
    let other = misfit(&format!("group: 1\n{shared}\ngroup: 2\nvisual =~ x1 + x2 + x3"));
    assert!(other.contains("differ in their variables"), "{other}");
}

fn ordered(parameterization: Parameterization) -> FitOptions {
    FitOptions { ordered: items(), parameterization, ..FitOptions::default() }
}

#[test]
fn ordered_answers_have_no_scores() {
    let data = Table::from_columns(answers());
    let fit = fitted(THREE, &data, &ordered(Parameterization::Delta));
    let scores = &fit.factor_scores(ScoreMethod::Mode).unwrap()[0];
    let expected = [
        [-0.517_357_61, -0.005_684_55, 0.216_138_20],
        [-0.609_860_07, 0.608_732_33, -0.030_890_15],
    ];
    for (case, expected) in [0, 6].into_iter().zip(expected) {
        for (got, expected) in scores.rows.row(case).iter().zip(expected) {
            near(*got, expected, 2e-5, &format!("case {case}"));
        }
    }
    // The other scale is the same model: a case stands where it stood. lavaan's own scores on it
    // are no modes of its solution, as the density written out and minimised in R shows.
    let other = fitted(THREE, &data, &ordered(Parameterization::Theta));
    let rescaled = &other.factor_scores(ScoreMethod::Mode).unwrap()[0];
    let unit = |fit: &lab::sem::Fit| {
        let lines = fit.estimates();
        lines.iter().find(|l| l.lhs == "visual" && l.rhs == "visual").unwrap().est.sqrt()
    };
    for case in 0..301 {
        let (a, b) = (scores.rows[(case, 0)] / unit(&fit), rescaled.rows[(case, 0)] / unit(&other));
        near(a, b, 1e-5, &format!("case {case} in both scales"));
    }
    assert!(other.factor_scores(ScoreMethod::Regression).is_none());
}
