//! Fear: a reliability or validity coefficient that carries the right name and another value.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

mod pls_reference;

use lab::data::moments::{correlation, covariance};
use lab::data::random::Draw;
use lab::data::{Items, Table};
use lab::reliability::{
    ReliabilityError, alpha, average_variance_extracted, composite_reliability, fornell_larcker,
    htmt, htmt2, joint, omega_of_model, omega_of_one_factor, rho_a,
};
use lab::sem::FitOptions;
use pls_reference::{agree, items, json, labelled, table, text};

const HOLZINGER: [(&str, [&str; 3]); 3] = [
    ("visual", ["x1", "x2", "x3"]),
    ("textual", ["x4", "x5", "x6"]),
    ("speed", ["x7", "x8", "x9"]),
];

#[test]
fn alpha_agrees_with_psych_on_holzinger() {
    let Some(reference) = json("hs_efa_reliability.json") else {
        return;
    };
    for (scale, names) in HOLZINGER {
        let answers = items("holzinger_swineford1939.csv", &names).unwrap();
        let ours = alpha(&answers, 0.95).unwrap();
        let theirs = &reference["alpha"][scale];
        agree(scale, ours.raw, theirs["raw"].as_f64().unwrap(), 1e-9);
        agree(scale, ours.standardized, theirs["std"].as_f64().unwrap(), 1e-9);
        for drop in &ours.drops {
            let rest = theirs["item_total_r_drop"][&drop.item].as_f64().unwrap();
            agree(&drop.item, drop.rest_correlation, rest, 1e-9);
            let left = theirs["alpha_drop"][&drop.item].as_f64().unwrap();
            agree(&drop.item, drop.alpha.unwrap(), left, 1e-9);
        }
    }
    // psych 2.2.9: alpha(x[x1..x3])$feldt, 95%.
    let visual = items("holzinger_swineford1939.csv", &["x1", "x2", "x3"]).unwrap();
    let ours = alpha(&visual, 0.95).unwrap();
    agree("lower", ours.ci_lower, FELDT_VISUAL.0, 1e-6);
    agree("upper", ours.ci_upper, FELDT_VISUAL.1, 1e-6);
}

/// psych 2.2.9: `alpha.ci(0.626117131884981, 301, 3)`.
const FELDT_VISUAL: (f64, f64) = (0.546_503_337_102_636, 0.693_753_346_172_296);

/// Name, items, loadings, residual variances.
type Scale = (String, Vec<String>, Vec<f64>, Vec<f64>);

/// Scales, unstandardised loadings with a factor variance of 1, and residual variances, read from
/// the parameter table of a lavaan fit.
fn fitted_scales(name: &str) -> Option<Vec<Scale>> {
    let text = text(name)?;
    let parameters = Table::from_csv(text.as_bytes()).unwrap();
    let (left, sign) = (parameters.labels("lhs").unwrap(), parameters.labels("op").unwrap());
    let right = parameters.labels("rhs").unwrap();
    let (estimate, scaled) =
        (parameters.numbers("est").unwrap(), parameters.numbers("std.lv").unwrap());
    let mut scales: Vec<Scale> = Vec::new();
    for row in 0..parameters.rows() {
        if sign[row] == "=~" {
            if scales.last().is_none_or(|scale| scale.0 != left[row]) {
                scales.push((left[row].clone(), vec![], vec![], vec![]));
            }
            let scale = scales.last_mut().unwrap();
            scale.1.push(right[row].clone());
            scale.2.push(scaled[row]);
        }
    }
    for scale in &mut scales {
        for item in &scale.1 {
            let own = (0..parameters.rows())
                .find(|&r| sign[r] == "~~" && &left[r] == item && &right[r] == item)
                .unwrap();
            scale.3.push(estimate[own]);
        }
    }
    Some(scales)
}

/// Lavaan's covariances have divisor n.
fn covariance_by_n(items: &Items) -> Vec<f64> {
    let rows = items.rows() as f64;
    covariance(items).iter().map(|c| c * (rows - 1.0) / rows).collect()
}

#[test]
fn both_omegas_and_the_variance_extracted_agree_with_semtools() {
    for (reference, data, fit) in [
        ("trust_reliability.csv", "trust_survey_synth.csv", "trust_cfa_ml_params.csv"),
        ("lm2016_reliability.csv", "csem_LancelotMiltgenetal2016.csv", "lm2016_sem_ml_params.csv"),
    ] {
        let Some(reference) = labelled(reference) else {
            return;
        };
        for (scale, names, loadings, residuals) in fitted_scales(fit).unwrap() {
            let answers = Items::from_table(&table(data).unwrap(), &names).unwrap();
            let raw = alpha(&answers, 0.95).unwrap().raw;
            agree(&scale, raw, reference.at("alpha", &scale), 1e-9);
            let observed = covariance_by_n(&answers);
            let omega = omega_of_model(&loadings, 1.0, &residuals, &observed);
            agree(&scale, omega.model_implied, reference.at("omega", &scale), 1e-6);
            agree(&scale, omega.observed_total, reference.at("omega3", &scale), 1e-6);
            agree(&scale, omega.average_variance, reference.at("avevar", &scale), 1e-6);
        }
    }
}

