//! Fear: a model or data that cannot be estimated gives a number, or a panic, instead of words.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

use lab::data::random::Draw;
use lab::data::{Items, Table};
use lab::pls::{
    Antecedents, Block, Folds, Interval, Mode, Model, PlsError, Scheme, Settings, Specification,
    blindfold, effect_sizes, importance_performance, predict, reliability, residuals,
    specific_indirect,
};
use proptest::prelude::*;

const CHAIN: &str = "A =~ a1 + a2; B =~ b1 + b2; C =~ c1 + c2; B ~ A; C ~ A + B";

fn refusal(text: &str) -> String {
    Specification::parse(text).unwrap_err().to_string()
}

/// Answers in which A moves B, B moves C, and A does not move C beyond that.
fn chain(seed: u64, rows: usize) -> Items {
    let mut stream = Draw::new(seed, 0);
    let mut values = Vec::new();
    for _ in 0..rows {
        let a = stream.normals().0;
        let b = 0.6 * a + 0.8 * stream.normals().0;
        let c = 0.5 * b + 0.75f64.sqrt() * stream.normals().0;
        for construct in [a, b, c] {
            for _ in 0..2 {
                values.push(0.8 * construct + 0.6 * stream.normals().0);
            }
        }
    }
    let names = ["a1", "a2", "b1", "b2", "c1", "c2"].map(str::to_owned).to_vec();
    Items::from_rows(names, values)
}

fn bound(items: Items, settings: Settings) -> Result<Model, PlsError> {
    Model::new(&Specification::parse(CHAIN).unwrap(), items, settings)
}

fn change(items: &Items, edit: impl Fn(usize, usize, f64) -> f64) -> Items {
    let width = items.width();
    let values = items.values().iter().enumerate();
    let values = values.map(|(cell, value)| edit(cell / width, cell % width, *value)).collect();
    Items::from_rows(items.names().to_vec(), values)
}

#[test]
fn the_notation_is_read_as_written() {
    let text = "# trust\nA =~ 1*a1 +\n  l*a2 ! items\nB <~ b1\nB <~ b2\nB ~ p*A; A ~~ B; x := p";
    let model = Specification::parse(text).unwrap();
    assert_eq!(model.blocks[0].items, ["a1", "a2"]);
    assert_eq!((model.blocks[1].mode, model.blocks[1].items.len()), (Mode::B, 2));
    assert_eq!(model.paths, [(0, 1)]);
    assert_eq!(model.ignored, ["A ~~ B", "x := p"]);
}

#[test]
fn impossible_models_are_refused_by_name() {
    assert!(refusal("A = a1").starts_with("line 1, column 3: '=' has no meaning here"));
    assert!(refusal("A =~ a1\n\nB ~ A +").starts_with("line 3, column 5: a variable is missing"));
    assert!(refusal("A =~ a1\nB =~ b-1\nB ~ A").starts_with("line 2, column 7: `+` or `*`"));
    let unknown = refusal("TRUST =~ a1\nB =~ b1\nB ~ TRSUT");
    assert!(unknown.contains("did you mean \"TRUST\"?"), "{unknown}");
    assert!(refusal("A =~ a1; B =~ b1; C =~ c1; B ~ A").contains("\"C\" takes part in no path"));
    assert!(refusal("A =~ a1; B =~ b1; B ~ A; A ~ B").contains("circle"));
    let twice = Specification::parse("A =~ a1; B =~ b1; B ~ A + A").unwrap();
    assert_eq!(twice.paths, [(0, 1)], "a term written twice is one, as in every other model");
    let block = |name: &str| Block { name: name.into(), mode: Mode::A, items: vec!["i".into()] };
    let doubled = Specification::new(vec![block("A"), block("B")], vec![(0, 1), (0, 1)]);
    assert!(doubled.unwrap_err().to_string().contains("listed twice"));
    assert!(refusal("A =~ a1; A <~ a2; B =~ b1; B ~ A").contains("defined twice"));
    assert!(refusal("A =~ a1; B =~ A + b1; B ~ A").contains("one kind must go"));
    let parts = "A =~ a1; B =~ b1; W =~ A + B; C =~ c1; C ~ W";
    assert!(refusal(&format!("{parts}; C ~ A")).contains("\"A\" is a part of \"W\""));
    assert!(refusal(&format!("{parts}; V =~ A + C; C ~ V")).contains("already a part"));
    assert!(refusal(&format!("{parts}; V =~ W; C ~ V")).contains("second-order"));
    let consistent = Settings { consistent: true, ..Settings::default() };
    let answers = chain(1, 60).select(&[0, 2, 4]);
    let names = ["a1", "b1", "c1"].map(str::to_owned).to_vec();
    let answers = Items::from_rows(names, answers.values().to_vec());
    let refused = Model::new(&Specification::parse(parts).unwrap(), answers, consistent);
    assert!(refused.unwrap_err().to_string().contains("cannot be corrected"));
    let empty = Block { name: "A".into(), mode: Mode::A, items: vec![] };
    assert!(Specification::new(vec![empty], vec![]).is_err());
}

