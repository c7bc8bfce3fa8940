//! Fear: a path model whose numbers differ from those of the book's own package, seminr 2.3.1.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

mod pls_reference;

use lab::pls::{
    Antecedents, Fit, Folds, Interval, Mode, Model, Quantity, Scheme, Settings, Specification,
    antecedent_inflation, effect_sizes, heterotrait, information_criteria, item_inflation, predict,
    reliability,
};
use pls_reference::{Labelled, agree, json, labelled, table};

const SIMPLE: &str = "
    COMP =~ comp_1 + comp_2 + comp_3
    LIKE =~ like_1 + like_2 + like_3
    CUSA =~ cusa
    CUSL =~ cusl_1 + cusl_2 + cusl_3
    CUSA ~ COMP + LIKE
    CUSL ~ COMP + LIKE + CUSA
";

const EXTENDED: &str = "
    QUAL <~ qual_1 + qual_2 + qual_3 + qual_4 + qual_5 + qual_6 + qual_7 + qual_8
    PERF <~ perf_1 + perf_2 + perf_3 + perf_4 + perf_5
    CSOR <~ csor_1 + csor_2 + csor_3 + csor_4 + csor_5
    ATTR <~ attr_1 + attr_2 + attr_3
    COMP =~ comp_1 + comp_2 + comp_3
    LIKE =~ like_1 + like_2 + like_3
    CUSA =~ cusa
    CUSL =~ cusl_1 + cusl_2 + cusl_3
    COMP ~ QUAL + PERF + CSOR + ATTR
    LIKE ~ QUAL + PERF + CSOR + ATTR
    CUSA ~ COMP + LIKE
    CUSL ~ COMP + LIKE + CUSA
";

const TRUST: &str = "
    Trust =~ trust1 + trust2
    PrCon =~ privcon1 + privcon2 + privcon3 + privcon4
    Risk =~ risk1 + risk2 + risk3
    Int =~ intent1 + intent2
    Int ~ Trust + PrCon + Risk
    Risk ~ Trust + PrCon
    Trust ~ PrCon
";

fn model(text: &str, data: &str, settings: Settings) -> Option<Model> {
    let specification = Specification::parse(text).unwrap();
    Some(Model::from_table(&specification, &table(data)?, Some(-99.0), settings).unwrap())
}

fn position(fit: &Fit, construct: &str) -> usize {
    fit.constructs_named().iter().position(|name| name == construct).unwrap()
}

fn check_paths(fit: &Fit, reference: &Labelled) {
    for (&(from, to), ours) in fit.path_ends().iter().zip(&fit.paths) {
        let (from, to) = (&fit.constructs_named()[from], &fit.constructs_named()[to]);
        agree(&format!("{from} -> {to}"), *ours, reference.at(from, to), 1e-6);
    }
    for construct in &reference.columns {
        let place = position(fit, construct);
        agree(construct, fit.r2[place], reference.at("R^2", construct), 1e-6);
        let adjusted = information_criteria(fit, place).r2_adjusted;
        agree(construct, adjusted, reference.at("AdjR^2", construct), 1e-6);
    }
}

fn check_items(fit: &Fit, prefix: &str) {
    let loadings = labelled(&format!("{prefix}_loadings.csv")).unwrap();
    let weights = labelled(&format!("{prefix}_weights.csv")).unwrap();
    let crossed = labelled(&format!("{prefix}_crossloadings.csv")).unwrap();
    let size = fit.constructs_named().len();
    for (construct, name) in fit.constructs_named().iter().enumerate() {
        for item in fit.block(construct) {
            let label = &fit.items_named()[item];
            agree(label, fit.loadings[item], loadings.at(label, name), 1e-6);
            agree(label, fit.weights[item], weights.at(label, name), 1e-6);
        }
        for (item, label) in fit.items_named().iter().enumerate() {
            let ours = fit.cross_loadings[item * size + construct];
            agree(label, ours, crossed.at(label, name), 1e-6);
        }
    }
}

