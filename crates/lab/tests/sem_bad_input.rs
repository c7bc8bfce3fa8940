//! The fear: a number without a warning where data or model are improper, or a panic.

#![allow(clippy::unwrap_used)]

mod sem_reference;

use lab::data::Table;
use lab::model::parse;
use lab::sem::{Estimator, FitOptions, Missing, SemError, Warning, fit};
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
    let warnings = fit.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(warnings.contains("not identified") && warnings.contains("f"), "{warnings}");
    assert!(fit.estimates().iter().any(|line| line.se.is_nan()));
    let two = attempt("f =~ a + b", items(200, 3), &FitOptions::default()).unwrap();
    assert!(
        two.warnings.iter().any(|w| w.to_string().contains("not identified")),
        "{:?}",
        two.warnings
    );
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
    assert!(fit.warnings.iter().any(|w| w.to_string().contains("Heywood")), "{:?}", fit.warnings);
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

type Columns = Vec<(String, Vec<f64>)>;

/// Four items of three categories, a covariate `x` and a grouping variable `g` of two halves.
fn ordered_items(rows: usize, seed: u64) -> Columns {
    let mut columns = items(rows, seed);
    let x = columns[0].1.iter().zip(&columns[3].1).map(|(a, d)| (a - d).sin()).collect();
    for (_, numbers) in &mut columns {
        numbers.iter_mut().for_each(|x| *x = if *x < -0.5 { 1.0 } else { 2.0 + x.signum() });
        numbers.iter_mut().for_each(|x| *x = x.min(3.0));
    }
    columns.push(("x".into(), x));
    let half = (0..rows).map(|i| if i % 2 == 0 { 1.0 } else { 2.0 }).collect();
    columns.push(("g".into(), half));
    columns
}

fn ordered() -> FitOptions {
    let ordered = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    FitOptions { ordered, ..FitOptions::default() }
}

#[test]
fn ordered_answers_that_a_group_lacks_are_named() {
    let grouped = FitOptions { group: Some("g".into()), ..ordered() };
    let mut columns = ordered_items(200, 6);
    let groups = columns[5].1.clone();
    for (number, group) in columns[1].1.iter_mut().zip(&groups) {
        *number = if *group == 2.0 { 3.0 } else { *number };
    }
    let message = refusal(MODEL, columns, &grouped);
    assert!(message.contains("\"b\" has no answer in category 1 in group \"2\""), "{message}");
    let mut columns = ordered_items(200, 6);
    columns[2].1.fill(1.0);
    let message = refusal(MODEL, columns, &ordered());
    assert!(message.contains("\"c\" has the same value in every case"), "{message}");
}

#[test]
fn covariates_that_say_nothing_or_everything_are_named() {
    let model = format!("{MODEL}\nf ~ x + y");
    let with = |y: fn(&Columns) -> Vec<f64>| {
        let mut columns = ordered_items(200, 7);
        columns.push(("y".into(), y(&columns)));
        columns
    };
    let collinear = with(|columns| columns[4].1.iter().map(|x| 2.0 - 3.0 * x).collect());
    let message = refusal(&model, collinear, &ordered());
    assert!(message.contains("x, y are combinations of each other"), "{message}");
    let constant = with(|columns| vec![4.0; columns[0].1.len()]);
    assert!(refusal(&model, constant, &ordered()).contains("\"y\" has the same value"));
    let telling = with(|columns| columns[0].1.iter().map(|a| a * 10.0).collect());
    let message = refusal(&model, telling, &ordered());
    assert!(message.contains("apart without error") && message.contains("\"a\""), "{message}");
    // The same where continuous answers are modelled beside a fixed covariate.
    let collinear = with(|columns| columns[4].1.iter().map(|x| 2.0 - 3.0 * x).collect());
    assert!(attempt(&model, collinear, &FitOptions::default()).is_err());
}

#[test]
fn an_ordered_covariate_counts_as_a_number_and_the_reader_is_told() {
    let model = "f =~ a + b + c\nf ~ d";
    let fit = attempt(model, ordered_items(300, 8), &ordered()).unwrap();
    let told = |w: &Warning| w.to_string().contains("\"d\" only predicts");
    assert!(fit.warnings.iter().any(told), "{:?}", fit.warnings);
    assert!(!fit.table.is_ordered("d"));
}

#[test]
fn pairwise_use_has_its_limits() {
    let pairwise = |base: FitOptions| FitOptions { missing: Missing::Pairwise, ..base };
    let message = refusal(MODEL, items(50, 5), &pairwise(FitOptions::default()));
    assert!(message.contains("take FIML"), "{message}");
    let mut columns = ordered_items(200, 9);
    for row in 0..200 {
        columns[row % 2].1[row] = f64::NAN;
    }
    let message = refusal(MODEL, columns, &pairwise(ordered()));
    assert!(message.contains("no two cases answer both \"a\" and \"b\""), "{message}");
}

/// A draw may lose a category or make covariates tell all; it must be counted, not crash.
#[test]
fn draws_of_rare_answers_are_counted() {
    let mut columns = ordered_items(60, 10);
    columns[0].1.iter_mut().for_each(|x| *x = x.min(2.0));
    columns[0].1[3] = 3.0;
    let fit = attempt(&format!("{MODEL}\nf ~ x"), columns, &ordered()).unwrap();
    let draws = fit.bootstrap(40, 1, &|_| {});
    assert_eq!(draws.thetas.len() + draws.failed, 40);
    assert!(draws.failed > 5 && draws.failed < 35, "{}", draws.failed);
}