proptest! {
    #[test]
    fn no_model_text_makes_the_reader_panic(text in "[AB~=<+*#;:! \n0-9a-b.-]{0,60}") {
        let _ = Specification::parse(&text);
    }
}

#[test]
fn data_that_cannot_serve_are_named() {
    let few = bound(chain(1, 3), Settings::default()).unwrap_err().to_string();
    assert!(few.contains("3 rows are too few"), "{few}");
    let constant = change(&chain(1, 50), |_, item, value| if item == 3 { 4.0 } else { value });
    let words = bound(constant, Settings::default()).unwrap().fit().unwrap_err().to_string();
    assert!(words.contains("\"b2\" has the same answer"), "{words}");
    let silent = change(&chain(1, 50), |_, item, value| if item == 0 { f64::NAN } else { value });
    let words = bound(silent, Settings::default()).unwrap_err().to_string();
    assert!(words.contains("\"a1\" has no answer"), "{words}");
    let table = Table::from_csv("a1,a2,b1,b2,c1\n1,2,3,4,5\n".as_bytes()).unwrap();
    let specification = Specification::parse(CHAIN).unwrap();
    let missing = Model::from_table(&specification, &table, None, Settings::default());
    assert!(missing.unwrap_err().to_string().contains("there is no column \"c2\""));
}

#[test]
fn a_doubled_item_is_refused_in_mode_b_and_borne_in_mode_a() {
    let source = chain(2, 80);
    let doubled = {
        let copy = source.clone();
        change(&source, move |row, item, value| if item == 1 { copy.row(row)[0] } else { value })
    };
    let text = CHAIN.replace("A =~", "A <~");
    let specification = Specification::parse(&text).unwrap();
    let model = Model::new(&specification, doubled.clone(), Settings::default()).unwrap();
    let words = model.fit().unwrap_err().to_string();
    assert!(words.contains("items of \"A\" are linear combinations"), "{words}");
    assert!(bound(doubled, Settings::default()).unwrap().fit().is_ok());
}

#[test]
fn too_few_iterations_are_told_and_not_passed_off_as_a_result() {
    let settings = Settings { tolerance: 0.0, iterations_max: 5, ..Settings::default() };
    let words = bound(chain(3, 60), settings).unwrap().fit().unwrap_err().to_string();
    assert!(words.contains("did not settle within 5 iterations"), "{words}");
}

#[test]
fn consistent_estimates_find_the_population_that_made_the_data() {
    let seed = 11;
    eprintln!("seed {seed}");
    for scheme in [Scheme::Path, Scheme::Factorial, Scheme::Centroid] {
        let settings = Settings { consistent: true, scheme, ..Settings::default() };
        let model = bound(chain(seed, 40_000), settings).unwrap();
        let fit = model.fit().unwrap();
        for (ours, truth) in fit.paths.iter().zip([0.6, 0.0, 0.5]) {
            assert!((ours - truth).abs() < 0.03, "{scheme:?} {:?}", fit.paths);
        }
        assert!(fit.loadings.iter().all(|loading| (loading - 0.8).abs() < 0.02));
        // Two items of loading .8: reliability of their mean is 2 * .64 / (1 + .64).
        let rho = reliability(&fit)[0].rho_a.unwrap();
        assert!((rho - 1.28 / 1.64).abs() < 0.02, "{rho}");
        let plain = bound(chain(seed, 40_000), Settings { consistent: false, ..settings });
        assert!(plain.unwrap().fit().unwrap().paths[0] < 0.5, "attenuated without correction");
        assert!(residuals(&fit).estimated < 0.01);
    }
}

