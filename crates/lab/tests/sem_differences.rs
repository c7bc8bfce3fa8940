//! The fear: a difference test of nested models that drifts from lavaan 0.6-14, or one where none
//! is due. The figures are lavaan's; `fixtures/sem/differences.R` printed them.

#![allow(clippy::unwrap_used)]

mod sem_ordered_answers;
mod sem_reference;

use lab::data::Table;
use lab::model::GroupEqual;
use lab::sem::{DifferenceMethod, Estimator, Fit, FitOptions, compare, compare_by};
use sem_ordered_answers::{answers, items};
use sem_reference::{fitted, note};

const THREE: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const TWO: &str = "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";
const TIED: &str = "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n\
    a == b";

use DifferenceMethod::{Satorra2000, Satorra2000Unshifted, SatorraBentler2001, SatorraBentler2010};

fn continuous() -> Table {
    let mut columns = answers();
    columns.retain(|(name, _)| !name.starts_with('x'));
    for (name, _) in &mut columns {
        if let Some(number) = name.strip_prefix('c') {
            *name = format!("x{number}");
        }
    }
    Table::from_columns(columns)
}

fn options(estimator: &str, ordered: Vec<String>) -> FitOptions {
    FitOptions { estimator: Estimator::named(estimator), ordered, ..FitOptions::default() }
}

fn grouped(model: &str, data: &Table, base: &FitOptions, equal: &[GroupEqual]) -> Fit {
    let options =
        FitOptions { group: Some("school".to_owned()), equal: equal.to_vec(), ..base.clone() };
    fitted(model, data, &options)
}

/// Statistic and degrees of freedom by each method.
fn check(name: &str, pair: (&mut Fit, &mut Fit), expected: &[(DifferenceMethod, f64, f64)]) {
    for (method, chisq, df) in expected {
        let got = compare_by(pair.1, pair.0, *method).unwrap();
        // lavaan's estimates have some five digits, and differences lose one of them.
        let close = |a: f64, b: f64| {
            let wide = 1e-4 * b.abs().max(1.0);
            note("difference_tests", a, b, wide, "");
            (a - b).abs() <= wide
        };
        assert!(close(got.chisq, *chisq) && close(got.df, *df), "{name} {method:?}: {got:?}");
    }
}

#[test]
fn continuous_answers_in_groups() {
    use GroupEqual::{Intercepts, Loadings};
    let data = continuous();
    let expected = [
        (
            "MLM",
            [7.135_890_7, 7.852_062_6, 7.725_701_5, 7.808_958_7],
            [54.933_676_7, 40.250_125_8, 38.960_908_7, 39.395_630_9],
        ),
        (
            "MLR",
            [6.567_158_1, 5.322_639_1, 6.450_934_5, 6.481_852_6],
            [40.838_380_3, 34.440_582_5, 38.394_416_1, 38.844_527_9],
        ),
    ];
    let methods = [SatorraBentler2001, SatorraBentler2010, Satorra2000, Satorra2000Unshifted];
    for (estimator, metric, scalar) in expected {
        let base = options(estimator, Vec::new());
        let mut ladder: Vec<Fit> = [&[][..], &[Loadings], &[Loadings, Intercepts]]
            .into_iter()
            .map(|equal| grouped(THREE, &data, &base, equal))
            .collect();
        for (step, numbers) in [metric, scalar].into_iter().enumerate() {
            let [free, strict] = ladder.get_disjoint_mut([step, step + 1]).unwrap();
            let expected: Vec<_> =
                methods.into_iter().zip(numbers).map(|(m, chisq)| (m, chisq, 6.0)).collect();
            check(&format!("{estimator} {step}"), (free, strict), &expected);
        }
    }
}

#[test]
fn constraints_in_both_models() {
    let data = continuous();
    let more = format!("{TIED}\nvisual ~~ 0*speed");
    let expected = [
        ("MLM", [24.294_532_5, 22.951_742_4, 25.389_197_9, 25.389_197_9]),
        ("MLR", [17.247_434_9, 4.490_729_4, 16.269_889_8, 16.269_889_8]),
    ];
    let methods = [SatorraBentler2001, SatorraBentler2010, Satorra2000, Satorra2000Unshifted];
    for (estimator, numbers) in expected {
        let options = options(estimator, Vec::new());
        let (mut free, mut strict) =
            (fitted(TIED, &data, &options), fitted(&more, &data, &options));
        let expected: Vec<_> =
            methods.into_iter().zip(numbers).map(|(m, chisq)| (m, chisq, 1.0)).collect();
        check(estimator, (&mut free, &mut strict), &expected);
    }
}

