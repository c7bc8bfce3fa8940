//! The fear: a bootstrap that refits wrongly, depends on threads or hides its failures.

#![allow(clippy::unwrap_used)]

mod sem_reference;

use std::path::Path;

use lab::sem::{FitOptions, Interval};
use sem_reference::{fitted, folder, note, table};

const HS: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

fn classic() -> lab::data::Table {
    table(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem/holzinger_swineford1939.csv"))
}

/// The fixed draws of the reference: s <- 69069 s + 1 modulo 2^32 from 12345, index
/// floor(s / 2^32 n), n indices for each draw in order.
fn fixed_draws(count: usize, cases: usize) -> Vec<Vec<usize>> {
    let mut state = 12_345_u64;
    let mut next = || {
        state = (69_069 * state + 1) % (1 << 32);
        ((state * cases as u64) >> 32) as usize
    };
    (0..count).map(|_| (0..cases).map(|_| next()).collect()).collect()
}

#[test]
fn every_fixed_draw_agrees_with_lavaan() {
    let Some(folder) = folder() else { return };
    let fit = fitted(HS, &classic(), &FitOptions::default());
    let indices = fixed_draws(200, 301);
    let draws = fit.bootstrap_with(200, &|_| {}, &|number, of_groups| {
        of_groups[0].clone_from(&indices[number]);
    });
    let path = folder.join("ref/hs_boot200_fixed_draws.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().skip(4).map(str::to_owned).collect();
    let (mut draw, mut worst, mut admissible) = (0, 0.0_f64, 0);
    for record in reader.records() {
        let record = record.unwrap();
        let numbers: Vec<f64> = record.iter().map(|cell| cell.parse().unwrap()).collect();
        assert!((draws.chisq[draw] - numbers[3]).abs() < 1e-4, "chi-square of draw {draw}");
        assert_eq!(draws.admissible[draw], numbers[2] == 1.0, "admissibility of draw {draw}");
        admissible += usize::from(numbers[2] == 1.0);
        for (name, expected) in names.iter().zip(&numbers[4..]) {
            let row = fit.table.rows.iter().find(|row| row.written() == *name).unwrap();
            let got = draws.thetas[draw][row.free.unwrap()];
            let error = (got - expected).abs() / expected.abs().max(1.0);
            let why = "lavaan stops each draw at about four digits of the flattest direction";
            note("hs_boot200_fixed_draws", got, *expected, 2e-4 * expected.abs().max(1.0), why);
            // lavaan stops each draw at about four digits of the flattest direction.
            assert!(error < 2e-4, "draw {draw}, {name}: {got} not {expected}");
            worst = worst.max(error);
        }
        draw += 1;
    }
    println!("{draw} draws, {admissible} admissible, largest relative difference {worst:.1e}");
    assert_eq!((draw, admissible, draws.failed), (200, 199, 0));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let fit = fitted(HS, &classic(), &FitOptions::default());
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit.bootstrap(60, 7, &|_| {}))
    };
    let (one, three) = (with(1), with(3));
    assert_eq!(one.thetas, three.thetas);
    assert_ne!(one.thetas, fit.bootstrap(60, 8, &|_| {}).thetas);
}

#[test]
fn errors_and_intervals_agree_with_5000_draws_of_lavaan() {
    let fit = fitted(HS, &classic(), &FitOptions::default());
    let draws = fit.bootstrap(5_000, 20_261_122, &|_| {});
    // Standard error and 95% percentile and BCa ends of visual =~ x2 in lavaan's 5,000 draws
    // (hs_boot5000_perc.csv, hs_boot5000_bca.csv); Monte-Carlo error of an end is about 0.004.
    let find = |lines: Vec<lab::sem::Estimate>| lines.into_iter().find(|l| l.rhs == "x2").unwrap();
    let percentile = find(fit.with_draws(&draws, Interval::Percentile));
    assert!((percentile.se - 0.1414).abs() < 0.006, "{percentile:?}");
    assert!((percentile.ci_lower - 0.3187).abs() < 0.015, "{percentile:?}");
    assert!((percentile.ci_upper - 0.8808).abs() < 0.025, "{percentile:?}");
    let accelerated = find(fit.with_draws(&draws, Interval::Accelerated));
    assert!((accelerated.ci_lower - 0.3157).abs() < 0.015, "{accelerated:?}");
    assert!((accelerated.ci_upper - 0.8767).abs() < 0.025, "{accelerated:?}");
    assert!(draws.failed < 5);
}

/// Statistics of the first draws under the model and the mean of many, as lavaan gives them for
/// data moved by the symmetric roots of both matrices.
#[test]
fn draws_under_the_model_have_the_law_of_lavaan() {
    let hs = classic();
    let fit = fitted(HS, &hs, &FitOptions::default());
    let moved = fit.under_model().unwrap();
    let indices = fixed_draws(3, 301);
    let draws = moved.bootstrap_with(3, &|_| {}, &|number, of_groups| {
        of_groups[0].clone_from(&indices[number]);
    });
    let expected = [20.479_318_2, 27.674_269_9, 32.298_425_4];
    for (got, expected) in draws.chisq.iter().zip(expected) {
        assert!((got - expected).abs() < 1e-4, "{got} not {expected}");
    }
    // At the model itself nothing is left to explain.
    let whole = moved.bootstrap_with(1, &|_| {}, &|_, of_groups| {
        of_groups[0] = (0..301).collect();
    });
    assert!(whole.chisq[0].abs() < 1e-9, "{:?}", whole.chisq);
    let tested = fit.bollen_stine(1_000, 5, &|_| {}).unwrap();
    assert!(tested.pvalue < 0.01 && tested.draws.failed == 0, "{}", tested.pvalue);
    let mean = tested.draws.chisq.iter().sum::<f64>() / 1_000.0;
    // The mean of 400 draws of lavaan is 24.94 with a standard error of .39; of ours .25.
    assert!((mean - 24.94).abs() < 1.2, "{mean}");
    let squares =
        FitOptions { estimator: lab::sem::Estimator::named("uls"), ..FitOptions::default() };
    assert!(fitted(HS, &hs, &squares).under_model().is_none());
}