#[test]
fn mean_replacement_in_the_engine_equals_replacement_before() {
    let holes =
        change(
            &chain(4, 200),
            |row, item, value| {
                if (row * 7 + item * 3) % 11 == 0 { f64::NAN } else { value }
            },
        );
    let inside = bound(holes.clone(), Settings::default()).unwrap().fit().unwrap();
    let before = bound(holes.mean_replaced(), Settings::default()).unwrap().fit().unwrap();
    for (a, b) in
        inside.paths.iter().chain(&inside.loadings).zip(before.paths.iter().chain(&before.loadings))
    {
        assert!((a - b).abs() < 1e-10);
    }
}

#[test]
fn a_bootstrap_depends_on_its_seed_and_not_on_threads() {
    let model = bound(chain(5, 120), Settings::default()).unwrap();
    let fit = model.fit().unwrap();
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let boot = pool.install(|| model.bootstrap(&fit, 300, seed, &|_| {})).unwrap();
        (0..boot.quantities().len()).flat_map(|q| boot.column(q).collect::<Vec<_>>()).collect()
    };
    let one: Vec<f64> = run(1, 9);
    assert_eq!(one, run(3, 9));
    assert_ne!(one, run(1, 10));
}

#[test]
fn failed_draws_are_counted_by_reason() {
    // Item b2 has one answer that differs: a third of the resamples miss it.
    let rare = change(&chain(6, 40), |row, item, value| match item {
        3 if row == 0 => 2.0,
        3 => 1.0,
        _ => value,
    });
    let model = bound(rare, Settings::default()).unwrap();
    let fit = model.fit().unwrap();
    let boot = model.bootstrap(&fit, 1000, 1, &|_| {}).unwrap();
    assert_eq!(boot.successful() + boot.failures.total(), 1000);
    // (1 - 1/40)^40 = .363, six standard deviations of the share are .091.
    assert!((272..=454).contains(&boot.failures.constant), "{:?}", boot.failures);
    assert!(model.bootstrap(&fit, 1, 1, &|_| {}).is_err());
}

#[test]
fn intervals_of_both_kinds_hold_the_estimate_and_differ() {
    let model = bound(chain(7, 150), Settings::default()).unwrap();
    let fit = model.fit().unwrap();
    let boot = model.bootstrap(&fit, 1000, 3, &|_| {}).unwrap();
    let plain = boot.summaries(&model, &fit, Interval::Percentile, 0.95);
    let corrected = boot.summaries(&model, &fit, Interval::BiasCorrectedAccelerated, 0.95);
    for (a, b) in plain.iter().zip(&corrected) {
        assert!(a.ci_lower <= a.estimate && a.estimate <= a.ci_upper, "{a:?}");
        assert!(b.ci_lower < b.estimate && b.estimate < b.ci_upper, "{b:?}");
    }
    assert_ne!(plain[0].ci_lower, corrected[0].ci_lower);
    // A specific indirect effect: A -> B -> C.
    let chains = specific_indirect(&fit);
    assert_eq!(chains.len(), 1);
    assert_eq!(chains[0].chain, [0, 1, 2]);
    let product = boot.product(&chains[0].paths, 0.95);
    assert!((product.estimate - fit.paths[0] * fit.paths[2]).abs() < 1e-12);
    assert!((product.estimate - (fit.totals[2] - fit.paths[1])).abs() < 1e-12);
}

#[test]
fn a_bootstrapped_sign_does_not_flip() {
    // Without orientation the composite of two opposed items would point either way.
    let opposed = change(&chain(8, 60), |_, item, value| if item == 1 { -value } else { value });
    let text = CHAIN.replace("A =~", "A <~");
    let model =
        Model::new(&Specification::parse(&text).unwrap(), opposed, Settings::default()).unwrap();
    let fit = model.fit().unwrap();
    let boot = model.bootstrap(&fit, 500, 2, &|_| {}).unwrap();
    let same = boot.column(0).filter(|draw| draw.signum() == fit.paths[0].signum()).count();
    assert!(same > 480, "{same} of 500 draws keep the sign of {}", fit.paths[0]);
}