fn check_matrices(fit: &Fit, prefix: &str) {
    let size = fit.constructs_named().len();
    let htmt = labelled(&format!("{prefix}_htmt.csv")).unwrap();
    let totals = labelled(&format!("{prefix}_total_effects.csv")).unwrap();
    let correlations = labelled(&format!("{prefix}_construct_cor.csv")).unwrap();
    let ratios = heterotrait(fit);
    for (a, first) in fit.constructs_named().iter().enumerate() {
        for (b, second) in fit.constructs_named().iter().enumerate() {
            let what = format!("{first} {second}");
            let total = totals.at(first, second);
            agree(&what, fit.totals[a * size + b], total, 1e-6);
            agree(&what, fit.composites[a * size + b], correlations.at(first, second), 1e-6);
            if a > b {
                agree(&what, ratios[a * size + b], htmt.at(first, second), 1e-6);
            }
        }
    }
}

fn check_effect_sizes(model: &Model, fit: &Fit, prefix: &str) {
    let reference = labelled(&format!("{prefix}_f2.csv")).unwrap();
    let sizes = effect_sizes(model, fit).unwrap();
    for (&(from, to), ours) in fit.path_ends().iter().zip(sizes) {
        let (start, end) = (&fit.constructs_named()[from], &fit.constructs_named()[to]);
        let what = format!("f2 {start} {end}");
        agree(&what, ours.reestimated, reference.at(start, end), 1e-6);
        // With composites held still, f2 is b^2 / (VIF (1 - R2)).
        let place = fit.antecedents(to).iter().position(|&parent| parent == from).unwrap();
        let path = fit.path_ends().iter().position(|&ends| ends == (from, to)).unwrap();
        let inflation = antecedent_inflation(fit, to)[place];
        let closed = fit.paths[path].powi(2) / (inflation * (1.0 - fit.r2[to]));
        agree(&what, ours.fixed, closed, 1e-9);
    }
}

fn check_quality(fit: &Fit, prefix: &str) {
    let reference = labelled(&format!("{prefix}_reliability.csv")).unwrap();
    let criteria = labelled(&format!("{prefix}_aic_bic.csv")).unwrap();
    let inflation = json(&format!("{prefix}.json")).unwrap();
    // seminr counts from 0.
    assert_eq!(inflation["iterations"], fit.iterations - 1, "iterations");
    for (construct, name) in fit.constructs_named().iter().enumerate() {
        let ours = reliability(fit)[construct];
        agree(name, ours.ave, reference.at(name, "AVE"), 1e-6);
        if fit.block(construct).len() == 1 {
            // seminr prints 1 for a single item; nothing was measured, so nothing is claimed.
            assert_eq!((ours.alpha, ours.rho_a, ours.rho_c), (None, None, 1.0));
        } else {
            agree(name, ours.alpha.unwrap(), reference.at(name, "alpha"), 1e-6);
            agree(name, ours.rho_c, reference.at(name, "rhoC"), 1e-6);
        }
        match ours.rho_a {
            Some(rho) => agree(name, rho, reference.at(name, "rhoA"), 1e-6),
            // Likewise 1 in seminr for mode B, where the coefficient has no meaning.
            None => assert!(fit.mode(construct) == Mode::B || fit.block(construct).len() == 1),
        }
        for (item, ours) in fit.block(construct).zip(item_inflation(fit, construct)) {
            let label = &fit.items_named()[item];
            agree(label, ours, inflation["vif_items"][name][label].as_f64().unwrap(), 1e-6);
        }
        for (&from, ours) in
            fit.antecedents(construct).iter().zip(antecedent_inflation(fit, construct))
        {
            let from = &fit.constructs_named()[from];
            let theirs = inflation["vif_antecedents"][name][from].as_f64().unwrap();
            agree(&format!("{from} {name}"), ours, theirs, 1e-6);
        }
        if !fit.antecedents(construct).is_empty() {
            let ours = information_criteria(fit, construct);
            agree(name, ours.aic, criteria.at("AIC", name), 1e-6);
            agree(name, ours.bic, criteria.at("BIC", name), 1e-6);
        }
    }
}