#[test]
fn one_factor_of_three_items_reproduces_the_total_so_both_omegas_agree() {
    // Three items just identify one factor: implied and observed variance are then the same, and
    // the two definitions, which differ in a model of several scales, cannot.
    let Some(answers) = items("holzinger_swineford1939.csv", &["x4", "x5", "x6"]) else {
        return;
    };
    let omega = omega_of_one_factor(&answers).unwrap();
    agree("definitions", omega.model_implied, omega.observed_total, 1e-8);
    // MBESS and lavaan, one-factor model of x4, x5, x6 (closed form of three loadings).
    let r = correlation(&answers);
    let deviation: Vec<f64> = (0..3).map(|i| covariance(&answers)[i * 3 + i].sqrt()).collect();
    let loading = [
        (r[1] * r[2] / r[5]).sqrt() * deviation[0],
        (r[1] * r[5] / r[2]).sqrt() * deviation[1],
        (r[2] * r[5] / r[1]).sqrt() * deviation[2],
    ];
    let closed = loading.iter().sum::<f64>().powi(2) / covariance(&answers).iter().sum::<f64>();
    agree("closed form", omega.observed_total, closed, 1e-7);
}

#[test]
fn heterotrait_ratios_agree_with_semtools() {
    let Some(reference) = labelled("lm2016_htmt.csv") else {
        return;
    };
    let blocks = [
        ("Trust", vec!["trust1", "trust2"]),
        ("PrCon", vec!["privcon1", "privcon2", "privcon3", "privcon4"]),
        ("Risk", vec!["risk1", "risk2", "risk3"]),
        ("Int", vec!["intent1", "intent2"]),
    ];
    let second = labelled("lm2016_htmt2.csv").unwrap();
    check_htmt("csem_LancelotMiltgenetal2016.csv", &blocks, &reference, htmt);
    check_htmt("csem_LancelotMiltgenetal2016.csv", &blocks, &second, htmt2);
    let trust = [
        ("TRA", vec!["tra1", "tra2", "tra3", "tra4"]),
        ("IM", vec!["im1", "im2", "im3", "im4"]),
        ("TP", vec!["tp1", "tp2", "tp3", "tp4"]),
        ("RC", vec!["rc1", "rc2", "rc3", "rc4"]),
        ("MT", vec!["mt1", "mt2", "mt3", "mt4"]),
        ("TRUST", vec!["tr1", "tr2", "tr3", "tr4"]),
        ("RISK", vec!["ri1", "ri2", "ri3"]),
        ("STAY", vec!["st1", "st2", "st3"]),
    ];
    let reference = labelled("trust_htmt.csv").unwrap();
    check_htmt("trust_survey_synth.csv", &trust, &reference, htmt);
}

fn check_htmt(
    data: &str,
    blocks: &[(&str, Vec<&str>)],
    reference: &pls_reference::Labelled,
    ratio: fn(&[f64], usize, &[usize], &[usize]) -> f64,
) {
    let names: Vec<&str> = blocks.iter().flat_map(|(_, items)| items.clone()).collect();
    let answers = items(data, &names).unwrap();
    let correlation = correlation(&answers);
    let positions = |items: &[&str]| -> Vec<usize> {
        items.iter().map(|item| answers.position(item).unwrap()).collect()
    };
    for (a, a_items) in blocks {
        for (b, b_items) in blocks.iter().filter(|(b, _)| b != a) {
            let ours = ratio(&correlation, names.len(), &positions(a_items), &positions(b_items));
            agree(&format!("{a}-{b}"), ours, reference.at(a, b), 1e-9);
        }
    }
}

#[test]
fn composite_coefficients_have_their_textbook_values() {
    // COMP of the corporate reputation model: loadings and weights to 12 digits, results of
    // seminr 2.3.1.
    let loadings = [0.857718793613, 0.798452554491, 0.817641078137];
    agree("rho_c", composite_reliability(&loadings), 0.864615053175, 1e-9);
    agree("ave", average_variance_extracted(&loadings), 0.680581647782, 1e-9);
    assert_eq!(rho_a(&[1.0], &[1.0]), None);
    // Weights proportional to loadings of an exact factor: rho_A is the reliability of the score.
    let (a, b) = (0.8, 0.6);
    let exact = rho_a(&[a, b], &[1.0, a * b, a * b, 1.0]).unwrap();
    agree("rho_a", exact, (a * a + b * b).powi(2), 1e-12);
    let table = fornell_larcker(&[1.0, 0.4, 0.4, 1.0], &[0.64, 0.49]);
    assert!((table[0] - 0.8).abs() < 1e-12 && (table[3] - 0.7).abs() < 1e-12);
    assert_eq!(table[2], 0.4);
    assert!(table[1].is_nan());
}

