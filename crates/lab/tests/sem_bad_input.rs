//! The fear: a number without a warning where data or model are improper, or a panic.

#![allow(clippy::unwrap_used)]

mod sem_reference;

use lab::data::Table;
use lab::model::parse;
use lab::sem::{Estimator, FitOptions, Missing, SemError, fit};
use lab::stats::stream::Stream;

const MODEL: &str = "f =~ a + b + c + d";

/// A table of four items that share a factor; `seed` makes it.
fn items(rows: usize, seed: u64) -> Vec<(String, Vec<f64>)> {
    let mut stream = Stream::new(seed, 0);
    let mut normal = || (0..12).map(|_| stream.unit()).sum::<f64>() - 6.0;
    let factor: Vec<f64> = (0..rows).map(|_| normal()).collect();
    let item = |normal: &mut dyn FnMut() -> f64| {
        factor.iter().map(|f| 0.8 * f + 0.6 * normal()).collect::<Vec<f64>>()
    };
    ["a", "b", "c", "d"].map(|name| (name.to_owned(), item(&mut normal))).to_vec()
}

fn attempt(
    model: &str,
    columns: Vec<(String, Vec<f64>)>,
    options: &FitOptions,
) -> Result<lab::sem::Fit, SemError> {
    fit(&parse(model).unwrap(), &Table::from_columns(columns), options)
}

fn refusal(model: &str, columns: Vec<(String, Vec<f64>)>, options: &FitOptions) -> String {
    attempt(model, columns, options).unwrap_err().to_string()
}

#[test]
fn unusable_data_are_named() {
    let plain = FitOptions::default();
    let mut columns = items(50, 1);
    columns[2].1.fill(3.0);
    assert!(refusal(MODEL, columns, &plain).contains("\"c\" has the same value in every case"));
    let mut columns = items(50, 1);
    columns[3].1 = columns[0].1.clone();
    assert!(refusal(MODEL, columns, &plain).contains("\"d\" repeats \"a\""));
    let message = refusal("f =~ a + b + c + dd", items(50, 1), &plain);
    assert!(message.contains("\"dd\""), "{message}");
    assert!(refusal("a =~ b + c + d", items(50, 1), &plain).contains("latent in the model"));
    let mut columns = items(50, 1);
    columns.iter_mut().for_each(|(_, numbers)| numbers.fill(f64::NAN));
    assert!(refusal(MODEL, columns, &plain).contains("no case"));
    assert!(refusal(MODEL, items(3, 1), &plain).contains("3 cases for 4 variables"));
}

#[test]
fn a_group_of_one_and_an_empty_category_are_named() {
    let mut columns = items(40, 2);
    let mut label = vec![1.0; 40];
    label[7] = 2.0;
    columns.push(("g".into(), label.clone()));
    let grouped = FitOptions { group: Some("g".into()), ..FitOptions::default() };
    assert!(refusal(MODEL, columns, &grouped).contains("group \"2\" has 1 usable case"));
    let mut columns = items(60, 2);
    for (_, numbers) in &mut columns {
        numbers.iter_mut().for_each(|x| *x = if *x > 0.0 { 2.0 } else { 1.0 });
    }
    let half: Vec<f64> = (0..60).map(|i| if i < 30 { 1.0 } else { 2.0 }).collect();
    columns[0].1[40] = 3.0;
    columns.push(("g".into(), half));
    let ordered = FitOptions {
        ordered: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        group: Some("g".into()),
        ..FitOptions::default()
    };
    assert!(refusal(MODEL, columns, &ordered).contains("\"a\" has no answer in category 3"));
}

#[test]
fn an_unidentified_model_names_its_parameters() {
    let fit = attempt("f =~ NA*a + b + c + d", items(200, 3), &FitOptions::default()).unwrap();
    let warnings = fit.warnings.join("\n");
    assert!(warnings.contains("not identified") && warnings.contains("f"), "{warnings}");
    assert!(fit.estimates().iter().any(|line| line.se.is_nan()));
    let two = attempt("f =~ a + b", items(200, 3), &FitOptions::default()).unwrap();
    assert!(two.warnings.iter().any(|w| w.contains("not identified")), "{:?}", two.warnings);
}

#[test]
fn a_negative_variance_is_told() {
    // Correlations .9, .9 and .5 leave nothing for the residual of `a`: .9 * .9 / .5 > 1.
    let mut columns = items(300, 4);
    let (b, c) = (columns[1].1.clone(), columns[2].1.clone());
    columns[0].1 = b.iter().zip(&c).map(|(b, c)| b + c).collect();
    let noise = columns[3].1.clone();
    columns[0].1.iter_mut().zip(&noise).for_each(|(a, n)| *a += 0.05 * n);
    let fit = attempt("f =~ a + b + c", columns, &FitOptions::default()).unwrap();
    assert!(fit.warnings.iter().any(|w| w.contains("Heywood")), "{:?}", fit.warnings);
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let wls = FitOptions {
        missing: Missing::Fiml,
        estimator: Estimator::named("wls"),
        ..FitOptions::default()
    };
    assert!(refusal(MODEL, items(50, 5), &wls).contains("FIML is maximum likelihood"));
    let ordered = FitOptions {
        ordered: vec!["a".into()],
        estimator: Estimator::named("mlr"),
        ..FitOptions::default()
    };
    assert!(refusal(MODEL, items(50, 5), &ordered).contains("WLSMV"));
}