#[test]
fn corporate_reputation_agrees_in_every_table() {
    for (text, prefix) in [(SIMPLE, "corprep_simple"), (EXTENDED, "corprep_ext")] {
        let Some(model) = model(text, "corp_rep_data.csv", Settings::default()) else {
            return;
        };
        let fit = model.fit().unwrap();
        check_paths(&fit, &labelled(&format!("{prefix}_paths_r2.csv")).unwrap());
        check_items(&fit, prefix);
        check_matrices(&fit, prefix);
        check_effect_sizes(&model, &fit, prefix);
        check_quality(&fit, prefix);
    }
}

#[test]
fn the_trust_model_agrees_simple_and_consistent() {
    let data = "csem_LancelotMiltgenetal2016.csv";
    // The reference was made with the factorial scheme; with path weighting the same package's
    // algorithm gives .493923 for its first coefficient, not .493574.
    let factorial = Settings { scheme: Scheme::Factorial, ..Settings::default() };
    let Some(plain) = model(TRUST, data, factorial) else {
        return;
    };
    check_paths(&plain.fit().unwrap(), &labelled("lm2016_pls_paths.csv").unwrap());
    let settings = Settings { consistent: true, ..factorial };
    let fit = model(TRUST, data, settings).unwrap().fit().unwrap();
    // seminr's PLSc, known to three digits.
    let consistent = [
        ("Trust", "Int", 0.548),
        ("Risk", "Int", -0.159),
        ("PrCon", "Int", -0.045),
        ("Trust", "Risk", -0.236),
        ("PrCon", "Risk", 0.355),
        ("PrCon", "Trust", -0.130),
    ];
    for (from, to, theirs) in consistent {
        let ends = (position(&fit, from), position(&fit, to));
        let path = fit.path_ends().iter().position(|&path| path == ends).unwrap();
        agree(&format!("{from} -> {to}"), fit.paths[path], theirs, 5.1e-4);
    }
}

/// The fixed draws of the reference: `s <- 69069 s + 1 mod 2^32` from 12345, one index each.
fn fixed_draws(draws: usize, rows: usize) -> Vec<Vec<u32>> {
    let mut state: u32 = 12345;
    let mut draw = || {
        let mut counts = vec![0; rows];
        for _ in 0..rows {
            state = state.wrapping_mul(69069).wrapping_add(1);
            counts[(f64::from(state) / 4_294_967_296.0 * rows as f64) as usize] += 1;
        }
        counts
    };
    (0..draws).map(|_| draw()).collect()
}

#[test]
fn two_hundred_fixed_draws_agree_one_by_one() {
    let Some(model) = model(SIMPLE, "corp_rep_data.csv", Settings::default()) else {
        return;
    };
    let fit = model.fit().unwrap();
    let draws = fixed_draws(200, fit.rows);
    let resample = |draw: u64, counts: &mut [u32]| counts.copy_from_slice(&draws[draw as usize]);
    let boot = model.bootstrap_with(&fit, 200, &resample, &|_| {}).unwrap();
    assert_eq!((boot.successful(), boot.failures.total()), (200, 0));
    let reference = labelled("corprep_boot200_fixed_draws.csv").unwrap();
    for (path, &(from, to)) in fit.path_ends().iter().enumerate() {
        let name = format!("{}_{}", fit.constructs_named()[from], fit.constructs_named()[to]);
        assert_eq!(boot.quantities()[path], Quantity::Path(path));
        for (draw, ours) in reference.rows.iter().zip(boot.column(path)) {
            agree(&format!("{name} draw {draw}"), ours, reference.at(draw, &name), 1e-6);
        }
    }
}

#[test]
fn five_thousand_draws_have_the_spread_of_the_reference() {
    let cases = [(SIMPLE, "corprep_simple", 36), (EXTENDED, "corprep_ext", 13 + 21 + 31 + 31 + 28)];
    for (text, prefix, numbers) in cases {
        let Some(model) = model(text, "corp_rep_data.csv", Settings::default()) else {
            return;
        };
        assert_eq!(check_spread(&model, prefix), numbers);
    }
}

