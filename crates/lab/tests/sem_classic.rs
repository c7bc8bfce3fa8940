//! The fear: numbers that differ from lavaan 0.6-14 where the reference folder is not at hand.
//! The typed figures are lavaan's for the two classic data sets; both travel with the project.

#![allow(clippy::unwrap_used)]

mod sem_reference;

use std::path::Path;

use lab::sem::{Estimator, FitOptions};
use sem_reference::{close, fitted, table};

const HS: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

fn data(name: &str) -> lab::data::Table {
    table(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem").join(name))
}

fn estimator(name: &str) -> FitOptions {
    FitOptions { estimator: Estimator::named(name), ..FitOptions::default() }
}

#[test]
fn holzinger_and_swineford() {
    let table = data("holzinger_swineford1939.csv");
    // Standard errors of visual =~ x2, textual =~ x5 and speed =~ x8; scaled chi-square.
    let cases = [
        ("ML", [0.099_665_118, 0.065_420_1, 0.164_986_5], None),
        ("MLR", [0.132_077_906, 0.065_685_592, 0.130_444_740], Some(87.131_603)),
        ("MLM", [0.103_289_460, 0.066_404, 0.152_098], Some(80.871_783)),
    ];
    for (name, errors, scaled) in cases {
        let mut fit = fitted(HS, &table, &estimator(name));
        let lines = fit.estimates();
        let loadings = [("x2", 0.553_500_294), ("x5", 1.113_076_578), ("x8", 1.179_950_839)];
        for ((item, loading), error) in loadings.iter().zip(errors) {
            let line = lines.iter().find(|line| line.rhs == *item).unwrap();
            assert!(close(line.est, *loading), "{name} {item}: {}", line.est);
            assert!(close(line.se, error), "{name} {item}: {}", line.se);
        }
        let measures = fit.measures();
        let get = |measure: &str| measures.get(measure).unwrap();
        assert!((get("chisq") - 85.305_521_77).abs() < 1e-6);
        assert!((get("cfi") - 0.930_559_65).abs() < 1e-7);
        assert!((get("rmsea.ci.upper") - 0.113_678_02).abs() < 1e-6);
        assert!((get("srmr") - 0.065_205_06).abs() < 1e-6);
        assert!((get("bic") - 7_595.339_168_8).abs() < 1e-5);
        assert_eq!(measures.get("chisq.scaled").is_some(), scaled.is_some());
        if let Some(scaled) = scaled {
            assert!((get("chisq.scaled") - scaled).abs() < 1e-4);
        }
    }
}

#[test]
fn the_largest_modification_indices() {
    let fit = fitted(HS, &data("holzinger_swineford1939.csv"), &FitOptions::default());
    let found = fit.modifications();
    assert_eq!(found.len(), 54);
    let expected = [
        ("visual", "x9", 36.411_031, 0.577_022, 0.515_249),
        ("x7", "x8", 34.145_089, 0.536_444, 0.859_151),
        ("visual", "x7", 18.630_638, -0.421_862, -0.348_909),
        ("x8", "x9", 14.946_392, -0.423_096, -0.805_203),
    ];
    for (got, (lhs, rhs, index, change, standard)) in found.iter().zip(expected) {
        assert_eq!((got.lhs.as_str(), got.rhs.as_str()), (lhs, rhs));
        assert!((got.index - index).abs() < 1e-4, "{got:?}");
        assert!((got.change - change).abs() < 1e-5, "{got:?}");
        assert!((got.change_std_all - standard).abs() < 1e-5, "{got:?}");
    }
}

#[test]
fn political_democracy_with_an_indirect_effect() {
    let model = "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\n\
        dem65 =~ y5 + y6 + y7 + y8\ndem60 ~ a*ind60\ndem65 ~ c*ind60 + b*dem60\n\
        y1 ~~ y5\ny2 ~~ y4 + y6\ny3 ~~ y7\ny4 ~~ y8\ny6 ~~ y8\n\
        indirect := a*b\ntotal := c + a*b";
    let mut fit = fitted(model, &data("political_democracy.csv"), &FitOptions::default());
    let measures = fit.measures();
    assert!((measures.get("chisq").unwrap() - 38.125_218).abs() < 1e-5);
    assert!((measures.get("aic").unwrap() - 3_157.581_887).abs() < 1e-5);
    let lines = fit.estimates();
    let line = |name: &str| lines.iter().find(|line| line.lhs == name).unwrap();
    assert!(close(line("indirect").est, 1.241_782_81));
    assert!(close(line("indirect").se, 0.355_422_35));
    assert!(close(line("total").se, 0.373_588_42));
}

/// Written constraints, straight and bent, equal and not, as lavaan 0.6-14 solves them.
#[test]
fn constraints_end_at_their_minimum() {
    let table = data("holzinger_swineford1939.csv");
    let cases = [
        ("b == a^2", 93.979_687_1, 25.0, 0.872_277, 0.067_468),
        ("a*b == 0.3\nd == a + b", 86.145_990_1, 26.0, 0.465_832, 0.043_183),
        ("d == 2*a", 85.306_235_5, 25.0, 0.556_301, 0.031_075),
        ("exp(a) == d + b", 85.639_655_8, 25.0, 0.603_050, 0.065_648),
        ("a > 0.7", 86.882_415_7, 24.0, 0.7, 0.0),
        ("a > 0.7\nb < 0.6", 91.817_257_5, 24.0, 0.7, 0.0),
    ];
    for (constraint, chisq, df, estimate, error) in cases {
        let model = format!(
            "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + d*x5 + x6\nspeed =~ x7 + x8 + x9\n\
             {constraint}"
        );
        let fit = fitted(&model, &table, &FitOptions::default());
        assert!(fit.solved.ending.converged, "{constraint}");
        assert!((fit.test.chisq - chisq).abs() < 2e-5, "{constraint}: {:?}", fit.test);
        assert_eq!(fit.test.df, df, "{constraint}");
        let line = fit.estimates().into_iter().find(|line| line.label == "a").unwrap();
        assert!((line.est - estimate).abs() < 1e-5, "{constraint}: {}", line.est);
        assert!((line.se - error).abs() < 1e-5, "{constraint}: {}", line.se);
    }
}
