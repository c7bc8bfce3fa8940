//! Fear: coders look as if they agreed, or as if they did not, because of the coefficient.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

use lab::agreement::{AgreementError, Metric, Weighting, cohen_kappa, krippendorff_alpha};

fn labels(values: &[f64]) -> Vec<String> {
    let label = |v: &f64| {
        if v.is_nan() { String::new() } else { v.to_string() }
    };
    values.iter().map(label).collect()
}

const NONE: f64 = f64::NAN;
const METRICS: [Metric; 4] = [Metric::Nominal, Metric::Ordinal, Metric::Interval, Metric::Ratio];

/// The example of Krippendorff (2011): four coders, twelve units.
fn published() -> Vec<Vec<String>> {
    vec![
        labels(&[1., 2., 3., 3., 2., 1., 4., 1., 2., NONE, NONE, NONE]),
        labels(&[1., 2., 3., 3., 2., 2., 4., 1., 2., 5., NONE, 3.]),
        labels(&[NONE, 3., 3., 3., 2., 3., 4., 2., 2., 5., 1., NONE]),
        labels(&[1., 2., 3., 3., 2., 4., 4., 1., 2., 5., 1., NONE]),
    ]
}

#[test]
fn alpha_has_the_published_values() {
    let values = [0.743421052631579, 0.8153875037548814, 0.8491071428571428, 0.7974027747116121];
    for (metric, theirs) in METRICS.into_iter().zip(values) {
        let ours = krippendorff_alpha(&published(), metric, 0, 0).unwrap();
        assert!((ours.alpha - theirs).abs() < 1e-12, "{metric:?} {}", ours.alpha);
        assert_eq!((ours.units, ours.judgements, ours.values), (11, 40, 5));
    }
}

#[test]
fn alpha_agrees_with_another_program_on_other_data() {
    let coders = [
        labels(&[1., 2., 3., NONE, 2., 5., 1., 7.]),
        labels(&[1., 2., 4., 3., 2., 5., NONE, 7.]),
        labels(&[2., 2., 3., 3., 2., 4., 1., NONE]),
    ];
    // PyPI krippendorff.
    let values = [0.6551724137931034, 0.9436133111697793, 0.9560117302052786, 0.9041408946900147];
    for (metric, theirs) in METRICS.into_iter().zip(values) {
        let ours = krippendorff_alpha(&coders, metric, 0, 0).unwrap().alpha;
        assert!((ours - theirs).abs() < 1e-12, "{metric:?} {ours}");
    }
}

#[test]
fn the_interval_holds_the_estimate_and_depends_on_the_seed_alone() {
    let run = |seed| krippendorff_alpha(&published(), Metric::Ordinal, 500, seed).unwrap();
    let (low, high) = run(1).interval.unwrap();
    assert!(low < 0.815 && 0.815 < high && high <= 1.0, "{low} {high}");
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).interval, run(2).interval);
}

#[test]
fn kappa_and_its_errors_agree_with_statsmodels() {
    let a =
        labels(&[1., 2., 3., 3., 2., 1., 4., 1., 2., 3., 4., 4., 1., 2., 2., 3., 1., 4., 2., 3.]);
    let b =
        labels(&[1., 2., 3., 2., 2., 1., 4., 1., 1., 3., 4., 3., 1., 2., 3., 3., 2., 4., 2., 4.]);
    // statsmodels cohens_kappa: kappa, its standard error, and that under independence.
    let cases = [
        (Weighting::Unweighted, 0.5973154362416107, 0.13828880831841753, 0.1299745482043996),
        (Weighting::Linear, 0.7478991596638656, 0.09267737322392779, 0.1578960066947872),
        (Weighting::Quadratic, 0.868421052631579, 0.05368835270641263, 0.2236067977499786),
    ];
    for (weighting, kappa, se, null) in cases {
        let ours = cohen_kappa(&a, &b, weighting).unwrap();
        assert!((ours.estimate - kappa).abs() < 1e-12, "{weighting:?} {ours:?}");
        assert!((ours.se - se).abs() < 1e-10, "{weighting:?} {ours:?}");
        assert!((ours.se_null - null).abs() < 1e-10, "{weighting:?} {ours:?}");
    }
}

#[test]
fn categories_are_ordered_as_numbers_when_they_are_numbers() {
    let a = labels(&[2., 10., 2., 10., 3.]);
    let b = labels(&[2., 10., 3., 10., 2.]);
    let ours = cohen_kappa(&a, &b, Weighting::Linear).unwrap();
    assert_eq!(ours.categories, ["2", "3", "10"]);
}

#[test]
fn what_cannot_be_compared_is_refused_in_words() {
    let words = |list: &[&str]| -> Vec<String> { list.iter().map(|w| (*w).to_owned()).collect() };
    let (a, b) = (words(&["fund", "fee"]), words(&["fund", "jury"]));
    let nominal = krippendorff_alpha(&[a.clone(), b.clone()], Metric::Nominal, 0, 0).unwrap();
    assert!(nominal.alpha < 1.0);
    let ordinal = krippendorff_alpha(&[a.clone(), b], Metric::Ordinal, 0, 0);
    assert_eq!(ordinal, Err(AgreementError::NotANumber("fee".into())));
    let lone = krippendorff_alpha(&[a.clone(), words(&["", ""])], Metric::Nominal, 0, 0);
    assert_eq!(lone, Err(AgreementError::NoPairs));
    let same = krippendorff_alpha(&[words(&["x", "x"]), words(&["x", "x"])], Metric::Nominal, 0, 0);
    assert_eq!(same, Err(AgreementError::OneCategory));
    let minus = [labels(&[-1., 2.]), labels(&[-1., 2.])];
    let ratio = krippendorff_alpha(&minus, Metric::Ratio, 0, 0);
    assert_eq!(ratio, Err(AgreementError::Negative(-1.0)));
    let ragged = cohen_kappa(&a, &words(&["fund"]), Weighting::Unweighted);
    assert_eq!(ragged, Err(AgreementError::Ragged(2, 1)));
}
