//! Fear: the centroid scheme, unscaled data or mode B differ from Wold's method as plspm has it.
//! The model is the European satisfaction index on the data of plspm; items are centred, not
//! scaled.

// A test may fail loudly.
#![allow(clippy::unwrap_used)]

mod pls_reference;

use lab::pls::{Mode, Model, Scheme, Settings, Specification, goodness_of_fit, reliability};
use pls_reference::{agree, folder, labelled, table};

fn satisfaction(mode: Mode, scheme: Scheme) -> Option<Model> {
    let sign = if mode == Mode::A { "=~" } else { "<~" };
    let blocks = [("IMAG", 5), ("EXPE", 5), ("QUAL", 5), ("VAL", 4), ("SAT", 4), ("LOY", 4)];
    let mut text = String::new();
    for (name, count) in blocks {
        let items: Vec<String> =
            (1..=count).map(|i| format!("{}{i}", name.to_lowercase())).collect();
        text.push_str(&format!("{name} {sign} {}\n", items.join(" + ")));
    }
    text.push_str(
        "EXPE ~ IMAG; QUAL ~ EXPE; VAL ~ EXPE + QUAL; SAT ~ IMAG + EXPE + QUAL + VAL
         LOY ~ IMAG + SAT",
    );
    let specification = Specification::parse(&text).unwrap();
    // plspm stops on squared changes and tight; the fixed point is what can be compared.
    let settings = Settings { scheme, scaled: false, tolerance: 1e-12, ..Settings::default() };
    let table = table("plspm_satisfaction.csv")?;
    Some(Model::from_table(&specification, &table, None, settings).unwrap())
}

#[test]
fn outer_models_of_three_schemes_agree() {
    for (scheme, file) in [
        (Scheme::Centroid, "plspm/satisfaction.outer-model.csv"),
        (Scheme::Factorial, "plspm/satisfaction.outer-model-factorial.csv"),
        (Scheme::Path, "plspm/satisfaction.outer-model-path.csv"),
    ] {
        let Some(reference) = labelled(file) else {
            return;
        };
        let fit = satisfaction(Mode::A, scheme).unwrap().fit().unwrap();
        let mut worst: f64 = 0.0;
        for (item, name) in fit.items_named().iter().enumerate() {
            worst = worst.max((fit.loadings[item] - reference.at(name, "loading")).abs());
            // plspm's scores have a variance of 1 with divisor n, ours with n - 1.
            let weight = fit.weights[item] * (250.0f64 / 249.0).sqrt();
            worst = worst.max((weight - reference.at(name, "weight")).abs());
        }
        eprintln!("{scheme:?} {worst:e}");
        assert!(worst < 1e-5);
    }
}

#[test]
fn effects_scores_and_summary_agree() {
    let Some(model) = satisfaction(Mode::A, Scheme::Centroid) else {
        return;
    };
    let fit = model.fit().unwrap();
    let effects = labelled("plspm/satisfaction.effects.csv").unwrap();
    let size = fit.constructs_named().len();
    for &(from, to) in fit.effects() {
        let row = format!("{} -> {}", fit.constructs_named()[from], fit.constructs_named()[to]);
        agree(&row, fit.totals[from * size + to], effects.at(&row, "total"), 1e-5);
    }
    assert_eq!(fit.effects().len(), effects.rows.len());
    let summary = labelled("plspm/satisfaction.inner-summary.csv").unwrap();
    let dimensions = labelled("plspm/satisfaction_unidim.csv").unwrap();
    for (construct, name) in fit.constructs_named().iter().enumerate() {
        let ours = reliability(&fit)[construct];
        agree(name, fit.r2[construct], summary.at(name, "r_squared"), 1e-5);
        agree(name, ours.ave, summary.at(name, "ave"), 1e-5);
        agree(name, ours.alpha.unwrap(), dimensions.at(name, "cronbach_alpha"), 1e-9);
        agree(name, ours.first_eigenvalue, dimensions.at(name, "eig_1st"), 1e-9);
        agree(name, ours.second_eigenvalue, dimensions.at(name, "eig_2nd"), 1e-9);
    }
    // Goodness of fit as openpls-engine 1.13 reproduces it.
    agree("GoF", goodness_of_fit(&fit), 0.609742, 1e-6);
    let path = folder().unwrap().join("ref/plspm/satisfaction.scores.csv");
    let scores = lab::data::Table::from_csv(std::fs::File::open(path).unwrap()).unwrap();
    let ours = model.scores(&fit);
    // plspm's scores have a variance of 1 with divisor n, ours with n - 1.
    let scale = (250.0f64 / 249.0).sqrt();
    for (construct, name) in fit.constructs_named().iter().enumerate() {
        for (row, theirs) in scores.numbers(name).unwrap().iter().enumerate() {
            agree(name, ours[row * size + construct] * scale, *theirs, 1e-5);
        }
    }
}

/// R2 and mean communality of plspm 0.5.7 for Python, mode B, with a tolerance of 1e-14.
const CONVERGED: [(&str, f64, f64); 6] = [
    ("IMAG", 0.0, 0.532457169567),
    ("EXPE", 0.372051240631, 0.60483243783),
    ("QUAL", 0.722831034542, 0.657777372126),
    ("VAL", 0.614363777341, 0.637268877084),
    ("SAT", 0.732179171856, 0.733535370318),
    ("LOY", 0.539970542427, 0.578447589034),
];

#[test]
fn mode_b_agrees_with_the_converged_solution() {
    let Some(model) = satisfaction(Mode::B, Scheme::Centroid) else {
        return;
    };
    let fit = model.fit().unwrap();
    let reference = labelled("plspm/satisfaction.modeb.inner-summary.csv").unwrap();
    for (construct, (name, r2, communality)) in CONVERGED.into_iter().enumerate() {
        let extracted = reliability(&fit)[construct].ave;
        agree(name, fit.r2[construct], r2, 1e-8);
        agree(name, extracted, communality, 1e-8);
        // The stored output was stopped at plspm's default tolerance, 1e-6 of squared changes of
        // weights, which leaves mode B up to 3e-5 short of the solution above.
        agree(name, fit.r2[construct], reference.at(name, "r_squared"), 3e-5);
        agree(name, extracted, reference.at(name, "block_communality"), 3e-5);
    }
}