/// Compares every bootstrapped number that the reference has, and counts them.
fn check_spread(model: &Model, prefix: &str) -> usize {
    let fit = model.fit().unwrap();
    let boot = model.bootstrap(&fit, 5000, 20_261_122, &|_| {}).unwrap();
    let summaries = boot.summaries(model, &fit, Interval::Percentile, 0.95);
    let name = |construct: usize| fit.constructs_named()[construct].clone();
    let size = fit.constructs_named().len();
    let owner = |item: usize| (0..size).find(|&k| fit.block(k).contains(&item)).unwrap();
    let label = |item: usize| format!("{}  ->  {}", fit.items_named()[item], name(owner(item)));
    let mut checked = 0;
    for (quantity, ours) in boot.quantities().iter().zip(&summaries) {
        let (file, row) = match *quantity {
            Quantity::Path(path) => {
                let (from, to) = fit.path_ends()[path];
                ("paths", format!("{}  ->  {}", name(from), name(to)))
            }
            Quantity::Total(a, b) => ("total_paths", format!("{}  ->  {}", name(a), name(b))),
            Quantity::Loading(item) => ("loadings", label(item)),
            Quantity::Weight(item) => ("weights", label(item)),
            Quantity::Htmt(a, b) => ("HTMT", format!("{}  ->  {}", name(b), name(a))),
            _ => continue,
        };
        let reference = labelled(&format!("{prefix}_boot5000_{file}.csv")).unwrap();
        let theirs = |column: &str| reference.at(&row, column);
        // The standard deviation of a standard deviation over 5,000 draws is 1% of it, that of an
        // interval's end about 4%; both sides vary, and four of these are not exceeded.
        let spread = theirs("Bootstrap SD");
        assert!((ours.estimate - theirs("Original Est.")).abs() < 1e-6, "{row}");
        assert!((ours.se - spread).abs() < 0.06 * spread + 1e-9, "{row}: {ours:?} {spread}");
        for (end, column) in [(ours.ci_lower, "2.5% CI"), (ours.ci_upper, "97.5% CI")] {
            let distance = (end - theirs(column)).abs();
            assert!(distance < 0.25 * spread + 1e-9, "{row} {column}: {ours:?}");
        }
        checked += 1;
    }
    checked
}

#[test]
fn predictions_out_of_sample_are_as_good_as_the_reference_says() {
    let Some(model) = model(SIMPLE, "corp_rep_data.csv", Settings::default()) else {
        return;
    };
    let folds = Folds::Seeded { folds: 10, repetitions: 10, seed: 7 };
    let found = predict(&model, Antecedents::Direct, &folds).unwrap();
    // Out-of-sample errors of seminr's PLSpredict with its own folds, printed to three digits.
    let reference = [
        ("cusa", 0.992, 0.773, None),
        ("cusl_1", 1.196, 0.884, Some(1.212)),
        ("cusl_2", 1.240, 0.918, Some(1.266)),
        ("cusl_3", 1.311, 0.956, Some(1.339)),
    ];
    for (forecast, (name, rmse, mae, regression)) in found.iter().zip(reference) {
        assert_eq!(model.items().names()[forecast.item], name);
        agree(name, forecast.model.rmse, rmse, 0.015);
        agree(name, forecast.model.mae, mae, 0.015);
        assert!(forecast.model.q2 > 0.0);
        match regression {
            Some(rmse) => agree(name, forecast.regression.unwrap().rmse, rmse, 0.015),
            // seminr's benchmark for cusa (.852) also regresses it on the items of CUSL, which it
            // is meant to explain; the benchmark here does not look at consequences, and a plain
            // regression on the six items of COMP and LIKE already misses by .967 in the sample.
            None => assert!(forecast.regression.unwrap().rmse > 0.967),
        }
    }
}