#[test]
fn adjusted_tests_by_restrictions_alone() {
    let data = continuous();
    let mlmv = options("MLMV", Vec::new());
    let mut free = fitted(THREE, &data, &mlmv);
    let mut strict = fitted(THREE, &data, &FitOptions { orthogonal: true, ..mlmv });
    let expected = [(Satorra2000, 62.698_716, 3.0), (Satorra2000Unshifted, 61.316_501, 2.874_977)];
    check("MLMV", (&mut free, &mut strict), &expected);
    assert!(compare_by(&mut free, &mut strict, SatorraBentler2001).is_none());
    let default = compare(&mut free, &mut strict).unwrap();
    assert!((default.chisq - 62.698_716).abs() < 1e-3);
}

#[test]
fn ordered_answers_in_groups() {
    use GroupEqual::{Loadings, Thresholds};
    let data = Table::from_columns(answers());
    let numbers = [
        ("WLSMV", [(2.130_137_5, 1.873_948_7, 3.663_410_7), (19.733_701, 16.497_060, 7.018_395)]),
        ("ULSMV", [(3.415_950_0, 2.410_702_6, 2.908_753_2), (21.184_170, 17.730_284, 6.991_433)]),
        ("WLSM", [(2.130_137_5, 2.046_124_6, 4.0), (19.733_701, 21.154_913, 9.0)]),
    ];
    for (estimator, expected) in numbers {
        let base = options(estimator, items()[3..].to_vec());
        let mut ladder: Vec<Fit> = [&[][..], &[Loadings], &[Loadings, Thresholds]]
            .into_iter()
            .map(|equal| grouped(TWO, &data, &base, equal))
            .collect();
        for (step, (shifted, unshifted, df)) in expected.into_iter().enumerate() {
            let [free, strict] = ladder.get_disjoint_mut([step, step + 1]).unwrap();
            let whole = [4.0, 9.0][step];
            let expected = [(Satorra2000, shifted, whole), (Satorra2000Unshifted, unshifted, df)];
            check(&format!("{estimator} {step}"), (free, strict), &expected);
            if estimator == "WLSM" {
                let chisq = [2.068_384_1, 21.522_861][step];
                check(estimator, (free, strict), &[(SatorraBentler2001, chisq, whole)]);
                let chisq = [2.049_281_1, 21.612_108][step];
                check(estimator, (free, strict), &[(SatorraBentler2010, chisq, whole)]);
            }
        }
    }
}

#[test]
fn a_slope_on_a_covariate_of_ordered_answers() {
    let data = Table::from_columns(answers());
    let options = options("wlsmv", items()[3..].to_vec());
    let with = |speed: &str| format!("{TWO}\ntextual ~ age\nspeed ~ {speed}age");
    let mut free = fitted(&with(""), &data, &options);
    let mut strict = fitted(&with("0*"), &data, &options);
    check("given", (&mut free, &mut strict), &[(Satorra2000, 17.790_147_7, 1.0)]);
}

/// Variables named in another order are the same variables.
#[test]
fn the_order_of_a_models_lines_does_not_matter() {
    let data = continuous();
    let options = options("MLM", Vec::new());
    let mut free = fitted(THREE, &data, &options);
    let strict = "textual =~ x4 + x5 + x6\nvisual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\n\
        visual ~~ 0*textual";
    let mut moved = fitted(strict, &data, &options);
    let mut same = fitted(&format!("{THREE}\nvisual ~~ 0*textual"), &data, &options);
    let one = compare_by(&mut free, &mut moved, Satorra2000).unwrap();
    let other = compare_by(&mut free, &mut same, Satorra2000).unwrap();
    assert!((one.chisq - other.chisq).abs() < 1e-6, "{one:?} {other:?}");
    let mut fewer = fitted(TWO, &data, &options);
    assert!(compare_by(&mut fewer, &mut moved, Satorra2000).is_none());
}
