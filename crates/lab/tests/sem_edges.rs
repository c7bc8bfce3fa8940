//! The fear: models off the usual path get numbers that lavaan 0.6-14 does not give, numbers that
//! mean nothing, or no end at all. The typed figures are lavaan's for the classic data.

#![allow(clippy::unwrap_used)]

mod sem_ordered_answers;
mod sem_reference;

use std::path::Path;

use lab::data::Table;
use lab::model::GroupEqual;
use lab::sem::{Estimator, Fit, FitOptions};
use sem_reference::{fitted, table};

const HS: &str = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9";

fn classic() -> Table {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/sem");
    table(&root.join("holzinger_swineford1939.csv"))
}

fn scalar(estimator: &str) -> FitOptions {
    FitOptions {
        estimator: Estimator::named(estimator),
        group: Some("school".to_owned()),
        equal: vec![GroupEqual::Loadings, GroupEqual::Intercepts],
        ..FitOptions::default()
    }
}

fn measure(fit: &mut Fit, name: &str) -> f64 {
    fit.measures().get(name).unwrap()
}

#[test]
fn equality_between_groups_binds_the_means_of_covariates() {
    let model = format!("{HS}\nvisual ~ sex + ageyr");
    for (estimator, chisq) in [("ULS", 612.256_768_8), ("GLS", 190.834_928_0)] {
        let mut fit = fitted(&model, &classic(), &scalar(estimator));
        assert_eq!(measure(&mut fit, "npar"), 58.0, "{estimator}");
        let found = measure(&mut fit, "chisq");
        assert!((found - chisq).abs() < 1e-4, "{estimator}: {found}");
    }
}

#[test]
fn weighted_least_squares_of_a_bad_model_never_arrives() {
    let mut fit = fitted(HS, &classic(), &scalar("WLS"));
    assert!(fit.solved.ending.converged);
    assert!(fit.solved.ending.steps < 200, "{} steps", fit.solved.ending.steps);
    let found = measure(&mut fit, "chisq");
    assert!((found - 197.961_275_8).abs() < 1e-4, "{found}");
}

#[test]
fn a_threshold_held_fast_leaves_a_robust_measure_without_end() {
    let columns = sem_ordered_answers::answers();
    let names: Vec<&str> = ["x1", "x2", "x3"].to_vec();
    let kept = || columns.iter().filter(|(name, _)| names.contains(&name.as_str()));
    let mut text = names.join(",") + "\n";
    for row in 0..columns[0].1.len() {
        let cells: Vec<String> = kept().map(|(_, values)| values[row].to_string()).collect();
        text.push_str(&(cells.join(",") + "\n"));
    }
    let table = Table::from_csv(text.as_bytes()).unwrap();
    let options = FitOptions {
        ordered: names.iter().map(|name| (*name).to_owned()).collect(),
        ..FitOptions::default()
    };
    let mut fit = fitted("visual =~ x1 + x2 + x3\nx1 | t1 + 0.5*t2", &table, &options);
    assert_eq!(measure(&mut fit, "df"), 1.0);
    // The correlations fit by themselves: only the threshold is held.
    assert_eq!(measure(&mut fit, "cfi.robust"), 1.0);
    assert_eq!(measure(&mut fit, "rmsea.robust"), 0.0);
}

#[test]
fn a_heywood_case_explains_more_than_everything() {
    let model = format!("{HS}\nvisual =~ x9\nx7 ~~ x8");
    let fit = fitted(&model, &classic(), &FitOptions::default());
    assert!(fit.warnings.iter().any(|warning| warning.to_string().contains("x8")));
    let explained = fit.explained(0);
    let of = |name: &str| explained.iter().find(|(other, _)| other == name).unwrap().1;
    assert!(of("x8").is_nan(), "{}", of("x8"));
    assert!((0.0..1.0).contains(&of("x7")));
    let lines = fit.estimates();
    let line = |lhs: &str, rhs: &str| {
        lines.iter().find(|line| line.lhs == lhs && line.rhs == rhs).unwrap().std_all
    };
    assert!((line("x7", "x8") + 1.897_010).abs() < 1e-3, "{}", line("x7", "x8"));
}

#[test]
fn a_latent_variable_of_negative_variance_is_brought_to_variance_one() {
    let model = "i =~ 1*x1 + 1*x2 + 1*x3\ns =~ 0*x1 + 1*x2 + 2*x3\ni ~ 1\ns ~ 1\n\
                 x1 ~ 0*1\nx2 ~ 0*1\nx3 ~ 0*1\ni ~~ s\n\
                 x1 ~~ v*x1\nx2 ~~ v*x2\nx3 ~~ v*x3";
    let fit = fitted(model, &classic(), &FitOptions::default());
    let lines = fit.estimates();
    let own = lines.iter().find(|l| l.lhs == "i" && l.rhs == "i").unwrap();
    assert!(own.est < 0.0);
    assert!(own.std_all.is_nan(), "{}", own.std_all);
}