#[test]
fn prediction_and_blindfolding_see_signal_and_its_absence() {
    let model = bound(chain(9, 400), Settings::default()).unwrap();
    let folds = Folds::Seeded { folds: 10, repetitions: 3, seed: 1 };
    for antecedents in [Antecedents::Direct, Antecedents::Earliest] {
        let found = predict(&model, antecedents, &folds).unwrap();
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|item| item.model.q2 > 0.02), "{found:?}");
    }
    let given = Folds::Given((0..400).map(|row| row % 5).collect());
    let twice = predict(&model, Antecedents::Direct, &given).unwrap();
    assert_eq!(twice, predict(&model, Antecedents::Direct, &given).unwrap());
    let blind = blindfold(&model, 7).unwrap();
    assert_eq!(blind[0].redundancy, None);
    assert!(blind[1].redundancy.unwrap() > 0.05 && blind[1].communality.unwrap() > 0.2);
    // Shuffled outcomes carry no signal: out of sample, nothing is explained.
    let source = chain(10, 400);
    let noise = {
        let copy = source.clone();
        change(
            &source,
            move |row, item, value| {
                if item < 2 { copy.row((row + 137) % 400)[item] } else { value }
            },
        )
    };
    let found = predict(&bound(noise, Settings::default()).unwrap(), Antecedents::Direct, &folds);
    assert!(found.unwrap()[..2].iter().all(|item| item.model.q2 < 0.02));
    for folds in [
        Folds::Given(vec![0; 400]),
        Folds::Given(vec![0, 1]),
        Folds::Seeded { folds: 1, repetitions: 1, seed: 0 },
        Folds::Seeded { folds: 401, repetitions: 1, seed: 0 },
    ] {
        assert!(matches!(predict(&model, Antecedents::Direct, &folds), Err(PlsError::Folds(400))));
    }
}

#[test]
fn importance_is_the_slope_of_scores_in_points() {
    let model = bound(chain(12, 500), Settings::default()).unwrap();
    let fit = model.fit().unwrap();
    let map = importance_performance(&model, &fit, 2, Some((-5.0, 5.0)));
    assert_eq!(map.iter().map(|row| row.construct).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(map.iter().all(|row| (row.performance - 50.0).abs() < 3.0 && !row.negative_weight));
    // Regression of the rescaled scores themselves, built here from the items.
    let points = |construct: usize| -> Vec<f64> {
        let block = fit.block(construct);
        let raw: Vec<f64> = block.clone().map(|i| fit.weights[i] / fit.deviations[i]).collect();
        let sum: f64 = raw.iter().sum();
        (0..500)
            .map(|row| {
                let answers = block.clone().map(|i| (model.items().row(row)[i] + 5.0) * 10.0);
                answers.zip(&raw).map(|(points, w)| points * w / sum).sum()
            })
            .collect()
    };
    let (a, b) = (points(0), points(1));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / 500.0;
    let cross = |x: &[f64], y: &[f64]| -> f64 {
        x.iter().zip(y).map(|(u, v)| (u - mean(x)) * (v - mean(y))).sum()
    };
    let slope = cross(&a, &b) / cross(&a, &a);
    let to_b = importance_performance(&model, &fit, 1, Some((-5.0, 5.0)));
    assert!((to_b[0].importance - slope).abs() < 1e-9, "{} {slope}", to_b[0].importance);
}

#[test]
fn effect_sizes_survive_the_loss_of_a_construct() {
    let text = "A =~ a1 + a2; B =~ b1 + b2; C =~ c1 + c2; C ~ A + B";
    let specification = Specification::parse(text).unwrap();
    let model = Model::new(&specification, chain(13, 200), Settings::default()).unwrap();
    let fit = model.fit().unwrap();
    // Without A -> C nothing links A: the rest of the model is estimated without it.
    let sizes = effect_sizes(&model, &fit).unwrap();
    assert!(sizes.iter().all(|size| size.fixed >= 0.0 && size.reestimated.is_finite()));
}