#[test]
fn scales_that_cannot_be_measured_are_refused_in_words() {
    let one = Items::from_rows(vec!["a".into()], vec![1.0, 2.0, 3.0]);
    assert_eq!(alpha(&one, 0.95), Err(ReliabilityError::TooFewItems(1)));
    let names = vec!["a".to_owned(), "b".to_owned()];
    let constant = Items::from_rows(names.clone(), vec![1.0, 5.0, 2.0, 5.0, 3.0, 5.0]);
    assert_eq!(alpha(&constant, 0.95), Err(ReliabilityError::ConstantItem("b".into())));
    let empty = Items::from_rows(names, vec![f64::NAN; 8]);
    assert_eq!(alpha(&empty, 0.95), Err(ReliabilityError::TooFewRows(0)));
    assert_eq!(omega_of_one_factor(&empty), Err(ReliabilityError::NotIdentified(2)));
}

/// The structural model of the trust data; its paths must play no part in reliability.
const TRACKER: &str = "Trust =~ trust1 + trust2\n\
    PrCon =~ privcon1 + privcon2 + privcon3 + privcon4\n\
    Risk =~ risk1 + risk2 + risk3\nInt =~ intent1 + intent2\n\
    Int ~ a*Trust + PrCon\nind := a*2";

#[test]
fn scales_of_one_model_are_measured_one_by_one() {
    let items = "im1+im2+im3+im4 tp1+tp2+tp3+tp4 rc1+rc2+rc3+rc4 mt1+mt2+mt3+mt4";
    let scales = format!("tra1+tra2+tra3+tra4 {items} tr1+tr2+tr3+tr4 ri1+ri2+ri3 st1+st2+st3");
    let names = ["TRA", "IM", "TP", "RC", "MT", "TRUST", "RISK", "STAY"];
    let lines = names.iter().zip(scales.split(' ')).map(|(name, all)| format!("{name} =~ {all}\n"));
    let trust: String = lines.collect();
    for (data, reference, model) in [
        ("csem_LancelotMiltgenetal2016.csv", "lm2016_reliability.csv", TRACKER),
        ("trust_survey_synth.csv", "trust_reliability.csv", trust.as_str()),
    ] {
        let (Some(answers), Some(theirs)) = (table(data), text(reference)) else { return };
        let model = lab::model::parse(model).unwrap();
        let found = joint(&model, &answers, &FitOptions::default()).unwrap();
        let theirs = Table::from_csv(theirs.as_bytes()).unwrap();
        for scale in &found.scales {
            let column = theirs.numbers(&scale.scale.name).unwrap();
            let omega = scale.omega.unwrap();
            agree(&scale.scale.name, omega.model_implied, column[1], 1e-5);
            agree(&scale.scale.name, omega.observed_total, column[3], 1e-5);
            agree(&scale.scale.name, omega.average_variance, column[4], 1e-5);
        }
    }
}

#[test]
fn what_residuals_share_counts_as_the_factor() {
    let seed = 23;
    eprintln!("seed {seed}");
    let mut columns = vec![Vec::new(); 4];
    for row in 0..20_000 {
        let mut draw = Draw::new(seed, row);
        let (factor, shared) = draw.normals();
        for (item, column) in columns.iter_mut().enumerate() {
            let own = draw.normals().0;
            // Loadings .7, residual variances .51, of which the first two items share .30.
            let residual = match item {
                0 | 1 => 0.3f64.sqrt() * shared + 0.21f64.sqrt() * own,
                _ => 0.51f64.sqrt() * own,
            };
            column.push(0.7 * factor + residual);
        }
    }
    let names = ["x1", "x2", "x3", "x4"].map(str::to_owned);
    let answers = Table::from_columns(names.into_iter().zip(columns).collect());
    let model = lab::model::parse("F =~ x1 + x2 + x3 + x4\nx1 ~~ x2").unwrap();
    let found = joint(&model, &answers, &FitOptions::default()).unwrap();
    let omega = found.scales[0].omega.unwrap();
    let population = 2.8 * 2.8 / (2.8 * 2.8 + 4.0 * 0.51 + 2.0 * 0.3);
    assert!((omega.model_implied - population).abs() < 0.01, "{omega:?} {population}");
    assert!((omega.observed_total - population).abs() < 0.01, "{omega:?} {population}");
}
