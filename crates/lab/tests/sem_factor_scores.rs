//! The fear: scores of members that are not those of lavaan 0.6-14 (`lavPredict`). The figures
//! are lavaan's for the first and the seventh case.

#![allow(clippy::unwrap_used)]

mod sem_ordered_answers;
mod sem_reference;

use std::path::Path;

use lab::data::Table;
use lab::model::GroupEqual;
use lab::sem::ScoreMethod::{Bartlett, Regression};
use lab::sem::{FitOptions, Missing, ScoreMethod};
use sem_ordered_answers::{answers, items};
use sem_reference::{fitted, note, table};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

/// The classic data as measured; with `gaps` some answers are left out by a rule.
fn continuous(gaps: bool) -> Table {
    let mut columns = answers();
    columns.retain(|(name, _)| !name.starts_with('x'));
    for (name, numbers) in &mut columns {
        let Some(number) = name.strip_prefix('c') else { continue };
        let item: usize = number.parse().unwrap();
        *name = format!("x{item}");
        let away = |row: &usize| gaps && (row * (item + 2) + item).is_multiple_of(11);
        for row in (1..=numbers.len()).filter(away) {
            numbers[row - 1] = f64::NAN;
        }
    }
    Table::from_columns(columns)
}

type Expected<'e> = (ScoreMethod, [&'e [f64]; 2]);

fn check(model: &str, table: &Table, options: &FitOptions, group: usize, expected: &[Expected]) {
    let fit = fitted(model, table, options);
    for (method, cases) in expected {
        let scores = &fit.factor_scores(*method).unwrap()[group];
        for (case, expected) in [0, 6].into_iter().zip(cases) {
            for (got, expected) in scores.rows.row(case).iter().zip(*expected) {
                note("factor_scores", *got, *expected, 1e-5, "");
                assert!((got - expected).abs() < 1e-5, "{method:?} {case}: {got} not {expected}");
            }
        }
    }
}

#[test]
fn scores_of_a_measurement_model() {
    let expected: [Expected; 2] = [
        (Regression, [&[-0.817_675, -0.137_545, 0.061_507], &[-0.984_968, 0.657_614, 0.043_706]]),
        (Bartlett, [&[-1.369_538, -0.099_550, 0.231_837], &[-1.819_659, 0.840_164, 0.208_317]]),
    ];
    let data = continuous(false);
    check(THREE, &data, &FitOptions::default(), 0, &expected);
    let means = FitOptions { means: Some(true), ..FitOptions::default() };
    check(THREE, &data, &means, 0, &expected);
}

#[test]
fn scores_with_regressions_groups_and_gaps() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem");
    let democracy = table(&path.join("political_democracy.csv"));
    let model = "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\n\
        dem65 =~ y5 + y6 + y7 + y8\ndem60 ~ ind60\ndem65 ~ ind60 + dem60\ny1 ~~ y5\n\
        y2 ~~ y4 + y6";
    let expected: [Expected; 2] = [
        (Regression, [&[-0.534_164, -2.357_769, -2.127_617], &[0.110_544, 0.573_510, 0.268_838]]),
        (Bartlett, [&[-0.548_967, -2.921_400, -1.939_208], &[0.123_991, 1.337_719, -0.290_935]]),
    ];
    check(model, &democracy, &FitOptions::default(), 0, &expected);
    let chain = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual + age\n\
        x9 ~ textual + girl\nx8 ~ x9 + age";
    // By Bartlett lavaan takes an observed outcome for one more indicator; it is none here.
    let expected: [Expected; 1] =
        [(Regression, [&[-0.868_976, -3.152_860], &[-1.071_096, -2.396_961]])];
    check(chain, &continuous(false), &FitOptions::default(), 0, &expected);
    let grouped = FitOptions {
        group: Some("school".to_owned()),
        equal: vec![GroupEqual::Loadings, GroupEqual::Intercepts],
        ..FitOptions::default()
    };
    let expected: [Expected; 2] = [
        (Regression, [&[-1.248_827, 0.099_831, -1.079_732], &[1.718_052, 2.668_008, 1.612_785]]),
        (Bartlett, [&[-1.684_129, 0.145_661, -1.257_066], &[1.937_763, 2.841_031, 1.993_184]]),
    ];
    check(THREE, &continuous(false), &grouped, 1, &expected);
    let fiml = FitOptions { missing: Missing::Fiml, ..FitOptions::default() };
    let expected: [Expected; 2] = [
        (Regression, [&[-0.918_745, -0.193_718, 0.066_012], &[-0.174_434, 0.679_797, 0.069_988]]),
        (Bartlett, [&[-1.463_829, -0.161_595, 0.277_567], &[-1.447_953, 0.801_838, 0.127_921]]),
    ];
    check(THREE, &continuous(true), &fiml, 0, &expected);
}

#[test]
fn no_score_is_made_up() {
    let second = format!("{THREE}\ng =~ visual + textual + speed");
    let fit = fitted(&second, &continuous(false), &FitOptions::default());
    let scores = &fit.factor_scores(Bartlett).unwrap()[0];
    // lavaan gives the general factor, which no item measures, a zero for everybody.
    assert!((0..301).all(|case| scores.rows[(case, 3)].is_nan()));
    assert!((scores.rows[(0, 0)] + 1.369_539).abs() < 1e-5);
    let ordered = FitOptions { ordered: items(), ..FitOptions::default() };
    let fit = fitted(THREE, &Table::from_columns(answers()), &ordered);
    assert!(fit.factor_scores(Regression).is_none());
}
